"""Where the EXIF data lie in pictures that are no JPEG: PNG, WebP, TIFF, DNG, HEIC, AVIF.

Only lengths are followed and only the EXIF data are read. Nothing here raises on bad content:
what was found is returned with a fault, as ``jpeg.scan`` does. Sources: PNG 3rd edition §11.3.3.1,
RFC 9649 §2.7, TIFF 6.0 §2, DNG 1.7 chapter 4, ISO/IEC 23008-12 annex A.
"""

from __future__ import annotations

import mmap
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Literal, cast

from jdz_field.core.errors import BadInput
from jdz_field.photos.boxes import MOST_META, Meta, file_boxes
from jdz_field.photos.chunks import (
    Chunk,
    lossless_size,
    lossy_size,
    png_chunks,
    read_at,
    webp_chunks,
)
from jdz_field.photos.faults import Broken, Fault
from jdz_field.photos.jpeg import EXIF_HEADER, Layout, scan
from jdz_field.photos.kinds import image_format
from jdz_field.photos.tiff import Directory, Tiff

_MOST_EXIF = 1 << 22
_MOST_PROFILE = 1 << 20
_WIDTH, _HEIGHT, _SUB_DIRECTORIES = 0x0100, 0x0101, 0x014A
#: Offsets and byte counts of strips and of tiles.
_DATA = ((0x0111, 0x0117), (0x0144, 0x0145))
#: ImageMagick's way of keeping a profile: a name, its length, and the bytes in hexadecimal.
_PROFILE = re.compile(rb"\s*(?:exif|APP1)\s+\d+\s+([0-9a-fA-F\s]*)\Z")


def scan_picture(file: BinaryIO) -> Layout:
    """The layout of an open picture of any kind; ``OSError`` when the disk fails.

    Of a TIFF or DNG ``exif`` is the whole file, mapped and not read: ``release`` lets it go.
    """
    file.seek(0)
    kind = image_format(file.read(32))
    if kind in ("jpeg", ""):
        return scan(file)
    layout = Layout(size=file.seek(0, os.SEEK_END))
    try:
        _SCANS[kind](file, layout)
    except Broken as error:
        layout.fault = error.fault
    except (BadInput, ValueError):
        layout.fault = Fault.DAMAGED
    return layout


def release(layout: Layout) -> None:
    """Let go of a file that is mapped."""
    data = cast(object, layout.exif)
    if isinstance(data, mmap.mmap):
        data.close()


def _bare(data: bytes) -> bytes:
    return data[len(EXIF_HEADER) :] if data.startswith(EXIF_HEADER) else data


def _png(file: BinaryIO, layout: Layout) -> None:
    ended = False
    for chunk in png_chunks(file):
        ended = chunk.name == b"IEND"
        if chunk.name == b"IHDR":
            head = read_at(file, chunk.at, 8)
            layout.width, layout.height = (int.from_bytes(head[n : n + 4], "big") for n in (0, 4))
        elif chunk.name == b"eXIf":
            layout.exif = _bare(read_at(file, chunk.at, chunk.size))
        elif layout.exif is None and chunk.name in (b"zTXt", b"tEXt"):
            layout.exif = _profile(file, chunk)
    if not ended:
        raise Broken(Fault.CUT_OFF)


def _profile(file: BinaryIO, chunk: Chunk) -> bytes | None:
    """EXIF data in a text chunk, as older programs keep them."""
    if chunk.size > _MOST_PROFILE:
        return None
    name, _nul, text = read_at(file, chunk.at, chunk.size).partition(b"\0")
    if name not in (b"Raw profile type exif", b"Raw profile type APP1"):
        return None
    if chunk.name == b"zTXt":
        try:
            text = zlib.decompressobj().decompress(text[1:], _MOST_PROFILE)
        except zlib.error:
            return None
    found = _PROFILE.match(text)
    with suppress(ValueError):
        return _bare(bytes.fromhex(found[1].decode("ascii"))) if found else None
    return None


