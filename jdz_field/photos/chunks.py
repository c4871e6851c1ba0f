"""The chunks of PNG and WebP files.

Sources: PNG 3rd edition §5, RFC 9649 §2 (WebP), RFC 6386 §9.1 (VP8 frames).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from jdz_field.photos.faults import Broken, odd

_MOST_CHUNKS = 1_000_000
_MOST_BYTES = 1 << 24
_PNG_START = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's name, and where its payload lies."""

    name: bytes
    at: int
    size: int


def png_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a PNG, as far as they are whole."""
    end = file.seek(0, os.SEEK_END)
    at = _PNG_START
    for _count in range(_MOST_CHUNKS):
        head = read_at(file, at, 8)
        size = int.from_bytes(head[:4], "big")
        if len(head) < 8 or at + 12 + size > end:
            return
        yield Chunk(head[4:], at + 8, size)
        if head[4:] == b"IEND":
            return
        at += 12 + size
    raise Broken


def webp_chunks(file: BinaryIO, stop: int) -> Iterator[Chunk]:
    """The chunks of a WebP that ends at ``stop``; ``Broken`` when one is cut off."""
    at = 12
    for _count in range(_MOST_CHUNKS):
        head = read_at(file, at, 8)
        size = int.from_bytes(head[4:], "little")
        if at >= stop:
            return
        if len(head) < 8 or at + 8 + size > stop:
            raise Broken
        yield Chunk(head[:4], at + 8, size)
        at += 8 + size + size % 2
    raise Broken


def lossy_size(head: bytes) -> tuple[int, int, bool]:
    """Width, height and alpha of a VP8 key frame (RFC 6386 §9.1)."""
    width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if head[3:6] != b"\x9d\x01\x2a" or not width or not height:
        raise Broken
    return width, height, False


def lossless_size(head: bytes) -> tuple[int, int, bool]:
    """Width, height and alpha of a VP8L stream (RFC 9649 §3.4)."""
    bits = int.from_bytes(head[1:5], "little")
    if head[0] != 0x2F:
        raise Broken
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)


def read_at(file: BinaryIO, at: int, size: int) -> bytes:
    """Bytes from an offset on; fewer at the end of the file."""
    if size > _MOST_BYTES:
        raise odd()
    file.seek(at)
    return file.read(size)
