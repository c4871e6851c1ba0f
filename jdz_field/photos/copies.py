"""A changed copy of a picture that still says where and when the picture was taken."""

from __future__ import annotations

import struct
from pathlib import Path

from jdz_field.photos.faults import BROKEN
from jdz_field.photos.jpeg import EXIF_HEADER, MAX_PAYLOAD, Layout, scan
from jdz_field.photos.tiff import SHORT, Tiff

_ORIENTATION = 0x0112


def write_copy(jpeg: bytes, original: Path | None, target: Path) -> None:
    """Write ``jpeg``, whose pixels stand upright, with the EXIF data of ``original``.

    The orientation is set upright; everything else (position, time, camera) stays byte for byte.
    An original that is no JPEG, or whose EXIF data are damaged, gives none. ``OSError`` as it
    comes.
    """
    block = _exif_of(original) if original is not None else None
    target.write_bytes(jpeg if block is None else jpeg[:2] + _segment(block) + jpeg[2:])


def longest_side(file: Path) -> int:
    """The longer side of a JPEG in pixels; 0 when it is none."""
    layout = _layout(file)
    return max(layout.width, layout.height) if layout is not None else 0


def _layout(file: Path) -> Layout | None:
    with file.open("rb") as stream:
        layout = scan(stream)
    return None if layout.fault in BROKEN else layout


def _exif_of(original: Path) -> bytes | None:
    layout = _layout(original)
    if layout is None or layout.exif is None:
        return None
    try:
        tiff = Tiff(layout.exif)
    except ValueError:
        return None
    entry = tiff.first().entries.get(_ORIENTATION)
    if entry is None:
        return layout.exif
    if entry.type != SHORT:
        return None
    block = bytearray(layout.exif)
    struct.pack_into(f"{tiff.order}H", block, entry.value_at, 1)
    return bytes(block)


def _segment(block: bytes) -> bytes:
    payload = EXIF_HEADER + block
    if len(payload) > MAX_PAYLOAD:
        return b""
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
