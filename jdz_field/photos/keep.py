"""Takes a file into a project's folder under the name of its content: ``files/ab/<sha256>.jpg``.

The source is only read. Its copy grows under another name, is brought to the disk, is read back
and must have the source's SHA-256 before it gets its name; so a file under such a name is whole,
whenever the machine stopped. Taking in the same content again changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.photos.files import PART_PREFIX, PART_SUFFIX, disk_fault, sync_folder

Cancelled = Callable[[], bool]

_BLOCK = 1 << 17


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
    source: Path, files: Path, *, suffix: str = ".jpg", cancelled: Cancelled | None = None
) -> Kept:
    """Take ``source`` in, durably.

    ``BadInput`` when the source cannot be read or changes meanwhile, ``Unavailable`` when the
    project's disk is full or fails, ``Stopped`` when ``cancelled()`` becomes true.
    """
    digest, size = _hash_source(source, cancelled)
    target = kept_path(files, digest, suffix)
    try:
        if _is_whole(target, digest, size):
            return Kept(digest, size, target, already=True)
        _make_folder(target.parent)
        _copy(source, target, digest, cancelled)
    except OSError as error:
        raise disk_fault(error, files) from error
    return Kept(digest, size, target, already=False)


def _hash_source(source: Path, cancelled: Cancelled | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_BLOCK))
    try:
        with source.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                _ask(cancelled)
                digest.update(buffer[:count])
                size += count
    except OSError as error:
        raise _unreadable(source, error) from error
    return digest.hexdigest(), size


def _unreadable(source: Path, error: OSError) -> BadInput:
    text = _("{file} cannot be read ({what}); check the card and copy it again.")
    return BadInput(text.format(file=source, what=error.strerror or error))


def _ask(cancelled: Cancelled | None) -> None:
    if cancelled is not None and cancelled():
        raise Stopped


def _is_whole(target: Path, digest: str, size: int) -> bool:
    """Whether the content is there and undamaged; a damaged one is written again."""
    try:
        return target.stat().st_size == size and sha256_file(target) == digest
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def _copy(source: Path, target: Path, digest: str, cancelled: Cancelled | None) -> None:
    part = target.with_name(f"{PART_PREFIX}{secrets.token_hex(8)}{PART_SUFFIX}")
    try:
        with part.open("xb") as out:
            _fill(source, out, cancelled)
            out.flush()
            os.fsync(out.fileno())
        _verify(part, source, digest)
        os.replace(part, target)  # noqa: PTH105 - the name says what it does on Windows too
        sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _verify(part: Path, source: Path, digest: str) -> None:
    if sha256_file(part) != digest:
        text = _("{file} changed while it was copied, or the disk failed; copy it again.")
        raise Unavailable(text.format(file=source))


def _fill(source: Path, out: BinaryIO, cancelled: Cancelled | None) -> None:
    """Copy block by block; a fault of the source is told apart from one of the project's disk."""
    buffer = memoryview(bytearray(_BLOCK))
    try:
        file = source.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(source, error) from error
    with file:
        while True:
            _ask(cancelled)
            try:
                count = file.readinto(buffer)
            except OSError as error:
                raise _unreadable(source, error) from error
            if not count:
                return
            out.write(buffer[:count])
