"""The pieces of a HEIC, HEIF or AVIF that change when it gets a position.

The Exif item is written anew at the end of the file, in a box of its own, and the table of item
places (``iloc``) names that place: no byte of the image data changes or moves. A picture without
an Exif item gets one: the ``meta`` box is written anew at the end, the old one becomes free
space. Sources: ISO/IEC 14496-12 §8.11 (meta, iloc, iinf, iref), ISO/IEC 23008-12 annex A.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from jdz_field.core.errors import BadInput
from jdz_field.photos.faults import Fault, sentence
from jdz_field.photos.jpeg import EXIF_HEADER
from jdz_field.photos.pieces import Piece
from jdz_field.photos.splice import Position, new_block, with_gps
from jdz_field.photos.write_jpeg import odd
from jdz_field.photos.write_others import damaged

_MOST_BOXES = 10_000
_MOST_META = 1 << 24
_MOST_EXIF = 1 << 22


@dataclass(frozen=True, slots=True)
class _Box:
    """A box: its name, where it begins, where its payload begins, where it ends."""

    name: bytes
    start: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """One item in ``iloc``: where its entry and the numbers of its only extent stand."""

    offset_at: int
    length_at: int
    offset: int
    length: int
    base: int
    plain: bool


def heic_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """What to change; ``BadInput`` for a layout that nobody could change without moving data."""
    size = file.seek(0, os.SEEK_END)
    boxes = list(_file_boxes(file, size))
    meta = next((box for box in boxes if box.name == b"meta"), None)
    if meta is None or meta.end - meta.at > _MOST_META:
        raise damaged()
    file.seek(meta.at)
    data = file.read(meta.end - meta.at)
    table = _Meta(data, meta.at)
    item = table.exif_item()
    closing = _closing(file, boxes[-1], size)
    if item is None:
        return [*closing, *_with_item(table, meta, size, new_block(position, 0, 0))]
    place = table.place(item)
    payload = _payload(file, place, size)
    block = payload[4 + int.from_bytes(payload[:4], "big") :]
    header = payload[: len(payload) - len(block)]
    new = header + with_gps(block, position)
    where = size + 8 - place.base
    return [
        *closing,
        table.number(place.offset_at, table.offset_size, where),
        table.number(place.length_at, table.length_size, len(new)),
        Piece(size, 0, _box(b"mdat", new)),
    ]


def _box(name: bytes, data: bytes) -> bytes:
    return (8 + len(data)).to_bytes(4, "big") + name + data


def _payload(file: BinaryIO, place: _Place, size: int) -> bytes:
    if not place.plain or not 8 <= place.length <= _MOST_EXIF:
        raise odd()
    start = place.base + place.offset
    if start + place.length > size:
        raise BadInput(sentence(Fault.CUT_OFF))
    file.seek(start)
    return file.read(place.length)


def _closing(file: BinaryIO, last: _Box, size: int) -> list[Piece]:
    """A last box that reaches to the end of the file, whatever that is, gets its true size."""
    file.seek(last.start)
    if file.read(4) != b"\0\0\0\0":
        return []
    if size - last.start >= 1 << 32:
        raise odd()
    return [Piece(last.start, 4, (size - last.start).to_bytes(4, "big"))]


def _file_boxes(file: BinaryIO, size: int) -> Iterator[_Box]:
    at = 0
    for _count in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        box = _parsed(head, at, size)
        yield box
        at = box.end
        if at == size:
            return
    raise damaged()


def _parsed(head: bytes, at: int, limit: int) -> _Box:
    """The box that begins with these bytes at this offset (14496-12 §4.2)."""
    length, start = int.from_bytes(head[:4], "big"), 8
    if length == 1:
        length, start = int.from_bytes(head[8:16], "big"), 16
    elif length == 0:
        length = limit - at
    if len(head) < start or length < start:
        raise damaged()
    if at + length > limit:
        raise BadInput(sentence(Fault.CUT_OFF))
    return _Box(head[4:8], at, at + start, at + length)


class _Meta:
    """The payload of a ``meta`` box, which lies at ``origin`` of the file."""

    def __init__(self, data: bytes, origin: int) -> None:
        self.data, self.origin = data, origin
        self.inner = list(self._inner(4, len(data)))
        self.boxes = {box.name: box for box in self.inner}
        iloc = self.boxes.get(b"iloc")
        if iloc is None or b"iinf" not in self.boxes or len(data) < iloc.at + 8:
            raise damaged()
        self.iloc = iloc
        self.version = data[iloc.at]
        sizes = int.from_bytes(data[iloc.at + 4 : iloc.at + 6], "big")
        self.offset_size, self.length_size = sizes >> 12, sizes >> 8 & 15
        self.base_size = sizes >> 4 & 15
        self.index_size = sizes & 15 if self.version in (1, 2) else 0
        widths = {self.offset_size, self.length_size, self.base_size, self.index_size}
        if self.version > 2 or not widths <= {0, 4, 8}:
            raise odd()

    def _inner(self, at: int, end: int) -> Iterator[_Box]:
        while at < end:
            box = _parsed(self.data[at : at + 16], at, end)
            yield box
            at = box.end

    def integer(self, at: int, size: int) -> int:
        """A number of the payload; ``BadInput`` past its end."""
        if at + size > len(self.data):
            raise damaged()
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

    def place(self, wanted: int) -> _Place:
        """Where an item lies; ``BadInput`` when the table does not say."""
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
            each = self.index_size + self.offset_size + self.length_size
            if item == wanted:
                first = at + self.index_size
                second = first + self.offset_size
                plain = method == 0 and reference == 0 and extents == 1
                offset = self.integer(first, self.offset_size)
                length = self.integer(second, self.length_size)
                return _Place(first, second, offset, length, base, plain)
            at += extents * each
            if at > self.iloc.end:
                break
        raise damaged()

    def primary(self) -> int:
        """The identifier of the picture itself (``pitm``)."""
        box = self.boxes.get(b"pitm")
        if box is None:
            raise odd()
        return self.integer(box.at + 4, 2 if self.data[box.at] == 0 else 4)


def _with_item(table: _Meta, meta: _Box, size: int, block: bytes) -> list[Piece]:
    """A new ``meta`` at the end of the file with an Exif item more, and the item behind it."""
    item = max((item for item, _kind in table.items()), default=0) + 1
    if item > 0xFFFF or table.version == 2 or table.primary() > 0xFFFF:
        raise odd()
    payload = (len(EXIF_HEADER)).to_bytes(4, "big") + EXIF_HEADER + block
    # The place is known once the length is; the length does not depend on the place.
    length = len(_grown(table, item, 0, len(payload)))
    new = _box(b"meta", _grown(table, item, size + 8 + length + 8, len(payload)))
    return [
        Piece(meta.start + 4, 4, b"free"),
        Piece(size, 0, new + _box(b"mdat", payload)),
    ]


def _grown(table: _Meta, item: int, where: int, length: int) -> bytes:
    """The payload of ``meta`` with one item more in ``iinf``, ``iloc`` and ``iref``."""
    data = table.data
    reference = _box(b"cdsc", struct.pack(">HHH", item, 1, table.primary()))
    parts = [data[:4]]
    for box in table.inner:
        body = data[box.at : box.end]
        if box.name == b"iinf":
            wide = 2 if body[0] == 0 else 4
            entry = _box(b"infe", b"\2\0\0\1" + struct.pack(">HH", item, 0) + b"Exif\0")
            body = _counted(body, 4, wide) + entry
        elif box.name == b"iloc":
            body = _counted(body, 6, 2) + _entry(table, item, where, length)
        elif box.name == b"iref":
            if body[:1] != b"\0":
                raise odd()
            body += reference
        parts.append(_box(box.name, body))
    if b"iref" not in table.boxes:
        parts.append(_box(b"iref", b"\0\0\0\0" + reference))
    return b"".join(parts)


def _counted(body: bytes, at: int, wide: int) -> bytes:
    count = int.from_bytes(body[at : at + wide], "big") + 1
    if count >= 1 << (8 * wide):
        raise odd()
    return body[:at] + count.to_bytes(wide, "big") + body[at + wide :]


def _entry(table: _Meta, item: int, where: int, length: int) -> bytes:
    """An entry of ``iloc`` with one extent, counted from the start of the file."""
    method = b"\0\0" if table.version == 1 else b""
    fits = table.offset_size and table.length_size and where < 1 << (8 * table.offset_size)
    if not fits:
        raise odd()
    place = where.to_bytes(table.offset_size, "big") + length.to_bytes(table.length_size, "big")
    head = item.to_bytes(2, "big") + method + b"\0\0" + bytes(table.base_size)
    return head + b"\0\1" + bytes(table.index_size) + place
