"""The pieces of a PNG, WebP, TIFF or DNG that change when it gets a position.

Sources: PNG 3rd edition §11.3.3.1 (eXIf), RFC 9649 §2.7 (WebP, VP8X and EXIF), TIFF 6.0 §2. No
byte of the image data changes; in TIFF and DNG none moves either.
"""

from __future__ import annotations

import mmap
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from jdz_field.core.errors import BadInput
from jdz_field.photos.faults import Fault, sentence
from jdz_field.photos.jpeg import EXIF_HEADER
from jdz_field.photos.pieces import Piece, trimmed
from jdz_field.photos.splice import Position, gps_change, new_block, with_gps
from jdz_field.photos.write_jpeg import odd

_MOST_CHUNKS = 1_000_000
_MOST_EXIF = 1 << 24
_PNG_START = 8
_EXIF_FLAG, _ALPHA_FLAG = 0x08, 0x10
_CR2 = b"CR"


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A chunk's name, and where its payload lies."""

    name: bytes
    at: int
    size: int


def damaged() -> BadInput:
    """What is said of a picture whose structure cannot be followed."""
    return BadInput(sentence(Fault.DAMAGED))


def png_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """The eXIf chunk, new before the image data or changed where it is."""
    place = None
    chunks: dict[bytes, _Chunk] = {}
    for chunk in _png_chunks(file):
        chunks.setdefault(chunk.name, chunk)
    if b"IDAT" not in chunks or b"IEND" not in chunks:
        raise BadInput(sentence(Fault.CUT_OFF))
    old = chunks.get(b"eXIf")
    if old is None:
        place = chunks[b"IDAT"].at - 8
        return [Piece(place, 0, _png_chunk(new_block(position, 0, 0)))]
    whole = _read(file, old.at - 8, old.size + 12)
    return [trimmed(old.at - 8, whole, _png_chunk(_changed(whole[8:-4], position)))]


def _png_chunk(data: bytes) -> bytes:
    name = b"eXIf" + data
    return len(data).to_bytes(4, "big") + name + zlib.crc32(name).to_bytes(4, "big")


def _png_chunks(file: BinaryIO) -> Iterator[_Chunk]:
    end = file.seek(0, os.SEEK_END)
    at = _PNG_START
    for _count in range(_MOST_CHUNKS):
        head = _read(file, at, 8)
        size = int.from_bytes(head[:4], "big")
        if len(head) < 8 or at + 12 + size > end:
            return
        yield _Chunk(head[4:], at + 8, size)
        if head[4:] == b"IEND":
            return
        at += 12 + size
    raise damaged()


def _changed(data: bytes, position: Position) -> bytes:
    """An EXIF payload with the position, with the header of JPEG if it had that."""
    header = EXIF_HEADER if data.startswith(EXIF_HEADER) else b""
    return header + with_gps(data[len(header) :], position)


def webp_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """The EXIF chunk behind the image data, and what announces it at the start."""
    end = file.seek(0, os.SEEK_END)
    stop = 8 + int.from_bytes(_read(file, 4, 4), "little")
    if stop > end:
        raise BadInput(sentence(Fault.CUT_OFF))
    found: dict[bytes, _Chunk] = {}
    for chunk in _webp_chunks(file, stop):
        found.setdefault(chunk.name, chunk)
    old = found.get(b"EXIF")
    if old is not None:
        padded = old.size + old.size % 2
        before = _read(file, old.at - 8, min(padded + 8, stop - old.at + 8))
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


def _announced(file: BinaryIO, found: dict[bytes, _Chunk]) -> list[Piece]:
    """The flag in VP8X that says EXIF follows, or a whole VP8X for a simple file."""
    extended = found.get(b"VP8X")
    if extended is not None:
        (flags,) = _read(file, extended.at, 1)
        flag = bytes((flags | _EXIF_FLAG,))
        return [] if flags & _EXIF_FLAG else [Piece(extended.at, 1, flag)]
    picture = found.get(b"VP8 ") or found.get(b"VP8L")
    if picture is None:
        raise damaged()
    head = _read(file, picture.at, 10)
    if len(head) < 10:
        raise damaged()
    width, height, alpha = _lossless(head) if picture.name == b"VP8L" else _lossy(head)
    flags = _EXIF_FLAG | (_ALPHA_FLAG if alpha else 0)
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return [Piece(picture.at - 8, 0, _webp_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size))]


def _lossy(head: bytes) -> tuple[int, int, bool]:
    """Width, height and alpha of a VP8 key frame (RFC 6386 §9.1)."""
    width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if head[3:6] != b"\x9d\x01\x2a" or not width or not height:
        raise damaged()
    return width, height, False


def _lossless(head: bytes) -> tuple[int, int, bool]:
    """Width, height and alpha of a VP8L stream (RFC 9649 §3.4)."""
    bits = int.from_bytes(head[1:5], "little")
    if head[0] != 0x2F:
        raise damaged()
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)


def _webp_chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def _webp_chunks(file: BinaryIO, stop: int) -> Iterator[_Chunk]:
    at = 12
    for _count in range(_MOST_CHUNKS):
        head = _read(file, at, 8)
        size = int.from_bytes(head[4:], "little")
        if at >= stop:
            return
        if len(head) < 8 or at + 8 + size > stop:
            raise damaged()
        yield _Chunk(head[:4], at + 8, size)
        at += 8 + size + size % 2
    raise damaged()


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    if size > _MOST_EXIF:
        raise odd()
    file.seek(at)
    return file.read(size)


def tiff_pieces(file: BinaryIO, position: Position) -> list[Piece]:
    """A GPS directory at the end of the file, and the offset that leads to it."""
    # A CR2's header names a second directory, and its programs look at fixed places.
    if _read(file, 8, 2) == _CR2:
        raise odd()
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if len(data) >= 1 << 32:
            raise odd()
        # It is read by offsets only, never whole.
        change = gps_change(cast(bytes, data), position)
        pieces = [Piece(at, len(new), new) for at, new in change.patches]
        return [*pieces, Piece(len(data), 0, change.tail)]
