"""Writes files so that at any instant the old one or the new one is there, whole.

A new file grows under another name beside its target, is brought to the disk, and then takes the
target's name in one step. What a killed run left behind is swept by the next.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from jdz_field.core.errors import Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _

PART_PREFIX, PART_SUFFIX = ".jdz-", ".part"
#: A part younger than this may belong to another process at work, seconds.
_FRESH = 3600
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


class DiskFull(Unavailable):
    """The disk is full: the next file would not fit either."""


@contextmanager
def replacing(target: Path, *, like: Path | None = None) -> Iterator[BinaryIO]:
    """A file to write to that takes the name ``target`` at the end of the block.

    With ``like`` it gets that file's permissions and times. An exception in the block, or one
    of ours (``OSError``), leaves ``target`` as it was and nothing beside it.
    """
    part = part_of(target)
    try:
        with writing(part) as file:
            yield file
        if like is not None:
            shutil.copystat(like, part)
        take_name(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def part_of(target: Path) -> Path:
    """Another name beside ``target`` for a file that grows; ``sweep`` knows it."""
    return target.with_name(f"{PART_PREFIX}{secrets.token_hex(8)}{PART_SUFFIX}")


@contextmanager
def writing(part: Path, over: BinaryIO | None = None) -> Iterator[BinaryIO]:
    """A new file that is whole on the disk at the end of the block, or not there at all.

    ``over`` is an open file that has this name already and whose bytes nobody needs.
    """
    try:
        with part.open("xb") if over is None else over as file:
            yield file
            file.flush()
            if over is not None:
                file.truncate()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def take_name(part: Path, target: Path) -> None:
    """Give a file that is on the disk its name, in one step; ``OSError`` as it comes."""
    replace(part, target)


def sync_folder(folder: Path) -> bool:
    """Bring a folder's new names to the disk, where the system can (POSIX); whether it could."""
    if os.name != "posix":
        return False
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network and FUSE file systems know no such thing; the names are then theirs to keep.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):
            raise
        return False
    finally:
        os.close(handle)
    return True


def sweep(folder: Path) -> None:
    """Remove what killed runs left in a folder, unless it is fresh."""
    limit = time.time() - _FRESH
    with suppress(OSError):
        for part in folder.glob(f"{PART_PREFIX}*{PART_SUFFIX}"):
            with suppress(OSError):
                if part.stat().st_mtime < limit:
                    part.unlink()


def disk_fault(error: OSError, place: Path) -> Unavailable:
    """The sentence for a disk that did not do its part."""
    if error.errno in _FULL:
        text = _("The disk is full at {place}; make room and start again, nothing was lost.")
        return DiskFull(text.format(place=place))
    if isinstance(error, PermissionError):
        text = _(
            "{place} cannot be written: it is read-only or open in another program; "
            "close it or choose another folder."
        )
        return Unavailable(text.format(place=place))
    text = _("The disk failed at {place} ({what}); nothing was lost, try again.")
    return Unavailable(text.format(place=place, what=error.strerror or error))
