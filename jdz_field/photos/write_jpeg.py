"""The pieces of a JPEG that change when it gets a position: its EXIF segment, nothing else moves.

What lies behind the image data (more pictures by CIPA DC-007, previews of the maker, films) moves
as a whole; offsets that name it are raised by as much: those of the MPF segment, and those of the
maker's notes that point at a preview there. Films and trailers of telephones are found from the
end of the file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, Literal

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.faults import BROKEN, odd, sentence
from jdz_field.photos.jpeg import APP0, APP2, EXIF_HEADER, MAX_PAYLOAD, Layout, Segment, scan
from jdz_field.photos.pieces import Piece
from jdz_field.photos.splice import Position, gps_change, new_block
from jdz_field.photos.tiff import LONG, UNDEFINED, Directory, Entry, Tiff

_EXIF_POINTER, _MAKER_NOTE, _JPEG_AT, _MP_ENTRIES = 0x8769, 0x927C, 0x0201, 0xB002
_MPF = b"MPF\0"
#: One number of 32 bits in a directory of a maker's notes, in either byte order.
_LONGS = {
    "<": re.compile(rb"(?s)(?=..\x04\0\x01\0\0\0(....))"),
    ">": re.compile(rb"(?s)(?=..\0\x04\0\0\0\x01(....))"),
}


def jpeg_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """What to change; ``BadInput`` for a broken picture and one that has no room."""
    layout = scan(file)
    _refuse_odd(file, layout)
    if layout.exif is None or layout.exif_segment is None:
        payload = EXIF_HEADER + new_block(position, layout.width, layout.height)
        whole = b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
        at = _after_jfif(layout)
        return [Piece(at, 0, whole), *_moved_pictures(file, layout, at, len(whole))]
    segment, start = layout.exif_segment, layout.exif_segment.at + 4 + len(EXIF_HEADER)
    change = gps_change(layout.exif, position)
    length = segment.end - segment.at - 2 + len(change.tail)
    if length - 2 > MAX_PAYLOAD:
        raise _full()
    pieces = [
        Piece(segment.at + 2, 2, length.to_bytes(2, "big")),
        *(Piece(start + at, len(new), new) for at, new in change.patches),
        Piece(segment.end, 0, change.tail),
    ]
    added = len(change.tail)
    pieces += _moved_previews(file, layout.exif, start, added)
    return [*pieces, *_moved_pictures(file, layout, segment.end, added)]


def _full() -> BadInput:
    return BadInput(
        _(
            "The picture's EXIF data are full (64 KB), so the position has no room; "
            "keep it in the project or in a track instead."
        )
    )


def _refuse_odd(file: BinaryIO, layout: Layout) -> None:
    """Refuse a broken picture, and one that cannot grow without breaking something else in it."""
    if layout.fault in BROKEN:
        raise BadInput(sentence(layout.fault))
    # The offsets of an AFCP trailer count from the start of the file.
    file.seek(max(layout.size - 12, 0))
    if layout.odd_exif or file.read(3) == b"AXS":
        raise odd()


def _after_jfif(layout: Layout) -> int:
    at = 2
    for segment in layout.segments:
        if segment.marker != APP0 or segment.at != at:
            break
        at = segment.end
    return at


def _moved_pictures(file: BinaryIO, layout: Layout, grown_at: int, added: int) -> Iterator[Piece]:
    """The entries of an MPF segment (CIPA DC-007 §5.2.3.3) after ``added`` bytes at an offset.

    Offsets count from the segment's own header, so they change only when it stands before the
    growth; the first picture, which is the one that grows, has its size there too.
    """
    for segment in layout.segments:
        if segment.marker != APP2 or segment.head[:4] != _MPF:
            continue
        base = segment.at + 4 + len(_MPF)
        stays = segment.at < grown_at
        yield from _moved_entries(_mp_index(file, segment, base), base, added, stays)


def _mp_index(file: BinaryIO, segment: Segment, base: int) -> Tiff | None:
    file.seek(base)
    try:
        return Tiff(file.read(segment.end - base))
    except ValueError:
        return None


def _moved_entries(index: Tiff | None, base: int, added: int, stays: bool) -> Iterator[Piece]:
    entry = index.first().entries.get(_MP_ENTRIES) if index else None
    if index is None or entry is None or entry.type not in (UNDEFINED, LONG):
        return
    for at in range(entry.value_at, entry.value_at + entry.size - 15, 16):
        size, offset = struct.unpack_from(index.order + "II", index.data, at + 4)
        if offset == 0:
            yield Piece(base + at + 4, 4, struct.pack(index.order + "I", size + added))
        elif stays:
            yield Piece(base + at + 8, 4, struct.pack(index.order + "I", offset + added))


def _moved_previews(file: BinaryIO, block: bytes, start: int, added: int) -> Iterator[Piece]:
    """Offsets to JPEGs behind the block, in the maker's notes and of the thumbnail."""
    tiff = Tiff(block)
    first = tiff.first()
    following = tiff.directory(int.from_bytes(first.next, _endian(tiff.order)))
    exif = tiff.below(first, _EXIF_POINTER) or Directory(0)
    found: dict[int, Piece] = {}
    for entry in (first.entries.get(_JPEG_AT), following.entries.get(_JPEG_AT)):
        if entry is not None and entry.size == 4:
            _raise(file, tiff, entry.value_at, tiff.order, (0,), start, added, found)
    note = exif.entries.get(_MAKER_NOTE)
    if note is not None:
        for order, at in _longs(block, note):
            _raise(file, tiff, at, order, (0, note.value_at), start, added, found)
    yield from found.values()


def _longs(block: bytes, note: Entry) -> Iterator[tuple[str, int]]:
    """Where in the block the maker's notes may hold an offset behind it."""
    notes = block[note.value_at : note.value_at + note.size]
    for order, pattern in _LONGS.items():
        for match in pattern.finditer(notes):
            yield order, note.value_at + match.start(1)


def _raise(
    file: BinaryIO,
    tiff: Tiff,
    at: int,
    order: str,
    bases: tuple[int, ...],
    start: int,
    added: int,
    found: dict[int, Piece],
) -> None:
    value = int.from_bytes(tiff.data[at : at + 4], _endian(order))
    if value + max(bases) < len(tiff.data):
        return
    for base in bases:
        file.seek(start + base + value)
        if file.read(3) == b"\xff\xd8\xff":
            new = struct.pack(order + "I", value + added)
            found.setdefault(at, Piece(start + at, 4, new))
            return


def _endian(order: str) -> Literal["little", "big"]:
    return "little" if order == "<" else "big"
