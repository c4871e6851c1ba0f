"""Sentences of a receiver, read one line at a time (NMEA 0183).

Only lines with a right checksum count: a cable in the rain turns digits into other digits.
"""

from __future__ import annotations

from typing import Any

from pynmeagps import NMEAMessageError, NMEAParseError, NMEAReader, NMEATypeError

#: Longer lines are noise (NMEA 0183 allows 82; receivers with many satellites send more).
LONGEST = 512
#: What a read of these sentences can fail with.
_FAULTS = (NMEAMessageError, NMEAParseError, NMEATypeError, ValueError, KeyError, IndexError)


def checksum_holds(line: bytes) -> bool:
    """Whether ``$…*hh`` carries the XOR of what stands between ``$`` and ``*``."""
    body, star, written = line.strip().partition(b"*")
    if not star or body[:1] != b"$" or len(written) != 2:
        return False
    found = 0
    for byte in body[1:]:
        found ^= byte
    try:
        return int(written, 16) == found
    except ValueError:
        return False


def read_sentence(line: bytes) -> Any | None:
    """The sentence with its fields as attributes (``msgID``, ``talker``, …); None for noise."""
    if len(line) > LONGEST or not checksum_holds(line):
        return None
    try:
        return NMEAReader.parse(line.strip() + b"\r\n")
    except _FAULTS:
        return None


class Lines:
    """Cuts a stream of bytes into lines; what never ends is thrown away."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends."""
        *whole, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        if len(self._rest) > LONGEST:
            self._rest = b""
        return [line[line.rfind(b"$") :] for line in whole if b"$" in line]
