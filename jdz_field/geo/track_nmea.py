"""Reads tracks from logs of NMEA 0183 sentences: RMC, GGA, GST and ZDA of any talker.

What stands before a sentence on its line, such as a logger's own time, does not matter. Times are
UTC, positions WGS 84 degrees, heights metres over the receiver's sea level. A sentence whose
checksum is wrong, or whose receiver says that it has no fix or only guesses, is left out.
"""

from __future__ import annotations

import math
import re
from array import array
from calendar import timegm
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from jdz_field.geo.track_points import Points

_BLOCK = 1 << 20
_LONGEST_LINE = 1 << 12
_SENTENCE = re.compile(rb"\$([A-Z]{2}(RMC|GGA|GST|ZDA),([^*$\r\n]{1,160}))(?:\*([0-9A-Fa-f]{2}))?")
#: What a log of sentences shows near its start.
SIGNATURE = re.compile(rb"\$[A-Z]{2}(?:RMC|GGA),[^*$\r\n]{10,160}")
_DAY = 86_400
_GUESSED_QUALITIES = frozenset({b"", b"0", b"6", b"7", b"8"})
_GUESSED_MODES = frozenset({b"N", b"E", b"M", b"S"})
#: A receiver whose week counter started over says such years, and one without a date 1980.
_FIRST_YEAR = 2000


@dataclass(slots=True)
class _Epoch:
    """What the sentences of one instant say; ``bad`` when one of them takes the fix back."""

    time: float = -1.0
    day: int | None = None
    lat: float = math.nan
    lon: float = math.nan
    height: float = math.nan
    error: float = math.nan
    bad: bool = False
    rmc: list[bytes] | None = None


