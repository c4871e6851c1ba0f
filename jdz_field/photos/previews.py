"""Small pictures out of HEIC files and out of the previews that raw pictures carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from PIL import AvifImagePlugin, Image

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.containers import below_first, number_of
from jdz_field.photos.jpeg import Layout
from jdz_field.photos.tiff import Directory, Tiff

_COMPRESSION, _INTERPRETATION = 0x0103, 0x0106
_JPEG_AT, _JPEG_SIZE, _STRIP_AT, _STRIP_SIZE = 0x0201, 0x0202, 0x0111, 0x0117
_JPEGS, _YCBCR = (6, 7), 6
_MOST_BYTES = 1 << 26
_AVIF = (b"avif", b"avis")


def small_rgb(picture: Image.Image, edge: int) -> Image.Image:
    """A picture of at most ``edge`` × ``edge`` pixels, white where it was clear."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        clear.thumbnail((edge, edge), Image.Resampling.BILINEAR)
        small = Image.new("RGB", clear.size, "white")
        small.paste(clear, mask=clear.getchannel("A"))
        return small
    if picture.mode.startswith("I") or picture.mode == "F":
        small = picture.convert("F").point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        small = picture.convert("RGB")
    small.thumbnail((edge, edge), Image.Resampling.BILINEAR)
    return small


def decode_heif(file: BinaryIO, edge: int) -> Image.Image:
    """A HEIC or AVIF picture, turned as it says; ``BadInput`` where no decoder is installed."""
    file.seek(8)
    if file.read(4) in _AVIF:
        file.seek(0)
        with AvifImagePlugin.AvifImageFile(file) as opened:
            return small_rgb(opened, edge)
    try:
        import pi_heif  # noqa: PLC0415 - a shared library, for this format alone
    except ImportError as error:
        raise BadInput(
            _("HEIC pictures are not shown here: install pi-heif; they are kept all the same.")
        ) from error
    file.seek(0)
    return small_rgb(pi_heif.open_heif(file, convert_hdr_to_8bit=True).to_pillow(), edge)


def largest_preview(layout: Layout) -> bytes | None:
    """The largest JPEG inside a TIFF or DNG (DNG 1.7, preview images)."""
    if layout.exif is None:
        return None
    tiff = Tiff(layout.exif)
    first = tiff.first()
    found: tuple[int, int] = (0, 0)
    for directory in (first, *below_first(tiff, first)):
        for start, size in _jpegs(tiff, directory):
            if found[1] < size <= _MOST_BYTES and tiff.data[start : start + 2] == b"\xff\xd8":
                found = (start, size)
    start, size = found
    return bytes(tiff.data[start : start + size]) if size else None


def _jpegs(tiff: Tiff, directory: Directory) -> Iterator[tuple[int, int]]:
    """Offset and length of the JPEG streams that a directory names."""
    yield number_of(tiff, directory, _JPEG_AT), number_of(tiff, directory, _JPEG_SIZE)
    strips = directory.entries.get(_STRIP_AT)
    visible = number_of(tiff, directory, _INTERPRETATION) == _YCBCR
    packed = number_of(tiff, directory, _COMPRESSION) in _JPEGS
    if strips is not None and strips.count == 1 and visible and packed:
        yield number_of(tiff, directory, _STRIP_AT), number_of(tiff, directory, _STRIP_SIZE)
