"""The pieces of a PNG, WebP, TIFF or DNG that change when it gets a position.

Sources: PNG 3rd edition §11.3.3.1 (eXIf), RFC 9649 §2.7 (WebP, VP8X and EXIF), TIFF 6.0 §2. No
byte of the image data changes; in TIFF and DNG none moves either.
"""

from __future__ import annotations

import mmap
import os
import zlib
from typing import BinaryIO, cast

from jdz_field.photos.chunks import (
    Chunk,
    lossless_size,
    lossy_size,
    png_chunks,
    read_at,
    webp_chunks,
)
from jdz_field.photos.faults import Broken, Fault, odd
from jdz_field.photos.jpeg import EXIF_HEADER
from jdz_field.photos.pieces import Piece, trimmed
from jdz_field.photos.splice import Position, gps_change, new_block, with_gps

_EXIF_FLAG, _ALPHA_FLAG = 0x08, 0x10
_CR2 = b"CR"


def png_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """The eXIf chunk, new before the image data or changed where it is."""
    place = None
    chunks: dict[bytes, Chunk] = {}
    for chunk in png_chunks(file):
        chunks.setdefault(chunk.name, chunk)
    if b"IDAT" not in chunks or b"IEND" not in chunks:
        raise Broken(Fault.CUT_OFF)
    old = chunks.get(b"eXIf")
    if old is None:
        place = chunks[b"IDAT"].at - 8
        return [Piece(place, 0, _png_chunk(new_block(position, 0, 0)))]
    whole = read_at(file, old.at - 8, old.size + 12)
    return [trimmed(old.at - 8, whole, _png_chunk(_changed(whole[8:-4], position)))]


def _png_chunk(data: bytes) -> bytes:
    name = b"eXIf" + data
    return len(data).to_bytes(4, "big") + name + zlib.crc32(name).to_bytes(4, "big")


def _changed(data: bytes, position: Position) -> bytes:
    """An EXIF payload with the position, with the header of JPEG if it had that."""
    header = EXIF_HEADER if data.startswith(EXIF_HEADER) else b""
    return header + with_gps(data[len(header) :], position)


def webp_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """The EXIF chunk behind the image data, and what announces it at the start."""
    end = file.seek(0, os.SEEK_END)
    stop = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    if stop > end:
        raise Broken(Fault.CUT_OFF)
    found: dict[bytes, Chunk] = {}
    for chunk in webp_chunks(file, stop):
        found.setdefault(chunk.name, chunk)
    old = found.get(b"EXIF")
    if old is not None:
        padded = old.size + old.size % 2
        before = read_at(file, old.at - 8, min(padded + 8, stop - old.at + 8))
        after = _webp_chunk(b"EXIF", _changed(before[8 : 8 + old.size], position))
        change = trimmed(old.at - 8, before, after)
        pieces, grown = [change], len(after) - len(before)
    else:
        xmp = found.get(b"XMP ")
        new = _webp_chunk(b"EXIF", EXIF_HEADER[:0] + new_block(position, 0, 0))
        pieces, grown = [Piece(xmp.at - 8 if xmp else stop, 0, new)], len(new)
    announced = _announced(file, found)
    pieces += announced
    grown += sum(len(piece.new) - piece.size for piece in announced)
    return [Piece(4, 4, (stop - 8 + grown).to_bytes(4, "little")), *pieces]


def _announced(file: BinaryIO, found: dict[bytes, Chunk]) -> list[Piece]:
    """The flag in VP8X that says EXIF follows, or a whole VP8X for a simple file."""
    extended = found.get(b"VP8X")
    if extended is not None:
        (flags,) = read_at(file, extended.at, 1)
        flag = bytes((flags | _EXIF_FLAG,))
        return [] if flags & _EXIF_FLAG else [Piece(extended.at, 1, flag)]
    picture = found.get(b"VP8 ") or found.get(b"VP8L")
    if picture is None:
        raise Broken
    head = read_at(file, picture.at, 10)
    if len(head) < 10:
        raise Broken
    width, height, alpha = lossless_size(head) if picture.name == b"VP8L" else lossy_size(head)
    flags = _EXIF_FLAG | (_ALPHA_FLAG if alpha else 0)
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return [Piece(picture.at - 8, 0, _webp_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size))]


def _webp_chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def tiff_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """A GPS directory at the end of the file, and the offset that leads to it."""
    # A CR2's header names a second directory, and its programs look at fixed places.
    if read_at(file, 8, 2) == _CR2:
        raise odd()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if len(data) >= 1 << 32:
            raise odd()
        # It is read by offsets only, never whole.
        change = gps_change(cast(bytes, data), position)
        pieces = [Piece(at, len(new), new) for at, new in change.patches]
        return [*pieces, Piece(len(data), 0, change.tail)]
