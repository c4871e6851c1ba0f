"""The batch: a sealed, signed set of changes with the list of their attachments. Pure.

A batch is sealed once; its bytes never change again. What is signed is the SHA-256 of the
manifest's canonical JSON; the manifest names the SHA-256 of the changes and of every
attachment, so one signature covers everything. ``batch_file`` packs batches into ``*.jdzb``
files, ``batch_return`` packs what the centre sends back by hand.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from jdz_field.core.changes import Change, ChangeReceipt, well_named
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.core.i18n import _
from jdz_field.core.nesting import depth_within, values_within

FORMAT = 1
#: Most changes in one batch.
MAX_CHANGES = 5_000
#: Most bytes of ``changes.jsonl`` in one batch, sent or received.
MAX_CHANGES_BYTES = 64 << 20
#: Most attachments one batch may name.
MAX_ATTACHMENTS = 20_000
#: Most bytes of one manifest.
MAX_MANIFEST_BYTES = 16 << 20
#: Most values in one ``changes.jsonl``: once read they take far more than as text.
MAX_VALUES = MAX_CHANGES_BYTES >> 3

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """An attachment as a manifest names it: SHA-256 (hex), size in bytes, file name."""

    sha256: str
    size: int
    filename: str

    def to_json(self) -> dict[str, Any]:
        """``{"sha256", "size", "filename"}``."""
        return {"sha256": self.sha256, "size": self.size, "filename": self.filename}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AttachmentRef:
        """The reference that ``to_json`` wrote; ``ValueError`` if it is none."""
        name = _text(data, "filename", 255)
        if _UNFIT.search(name) or name in {".", ".."}:
            raise ValueError("filename")
        return cls(_hash(data, "sha256"), _number(data, "size"), name)

    @classmethod
    def of(cls, sha: str, size: int, filename: str) -> AttachmentRef:
        """A reference whose file name fits every disk (characters that do not become ``_``)."""
        name = _UNFIT.sub("_", filename.encode("utf-8", "replace").decode())[-200:].strip(" .")
        return cls(sha, size, name or sha[:16])


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a batch is and holds.

    Attributes:
        batch: id of the batch (UUIDv7).
        device: id under which the device is enrolled.
        device_epoch: drawn anew when a device is restored from a backup.
        author: who sealed it.
        sequence: 1, 2, 3 … within the device epoch.
        previous: ``sha`` of the batch before it, ``None`` for the first.
        changes_sha256: SHA-256 of ``changes.jsonl``.
        changes: number of changes, 0 … 5,000.
        attachments: what the changes refer to.
        created: UTC, ``core.clock.to_text``.
    """

    batch: str
    device: str
    device_epoch: str
    author: str
    sequence: int
    previous: str | None
    changes_sha256: str
    changes: int
    attachments: tuple[AttachmentRef, ...]
    created: str

    @property
    def sha(self) -> str:
        """SHA-256 (hex) of the canonical manifest: the batch's hash, which its successor names."""
        return sha256(self.canonical())

    def to_json(self) -> dict[str, Any]:
        """The manifest as ``manifest.json`` and the network carry it."""
        return {
            "format": FORMAT,
            "batch": self.batch,
            "device": self.device,
            "device_epoch": self.device_epoch,
            "author": self.author,
            "sequence": self.sequence,
            "previous": self.previous,
            "changes_sha256": self.changes_sha256,
            "changes": self.changes,
            "attachments": [a.to_json() for a in self.attachments],
            "created": self.created,
        }

    def canonical(self) -> bytes:
        """The bytes that are hashed, signed and stored."""
        return canonical_json(self.to_json()).encode()

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """The manifest that ``to_json`` wrote; ``BadInput`` names the entry that is wrong."""
        if not isinstance(data, Mapping):
            raise BadInput(_damaged("manifest"))
        if data.get("format") != FORMAT:
            raise BadInput(
                _(
                    "This batch has the format {format}, and this version reads format 1; "
                    "update the program."
                ).format(format=str(data.get("format"))[:20])
            )
        try:
            return cls._parse(data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput(_damaged(str(error))) from error

    @classmethod
    def _parse(cls, data: Mapping[str, Any]) -> Manifest:
        attachments = data["attachments"]
        if not isinstance(attachments, list) or len(attachments) > MAX_ATTACHMENTS:
            raise ValueError("attachments")
        known = {"format", *(f.name for f in fields(cls))}
        if set(data) != known:
            raise ValueError(", ".join(sorted(known ^ set(data)))[:80])
        manifest = cls(
            batch=_identifier(data, "batch"),
            device=_identifier(data, "device"),
            device_epoch=_identifier(data, "device_epoch"),
            author=_text(data, "author", 200),
            sequence=_number(data, "sequence", least=1),
            previous=None if data["previous"] is None else _hash(data, "previous"),
            changes_sha256=_hash(data, "changes_sha256"),
            changes=_number(data, "changes", most=MAX_CHANGES),
            attachments=tuple(AttachmentRef.from_json(a) for a in attachments),
            created=_text(data, "created", 40),
        )
        if len({a.sha256 for a in manifest.attachments}) != len(attachments):
            raise ValueError("attachments")
        return manifest


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch: manifest, changes, the changes' exact bytes, signature (64 bytes)."""

    manifest: Manifest
    changes: tuple[Change, ...]
    changes_jsonl: bytes
    signature: bytes

    def to_json(self) -> dict[str, Any]:
        """The body of ``PUT /v1/batches/{id}``."""
        return {
            "manifest": self.manifest.to_json(),
            "changes": self.changes_jsonl.decode(),
            "signature": encode(self.signature),
        }

    @classmethod
    def from_json(cls, data: Any) -> Batch:
        """The batch that ``to_json`` wrote, hashes checked, signature not (``verify`` does)."""
        if not isinstance(data, Mapping) or not isinstance(data.get("changes"), str):
            raise BadInput(_damaged("changes"))
        try:
            changes = data["changes"].encode()
        except UnicodeEncodeError as error:
            raise BadInput(_damaged("changes")) from error
        manifest = Manifest.from_json(data.get("manifest"))
        return open_batch(manifest, changes, decode(data.get("signature"), "signature"))


def seal(  # noqa: PLR0913 - the entries of a manifest, each named
    changes: Sequence[Change],
    *,
    batch_id: str,
    device: str,
    device_epoch: str,
    author: str,
    sequence: int,
    previous: str | None,
    attachments: Sequence[AttachmentRef],
    created: str,
    sign_key: Ed25519PrivateKey,
) -> Batch:
    """Seal changes (in log order, parents first) into a signed batch.

    ``ValueError`` when there are over 5,000 of them or over 64 MiB: the caller makes portions.
    """
    jsonl = changes_bytes(changes)
    if len(changes) > MAX_CHANGES or len(jsonl) > MAX_CHANGES_BYTES:
        raise ValueError("too many changes for one batch")
    manifest = Manifest(
        batch=batch_id,
        device=device,
        device_epoch=device_epoch,
        author=author,
        sequence=sequence,
        previous=previous,
        changes_sha256=sha256(jsonl),
        changes=len(changes),
        attachments=tuple(attachments),
        created=created,
    )
    return Batch(manifest, tuple(changes), jsonl, sign_manifest(manifest, sign_key))


def open_batch(manifest: Manifest, changes_jsonl: bytes, signature: bytes) -> Batch:
    """A batch from its parts; ``BadInput`` unless the changes are what the manifest says."""
    if len(changes_jsonl) > MAX_CHANGES_BYTES or sha256(changes_jsonl) != manifest.changes_sha256:
        raise BadInput(_damaged("changes"))
    changes = parse_changes(changes_jsonl)
    if len(changes) != manifest.changes:
        raise BadInput(_damaged("changes"))
    return Batch(manifest, changes, changes_jsonl, signature)


def read_manifest(data: bytes) -> Manifest:
    """A manifest from its stored bytes; ``BadInput`` unless they are canonical."""
    if not values_within(data, 10 * MAX_ATTACHMENTS):
        raise BadInput(_damaged("manifest"))
    manifest = Manifest.from_json(_loads(data, "manifest"))
    if manifest.canonical() != data:
        raise BadInput(_damaged("manifest"))
    return manifest


def sign_manifest(manifest: Manifest, sign_key: Ed25519PrivateKey) -> bytes:
    """Ed25519 over the 32 bytes of SHA-256 of the canonical manifest."""
    return sign_key.sign(hashlib.sha256(manifest.canonical()).digest())


def verify(batch: Batch, public_key: Ed25519PublicKey) -> None:
    """``BadInput`` unless the device with this key sealed exactly this batch."""
    if sha256(batch.changes_jsonl) != batch.manifest.changes_sha256:
        raise BadInput(_damaged("changes"))
    try:
        public_key.verify(batch.signature, hashlib.sha256(batch.manifest.canonical()).digest())
    except InvalidSignature as error:
        raise BadInput(
            _(
                "Batch {batch}: the signature is not that of device {device}; "
                "enrol the device again and send anew."
            ).format(batch=batch.manifest.batch, device=batch.manifest.device)
        ) from error


def sign_receipts(receipts: Iterable[ChangeReceipt], sign_key: Ed25519PrivateKey) -> str:
    """The centre's signature (base64) over the canonical JSON of receipts."""
    return encode(sign_key.sign(canonical_json([r.to_json() for r in receipts]).encode()))


def verify_receipts(
    receipts: Iterable[ChangeReceipt], signature: str, public_key: Ed25519PublicKey
) -> None:
    """``BadInput`` unless the centre with this key signed these receipts."""
    text = canonical_json([r.to_json() for r in receipts])
    try:
        public_key.verify(decode(signature, "signature"), text.encode())
    except InvalidSignature as error:
        raise BadInput(
            _("The receipts are not signed by our centre; enrol this device again.")
        ) from error


def changes_bytes(changes: Iterable[Change]) -> bytes:
    """``changes.jsonl``: one canonical JSON object a line, UTF-8."""
    return b"".join(canonical_json(c.to_json()).encode() + b"\n" for c in changes)


def parse_changes(jsonl: bytes) -> tuple[Change, ...]:
    """The changes that ``changes_bytes`` wrote; ``BadInput`` names the line that is no change.

    Ids, kinds and names of fields have at most 200 letters, none of them invisible.
    """
    changes: dict[str, Change] = {}
    if jsonl.count(b"\n") > MAX_CHANGES or not values_within(jsonl, MAX_VALUES):
        raise BadInput(_damaged("changes"))
    for number, line in enumerate(io.BytesIO(jsonl), start=1):
        change = _change(line)
        if change is None or change.id in changes or number > MAX_CHANGES:
            raise BadInput(_damaged(f"changes:{number}"))
        changes[change.id] = change
    return tuple(changes.values())


def _change(line: bytes) -> Change | None:
    # Writing the line again and comparing refuses every other spelling: one change, one text.
    if not depth_within(line):
        return None
    try:
        change = Change.from_json(json.loads(line))
        same = changes_bytes([change]) == line
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None
    return change if same and well_named(change) else None


def encode(data: bytes) -> str:
    """Base64 text of a key or signature."""
    return base64.b64encode(data).decode()


def decode(text: Any, what: str) -> bytes:
    """The bytes of a base64 text; ``BadInput`` names ``what`` when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadInput(_damaged(what)) from error


def public_key_text(key: Ed25519PublicKey) -> str:
    """An Ed25519 public key as base64 of its 32 raw bytes."""
    return encode(key.public_bytes_raw())


def public_key(text: Any) -> Ed25519PublicKey:
    """The key that ``public_key_text`` wrote; ``BadInput`` when it is none."""
    raw = decode(text, "public_key")
    if len(raw) != 32:
        raise BadInput(_damaged("public_key"))
    return Ed25519PublicKey.from_public_bytes(raw)


def _loads(data: bytes, what: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(_damaged(what)) from error


def _damaged(what: str) -> str:
    return _("The batch is damaged ({what}); export and send it again.").format(what=what)


def _identifier(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise ValueError(name)
    return value


def _hash(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError(name)
    return value


def _text(data: Mapping[str, Any], name: str, most: int) -> str:
    value = data[name]
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise ValueError(name)
    value.encode()
    return value


def _number(data: Mapping[str, Any], name: str, *, least: int = 0, most: int = 1 << 53) -> int:
    value = data[name]
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(name)
    return value
