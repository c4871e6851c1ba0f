"""What a file is by its first bytes: picture, sound or film. Names lie, and cameras rename."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Literal

IMAGE, AUDIO, VIDEO = "image", "audio", "video"

#: First bytes and what they mean; sources: the formats' own specifications.
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", IMAGE),
    (b"\x89PNG\r\n\x1a\n", IMAGE),
    (b"GIF87a", IMAGE),
    (b"GIF89a", IMAGE),
    (b"II*\0", IMAGE),
    (b"MM\0*", IMAGE),
    (b"ID3", AUDIO),
    (b"OggS", AUDIO),
    (b"fLaC", AUDIO),
    (b"#!AMR", AUDIO),
    (b"caff", AUDIO),
    (b"\x1a\x45\xdf\xa3", VIDEO),
    (b"\0\0\x01\xba", VIDEO),
    (b"\0\0\x01\xb3", VIDEO),
)
#: By what names pictures of each format go, the usual one first.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "jpeg": (".jpg",),
    "png": (".png",),
    "webp": (".webp",),
    "tiff": (".tif", ".tiff"),
    "dng": (".dng",),
    "heic": (".heic", ".heif", ".hif", ".avif"),
}
#: The kind inside a RIFF container, by its form type.
_RIFF = {b"WAVE": AUDIO, b"AVI ": VIDEO, b"WEBP": IMAGE}
#: ISO base media: brands of pictures and of sounds; all others are films.
_PICTURES = (b"heic", b"heix", b"hevc", b"heif", b"mif1", b"msf1", b"avif")
_SOUNDS = (b"M4A ", b"M4B ", b"M4P ")
#: ASF, that Windows Media Audio and Video share: the suffix tells them apart.
_ASF = bytes.fromhex("3026b2758e66cf11")
_DNG_VERSION = 0xC612
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})


def suffix_of(file: Path) -> str:
    """The suffix that belongs to a picture's content, its own when that is as good."""
    right = SUFFIXES.get(image_format(file), ())
    own = file.suffix.lower()
    return own if own in right or not right else right[0]


def kind_of(file: Path) -> str:
    """``image``, ``audio``, ``video``, or ``""`` for anything else; ``OSError`` as it comes."""
    with file.open("rb") as stream:
        head = stream.read(32)
    found = next((kind for start, kind in _STARTS if head.startswith(start)), "")
    return found or _container(head) or _by_shape(head, file.suffix.lower())


def _container(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] != b"ftyp":
        return ""
    brand = head[8:12]
    return IMAGE if brand in _PICTURES else AUDIO if brand in _SOUNDS else VIDEO


def _by_shape(head: bytes, suffix: str) -> str:
    """Formats whose start alone proves too little."""
    if head[:8] == _ASF:
        return AUDIO if suffix == ".wma" else VIDEO
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return IMAGE
    # A frame of MPEG audio or ADTS: eleven bits set (ISO/IEC 11172-3 §2.4.1.3).
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return AUDIO if frame and suffix in (".mp3", ".aac", ".mp2") else ""


def image_format(of: Path | bytes) -> str:
    """``jpeg heic png tiff webp dng``, by content, or ``""``; ``OSError`` as it comes.

    Takes a file or its first bytes. A TIFF is told from a DNG by the DNGVersion tag of its first
    directory (DNG 1.7 chapter 4), so bytes must reach past that directory. AVIF has HEIF's
    container and counts as ``heic``.
    """
    if isinstance(of, bytes):
        return stream_format(io.BytesIO(of))
    with of.open("rb") as stream:
        return stream_format(stream)


def stream_format(stream: BinaryIO) -> str:
    """As ``image_format``, of an open file; where it stands afterwards is not told."""
    stream.seek(0)
    head = stream.read(32)
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "dng" if _has_dng_version(stream, head) else "tiff"
    if head[:4] == b"RIFF":
        return "webp" if head[8:12] == b"WEBP" else ""
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _PICTURES else ""
    starts = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
    return next((name for start, name in starts.items() if head.startswith(start)), "")


def _has_dng_version(stream: BinaryIO, head: bytes) -> bool:
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    stream.seek(int.from_bytes(head[4:8], order))
    count = int.from_bytes(stream.read(2), order)
    entries = stream.read(12 * count)
    wanted = _DNG_VERSION.to_bytes(2, order)
    return any(entries[at : at + 2] == wanted for at in range(0, len(entries), 12))
