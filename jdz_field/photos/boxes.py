"""The boxes of a HEIC, HEIF or AVIF: which items there are and where they lie.

Sources: ISO/IEC 14496-12 §4.2 (boxes), §8.11 (meta, iloc, iinf, iref), ISO/IEC 23008-12 §6.5.3
(ispe). Every number is held against the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from jdz_field.photos.faults import Broken, Fault, odd
from jdz_field.photos.pieces import Piece

_MOST_BOXES = 10_000
_MOST_EXTENTS = 256
MOST_META = 1 << 24


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its name, where it begins, where its payload begins, where it ends."""

    name: bytes
    start: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """One item in ``iloc``: where its entry and the numbers of its only extent stand."""

    offset_at: int
    length_at: int
    offset: int
    length: int
    base: int
    plain: bool


def file_boxes(file: BinaryIO, size: int) -> Iterator[Box]:
    """The boxes of a whole file; ``Broken`` when one is cut off."""
    at = 0
    for _count in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        box = parsed(head, at, size)
        yield box
        at = box.end
        if at == size:
            return
    raise Broken


def parsed(head: bytes, at: int, limit: int) -> Box:
    """The box that begins with these bytes at this offset (14496-12 §4.2)."""
    length, start = int.from_bytes(head[:4], "big"), 8
    if length == 1:
        length, start = int.from_bytes(head[8:16], "big"), 16
    elif length == 0:
        length = limit - at
    if len(head) < start or length < start:
        raise Broken
    if at + length > limit:
        raise Broken(Fault.CUT_OFF)
    return Box(head[4:8], at, at + start, at + length)


class Meta:
    """The payload of a ``meta`` box, which lies at ``origin`` of the file."""

    def __init__(self, data: bytes, origin: int) -> None:
        self.data, self.origin = data, origin
        self.inner = list(self._inner(4, len(data)))
        self.boxes = {box.name: box for box in self.inner}
        iloc = self.boxes.get(b"iloc")
        if iloc is None or b"iinf" not in self.boxes or len(data) < iloc.at + 8:
            raise Broken
        self.iloc = iloc
        self.version = data[iloc.at]
        sizes = int.from_bytes(data[iloc.at + 4 : iloc.at + 6], "big")
        self.offset_size, self.length_size = sizes >> 12, sizes >> 8 & 15
        self.base_size = sizes >> 4 & 15
        self.index_size = sizes & 15 if self.version in (1, 2) else 0
        widths = {self.offset_size, self.length_size, self.base_size, self.index_size}
        if self.version > 2 or not widths <= {0, 4, 8}:
            raise odd()

    def _inner(self, at: int, end: int) -> Iterator[Box]:
        while at < end:
            box = parsed(self.data[at : at + 16], at, end)
            yield box
            at = box.end

    def integer(self, at: int, size: int) -> int:
        """A number of the payload; ``BadInput`` past its end."""
        if at + size > len(self.data):
            raise Broken
        return int.from_bytes(self.data[at : at + size], "big")

    def number(self, at: int, size: int, value: int) -> Piece:
        """The piece that writes a number into the table."""
        if size == 0 or value < 0 or value >= 1 << (8 * size):
            raise odd()
        return Piece(self.origin + at, size, value.to_bytes(size, "big"))

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Identifier and type of each item in ``iinf``."""
        iinf = self.boxes[b"iinf"]
        for box in self._inner(iinf.at + (6 if self.data[iinf.at] == 0 else 8), iinf.end):
            version = self.data[box.at] if box.at < box.end else 0
            if box.name == b"infe" and version in (2, 3):
                width = 2 if version == 2 else 4
                at = box.at + 4
                kind = self.data[at + width + 2 : at + width + 6]
                yield self.integer(at, width), kind

    def exif_item(self) -> int | None:
        """The identifier of the Exif item."""
        return next((item for item, kind in self.items() if kind == b"Exif"), None)

    def place(self, wanted: int) -> Place:
        """Where an item lies; ``Broken`` when the table does not say."""
        method, reference, base, at, extents = self._entry(wanted)
        first = at + self.index_size
        second = first + self.offset_size
        plain = method == 0 and reference == 0 and extents == 1
        offset = self.integer(first, self.offset_size)
        length = self.integer(second, self.length_size)
        return Place(first, second, offset, length, base, plain)

    def extents(self, wanted: int) -> tuple[int, list[tuple[int, int]]]:
        """How an item is found (0: in the file, 1: in ``idat``) and its parts: offset, length."""
        method, reference, base, at, count = self._entry(wanted)
        if reference or count > _MOST_EXTENTS:
            raise odd()
        each = self.index_size + self.offset_size + self.length_size
        parts = []
        for start in range(at + self.index_size, at + count * each, each or 1):
            offset = self.integer(start, self.offset_size)
            length = self.integer(start + self.offset_size, self.length_size)
            parts.append((base + offset, length))
        return method, parts

    def _entry(self, wanted: int) -> tuple[int, int, int, int, int]:
        """An item's method, reference, base, where its extents begin, and how many there are."""
        wide = 4 if self.version == 2 else 2
        at = self.iloc.at + 6
        count, at = self.integer(at, wide), at + wide
        for _number in range(count):
            item, at = self.integer(at, wide), at + wide
            method = 0
            if self.version in (1, 2):
                method, at = self.integer(at, 2) & 15, at + 2
            reference, base = self.integer(at, 2), self.integer(at + 2, self.base_size)
            at += 2 + self.base_size
            extents, at = self.integer(at, 2), at + 2
            if item == wanted:
                return method, reference, base, at, extents
            at += extents * (self.index_size + self.offset_size + self.length_size)
            if at > self.iloc.end:
                break
        raise Broken

    def size(self) -> tuple[int, int]:
        """Width and height of the largest picture (``ispe``); zeros when none is told."""
        properties = self.boxes.get(b"iprp")
        if properties is None:
            return 0, 0
        sizes = [(0, 0)]
        for container in self._inner(properties.at, properties.end):
            if container.name == b"ipco":
                sizes += [
                    (self.integer(box.at + 4, 4), self.integer(box.at + 8, 4))
                    for box in self._inner(container.at, container.end)
                    if box.name == b"ispe" and box.end - box.at >= 12
                ]
        return max(sizes, key=lambda one: one[0] * one[1])

    def primary(self) -> int:
        """The identifier of the picture itself (``pitm``)."""
        box = self.boxes.get(b"pitm")
        if box is None:
            raise odd()
        return self.integer(box.at + 4, 2 if self.data[box.at] == 0 else 4)
