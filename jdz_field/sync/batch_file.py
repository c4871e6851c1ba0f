"""``*.jdzb``: batches with their attachments in files for a card or stick.

A file holds ``package.json`` (who packed it, which volume, how far the device has read the
feed), for each batch ``manifest.json``, ``changes.jsonl`` and ``signature`` (in a folder of
the batch's id when there are several), and ``files/<sha256>``. Each volume stands alone: it
repeats the batches whose attachments it carries, and receiving a batch twice does no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import canonical_json
from jdz_field.core.i18n import _
from jdz_field.sync.batch import (
    FORMAT,
    MAX_CHANGES_BYTES,
    MAX_MANIFEST_BYTES,
    Batch,
    Manifest,
    open_batch,
    read_manifest,
)
from jdz_field.sync.container import (
    VOLUME_BYTES,
    Container,
    Part,
    capacity,
    entry_size,
    open_container,
    write_container,
)

#: Most batches in one file: five million changes.
MAX_BATCHES = 1_000
_ABOUT = "package.json"
_KIND = "batches"
_NAMES = ("manifest.json", "changes.jsonl", "signature")
_FILES = "files/"


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself; not signed, so nothing that matters may hang on it.

    Attributes:
        device: id under which the packing device is enrolled.
        epoch: the centre epoch the device knows, or ``None``.
        position: the feed position it has reached; the answer may start there.
        volume: number of this volume, from 1.
        volumes: how many there are.
        scope: the centre's word for what that position was reached with, or ``None``.
        counties, kinds: what the device asks for; empty: all that its person sees.
    """

    device: str = ""
    epoch: str | None = None
    position: int = 0
    volume: int = 1
    volumes: int = 1
    scope: str | None = None
    counties: Sequence[str] = ()
    kinds: Sequence[str] = ()


@dataclass
class _Volume:
    """A volume being filled: batches by id, attachments by SHA-256, bytes still free."""

    free: int
    batches: dict[str, Batch] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def take(self, batch: Batch, sha: str | None = None, size: int = 0) -> bool:
        """Add an attachment and, unless it is here already, its batch; no when there's no room."""
        new = batch.manifest.batch not in self.batches
        need = _batch_size(batch) if new else 0
        need += entry_size(_FILES + sha, size) if sha else 0
        if need > self.free:
            return False
        self.free -= need
        self.batches[batch.manifest.batch] = batch
        if sha:
            self.files.append(sha)
        return True


def _batch_size(batch: Batch) -> int:
    folder = batch.manifest.batch + "/"
    sizes = (len(batch.manifest.canonical()), len(batch.changes_jsonl), len(batch.signature))
    return sum(entry_size(folder + name, n) for name, n in zip(_NAMES, sizes, strict=True))


def write_jdzb(
    path: Path,
    batches: Sequence[Batch],
    files: Mapping[str, Path],
    recipient: str | None,
    *,
    also: Sequence[str] = (),
    about: About | None = None,
    volume_bytes: int = VOLUME_BYTES,
) -> list[Path]:
    """Pack batches (oldest first) and those of their attachments that ``files`` names by SHA-256.

    Encrypted to ``recipient`` (the centre's ``age1…`` key) and to ``also`` (the device's own
    ``ssh-ed25519 …``); not at all when there is neither. Returns the volumes written:
    ``path``, then ``name.2.jdzb`` and so on.
    ``BadInput``: an attachment is not what its hash says, or larger than a volume;
    ``Unavailable``: disk.
    """
    recipients = [*([recipient] if recipient else []), *also]
    volumes = _divide(batches, files, volume_bytes)
    start = about or About(device=batches[0].manifest.device if batches else "")
    written = []
    for number, volume in enumerate(volumes, start=1):
        words = replace(start, volume=number, volumes=len(volumes))
        target = path if number == 1 else path.with_name(f"{path.stem}.{number}{path.suffix}")
        write_container(target, _parts(volume, files, words), recipients)
        written.append(target)
    return written


def _divide(batches: Sequence[Batch], files: Mapping[str, Path], limit: int) -> list[_Volume]:
    """Changes first, so that the first volume carries them; then attachments, in order."""
    free = capacity(limit) - entry_size(_ABOUT, 1000)
    volumes = [_Volume(free)]

    def place(batch: Batch, sha: str | None = None, size: int = 0) -> None:
        if volumes[-1].take(batch, sha, size):
            return
        volumes.append(_Volume(free))
        if not volumes[-1].take(batch, sha, size):
            raise BadInput(
                _("{file} does not fit a volume of {size} MB; send it over the network.").format(
                    file=files[sha] if sha else batch.manifest.batch, size=limit // 1_000_000
                )
            )

    for batch in batches:
        place(batch)
    placed: set[str] = set()
    for batch in batches:
        for ref in batch.manifest.attachments:
            if ref.sha256 in files and ref.sha256 not in placed:
                placed.add(ref.sha256)
                place(batch, ref.sha256, ref.size)
    return volumes