def _webp(file: BinaryIO, layout: Layout) -> None:
    stop = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    if stop > layout.size:
        raise Broken(Fault.CUT_OFF)
    for chunk in webp_chunks(file, stop):
        if chunk.name == b"VP8X":
            head = read_at(file, chunk.at, 10)
            sizes = (int.from_bytes(head[n : n + 3], "little") + 1 for n in (4, 7))
            layout.width, layout.height = sizes
        elif chunk.name in (b"VP8 ", b"VP8L") and not layout.width:
            size = lossless_size if chunk.name == b"VP8L" else lossy_size
            layout.width, layout.height, _alpha = size(read_at(file, chunk.at, 10).ljust(10, b"\0"))
        elif chunk.name == b"EXIF" and layout.exif is None:
            layout.exif = _bare(read_at(file, chunk.at, chunk.size))
    if not layout.width:
        raise Broken


def _tiff(file: BinaryIO, layout: Layout) -> None:
    data = cast(bytes, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    layout.exif = data
    tiff = Tiff(data)
    first = tiff.first()
    if not first.entries:
        raise Broken(Fault.CUT_OFF if layout.size < 1 << 16 else Fault.DAMAGED)
    for directory in (first, *below_first(tiff, first)):
        width, height = (number_of(tiff, directory, tag) for tag in (_WIDTH, _HEIGHT))
        if width * height > layout.width * layout.height:
            layout.width, layout.height = width, height
        for offsets, sizes in _DATA:
            start, size = (number_of(tiff, directory, tag, last=True) for tag in (offsets, sizes))
            if start + size > layout.size:
                raise Broken(Fault.CUT_OFF)


def below_first(tiff: Tiff, first: Directory) -> Iterator[Directory]:
    """The directories of further pictures in a DNG (``SubIFDs``)."""
    for at in tiff.numbers(first.entries.get(_SUB_DIRECTORIES)):
        if at is not None and at >= 0:
            yield tiff.directory(int(at))


def number_of(tiff: Tiff, directory: Directory, tag: int, *, last: bool = False) -> int:
    """The first or last number of an entry; 0 without one."""
    entry = directory.entries.get(tag)
    if last and entry is not None and entry.type in (3, 4):
        order: Literal["little", "big"] = "little" if tiff.order == "<" else "big"
        width = 2 if entry.type == 3 else 4
        at = entry.value_at + entry.size - width
        return int.from_bytes(tiff.data[at : at + width], order)
    numbers = tiff.numbers(entry)
    value = numbers[-1 if last else 0] if numbers else None
    return int(value) if value is not None and 0 <= value < 1 << 32 else 0


def _heif(file: BinaryIO, layout: Layout) -> None:
    boxes = []
    try:
        for box in file_boxes(file, layout.size):
            boxes.append(box)  # noqa: PERF402 - what came before a fault stays
    except Broken as error:
        # What stands before the fault may tell all the same.
        layout.fault = error.fault
    meta = next((box for box in boxes if box.name == b"meta"), None)
    if meta is None or meta.end - meta.at > MOST_META:
        raise Broken(layout.fault or Fault.DAMAGED)
    file.seek(meta.at)
    table = Meta(file.read(meta.end - meta.at), meta.at)
    layout.width, layout.height = table.size()
    _method, parts = table.extents(table.primary())
    if _method == 0 and any(start + length > layout.size for start, length in parts):
        layout.fault = Fault.CUT_OFF
    item = table.exif_item()
    if item is not None:
        payload = _item(file, table, item, layout.size)
        layout.exif = _bare(payload[4 + int.from_bytes(payload[:4], "big") :])


def _item(file: BinaryIO, table: Meta, item: int, size: int) -> bytes:
    method, parts = table.extents(item)
    if method > 1 or sum(length for _start, length in parts) > _MOST_EXIF:
        raise Broken
    if method == 1:
        idat = table.boxes.get(b"idat")
        if idat is None:
            raise Broken
        body = table.data[idat.at : idat.end]
        return b"".join(body[start : start + length] for start, length in parts)
    if any(start + length > size for start, length in parts):
        raise Broken(Fault.CUT_OFF)
    return b"".join(read_at(file, start, length) for start, length in parts)


_SCANS: dict[str, Callable[[BinaryIO, Layout], None]] = {
    "png": _png,
    "webp": _webp,
    "tiff": _tiff,
    "dng": _tiff,
    "heic": _heif,
}