class NmeaReader:
    """Joins the sentences of one instant and gives instants without a date their day."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self._key = b""
        self._epoch = _Epoch()
        self._take = {b"GGA": self._gga, b"RMC": self._rmc, b"GST": self._gst, b"ZDA": self._zda}
        # Seconds of the day of the points before the first date.
        self._undated = array("d")
        self._day: int | None = None
        self._last = 0.0

    def read(self, file: BinaryIO) -> None:
        """Take in the log."""
        for block in _blocks(file):
            for body, kind, text, given in _SENTENCE.findall(block):
                if given and _checksum(body) != int(given, 16):
                    self.points.skipped += 1
                    continue
                fields = text.split(b",")
                self._sentence(kind, fields)
        self._flush()

    def _sentence(self, kind: bytes, fields: list[bytes]) -> None:
        if fields[0] != self._key:
            time = _clock(fields[0])
            if time is None:
                return
            self._flush()
            self._key, self._epoch = fields[0], _Epoch(time)
        try:
            self._take[kind](self._epoch, fields)
        except (IndexError, ValueError):
            self.points.skipped += 1

    def _gga(self, epoch: _Epoch, fields: list[bytes]) -> None:
        if fields[5] in _GUESSED_QUALITIES:
            epoch.bad = epoch.bad or bool(fields[5])
            return
        epoch.lat = _degrees(fields[1], fields[2], b"NS")
        epoch.lon = _degrees(fields[3], fields[4], b"EW")
        epoch.height = _finite(fields[8]) if fields[8] else math.nan

    def _rmc(self, epoch: _Epoch, fields: list[bytes]) -> None:
        if len(fields[8]) == 6:
            epoch.day = _short_day(fields[8])
        mode = fields[11][:1] if len(fields) > 11 else b"A"
        if fields[1] != b"A" or mode in _GUESSED_MODES:
            epoch.bad = True
        else:
            epoch.rmc = fields

    def _gst(self, epoch: _Epoch, fields: list[bytes]) -> None:
        error = math.hypot(_finite(fields[5]), _finite(fields[6]))
        epoch.error = error or math.nan

    def _zda(self, epoch: _Epoch, fields: list[bytes]) -> None:
        if fields[1] and fields[2] and len(fields[3]) == 4:
            epoch.day = _day(int(fields[3]), int(fields[2]), int(fields[1]))

    def _flush(self) -> None:
        """Enter the instant that is over."""
        epoch, self._epoch, self._key = self._epoch, _Epoch(), b""
        if epoch.time < 0:
            return
        self._date(epoch)
        if epoch.lat != epoch.lat and epoch.rmc is not None:
            _place_by_rmc(epoch, epoch.rmc)
        if epoch.bad or math.isnan(epoch.lat):
            self.points.skipped += 1
            return
        if self._day is None:
            self._undated.append(epoch.time)
        time = epoch.time + (self._day or 0)
        if self.points.take(time, epoch.lon, epoch.lat, epoch.height):
            self.points.segments[-1].errors.append(epoch.error)
        elif self._day is None:
            self._undated.pop()

    def _date(self, epoch: _Epoch) -> None:
        """The day of this instant: its own, or the last one, and one more past midnight."""
        if epoch.day is not None:
            if self._day is None:
                self._date_back(epoch.day, epoch.time)
            self._day = epoch.day
        elif self._day is not None and self._last - epoch.time > _DAY / 2:
            self._day += _DAY
        self._last = epoch.time

    def _date_back(self, day: int, time: float) -> None:
        """Give the points before the first date their day."""
        times = self.points.segments[-1].times
        for index in range(len(self._undated) - 1, -1, -1):
            if self._undated[index] - time > _DAY / 2:
                day -= _DAY
            time = self._undated[index]
            times[index] = day + time
        self._undated = array("d")

    @property
    def dated(self) -> bool:
        """Whether the log ever names a date; without one its times say nothing."""
        return self._day is not None


def _place_by_rmc(epoch: _Epoch, fields: list[bytes]) -> None:
    """The position of RMC, which knows no height, counts where GGA is missing."""
    with suppress(IndexError, ValueError):
        epoch.lat = _degrees(fields[2], fields[3], b"NS")
        epoch.lon = _degrees(fields[4], fields[5], b"EW")


@lru_cache(maxsize=64)
def _short_day(text: bytes) -> int | None:
    """Unix seconds of ``ddmmyy``; ``ValueError`` when it is none."""
    return _day(int(text[4:6]), int(text[2:4]), int(text[:2]))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in pieces that end with a line."""
    rest = b""
    while block := file.read(_BLOCK):
        block = rest + block
        end = block.rfind(b"\n") + 1
        if not end and len(block) > _LONGEST_LINE:
            end = len(block)
        yield block[:end]
        rest = block[end:]
    yield rest


def _checksum(body: bytes) -> int:
    """All bytes exclusive-ored, by folding one long number: a third of the time of a loop."""
    number = int.from_bytes(body, "little")
    # A sentence has at most 167 bytes; what lies above the kept bits does no harm to the lowest.
    for bits in (1024, 512, 256, 128, 64, 32, 16, 8):
        number ^= number >> bits
    return number & 0xFF


def _clock(text: bytes) -> float | None:
    """Seconds of the day of ``hhmmss.sss``."""
    try:
        hour, minute, second = int(text[:2]), int(text[2:4]), float(text[4:])
    except ValueError:
        return None
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 61):
        return None
    return hour * 3600 + minute * 60 + second


def _day(year: int, month: int, day: int) -> int | None:
    """Unix seconds of a day; years of two digits are of 1980 … 2079."""
    if year < 100:
        year += 1900 if year >= 80 else 2000
    if year < _FIRST_YEAR or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return timegm((year, month, day, 0, 0, 0))


def _degrees(text: bytes, side: bytes, sides: bytes) -> float:
    """Degrees of ``dddmm.mmmm``; ``ValueError`` when it is none."""
    value = float(text)
    if not 0 <= value <= 18_000 or len(side) != 1 or side not in sides:
        raise ValueError
    whole = value // 100
    degrees = whole + (value - whole * 100) / 60
    return -degrees if side == sides[1:] else degrees


def _finite(text: bytes) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError
    return found