def _parts(volume: _Volume, files: Mapping[str, Path], about: About) -> list[Part]:
    parts = [
        Part(_ABOUT, canonical_json({"format": FORMAT, "kind": _KIND, **asdict(about)}).encode())
    ]
    for batch in volume.batches.values():
        folder = f"{batch.manifest.batch}/" if len(volume.batches) > 1 else ""
        contents = (batch.manifest.canonical(), batch.changes_jsonl, batch.signature)
        parts += [Part(folder + n, data) for n, data in zip(_NAMES, contents, strict=True)]
    return parts + [Part(_FILES + sha, files[sha], sha) for sha in volume.files]


class BatchFile:
    """An opened ``*.jdzb``: iterate over its batches, take its attachments by SHA-256.

    Everything is checked but the signatures, which ``batch.verify`` checks by device key.
    """

    def __init__(self, container: Container) -> None:
        self._container = container
        self.about = self._about()
        self._folders = [
            name.removesuffix(_NAMES[0])
            for name in container.sizes
            if name == _NAMES[0] or name.endswith("/" + _NAMES[0])
        ]
        weight = sum(container.sizes[folder + _NAMES[0]] for folder in self._folders)
        if len(self._folders) > MAX_BATCHES or weight > 4 * MAX_MANIFEST_BYTES:
            raise container.damaged()
        #: The manifests, in the order of the file.
        self.manifests: tuple[Manifest, ...] = tuple(map(self._manifest, self._folders))
        #: SHA-256 and size of the attachments that are in this file.
        self.files: dict[str, int] = self._attachments()

    def __iter__(self) -> Iterator[Batch]:
        """The batches, one at a time; ``BadInput`` at one whose changes are damaged."""
        for folder, manifest in zip(self._folders, self.manifests, strict=True):
            changes = self._container.read(folder + _NAMES[1], MAX_CHANGES_BYTES)
            signature = self._container.read(folder + _NAMES[2], 64)
            yield open_batch(manifest, changes, signature)

    def blocks(self, sha: str) -> Iterator[bytes]:
        """An attachment in blocks of 1 MiB; ``BadInput`` at the end when its hash is wrong."""
        digest = hashlib.sha256()
        for block in self._container.blocks(_FILES + sha):
            digest.update(block)
            yield block
        if digest.hexdigest() != sha:
            raise self._container.damaged()

    def extract(self, sha: str, target: Path) -> None:
        """Write an attachment to ``target``, complete or not at all.

        ``KeyError``: not in this file; ``BadInput``: wrong hash; ``OSError``: disk.
        """
        draft = target.with_name(target.name + ".part")
        try:
            with draft.open("wb") as out:
                for block in self.blocks(sha):
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def _about(self) -> About:
        try:
            data = json.loads(self._container.read(_ABOUT, 2_000))
            if data.pop("format") != FORMAT or data.pop("kind") != _KIND:
                raise self._container.damaged()
            counties, kinds = (tuple(data.pop(name, ())) for name in ("counties", "kinds"))
            about = About(**data, counties=counties, kinds=kinds)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._container.damaged() from error
        numbers = (about.position, about.volume, about.volumes)
        texts = [about.device, about.epoch or "", about.scope or "", *about.counties, *about.kinds]
        if not all(type(n) is int for n in numbers) or not all(type(t) is str for t in texts):
            raise self._container.damaged()
        return about

    def _manifest(self, folder: str) -> Manifest:
        manifest = read_manifest(self._container.read(folder + _NAMES[0], MAX_MANIFEST_BYTES))
        if folder not in {"", manifest.batch + "/"}:
            raise self._container.damaged()
        return manifest

    def _attachments(self) -> dict[str, int]:
        sizes = self._container.sizes
        named = {_FILES + a.sha256: a.size for m in self.manifests for a in m.attachments}
        known = {_ABOUT, *(f + name for f in self._folders for name in _NAMES)}
        files = {name: size for name, size in sizes.items() if name not in known}
        if any(named.get(name) != size for name, size in files.items()):
            raise self._container.damaged()
        return {name.removeprefix(_FILES): size for name, size in files.items()}


@contextmanager
def read_jdzb(
    path: Path, identity: str | None, *, workspace: Path | None = None
) -> Iterator[BatchFile]:
    """Open a ``*.jdzb`` that ``write_jdzb`` wrote; the medium is only read.

    ``identity``: ``AGE-SECRET-KEY-1…`` or an OpenSSH private key; ``workspace``: where 2 GB
    may be unpacked. ``BadInput``: damaged, not ours, not for us; ``Unavailable``: medium, disk.
    """
    with open_container(path, [identity] if identity else [], workspace) as container:
        yield BatchFile(container)
