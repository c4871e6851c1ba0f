"""The segments of a JPEG file (ISO/IEC 10918-1 annex B) up to the image data.

Only lengths are followed and only the EXIF segment is kept, so that a picture of any size costs
a few small reads. Nothing here raises on bad content: what was found is returned with a fault.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import BinaryIO

from jdz_field.photos.faults import Fault

SOI, EOI, SOS, APP0, APP1, APP2 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2
#: Start-of-frame markers; C4, C8 and CC are tables.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Frames whose decoder must hold every coefficient: progressive ones.
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
#: Markers without a length: TEM and the restart markers.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})

#: The longest payload of a segment: its length field has 16 bits and counts itself.
MAX_PAYLOAD = 0xFFFF - 2
EXIF_HEADER = b"Exif\0\0"

# Bounds against hostile files; real ones stay far below.
_MAX_SEGMENTS = 10_000
_MAX_FILL = 1 << 16
_MAX_SCAN = 1 << 28
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Segment:
    """One marker segment: ``at`` is the offset of its 0xFF, ``end`` the first byte after it."""

    marker: int
    at: int
    end: int
    head: bytes = b""


@dataclass(slots=True)
class Layout:
    """Where the parts of a JPEG file lie.

    Attributes:
        size: bytes of the file.
        segments: every segment before the image data, in order.
        exif: payload of the first EXIF segment without its ``Exif`` header: a TIFF block.
        exif_segment: the segment it came from.
        odd_exif: the EXIF data are split over segments or start oddly; not to be written to.
        width, height: pixels as stored, 0 when unknown.
        frame: start-of-frame marker, 0 when none was found.
        scan_at: offset of the first start-of-scan marker; ``None`` when there is none.
        fault: what is wrong with the file, if anything.
    """

    size: int = 0
    segments: list[Segment] = field(default_factory=list)
    exif: bytes | None = None
    exif_segment: Segment | None = None
    odd_exif: bool = False
    width: int = 0
    height: int = 0
    frame: int = 0
    scan_at: int | None = None
    fault: Fault | None = None


def scan(file: BinaryIO) -> Layout:
    """The layout of an open file, read from its start; ``OSError`` when the disk fails."""
    layout = Layout(size=file.seek(0, os.SEEK_END))
    file.seek(0)
    start = file.read(3)
    if start != b"\xff\xd8\xff":
        whole = b"\xff\xd8\xff".startswith(start)
        layout.fault = _no_start(start, whole)
        return layout
    file.seek(2)
    for _count in range(_MAX_SEGMENTS):
        if not _step(file, layout):
            break
    else:
        layout.fault = Fault.DAMAGED
    if layout.fault is None and not _has_end(file, layout):
        layout.fault = Fault.CUT_OFF
    return layout


def _no_start(start: bytes, could_be_one: bool) -> Fault:
    if not start:
        return Fault.EMPTY
    return Fault.CUT_OFF if could_be_one else Fault.NO_PICTURE


def _step(file: BinaryIO, layout: Layout) -> bool:
    """Take in the next segment; ``False`` at the image data or at a fault."""
    at, marker = _marker(file)
    if marker == SOS:
        layout.scan_at = at
        return False
    if marker in _BARE:
        layout.segments.append(Segment(marker, at, at + 2))
        return True
    length = int.from_bytes(file.read(2), "big") if marker > 0 else 0
    end = at + 2 + length
    if marker < 0 or marker == EOI or length < 2 or end > layout.size:
        cut = marker == 0 or end > layout.size or file.tell() >= layout.size
        layout.fault = Fault.CUT_OFF if cut else Fault.DAMAGED
        return False
    head = file.read(min(length - 2, 16))
    segment = Segment(marker, at, end, head)
    layout.segments.append(segment)
    _look_inside(file, segment, layout)
    file.seek(end)
    return True


def _marker(file: BinaryIO) -> tuple[int, int]:
    """Offset and code of the next marker; code 0 at the end of the file, -1 when it is none."""
    at = file.tell()
    pair = file.read(2)
    if len(pair) < 2:
        return at, 0
    if pair[0] != 0xFF or pair[1] == 0:
        return at, -1
    code = pair[1]
    for _fill in range(_MAX_FILL):
        if code != 0xFF:
            return file.tell() - 2, code
        following = file.read(1)
        if not following:
            return at, 0
        code = following[0]
    return at, -1


def _look_inside(file: BinaryIO, segment: Segment, layout: Layout) -> None:
    if segment.marker in FRAMES and not layout.frame and len(segment.head) >= 5:
        layout.frame = segment.marker
        layout.height = int.from_bytes(segment.head[1:3], "big")
        layout.width = int.from_bytes(segment.head[3:5], "big")
    elif segment.marker == APP1:
        _take_exif(file, segment, layout)


def _take_exif(file: BinaryIO, segment: Segment, layout: Layout) -> None:
    """Keep the first EXIF payload; some cameras put up to four bytes before its header."""
    shift = segment.head[:10].lower().find(b"exif\0")
    if shift < 0:
        return
    if layout.exif is not None:
        # A second EXIF segment that starts no TIFF block carries on the first.
        begins = segment.head[shift + 6 : shift + 8]
        layout.odd_exif = layout.odd_exif or begins not in (b"II", b"MM")
        return
    file.seek(segment.at + 4 + shift + len(EXIF_HEADER))
    layout.exif = file.read(max(segment.end - file.tell(), 0))
    layout.exif_segment = segment
    layout.odd_exif = shift > 0 or segment.head[:6] != EXIF_HEADER


def _has_end(file: BinaryIO, layout: Layout) -> bool:
    """Whether an end-of-image marker follows the image data (trailers may come after it)."""
    if layout.scan_at is None:
        return False
    if layout.size - 2 > layout.scan_at:
        file.seek(layout.size - 2)
        if file.read(2) == b"\xff\xd9":
            return True
    file.seek(layout.scan_at)
    before = b""
    for _block in range(_MAX_SCAN // _BLOCK):
        block = file.read(_BLOCK)
        if not block:
            return False
        # In entropy-coded data every 0xFF is followed by 0x00 or a restart marker.
        if b"\xff\xd9" in before + block[:1] or b"\xff\xd9" in block:
            return True
        before = block[-1:]
    return False
