"""Pictures of every kind that is written to, with and without EXIF data."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image

from tests.photos.pictures import (
    ASCII,
    HERE,
    LONG,
    SHORT,
    TIMES,
    UNDEFINED,
    block,
    camera,
    jpeg,
    segment,
)
from tests.photos.pictures import (
    _directory as directory,
)

PICTURE = Image.radial_gradient("L").resize((64, 48)).convert("RGB")


def pillow(kind: str, exif: bytes = b"", **options: Any) -> bytes:
    """A picture as Pillow writes it."""
    out = io.BytesIO()
    if exif:
        options["exif"] = exif
    PICTURE.save(out, kind, **options)
    return out.getvalue()


def exif_block(order: str = "<", gps: Any = None) -> bytes:
    """A camera's name and times, and perhaps a position."""
    return block(order, {0x010F: (ASCII, "Canon"), 0x0112: (SHORT, 6)}, TIMES, gps)


def tiff(order: str = "<", compression: str | None = None, times: bool = True) -> bytes:
    """A TIFF file in one byte order, with an Exif directory if it has times."""
    if order == "<":
        info = Image.Exif()
        if times:
            info[0x010F] = "Canon"
            info.get_ifd(0x8769)[0x9003] = TIMES[0x9003][1]
        options = {"compression": compression} if compression else {}
        return pillow("TIFF", info.tobytes() if times else b"", **options)
    pixels = PICTURE.convert("L").tobytes()
    first: dict[int, Any] = {
        0x0100: (LONG, 64),
        0x0101: (LONG, 48),
        0x0102: (SHORT, 8),
        0x0103: (SHORT, 1),
        0x0106: (SHORT, 1),
        0x0111: (LONG, 0),
        0x0115: (SHORT, 1),
        0x0116: (LONG, 48),
        0x0117: (LONG, len(pixels)),
        0x010F: (ASCII, "Canon"),
    }
    at = len(block(order, first, TIMES))
    first[0x0111] = (LONG, at)
    return block(order, first, TIMES) + pixels


def dng() -> bytes:
    """A TIFF that calls itself DNG."""
    data = tiff(">")
    head = block(
        ">",
        {
            0x0100: (LONG, 64),
            0x0101: (LONG, 48),
            0x0102: (SHORT, 8),
            0x0103: (SHORT, 1),
            0x0106: (SHORT, 1),
            0x0111: (LONG, 8192),
            0x0115: (SHORT, 1),
            0x0116: (LONG, 48),
            0x0117: (LONG, 64 * 48),
            0xC612: (1, b"\1\4\0\0"),
            0xC614: (ASCII, "JDZ DNG"),
        },
        TIMES,
    )
    return head.ljust(8192, b"\0") + data[-64 * 48 :]


def dng_with_preview(order: str, preview: bytes, smaller: bytes) -> bytes:
    """A DNG as cameras write it: a small picture in IFD0, the raw data and a preview in SubIFDs."""
    raw: dict[int, Any] = {
        0x00FE: (LONG, 0),
        0x0100: (LONG, 64),
        0x0101: (LONG, 48),
        0x0103: (SHORT, 1),
        0x0106: (SHORT, 32803),
        0x0111: (LONG, 0),
        0x0117: (LONG, 64 * 48),
    }
    shown: dict[int, Any] = {
        0x00FE: (LONG, 1),
        0x0100: (LONG, 800),
        0x0101: (LONG, 600),
        0x0103: (SHORT, 7),
        0x0106: (SHORT, 6),
        0x0111: (LONG, 0),
        0x0117: (LONG, len(preview)),
    }
    first: dict[int, Any] = {
        0x0103: (SHORT, 7),
        0x0106: (SHORT, 6),
        0x010F: (ASCII, "JDZ"),
        0x0111: (LONG, 0),
        0x0112: (SHORT, 6),
        0x0117: (LONG, len(smaller)),
        0x014A: (LONG, [0, 0]),
        0xC612: (1, b"\1\4\0\0"),
    }
    at = len(block(order, first, TIMES))
    raw_at = at
    shown_at = raw_at + len(directory(order, raw_at, raw))
    data_at = shown_at + len(directory(order, shown_at, shown))
    raw[0x0111] = (LONG, data_at)
    shown[0x0111] = (LONG, data_at + 64 * 48)
    first[0x0111] = (LONG, data_at + 64 * 48 + len(preview))
    first[0x014A] = (LONG, [raw_at, shown_at])
    inner = directory(order, raw_at, raw) + directory(order, shown_at, shown)
    return block(order, first, TIMES) + inner + bytes(64 * 48) + preview + smaller


