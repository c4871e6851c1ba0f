"""Takes a file into a project's folder under the name of its content: ``files/ab/<sha256>.jpg``.

The source is only read. Its copy grows under another name while it is hashed, is brought to the
disk, is read back and must equal the source byte for byte before it gets its name; so a file
under such a name is whole, whenever the machine stopped. Taking in the same content again
changes nothing; where the caller knows which sizes are stored, it is not even copied.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.photos.files import PART_PREFIX, PART_SUFFIX, disk_fault, sync_folder

Cancelled = Callable[[], bool]
#: Told of every block that was copied or checked: its bytes.
Progress = Callable[[int], None]

_BLOCK = 1 << 17
#: Blocks that are only compared: fewer steps, and memory for four threads at work.
_COMPARED = 1 << 20


class Stopped(Exception):
    """The person stopped it; nothing half-written is left."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the project's folder; ``already`` when its content was there before."""

    sha256: str
    size: int
    path: Path
    already: bool


def kept_path(files: Path, sha256: str, suffix: str = ".jpg") -> Path:
    """Where content of this hash lies below the project's ``files`` folder."""
    return files / sha256[:2] / f"{sha256}{suffix}"


def keep(
    source: Path,
    files: Path,
    *,
    suffix: str = ".jpg",
    cancelled: Cancelled | None = None,
    progress: Progress | None = None,
    sizes: Container[int] = (),
) -> Kept:
    """Take ``source`` in, durably. ``progress`` hears of each byte twice: copied, checked.

    A source of one of these ``sizes`` (bytes) may be stored already: it is hashed first, and
    copied only when it is not.

    ``BadInput`` when the source cannot be read or changes meanwhile, ``Unavailable`` when the
    project's disk is full or fails, ``Stopped`` when ``cancelled()`` becomes true.
    """
    part = files / f"{PART_PREFIX}{secrets.token_hex(8)}{PART_SUFFIX}"
    step = _Step(cancelled, progress)
    try:
        _make_folder(files)
        stored = _stored(source, files, suffix, sizes, step)
        if stored is not None:
            return stored
        digest, size = _copy(source, part, step)
        target = kept_path(files, digest, suffix)
        already = target.exists() and _equal(source, target, step)
        if not already:
            _settle(source, part, target, step)
        # Also when it was there: a run that was killed may not have brought the name to the disk.
        sync_folder(target.parent)
    except OSError as error:
        raise disk_fault(error, files) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return Kept(digest, size, target, already)


def _stored(
    source: Path, files: Path, suffix: str, sizes: Container[int], step: _Step
) -> Kept | None:
    """The stored file of the source's content, if there is one; nothing is written."""
    if not sizes or _size(source) not in sizes:
        return None
    digest, size = hashlib.sha256(), 0
    for block in _blocks(source):
        step.look()
        digest.update(block)
        size += len(block)
    target = kept_path(files, digest.hexdigest(), suffix)
    if not target.exists() or not _equal(source, target, step):
        return None
    step.take(size)
    sync_folder(target.parent)
    return Kept(digest.hexdigest(), size, target, True)


def _size(source: Path) -> int:
    try:
        return source.stat().st_size
    except OSError:
        return -1  # the copy will say what is wrong


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


@dataclass(frozen=True, slots=True)
class _Step:
    """What happens with every block."""

    cancelled: Cancelled | None
    progress: Progress | None

    def look(self) -> None:
        """Go on only when the person did not stop it."""
        if self.cancelled is not None and self.cancelled():
            raise Stopped

    def take(self, size: int) -> None:
        """Tell of so many bytes."""
        self.look()
        if self.progress is not None:
            self.progress(size)


def _copy(source: Path, part: Path, step: _Step) -> tuple[str, int]:
    """Copy block by block; hash and size of what was written."""
    digest, size = hashlib.sha256(), 0
    with part.open("xb", buffering=0) as out:
        for block in _blocks(source):
            step.take(len(block))
            digest.update(block)
            _write(out, block)
            size += len(block)
    return digest.hexdigest(), size


def _blocks(source: Path, block: int = _BLOCK) -> Iterator[memoryview]:
    """The source in blocks of one buffer; its faults are told apart from the project's disk's."""
    buffer = memoryview(bytearray(block))
    try:
        with source.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                yield buffer[:count]
    except OSError as error:
        text = _("{file} cannot be read ({what}); check the card and copy it again.")
        raise BadInput(text.format(file=source, what=error.strerror or error)) from error


def _write(out: FileIO, block: memoryview) -> None:
    while len(block):
        block = block[out.write(block) :]


def _equal(source: Path, stored: Path, step: _Step) -> bool:
    """Whether two files hold the same bytes; a damaged stored file does not."""
    there = memoryview(bytearray(_COMPARED))
    with stored.open("rb", buffering=0) as file:
        for block in _blocks(source, _COMPARED):
            step.take(len(block))
            # As bytes: Python compares views item by item, many times slower.
            if _filled(file, there[: len(block)]) < len(block) or bytes(block) != bytes(
                there[: len(block)]
            ):
                return False
        return not file.read(1)


def _filled(file: FileIO, room: memoryview) -> int:
    """Read until the room is full or the file ends; the bytes read."""
    done = 0
    while done < len(room) and (count := file.readinto(room[done:])):
        done += count
    return done


def _settle(source: Path, part: Path, target: Path, step: _Step) -> None:
    """Bring the copy to the disk, hold it against the source, give it its name."""
    with part.open("r+b") as file:
        os.fsync(file.fileno())
    if not _equal(source, part, step):
        text = _("{file} changed while it was copied, or the disk failed; copy it again.")
        raise Unavailable(text.format(file=source))
    _make_folder(target.parent)
    replace(part, target)
