"""Pictures for tests: real JPEGs with EXIF blocks laid out by hand, and exiftool as judge."""

from __future__ import annotations

import io
import json
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

Values = Mapping[int, tuple[int, Any]]

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
TIMES = {
    0x9003: (ASCII, "2026:05:01 10:00:30"),
    0x9004: (ASCII, "2026:05:01 10:00:31"),
}
#: 117°12'34.5" E, 29°18'7.25" N, 88.5 m, looking to 271.25° true, ±3.2 m.
HERE = {
    0: (BYTE, b"\2\3\0\0"),
    1: (ASCII, "N"),
    2: (RATIONAL, [(29, 1), (18, 1), (725, 100)]),
    3: (ASCII, "E"),
    4: (RATIONAL, [(117, 1), (12, 1), (345, 10)]),
    5: (BYTE, b"\0"),
    6: (RATIONAL, [(885, 10)]),
    16: (ASCII, "T"),
    17: (RATIONAL, [(27125, 100)]),
    31: (RATIONAL, [(32, 10)]),
}
LON, LAT = 117 + 12 / 60 + 34.5 / 3600, 29 + 18 / 60 + 7.25 / 3600


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """A small picture with different corners, without EXIF data."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 30, 30), (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, **options)
    return out.getvalue()


def _bytes(order: str, kind: int, value: Any) -> tuple[int, bytes]:
    if kind == ASCII:
        raw = value if isinstance(value, bytes) else value.encode("utf-8") + b"\0"
        return len(raw), raw
    if kind in (BYTE, UNDEFINED):
        return len(value), bytes(value)
    if kind in (RATIONAL, SRATIONAL):
        flat = [number for pair in value for number in pair]
        code = "I" if kind == RATIONAL else "i"
        return len(value), struct.pack(f"{order}{len(flat)}{code}", *flat)
    numbers = value if isinstance(value, Sequence) else [value]
    code = "H" if kind == SHORT else "I"
    return len(numbers), struct.pack(f"{order}{len(numbers)}{code}", *numbers)


def _directory(order: str, at: int, values: Values, following: int = 0) -> bytes:
    """A directory at this offset, its long values behind it."""
    entries, after = b"", b""
    start = at + 2 + 12 * len(values) + 4
    for tag in sorted(values):
        kind, value = values[tag]
        count, raw = _bytes(order, kind, value)
        field = raw.ljust(4, b"\0")
        if len(raw) > 4:
            after += b"\0" * (len(after) % 2)
            field = struct.pack(order + "I", start + len(after))
            after += raw
        entries += struct.pack(order + "HHI", tag, kind, count) + field
    head = struct.pack(order + "H", len(values))
    return head + entries + struct.pack(order + "I", following) + after + b"\0" * (len(after) % 2)


def block(
    order: str = "<",
    first: Values | None = None,
    exif: Values | None = None,
    gps: Values | None = None,
    thumbnail: bytes = b"",
) -> bytes:
    """A TIFF block: IFD0, then the Exif and GPS directories, then IFD1 with a thumbnail."""
    first = dict(first or {})
    places = {0x8769: exif, 0x8825: gps}
    for tag, values in places.items():
        if values is not None:
            first[tag] = (LONG, 0)
    at = 8 + len(_directory(order, 8, first))
    behind = b""
    for tag, values in places.items():
        if values is not None:
            first[tag] = (LONG, at)
            behind += _directory(order, at, values)
            at = 8 + len(_directory(order, 8, first)) + len(behind)
    following = at if thumbnail else 0
    if thumbnail:
        second: dict[int, tuple[int, Any]] = {
            0x0103: (SHORT, 6),
            0x011A: (RATIONAL, [(72, 1)]),
            0x011B: (RATIONAL, [(72, 1)]),
            0x0128: (SHORT, 2),
            0x0201: (LONG, 0),
            0x0202: (LONG, len(thumbnail)),
        }
        second[0x0201] = (LONG, at + len(_directory(order, at, second)))
        behind += _directory(order, at, second) + thumbnail
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return start + _directory(order, 8, first, following) + behind


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG segment."""
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def with_exif(picture: bytes, tiff: bytes, header: bytes = b"Exif\0\0") -> bytes:
    """The picture with an EXIF segment right after its start."""
    return picture[:2] + segment(0xE1, header + tiff) + picture[2:]


def maker_note(order: str, at: int) -> bytes:
    """A MakerNote whose directory has offsets from the start of the TIFF block, like Canon's."""
    return _directory(
        order, at, {1: (SHORT, [8, 5, 6, 7]), 6: (ASCII, "IMG:JDZ JPEG"), 8: (LONG, 9)}
    )


def camera(
    order: str = "<",
    gps: Values | None = None,
    *,
    orientation: int = 1,
    taken: str = "",
    pixels: bytes = b"",
    thumbnail: bytes = b"",
) -> bytes:
    """A picture as a camera writes it: names, times, a MakerNote with offsets, a thumbnail."""
    first = {
        0x010F: (ASCII, "Canon"),
        0x0110: (ASCII, "Canon EOS 5D"),
        0x0112: (SHORT, orientation),
        0x011A: (RATIONAL, [(72, 1)]),
        0x011B: (RATIONAL, [(72, 1)]),
        0x0128: (SHORT, 2),
        0x0132: (ASCII, taken or "2026:05:01 10:00:32"),
        0x0213: (SHORT, 1),
        0x9C9B: (BYTE, "瑶里".encode("utf-16-le")),
    }
    exif = {
        0x829A: (RATIONAL, [(1, 250)]),
        0x9000: (UNDEFINED, b"0231"),
        **({0x9003: (ASCII, taken), 0x9004: (ASCII, taken)} if taken else TIMES),
        0x9101: (UNDEFINED, b"\1\2\3\0"),
        0x927C: (UNDEFINED, maker_note(order, 0)),
        0xA000: (UNDEFINED, b"0100"),
        0xA001: (SHORT, 1),
        0xA002: (LONG, 64),
        0xA003: (LONG, 48),
    }
    small = thumbnail or jpeg(16, 12)
    empty = block(order, first, exif, gps, small)
    at = empty.index(maker_note(order, 0))
    exif[0x927C] = (UNDEFINED, maker_note(order, at))
    return with_exif(pixels or jpeg(), block(order, first, exif, gps, small))


def exiftool(program: str, files: Sequence[Path], *arguments: str) -> list[dict[str, Any]]:
    """What exiftool says of files; every group and duplicate, numbers as numbers."""
    command = [program, "-charset", "filename=utf8", "-j", "-G0:1", "-a", "-u", "-n", *arguments]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, check=False, encoding="utf-8"
    )
    return list(json.loads(done.stdout or "[]"))


def other_tags(told: Mapping[str, Any]) -> dict[str, Any]:
    """What must not change when a position is written: all but the GPS group and the file's own."""
    apart = ("SourceFile", "File:System:", "Composite:GPS", "ExifTool:ExifToolVersion")
    return {k: v for k, v in told.items() if not k.startswith(apart) and ":GPS:" not in k}


def image_data(picture: bytes) -> bytes:
    """Everything from the first quantization table on: tables, frame, scans, trailer."""
    at = 2
    while picture[at + 1] in range(0xE0, 0xF0):
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return picture[at:]
