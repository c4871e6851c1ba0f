"""Brings a growing track to the disk, in a thread of its own: a slow disk never holds a window up.

Every few seconds what came is written, flushed and synced together. When the disk refuses, the
lines stay in memory, are tried again at the next turn, and ``problem`` says why. A half-written
piece is cut off before the next try.
"""

from __future__ import annotations

import os
import threading
from io import FileIO
from pathlib import Path

from jdz_field.photos.files import disk_fault, sync_folder

#: Lines that wait for a full disk at most: more than two days at one a second, 20 MB.
MOST_WAITING = 200_000


class TrackWriter:
    """Writes lines to the end of a file.

    Attributes:
        kept: points that are on the disk for certain.
        waiting: points that are not yet.
        lost: points that a disk which stayed full left no room for, not even in memory.
        problem: why the last turn failed, empty when it did not.
    """

    def __init__(self, path: Path, *, every: float, good: int = 0, kept: int = 0) -> None:
        """``good``: bytes of the file that count; ``kept``: points in them."""
        self.path = path
        self.kept, self.lost = kept, 0
        self.problem = ""
        self._every, self._good = every, good
        self._lines: list[tuple[bytes, int]] = []
        self._wake = threading.Condition()
        self._ending = False
        self._file: FileIO | None = None
        self._thread = threading.Thread(target=self._run, name="track", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Points that are in memory alone."""
        with self._wake:
            return sum(points for _line, points in self._lines)

    def add(self, line: bytes, points: int = 0) -> None:
        """Write a line in the next turn; ``points``: how many points it holds."""
        with self._wake:
            if len(self._lines) >= MOST_WAITING:
                self.lost += points
            else:
                self._lines.append((line, points))

    def flush(self) -> None:
        """Write what waits at once; ``waiting`` says when that is done."""
        with self._wake:
            self._wake.notify()

    def close(self) -> bool:
        """Write what waits and let the file go; whether everything is on the disk."""
        with self._wake:
            self._ending = True
            self._wake.notify()
        self._thread.join()
        return not self._lines

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._ending:
                    self._wake.wait(self._every)
                ending, todo = self._ending, list(self._lines)
            if todo:
                self._turn(todo)
            if ending:
                break
        if self._file is not None:
            self._file.close()

    def _turn(self, todo: list[tuple[bytes, int]]) -> None:
        try:
            self._write(b"".join(text for text, _points in todo))
        except OSError as error:
            self.problem = str(disk_fault(error, self.path.parent))
            return
        self.problem = ""
        with self._wake:
            del self._lines[: len(todo)]
            self.kept += sum(points for _line, points in todo)

    def _write(self, data: bytes) -> None:
        file = self._opened()
        # What a failed turn left behind goes first.
        file.truncate(self._good)
        file.seek(self._good)
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
        self._good += len(data)

    def _opened(self) -> FileIO:
        if self._file is None:
            folder = self.path.parent
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                sync_folder(folder.parent)
            fresh = not self.path.exists()
            mode = "x+" if fresh else "r+"
            self._file = FileIO(self.path, mode)
            if fresh:
                sync_folder(folder)
        return self._file
