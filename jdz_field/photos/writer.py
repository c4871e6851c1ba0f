"""Writes a position into a picture: only its EXIF segment changes, the image data never."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.faults import BROKEN, sentence
from jdz_field.photos.files import disk_fault, replacing
from jdz_field.photos.jpeg import APP0, APP2, EXIF_HEADER, MAX_PAYLOAD, Layout, scan
from jdz_field.photos.splice import Position, new_block, with_gps

__all__ = ["Position", "write_gps"]

_BLOCK = 1 << 17


def write_gps(source: Path, position: Position, target: Path | None = None) -> None:
    """Write ``position`` into ``source`` itself, or into a copy at ``target``.

    Atomic: at any instant the old file or the new one is there, whole and on the disk (the
    folder's entry is the caller's to bring there, see ``files.sync_folder``). Permissions and
    times of the file are kept. ``BadInput`` when the picture is broken or its EXIF data have no
    room, ``Unavailable`` when the disk fails; neither leaves anything behind.
    """
    # A link is followed, or it would be replaced by a file.
    target = source.resolve() if target is None else target
    try:
        with source.open("rb") as file:
            layout = scan(file)
            _refuse_odd(file, layout)
            segment = _segment(layout, position)
            start, end = _gap(layout)
            with replacing(target, like=source) as out:
                file.seek(0)
                out.write(file.read(start))
                out.write(segment)
                file.seek(end)
                _copy_rest(file, out)
    except OSError as error:
        raise disk_fault(error, target) from error


def _segment(layout: Layout, position: Position) -> bytes:
    """The new EXIF segment, marker and length included."""
    if layout.exif is None:
        block = new_block(position, layout.width, layout.height)
    else:
        block = with_gps(layout.exif, position)
    payload = EXIF_HEADER + block
    if len(payload) > MAX_PAYLOAD:
        raise BadInput(
            _(
                "The picture's EXIF data are full (64 KB), so the position has no room; "
                "keep it in the project or in a track instead."
            )
        )
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload


def _refuse_odd(file: BinaryIO, layout: Layout) -> None:
    """Refuse a broken picture, and one that cannot grow without breaking something else in it."""
    if layout.fault in BROKEN:
        raise BadInput(sentence(layout.fault))
    at = layout.exif_segment.at if layout.exif_segment else layout.size
    # Offsets of an MPF segment count from itself; growth after it would shift what they name.
    before = any(s.marker == APP2 and s.head[:4] == b"MPF\0" and s.at < at for s in layout.segments)
    # The offsets of an AFCP trailer count from the start of the file.
    file.seek(max(layout.size - 12, 0))
    trailer = file.read(3) == b"AXS"
    if layout.odd_exif or trailer or (before and layout.exif_segment is not None):
        raise BadInput(
            _(
                "The picture's data are laid out in an unusual way, so nothing was written; "
                "keep the position in the project instead."
            )
        )


def _gap(layout: Layout) -> tuple[int, int]:
    """The bytes that the new segment replaces: the old one, or none after the JFIF header."""
    if layout.exif_segment is not None:
        return layout.exif_segment.at, layout.exif_segment.end
    at = 2
    for segment in layout.segments:
        if segment.marker != APP0 or segment.at != at:
            break
        at = segment.end
    return at, at


def _copy_rest(file: BufferedReader, out: BinaryIO) -> None:
    # One small buffer used again and again: half the time of reading into fresh memory.
    buffer = memoryview(bytearray(_BLOCK))
    while size := file.readinto(buffer):
        out.write(buffer[:size])
