"""Reads the TIFF block that EXIF data are (TIFF 6.0 §2, Exif 2.32 §4.6), both byte orders.

Every offset and count is held against the block; nothing is followed twice, so that time and
memory stay within a small multiple of the block's 64 KB.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

#: Bytes of one value by TIFF type: BYTE ASCII SHORT LONG RATIONAL, the signed ones, floats, IFD.
TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
_CODES = {1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}
_MOST_NUMBERS = 16
_LONGEST_TEXT = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One directory entry: its value has ``size`` bytes at offset ``value_at`` of the block."""

    tag: int
    type: int
    count: int
    value_at: int
    size: int


@dataclass(slots=True)
class Directory:
    """An image file directory.

    ``raw`` holds its twelve-byte entries as they stand, ``entries`` those that can be read (the
    first of each tag); ``whole`` is false when the block ends before the directory does.
    """

    at: int
    raw: list[bytes] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    next: bytes = b"\0\0\0\0"
    whole: bool = False


class Tiff:
    """A TIFF block in memory; ``ValueError`` when it does not start as one."""

    def __init__(self, data: bytes) -> None:
        orders = {b"II*\0": "<", b"MM\0*": ">"}
        if data[:4] not in orders:
            raise ValueError("no TIFF header")
        self.data = data
        self.order = orders[data[:4]]
        self._entry = struct.Struct(self.order + "HHI4s")

    def first(self) -> Directory:
        """The first directory (IFD0), empty when its offset is wrong."""
        return self.directory(self._long(self.data[4:8]))

    def below(self, parent: Directory, tag: int) -> Directory | None:
        """The directory that an entry of ``parent`` points to, ``None`` without one."""
        entry = parent.entries.get(tag)
        if entry is None or entry.type not in (LONG, 13) or entry.count < 1:
            return None
        return self.directory(self._long(self.value(entry, 4)))

    def tags(self, directory: Directory) -> list[int]:
        """The tags of a directory's entries, unreadable ones too, as they stand."""
        code = struct.Struct(self.order + "H")
        return [code.unpack_from(raw)[0] for raw in directory.raw]

    def value(self, entry: Entry, most: int = 1 << 16) -> bytes:
        """The bytes of an entry's value, at most ``most`` of them."""
        return self.data[entry.value_at : entry.value_at + min(entry.size, most)]

    def directory(self, at: int) -> Directory:
        """The directory at an offset; empty and not ``whole`` when there can be none."""
        found = Directory(at)
        if not 8 <= at <= len(self.data) - 2:
            return found
        count: int = struct.unpack_from(self.order + "H", self.data, at)[0]
        end = at + 2 + 12 * count
        for position in range(at + 2, min(end, len(self.data) - 11), 12):
            found.raw.append(self.data[position : position + 12])
            entry = self._read(position)
            if entry is not None:
                found.entries.setdefault(entry.tag, entry)
        # Some cameras leave out the offset of the next directory; then there is none.
        found.whole = len(found.raw) == count
        found.next = self.data[end : end + 4].ljust(4, b"\0") if found.whole else b"\0\0\0\0"
        return found

    def numbers(self, entry: Entry | None) -> list[float | None]:
        """Up to sixteen numbers of an entry; ``None`` for a rational over zero."""
        if entry is None or entry.type not in _CODES:
            return []
        count = min(entry.count, _MOST_NUMBERS)
        code = _CODES[entry.type] * count
        try:
            values = struct.unpack_from(self.order + code, self.data, entry.value_at)
        except struct.error:
            return []
        if entry.type in (RATIONAL, SRATIONAL):
            pairs = zip(values[::2], values[1::2], strict=True)
            return [above / below if below else None for above, below in pairs]
        return [float(value) for value in values]

    def text(self, entry: Entry | None) -> str:
        """The text of an entry up to its first NUL, without control characters; bounded."""
        if entry is None:
            return ""
        raw = self.value(entry, _LONGEST_TEXT).split(b"\0", 1)[0]
        return "".join(c for c in _decode(raw) if c.isprintable()).strip()

    def _read(self, position: int) -> Entry | None:
        tag, kind, count, value = self._entry.unpack_from(self.data, position)
        size = TYPE_SIZES.get(kind, 0) * count
        if size == 0:
            return None
        at = self._long(value) if size > 4 else position + 8
        return Entry(tag, kind, count, at, size) if at + size <= len(self.data) else None

    def _long(self, four: bytes) -> int:
        return int.from_bytes(four, "little" if self.order == "<" else "big")


def _decode(raw: bytes) -> str:
    """Exif says ASCII; cameras and phones write UTF-8 and, in China, GB 18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
