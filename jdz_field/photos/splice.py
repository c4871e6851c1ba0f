"""Puts a GPS directory into EXIF data without moving a byte of what is there.

The new directory goes to the end of the TIFF block, which may be a whole TIFF file. When IFD0
names a GPS directory already, only that offset changes; else IFD0 itself is written anew at the
end, with one entry more, and the header's offset changes. Every other offset stays true, those
inside MakerNotes included, which nobody but the maker understands. Sources: TIFF 6.0 §2, Exif
2.32 §4.6.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos import gps
from jdz_field.photos.exif import EXIF_POINTER, GPS_POINTER
from jdz_field.photos.tiff import ASCII, BYTE, LONG, RATIONAL, SHORT, UNDEFINED, Directory, Tiff

#: What describes the fix that a position came from; it goes when another position comes.
_OF_THE_FIX = frozenset({*range(1, 0x0C), gps.DATUM, gps.METHOD, gps.DATE, 0x1E, gps.ERROR})
#: Seconds of arc are written in millionths: 0.03 mm on the ground.
_ARC_UNITS = 1_000_000
_MILLI = 1000

Value = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Position:
    """A position to write: degrees WGS 84, metres, degrees from true north, a zone-aware time.

    ``accuracy`` is the horizontal error; ``method`` one of Exif's words ``GPS`` and ``MANUAL``.
    """

    lon: float
    lat: float
    altitude: float | None = None
    direction: float | None = None
    accuracy: float | None = None
    moment: datetime | None = None
    method: str = "GPS"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a TIFF block: bytes overwritten at offsets, and bytes added at its end."""

    patches: tuple[tuple[int, bytes], ...]
    tail: bytes

    def of(self, block: bytes) -> bytes:
        """The changed block."""
        data = bytearray(block)
        for at, new in self.patches:
            data[at : at + len(new)] = new
        return bytes(data) + self.tail


def with_gps(block: bytes, position: Position) -> bytes:
    """The TIFF block with this position; ``BadInput`` when its directories are damaged."""
    return gps_change(block, position).of(block)


def gps_change(block: bytes, position: Position) -> Change:
    """What puts this position into a TIFF block; ``BadInput`` when its directories are damaged.

    GPS tags that this does not write are kept; when the picture had a position, those that
    describe its fix (satellites, dilution, status) go with it.
    """
    tiff = _sound(block)
    first = tiff.first()
    writer = _Writer(tiff)
    new = _values(tiff, position)
    old = tiff.below(first, GPS_POINTER)
    kept = _kept(tiff, old, set(new)) if old else {}
    directory = writer.directory({**kept, **_entries(writer, new)})
    if GPS_POINTER in tiff.tags(first):
        writer.point_at(first, GPS_POINTER, directory)
    else:
        pointer = writer.entry(GPS_POINTER, (LONG, 1, writer.number("I", directory)))
        writer.move_first(first, pointer)
    return Change(tuple(writer.patches), bytes(writer.tail))


def _sound(block: bytes) -> Tiff:
    try:
        tiff = Tiff(block)
    except ValueError as error:
        raise _damaged() from error
    first = tiff.first()
    if not first.whole or not first.raw:
        raise _damaged()
    return tiff


def new_block(position: Position, width: int, height: int) -> bytes:
    """A TIFF block for a picture without EXIF: the tags that Exif demands, and the position.

    ``width``, ``height``: pixels; 0 leaves out what Exif demands of a JPEG alone.
    """
    empty = b"MM\0*\0\0\0\x08"
    writer = _Writer(Tiff(empty))
    first: dict[int, Value] = {GPS_POINTER: (LONG, 1, writer.number("I", 0))}
    if width and height:
        exif = writer.directory(_entries(writer, _demanded(writer, width, height)))
        first[EXIF_POINTER] = (LONG, 1, writer.number("I", exif))
        first[0x011A] = first[0x011B] = (RATIONAL, 1, writer.number("II", 72, 1))
        first[0x0128] = (SHORT, 1, writer.number("H", 2))
        first[0x0213] = (SHORT, 1, writer.number("H", 1))
    writer.set_first(writer.directory(_entries(writer, first)))
    return with_gps(Change(tuple(writer.patches), bytes(writer.tail)).of(empty), position)


def _demanded(writer: _Writer, width: int, height: int) -> dict[int, Value]:
    """What Exif 2.32 §4.6.8 table 21 makes mandatory for a compressed picture."""
    return {
        0x9000: (UNDEFINED, 4, b"0232"),
        0x9101: (UNDEFINED, 4, b"\1\2\3\0"),
        0xA000: (UNDEFINED, 4, b"0100"),
        0xA001: (SHORT, 1, writer.number("H", 0xFFFF)),
        0xA002: (LONG, 1, writer.number("I", width)),
        0xA003: (LONG, 1, writer.number("I", height)),
    }


def _entries(writer: _Writer, values: dict[int, Value]) -> dict[int, bytes]:
    return {tag: writer.entry(tag, value) for tag, value in values.items()}


def _damaged() -> BadInput:
    return BadInput(
        _("The picture's EXIF data are damaged, so nothing was written; copy the picture again.")
    )


def _kept(tiff: Tiff, old: Directory, replaced: set[int]) -> dict[int, bytes]:
    """The entries of the old GPS directory that stay, as they stand."""
    had_position = gps.LAT in old.entries or gps.LON in old.entries
    gone = replaced | _OF_THE_FIX if had_position else replaced
    kept: dict[int, bytes] = {}
    for tag, raw in zip(tiff.tags(old), old.raw, strict=True):
        if tag not in gone:
            kept.setdefault(tag, raw)
    return kept


