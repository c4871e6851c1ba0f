"""Keeps what a receiver says, byte by byte, so that it can be played again later."""

from __future__ import annotations

import threading
from datetime import datetime
from io import FileIO
from pathlib import Path

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _

#: Bytes of one file; a talkative receiver fills it in about a day.
LARGEST = 32 * 1024 * 1024
#: Files that are kept, all logs together; the oldest go first.
KEPT = 8
_SUFFIX = ".nmea"


class Recorder:
    """Writes into ``folder``; begun and ended by one thread, fed by another.

    Attributes:
        file: the log that grows now.
        why: the sentence about a disk that took no more, empty while all is well.
        bytes: how much has been written since it began.
    """

    def __init__(
        self, folder: Path, *, largest: int = LARGEST, kept: int = KEPT, now: Now = utc_now
    ) -> None:
        """Begin a log; ``Unavailable`` when the folder cannot be written."""
        self._folder, self._largest, self._kept, self._now = folder, largest, kept, now
        self._lock = threading.Lock()
        self._log: FileIO | None = None
        self._size = 0
        self.why = ""
        self.bytes = 0
        self.file = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._begin()
        except OSError as error:
            raise Unavailable(_wrong(folder, error)) from error

    def _begin(self) -> None:
        name = f"{self._now():%Y%m%dT%H%M%S}"
        taken = [_order(one)[1] for one in logs(self._folder) if one.stem[:15] == name]
        unique = f"{name}-{max(taken) + 1}" if taken else name
        self.file = self._folder / f"{unique}{_SUFFIX}"
        # Unbuffered: what came before a kill is kept.
        self._log, self._size = self.file.open("xb", buffering=0), 0
        for old in logs(self._folder)[self._kept :]:
            old.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Keep these bytes; a full disk ends the log, never the listening."""
        with self._lock:
            if self._log is None or not data:
                return
            try:
                self._log.write(data)
                self._size += len(data)
                self.bytes += len(data)
                # Between two lines, so that each file is a whole log.
                if self._size >= self._largest and data.endswith(b"\n"):
                    self._log.close()
                    self._begin()
            except OSError as error:
                self.why = _wrong(self.file, error)
                self._end()

    def close(self) -> None:
        """The log is complete."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        log, self._log = self._log, None
        if log is not None:
            try:
                log.close()
            except OSError as error:
                self.why = _wrong(self.file, error)


def logs(folder: Path) -> list[Path]:
    """The kept logs of a folder, the newest first."""
    return sorted(folder.glob(f"*{_SUFFIX}"), key=_order, reverse=True)


def _order(log: Path) -> tuple[str, int]:
    """By name, several of one second by their number."""
    name, _dash, number = log.stem.partition("-")
    return name, int(number) if number.isdecimal() else 0


def moment_of(log: Path) -> datetime | None:
    """When a log was begun (UTC), by its name; ``None`` for a name that is not ours."""
    try:
        return datetime.strptime(log.stem[:15] + "+0000", "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None


def _wrong(where: Path, error: OSError) -> str:
    message = _("The log of the receiver cannot be written at {place}: {why}.")
    return message.format(place=where.name, why=error.strerror or error)
