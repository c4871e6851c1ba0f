"""Sentences of a receiver, cut out of whatever else is on the line (NMEA 0183).

Only sentences with a right checksum count: a cable in the rain turns digits into other digits.
Binary messages between them (UBX, RTCM) are passed over. Read here and not by a library: a
receiver that speaks ten times a second must not cost a tablet its battery.
"""

from __future__ import annotations

import math
import re
from functools import reduce
from operator import xor
from typing import NamedTuple

#: Longer lines are noise (NMEA 0183 allows 82; receivers with many satellites send more).
LONGEST = 512
_SENTENCE = re.compile(rb"\$[A-Z][A-Z0-9]{3,7},[^$*\r\n]*\*[0-9A-Fa-f]{2}")
_MS = 1000


class Sentence(NamedTuple):
    """``talker`` (``GN``, ``GB``; ``P`` for a maker's own), ``kind`` (``GGA``), its fields."""

    talker: str
    kind: str
    fields: tuple[str, ...]

    def text(self, at: int) -> str:
        """A field; empty when the sentence is shorter."""
        return self.fields[at] if at < len(self.fields) else ""

    def number(self, at: int) -> float | None:
        """A field as a number; absent, empty and absurd ones are None."""
        try:
            found = float(self.text(at))
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    def whole(self, at: int) -> int | None:
        """A field as a whole number that is not negative, or None."""
        found = self.text(at)
        return int(found) if found.isdecimal() and len(found) < 7 else None

    def time(self, at: int) -> int | None:
        """``hhmmss.sss`` as milliseconds of the day; a leap second is the next day's first."""
        found = self.text(at)
        if len(found) < 6 or not found[:6].isdecimal():
            return None
        hour, minute, second = int(found[:2]), int(found[2:4]), int(found[4:6])
        part = found[6:] or "0"
        if hour > 23 or minute > 59 or second > 60 or not part.lstrip(".").isdecimal():
            return None
        thousandths = round(float(part) * _MS)
        return ((hour * 60 + minute) * 60 + second) * _MS + min(thousandths, _MS - 1)

    def place(self, at: int) -> tuple[float, float] | None:
        """Longitude and latitude in degrees from four fields; exactly 0, 0 is none."""
        lat = _degrees(self.number(at), self.text(at + 1), "NS", 90)
        lon = _degrees(self.number(at + 2), self.text(at + 3), "EW", 180)
        if lon is None or lat is None or lon == lat == 0:
            return None
        return lon, lat


def _degrees(value: float | None, side: str, sides: str, most: int) -> float | None:
    """Degrees from ``ddmm.mmmm`` and its side; absurd ones are None."""
    if value is None or value < 0 or len(side) != 1 or side not in sides:
        return None
    whole, minutes = divmod(value, 100)
    found = whole + minutes / 60
    if minutes >= 60 or found > most:
        return None
    return -found if side == sides[1] else found


def checksum_holds(line: bytes) -> bool:
    """Whether ``$…*hh`` carries the XOR of what stands between ``$`` and ``*``."""
    body, star, written = line.strip().partition(b"*")
    if not star or body[:1] != b"$" or len(written) != 2:
        return False
    try:
        return int(written, 16) == reduce(xor, body[1:], 0)
    except ValueError:
        return False


def read_sentence(line: bytes) -> Sentence | None:
    """The sentence in its parts; None for noise."""
    if len(line) > LONGEST or not checksum_holds(line):
        return None
    body = line.strip()[1:-3]
    try:
        name, *fields = body.decode("ascii").split(",")
    except UnicodeDecodeError:
        return None
    if len(name) < 4:
        return None
    if name[0] == "P":
        return Sentence("P", name[1:], tuple(fields))
    return Sentence(name[:2], name[2:], tuple(fields))


class Lines:
    """Cuts sentences out of a stream of bytes; what never ends is thrown away."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The sentences that are complete now, ``$…*hh``, their checksums not looked at yet."""
        buffer, end, found = self._rest + data, 0, []
        for match in _SENTENCE.finditer(buffer):
            found.append(match.group())
            end = match.end()
        start = buffer.rfind(b"$", end)
        self._rest = buffer[start:] if 0 <= len(buffer) - start <= LONGEST and start >= 0 else b""
        return found