class _Writer:
    """What a TIFF block turns into: it grows at its end."""

    def __init__(self, tiff: Tiff) -> None:
        self.order = tiff.order
        self.length = len(tiff.data)
        self.patches: list[tuple[int, bytes]] = []
        self.tail = bytearray()

    def number(self, code: str, *values: int) -> bytes:
        """Numbers in the block's byte order."""
        return struct.pack(self.order + code, *values)

    def append(self, value: bytes) -> int:
        """Put bytes at the end, on an even offset (TIFF 6.0 §2); where they are."""
        self.tail += b"\0" * ((self.length + len(self.tail)) % 2)
        at = self.length + len(self.tail)
        self.tail += value
        return at

    def entry(self, tag: int, value: Value) -> bytes:
        """Twelve bytes of a directory; a value over four bytes goes to the end of the block."""
        kind, count, raw = value
        field = raw.ljust(4, b"\0") if len(raw) <= 4 else self.number("I", self.append(raw))
        return self.number("HHI", tag, kind, count) + field

    def directory(self, entries: dict[int, bytes], following: bytes = b"\0\0\0\0") -> int:
        """Write a directory, sorted by tag as TIFF demands; where it is."""
        ordered = b"".join(entries[tag] for tag in sorted(entries))
        return self.append(self.number("H", len(entries)) + ordered + following)

    def point_at(self, directory: Directory, tag: int, target: int) -> None:
        """Change the offset in every entry of this tag."""
        entry = self.entry(tag, (LONG, 1, self.number("I", target)))
        for index, raw in enumerate(directory.raw):
            if raw[:2] == entry[:2]:
                self.patches.append((directory.at + 2 + 12 * index, entry))

    def move_first(self, first: Directory, added: bytes) -> None:
        """Write IFD0 anew with one entry more, before the first entry of a greater tag."""
        code = struct.Struct(self.order + "H")
        (tag,) = code.unpack_from(added)
        place = (i for i, raw in enumerate(first.raw) if code.unpack_from(raw)[0] > tag)
        index = next(place, len(first.raw))
        entries = b"".join([*first.raw[:index], added, *first.raw[index:]])
        count = self.number("H", len(first.raw) + 1)
        self.set_first(self.append(count + entries + first.next))

    def set_first(self, at: int) -> None:
        """Make the header name another first directory."""
        self.patches.append((4, self.number("I", at)))


def _values(tiff: Tiff, position: Position) -> dict[int, Value]:
    """The GPS tags of a position, each as type, count and bytes."""
    pack = _Packer(tiff.order)
    values: dict[int, Value] = {
        0: (BYTE, 4, b"\2\3\0\0"),
        gps.LAT_REF: pack.text("S" if position.lat < 0 else "N"),
        gps.LAT: pack.arc(position.lat),
        gps.LON_REF: pack.text("W" if position.lon < 0 else "E"),
        gps.LON: pack.arc(position.lon),
        gps.DATUM: pack.text("WGS-84"),
        gps.METHOD: pack.undefined(position.method),
    }
    if position.altitude is not None:
        values[gps.ALT_REF] = (BYTE, 1, b"\1" if position.altitude < 0 else b"\0")
        values[gps.ALT] = pack.milli(abs(position.altitude))
    if position.direction is not None:
        values[gps.IMG_DIR_REF] = pack.text("T")
        values[gps.IMG_DIR] = pack.milli(position.direction % 360)
    if position.accuracy is not None:
        values[gps.ERROR] = pack.milli(position.accuracy)
    if position.moment is not None:
        utc = position.moment.astimezone(UTC)
        values[gps.DATE] = pack.text(f"{utc:%Y:%m:%d}")
        values[gps.TIME] = pack.clock(utc)
    return values


class _Packer:
    """Values in one byte order."""

    def __init__(self, order: str) -> None:
        self.order = order

    def rationals(self, pairs: Iterable[tuple[int, int]]) -> Value:
        """Unsigned fractions."""
        numbers = [number for pair in pairs for number in pair]
        raw = struct.pack(f"{self.order}{len(numbers)}I", *numbers)
        return RATIONAL, len(numbers) // 2, raw

    def arc(self, degrees: float) -> Value:
        """Degrees, minutes and seconds of the absolute value, carried over when rounded up."""
        units = round(abs(degrees) * 3600 * _ARC_UNITS)
        whole, rest = divmod(units, 3600 * _ARC_UNITS)
        minutes, seconds = divmod(rest, 60 * _ARC_UNITS)
        return self.rationals([(whole, 1), (minutes, 1), (seconds, _ARC_UNITS)])

    def milli(self, number: float) -> Value:
        """A number to three decimals."""
        return self.rationals([(round(number * _MILLI), _MILLI)])

    def clock(self, utc: datetime) -> Value:
        """Hours, minutes and seconds to the millisecond."""
        milli = utc.second * _MILLI + utc.microsecond // _MILLI
        seconds = (milli, _MILLI) if milli % _MILLI else (milli // _MILLI, 1)
        return self.rationals([(utc.hour, 1), (utc.minute, 1), seconds])

    def text(self, text: str) -> Value:
        """ASCII with its closing NUL."""
        raw = text.encode("ascii") + b"\0"
        return ASCII, len(raw), raw

    def undefined(self, text: str) -> Value:
        """Text after the eight bytes that name its encoding (Exif 2.32 §4.6.6, tag 27)."""
        raw = b"ASCII\0\0\0" + text.encode("ascii")
        return UNDEFINED, len(raw), raw