def several(before: bool = False) -> bytes:
    """A JPEG with a second picture behind it, that an MPF segment names (CIPA DC-007)."""
    first, second = camera(), jpeg(32, 24)
    exif_end = 4 + int.from_bytes(first[4:6], "big")
    at = 2 if before else exif_end
    plain = 82

    def made(size: int, offset: int) -> bytes:
        values = {
            0xB000: (UNDEFINED, b"0100"),
            0xB001: (LONG, 2),
            0xB002: (
                UNDEFINED,
                struct.pack("<IIIHH", 0x20030000, size, 0, 0, 0)
                + struct.pack("<IIIHH", 0, len(second), offset, 0, 0),
            ),
        }
        return segment(0xE2, b"MPF\0" + block("<", values))

    plain = len(made(0, 0))
    size = len(first) + plain
    return first[:at] + made(size, size - at - 8) + first[at:] + second


def with_preview() -> bytes:
    """A JPEG whose maker's notes point at a larger preview behind the image data (Sony)."""
    note = block("<", {1: (SHORT, 1)})[8:]
    exif = {**TIMES, 0x927C: (UNDEFINED, note + b"\0" * 64)}
    head = {0x010F: (ASCII, "MINOLTA"), 0x0110: (ASCII, "DiMAGE A1")}
    tail = jpeg(40, 30)
    pixels = jpeg()

    def made(offset: int) -> bytes:
        entries = {0x0088: (LONG, offset), 0x0089: (LONG, len(tail))}
        inner = block("<", entries)[8:]
        exif[0x927C] = (UNDEFINED, inner)
        data = block("<", head, exif)
        return pixels[:2] + segment(0xE1, b"Exif\0\0" + data) + pixels[2:]

    size = len(made(1 << 20))
    return made(size - 12) + tail


JPEGS = {
    "little": camera("<"),
    "big": camera(">"),
    "own position": camera("<", HERE),
    "plain": jpeg(),
    "progressive": jpeg(progressive=True),
    "profile": jpeg(icc_profile=b"x" * 70_000),
    "xmp and iptc": camera()[:2]
    + segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0\0\0\0\x0c\x1c\2\x78\0\7caption")
    + segment(
        0xE1,
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
        b"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        b"xmlns:dc='http://purl.org/dc/elements/1.1/' dc:format='image/jpeg'/></rdf:RDF>"
        b"</x:xmpmeta>",
    )
    + camera()[2:],
    "motion photo": camera() + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x10mdat" + b"v" * 8,
    "telephone's trailer": camera() + b"\0\0\1\x0aSEFHdata" + b"\x14\0\0\0SEFT",
    "several": several(),
    "several, announced first": several(before=True),
    "preview": with_preview(),
}

OTHERS = {
    "png": pillow("PNG"),
    "png with exif": pillow("PNG", exif_block(">")),
    "png with position": pillow("PNG", exif_block("<", HERE)),
    "webp lossy": pillow("WEBP"),
    "webp lossless": pillow("WEBP", lossless=True),
    "webp with exif": pillow("WEBP", exif_block(), icc_profile=b"x" * 301, xmp=b"<x/>"),
    "webp with position": pillow("WEBP", exif_block(">", HERE)),
    "tiff little": tiff(),
    "tiff big": tiff(">"),
    "tiff packed": tiff(compression="tiff_lzw", times=False),
    "tiff plain": tiff(times=False),
    "dng": dng(),
    "avif": pillow("AVIF"),
    "avif with exif": pillow("AVIF", exif_block()),
    "avif with position": pillow("AVIF", exif_block(">", HERE)),
}
SUFFIXES = {"png": ".png", "webp": ".webp", "tiff": ".tif", "dng": ".dng", "avif": ".avif"}

ALL = {
    **{name: (".jpg", data) for name, data in JPEGS.items()},
    **{name: (SUFFIXES[name.split()[0]], data) for name, data in OTHERS.items()},
}
