"""Small upright pictures for lists and forms."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import (
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.containers import release, scan_picture
from jdz_field.photos.exif import info_of
from jdz_field.photos.faults import BROKEN, Fault, sentence
from jdz_field.photos.jpeg import PROGRESSIVE, Layout
from jdz_field.photos.kinds import image_format
from jdz_field.photos.previews import decode_heif, largest_preview, small_rgb

#: The most pixels a picture may claim: 200-megapixel telephones are real.
MAX_PIXELS = 260_000_000
#: A progressive picture is decoded at full size whatever is asked for: some 6 bytes a pixel.
MAX_PROGRESSIVE_PIXELS = 80_000_000
#: As much image data as is decoded; a 200-megapixel picture has about half.
_MAX_BYTES = 1 << 28
#: Segments that say nothing about how to decode: all APPn but JFIF and Adobe's; comments.
_METADATA = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_QUALITY = 80
# Of damaged pictures the sentence says what a person needs.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
#: What the decoders raise for content that they cannot decode.
_UNDECODABLE = (
    *(OSError, ValueError, SyntaxError, MemoryError, IndexError, struct.error),
    *(RuntimeError, KeyError, TypeError, OverflowError, ZeroDivisionError, Warning),
)
#: The plugins themselves: ``Image.open`` would try others, and warn where ``_guard`` refuses.
_PLUGINS: dict[str, Callable[[BinaryIO], ImageFile.ImageFile]] = {
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}

#: What makes a picture upright, by EXIF orientation (Exif 2.32 §4.6.4, tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG, turned upright; ``width`` and ``height`` are its pixels."""

    jpeg: bytes
    width: int
    height: int


def thumbnail(path: Path, edge: int = 320) -> Thumbnail:
    """A picture of at most ``edge`` × ``edge`` pixels, without EXIF data.

    A picture whose end is missing gives what is there, grey below. ``BadInput`` when the file
    is no picture that can be shown or claims more pixels than memory should pay for.
    """
    try:
        with path.open("rb") as file:
            layout = scan_picture(file)
            try:
                _guard(layout)
                turn = _TURNS.get(info_of(path, layout).orientation)
                picture, upright = _picture(file, layout, edge)
            finally:
                release(layout)
    except _UNDECODABLE as error:
        raise _not_shown(path) from error
    if turn is not None and not upright:
        picture = picture.transpose(turn)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Thumbnail(out.getvalue(), picture.width, picture.height)


def _picture(file: BinaryIO, layout: Layout, edge: int) -> tuple[Image.Image, bool]:
    """The small picture, and whether its decoder has turned it upright already."""
    if layout.scan_at is not None:
        return _decode(_plain(file, layout), edge), False
    file.seek(0)
    kind = image_format(file.read(32))
    if kind == "heic":
        return decode_heif(file, edge), True
    preview = largest_preview(layout) if kind == "tiff" else None
    if preview is not None:
        return _decode(io.BytesIO(preview), edge), False
    file.seek(0)
    with _PLUGINS[kind](file) as opened:
        # Pillow turns a TIFF by itself.
        return small_rgb(opened, edge), kind == "tiff"


def _not_shown(path: Path) -> BadInput:
    return BadInput(_("{file} cannot be shown; copy it again.").format(file=path))


def _guard(layout: Layout) -> None:
    """Refuse decompression bombs before a decoder sees them."""
    if layout.fault in BROKEN and (layout.fault != Fault.CUT_OFF or layout.scan_at is None):
        raise BadInput(sentence(layout.fault))
    # Other formats than a plain JPEG are decoded whole, whatever size is asked for.
    whole = layout.frame in PROGRESSIVE or layout.scan_at is None
    most = MAX_PROGRESSIVE_PIXELS if whole else MAX_PIXELS
    if layout.width * layout.height > most:
        raise BadInput(
            _("The picture claims {n} megapixels, too many to show.").format(
                n=round(layout.width * layout.height / 1e6)
            )
        )


def _plain(file: BinaryIO, layout: Layout) -> BinaryIO:
    """The picture without its metadata, which the decoder would look into and warn about.

    A cut-off picture gets an end, so that the decoder gives what is there.
    """
    parts = [b"\xff\xd8"]
    for segment in layout.segments:
        if segment.marker not in _METADATA:
            file.seek(segment.at)
            parts.append(file.read(segment.end - segment.at))
    assert layout.scan_at is not None
    file.seek(layout.scan_at)
    parts.append(file.read(_MAX_BYTES))
    return io.BytesIO(b"".join([*parts, b"\xff\xd9"]))


def _decode(file: BinaryIO, edge: int) -> Image.Image:
    # The plugin itself: Image.open would warn about large pictures, which are guarded here.
    with JpegImagePlugin.JpegImageFile(file) as opened:
        # The decoder itself scales by 2, 4 or 8, at a fraction of the time.
        opened.draft("RGB", (edge, edge))
        return small_rgb(opened, edge)
