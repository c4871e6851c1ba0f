"""Old files whose room the next new ones take, where nobody can be reading them any more.

To give a replaced file's room back can cost a disk more than to write the new one (flash that is
told of every freed block). So the replaced file keeps a name of a part, and a later new file is
written over it. That is only done when the new name is on the disk, so that no cut of the power
brings the old name back to other bytes, and when the system vouches that no program has the file
open and no other name leads to it (Linux: fcntl(2), F_SETLEASE). Elsewhere nothing is kept.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from jdz_field.photos.files import part_of, sync_folder, take_name

#: No more than this is kept, bytes and files.
_MOST_BYTES, _MOST = 128_000_000, 16


class Spares:
    """The old files of one run; every method may be called by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: list[tuple[Path, int]] = []
        self._early: list[tuple[Path, int]] = []

    def replace(self, part: Path, target: Path) -> None:
        """Give ``part`` the name ``target``, keeping the file that had it; ``OSError`` as it is."""
        spare = self._linked(target)
        try:
            take_name(part, target)
        except OSError:
            if spare is not None:
                _remove(spare[0])
            raise
        if spare is not None:
            with self._lock:
                self._early.append(spare)

    def _linked(self, target: Path) -> tuple[Path, int] | None:
        if sys.platform != "linux":
            return None
        spare = part_of(target)
        try:
            found = target.stat()
            if self._full(found.st_size) or found.st_nlink != 1 or found.st_uid != os.geteuid():
                return None
            if os.listxattr(target):
                return None
            spare.hardlink_to(target)
        except OSError:
            return None
        return spare, found.st_size

    def _full(self, size: int) -> bool:
        with self._lock:
            kept = [*self._ready, *self._early]
        return len(kept) >= _MOST or sum(room for _path, room in kept) + size > _MOST_BYTES

    def names_are_kept(self, folders: Sequence[Path]) -> None:
        """Bring the names in ``folders`` to the disk; from then on their old files may be used."""
        kept = [folder for folder in folders if sync_folder(folder)]
        with self._lock:
            early, self._early = self._early, []
            self._ready += [one for one in early if one[0].parent in kept]
        for path, _size in early:
            if path.parent not in kept:
                _remove(path)

    def open(self, part: Path) -> BinaryIO | None:
        """An old file of the same folder under the name ``part``, to be written over."""
        with self._lock:
            spare = next((one for one in self._ready if one[0].parent == part.parent), None)
            if spare is None:
                return None
            self._ready.remove(spare)
        try:
            file = spare[0].open("r+b")
        except OSError:
            return None
        with suppress(OSError):
            if _nobody_reads(file):
                take_name(spare[0], part)
                return file
        file.close()
        _remove(spare[0])
        return None

    def drop(self) -> None:
        """Leave nothing behind."""
        with self._lock:
            rest, self._ready, self._early = [*self._ready, *self._early], [], []
        for path, _size in rest:
            _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _nobody_reads(file: BinaryIO) -> bool:
    """Whether this is the only opening of a file that has only one name."""
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - is not there on Windows

    if os.fstat(file.fileno()).st_nlink != 1:
        return False
    # Whoever opens the file in this instant would have us killed by SIGIO.
    fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError:
        return False
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return True
