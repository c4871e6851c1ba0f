"""``*.jdzr``: what the centre sends back by hand, receipts and updates, signed by the centre.

The file holds ``receipt.json`` (whose it is, which part of the feed, the hashes of the rest),
``receipts.jsonl``, ``feed.jsonl``, ``forms.jsonl`` when forms are published (each with its files
in base64) and ``signature``; encrypted to the device's own key.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.errors import BadInput
from jdz_field.core.feed import FeedEntry, Leave, told_of
from jdz_field.core.hashing import canonical_json, sha256_file
from jdz_field.core.i18n import _
from jdz_field.sync.batch import FORMAT
from jdz_field.sync.container import Container, Part, open_container, write_container

#: Most bytes of one receipt or feed entry (a record with all its answers).
MAX_LINE_BYTES = 64 << 20
_KIND = "receipt"
_NAMES = ("receipt.json", "receipts.jsonl", "feed.jsonl", "signature")
#: Older files have neither this part nor these entries of the manifest.
_FORMS = "forms.jsonl"
_LATE = frozenset({"forms_sha256", "scope", "whole"})


@dataclass(frozen=True, slots=True)
class ReturnManifest:
    """What an answer by hand is and holds.

    Attributes:
        device: id under which the device is enrolled.
        epoch: the centre's epoch.
        after: the feed entries start after this position …
        position: … and reach this one.
        created: UTC, ``core.clock.to_text``.
        attachments: SHA-256 of those of this device's attachments that the centre has.
        receipts_sha256: SHA-256 of ``receipts.jsonl``.
        feed_sha256: SHA-256 of ``feed.jsonl``.
        forms_sha256: SHA-256 of ``forms.jsonl``; empty when there is none.
        scope: the centre's word for what the device's person sees.
        whole: the entries are a snapshot, by subject; what it does not name is out of sight.
    """

    device: str
    epoch: str
    after: int
    position: int
    created: str
    attachments: tuple[str, ...]
    receipts_sha256: str
    feed_sha256: str
    forms_sha256: str = ""
    scope: str = ""
    whole: bool = False

    def canonical(self) -> bytes:
        """The bytes of ``receipt.json``, whose SHA-256 is signed."""
        entries = {
            name: value for name, value in asdict(self).items() if value or name not in _LATE
        }
        return canonical_json({"format": FORMAT, "kind": _KIND, **entries}).encode()

    @classmethod
    def parse(cls, data: bytes) -> ReturnManifest:
        """The manifest that ``canonical`` wrote; ``ValueError`` or ``TypeError`` if it is none."""
        raw = json.loads(data)
        if raw.pop("format", None) != FORMAT or raw.pop("kind", None) != _KIND:
            raise ValueError("format")
        manifest = cls(**{**raw, "attachments": tuple(raw["attachments"])})
        for item in fields(cls):
            kinds = {"after": int, "position": int, "attachments": tuple, "whole": bool}
            if type(getattr(manifest, item.name)) is not kinds.get(item.name, str):
                raise ValueError(item.name)
        if manifest.canonical() != data or not 0 <= manifest.after <= manifest.position:
            raise ValueError("canonical")
        return manifest


def write_receipt(  # noqa: PLR0913 - the entries of the manifest, each named
    path: Path,
    *,
    device: str,
    epoch: str,
    after: int,
    position: int,
    receipts: Iterable[tuple[str | None, ChangeReceipt]],
    feed: Iterable[FeedEntry | Leave],
    attachments: Iterable[str],
    created: str,
    sign_key: Ed25519PrivateKey,
    recipient: str | None,
    forms: Iterable[Mapping[str, Any]] = (),
    scope: str = "",
    whole: bool = False,
) -> ReturnManifest:
    """Write an answer: receipts (each with its batch, or ``None``) and feed entries, streamed.

    ``forms``: objects as ``operations.sync_forms`` reads them; ``whole``: ``feed`` is a snapshot.

    ``recipient``: ``container.recipient_of`` the device's public key, or ``None`` for plain.
    ``Unavailable``: disk.
    """
    with tempfile.TemporaryDirectory() as folder:
        receipts_file, feed_file = Path(folder, "receipts"), Path(folder, "feed")
        forms_file = Path(folder, "forms")
        _write_lines(receipts_file, ({"batch": b, "receipt": r.to_json()} for b, r in receipts))
        _write_lines(feed_file, (entry.to_json() for entry in feed))
        _write_lines(forms_file, forms)
        hashes = sha256_file(receipts_file), sha256_file(feed_file)
        forms_sha = sha256_file(forms_file) if forms_file.stat().st_size else ""
        manifest = ReturnManifest(
            *(device, epoch, after, position, created, tuple(attachments), *hashes, forms_sha),
            *(scope, whole),
        )
        parts = [
            Part(_NAMES[0], manifest.canonical()),
            Part(_NAMES[1], receipts_file, hashes[0]),
            Part(_NAMES[2], feed_file, hashes[1]),
            *([Part(_FORMS, forms_file, forms_sha)] if forms_sha else []),
            Part(_NAMES[3], sign_key.sign(hashlib.sha256(manifest.canonical()).digest())),
        ]
        write_container(path, parts, [recipient] if recipient else [])
    return manifest


def _write_lines(path: Path, items: Iterable[Mapping[str, Any]]) -> None:
    with path.open("wb") as out:
        for item in items:
            out.write(canonical_json(item).encode() + b"\n")


class ReturnFile:
    """An opened answer: signature and hashes checked, so what it yields can be applied."""

    def __init__(self, container: Container, centre_key: Ed25519PublicKey) -> None:
        self._container = container
        if tuple(name for name in container.sizes if name != _FORMS) != _NAMES:
            raise container.damaged()
        raw = container.read(_NAMES[0], MAX_LINE_BYTES)
        try:
            centre_key.verify(container.read(_NAMES[3], 64), hashlib.sha256(raw).digest())
            self.manifest = ReturnManifest.parse(raw)
        except InvalidSignature as error:
            raise BadInput(
                _(
                    "{file} is not signed by the centre this device is enrolled at; "
                    "ask the office for another."
                ).format(file=container.path)
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise container.damaged() from error
        wanted = (self.manifest.receipts_sha256, self.manifest.feed_sha256)
        if (self._hash(_NAMES[1]), self._hash(_NAMES[2])) != wanted:
            raise container.damaged()
        if (self._hash(_FORMS) if _FORMS in container.sizes else "") != self.manifest.forms_sha256:
            raise container.damaged()

    def receipts(self) -> Iterator[tuple[str | None, ChangeReceipt]]:
        """Receipts, each with the id of its batch (``None``: its outcome changed since)."""
        for data in self._lines(_NAMES[1]):
            try:
                batch, receipt = data["batch"], ChangeReceipt.from_json(data["receipt"])
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise self._container.damaged() from error
            yield (None if batch is None else str(batch)), receipt

    def feed(self) -> Iterator[FeedEntry | Leave]:
        """The feed entries, in order of their position; what enters has its move's, all of it.

        Those of a snapshot come by subject.
        """
        last = self.manifest.after
        for data in self._lines(_NAMES[2]):
            try:
                entry = told_of(data)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise self._container.damaged() from error
            fits = self.manifest.after < entry.position <= self.manifest.position
            if not fits or (entry.position < last and not self.manifest.whole):
                raise self._container.damaged()
            last = entry.position
            yield entry

    def forms(self) -> Iterator[Mapping[str, Any]]:
        """The published forms that came along; what is in them is for the caller to check."""
        for data in self._lines(_FORMS) if self.manifest.forms_sha256 else ():
            if not isinstance(data, Mapping):
                raise self._container.damaged()
            yield data

    def _hash(self, name: str) -> str:
        digest = hashlib.sha256()
        for block in self._container.blocks(name):
            digest.update(block)
        return digest.hexdigest()

    def _lines(self, name: str) -> Iterator[Any]:
        rest = b""
        for block in self._container.blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise self._container.damaged()
            for line in lines:
                yield self._loads(line)
        if rest:
            raise self._container.damaged()

    def _loads(self, line: bytes) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._container.damaged() from error


@contextmanager
def read_receipt(
    path: Path,
    identity: str | None,
    centre_key: Ed25519PublicKey,
    *,
    workspace: Path | None = None,
) -> Iterator[ReturnFile]:
    """Open an answer that ``write_receipt`` wrote; the medium is only read.

    ``identity``: ``container.identity_of`` the device's key. ``BadInput``: damaged, for
    another device, or not from our centre; ``Unavailable``: medium, disk.
    """
    with open_container(path, [identity] if identity else [], workspace) as container:
        yield ReturnFile(container, centre_key)
