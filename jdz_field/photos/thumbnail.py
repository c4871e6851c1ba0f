"""Small upright pictures for lists and forms."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, JpegImagePlugin

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.exif import info_of
from jdz_field.photos.faults import BROKEN, Fault, sentence
from jdz_field.photos.jpeg import PROGRESSIVE, Layout, scan

#: The most pixels a picture may claim: 200-megapixel telephones are real.
MAX_PIXELS = 260_000_000
#: A progressive picture is decoded at full size whatever is asked for: some 6 bytes a pixel.
MAX_PROGRESSIVE_PIXELS = 80_000_000
#: As much image data as is decoded; a 200-megapixel picture has about half.
_MAX_BYTES = 1 << 28
#: Segments that say nothing about how to decode: all APPn but JFIF and Adobe's; comments.
_METADATA = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_QUALITY = 80

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
            layout = scan(file)
            _guard(layout)
            picture = _decode(_plain(file, layout), edge)
    except (OSError, ValueError, SyntaxError, MemoryError, IndexError) as error:
        # What Pillow raises for content that it cannot decode.
        raise _not_shown(path) from error
    turn = _TURNS.get(info_of(path, layout).orientation)
    if turn is not None:
        picture = picture.transpose(turn)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return Thumbnail(out.getvalue(), picture.width, picture.height)


def _not_shown(path: Path) -> BadInput:
    return BadInput(_("{file} cannot be shown; copy it again.").format(file=path))


def _guard(layout: Layout) -> None:
    """Refuse decompression bombs before a decoder sees them."""
    if layout.fault in BROKEN and (layout.fault != Fault.CUT_OFF or layout.scan_at is None):
        raise BadInput(sentence(layout.fault))
    most = MAX_PROGRESSIVE_PIXELS if layout.frame in PROGRESSIVE else MAX_PIXELS
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
        small = opened.convert("RGB")
    small.thumbnail((edge, edge), Image.Resampling.BILINEAR)
    return small
