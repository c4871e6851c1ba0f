"""Pictures in which what must not be told apart cannot be told apart.

A part is averaged to a few blocks, whose detail is gone for good: smoothing alone can be undone
in part. What comes out carries no metadata: EXIF data hold a small picture of what was there.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageFilter

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.photos.thumbnail import thumbnail

#: Blocks along the longer side of a whole picture, and of one part.
BLOCKS, PART_BLOCKS = 16, 5
#: More parts than this are no marks of a person.
MOST_AREAS = 200
#: Pictures are written no larger than this on a side.
MOST_EDGE = 16_384
_QUALITY = 88


class Area(NamedTuple):
    """A part of a picture, in shares of its width and height, from its upper left corner."""

    x: float
    y: float
    wide: float
    high: float


def areas_of(text: str | None) -> tuple[Area, ...]:
    """The parts that ``x y wide high; …`` names; none for an empty text: the whole picture.

    ``BadInput`` for anything else, and for parts outside the picture.
    """
    found = tuple(_area(part) for part in (text or "").split(";") if part.strip())
    if len(found) > MOST_AREAS:
        raise BadInput(_("{n} parts of a picture are too many.").format(n=len(found)))
    return found


def _area(part: str) -> Area:
    words = part.split()
    try:
        area = Area(*map(float, words))
    except (ValueError, TypeError):
        area = Area(0, 0, -1, -1)
    # NaN fails every comparison.
    inside = 0 <= area.x < 1 and 0 <= area.y < 1
    if not (inside and 0 < area.wide <= 1 - area.x + 1e-6 and 0 < area.high <= 1 - area.y + 1e-6):
        raise BadInput(
            _(
                "«{part}» is no part of a picture; write left, top, width and height as shares,"
                " as in 0.1 0.2 0.3 0.3."
            ).format(part=part.strip()[:60])
        )
    return area


def text_of(areas: Sequence[Area]) -> str | None:
    """The parts as ``areas_of`` reads them; ``None`` for none."""
    return "; ".join(" ".join(f"{n:.4f}" for n in area) for area in areas) or None


def blurred(image: Image.Image, areas: Sequence[Area] = ()) -> Image.Image:
    """A copy whose parts (none: all of it) are averaged to a few blocks."""
    made = image.convert("RGB")
    if not areas:
        return _blocks(made, BLOCKS)
    for area in areas:
        box = _box(made, area)
        made.paste(_blocks(made.crop(box), PART_BLOCKS), box)
    return made


def _box(image: Image.Image, area: Area) -> tuple[int, int, int, int]:
    """Pixels of a part and a little around it: fingers do not draw exactly."""
    margin = 0.1 * max(area.wide * image.width, area.high * image.height)
    left = max(0, int(area.x * image.width - margin))
    top = max(0, int(area.y * image.height - margin))
    right = min(image.width, int((area.x + area.wide) * image.width + margin) + 1)
    low = min(image.height, int((area.y + area.high) * image.height + margin) + 1)
    return left, top, right, low


def _blocks(image: Image.Image, blocks: int) -> Image.Image:
    share = blocks / max(image.size)
    small = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    # A box filter: every pixel of a block counts the same, none shines through.
    few = image.resize(small, Image.Resampling.BOX)
    return few.resize(image.size, Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(max(image.size) / blocks / 4)
    )


def blurred_jpeg(file: Path, areas: Sequence[Area] = (), edge: int = MOST_EDGE) -> bytes:
    """A picture as JPEG, upright, blurred, without metadata; at most ``edge`` pixels a side.

    ``BadInput`` when the file is no picture that can be shown.
    """
    return jpeg_of(blurred(upright(file, edge), areas))


def upright(file: Path, edge: int = MOST_EDGE) -> Image.Image:
    """A picture as it is looked at; ``BadInput`` when the file is none."""
    with Image.open(io.BytesIO(thumbnail(file, edge).jpeg), formats=["JPEG"]) as opened:
        return opened.convert("RGB")


def jpeg_of(image: Image.Image) -> bytes:
    """The bytes of a JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
