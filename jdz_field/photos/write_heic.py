"""The pieces of a HEIC, HEIF or AVIF that change when it gets a position.

The Exif item is written anew at the end of the file, in a box of its own, and the table of item
places (``iloc``) names that place: no byte of the image data changes or moves. A picture without
an Exif item gets one: the ``meta`` box is written anew at the end, the old one becomes free
space. Sources: ISO/IEC 14496-12 §8.11 (meta, iloc, iinf, iref), ISO/IEC 23008-12 annex A.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from jdz_field.photos.boxes import MOST_META, Box, Meta, Place, file_boxes
from jdz_field.photos.faults import Broken, Fault, odd
from jdz_field.photos.jpeg import EXIF_HEADER
from jdz_field.photos.pieces import Piece
from jdz_field.photos.splice import Position, new_block, with_gps

_MOST_EXIF = 1 << 22


def heic_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """What to change; ``BadInput`` for a layout that nobody could change without moving data."""
    size = file.seek(0, os.SEEK_END)
    boxes = list(file_boxes(file, size))
    meta = next((box for box in boxes if box.name == b"meta"), None)
    if meta is None or meta.end - meta.at > MOST_META:
        raise Broken
    file.seek(meta.at)
    data = file.read(meta.end - meta.at)
    table = Meta(data, meta.at)
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


def _payload(file: BinaryIO, place: Place, size: int) -> bytes:
    if not place.plain or not 8 <= place.length <= _MOST_EXIF:
        raise odd()
    start = place.base + place.offset
    if start + place.length > size:
        raise Broken(Fault.CUT_OFF)
    file.seek(start)
    return file.read(place.length)


def _closing(file: BinaryIO, last: Box, size: int) -> list[Piece]:
    """A last box that reaches to the end of the file, whatever that is, gets its true size."""
    file.seek(last.start)
    if file.read(4) != b"\0\0\0\0":
        return []
    if size - last.start >= 1 << 32:
        raise odd()
    return [Piece(last.start, 4, (size - last.start).to_bytes(4, "big"))]


def _with_item(table: Meta, meta: Box, size: int, block: bytes) -> list[Piece]:
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


def _grown(table: Meta, item: int, where: int, length: int) -> bytes:
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


def _entry(table: Meta, item: int, where: int, length: int) -> bytes:
    """An entry of ``iloc`` with one extent, counted from the start of the file."""
    method = b"\0\0" if table.version == 1 else b""
    fits = table.offset_size and table.length_size and where < 1 << (8 * table.offset_size)
    if not fits:
        raise odd()
    place = where.to_bytes(table.offset_size, "big") + length.to_bytes(table.length_size, "big")
    head = item.to_bytes(2, "big") + method + b"\0\0" + bytes(table.base_size)
    return head + b"\0\1" + bytes(table.index_size) + place
