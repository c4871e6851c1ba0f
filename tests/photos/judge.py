"""exiftool and Pillow as judges of what writing a position changed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageSequence

from jdz_field.photos.writer import Position, write_gps
from tests.photos.pictures import exiftool, other_tags

SPOT = Position(117.2109876543, 29.3019876543, 123.456, 88.5, 4.2)
#: Where data lie and how long the boxes around them are: true before and after, so not the same.
_PLACES: tuple[str, ...] = (
    "MPImageLength",
    "MPImageStart",
    "PreviewImageStart",
    "QuickTime:MediaData",
)
_PLACES += ("QuickTime:Free", "File:FileType", "RIFF:WebP_Flags", "File:ExifByteOrder")


def pixels(data: bytes) -> list[bytes]:
    """Every frame of a picture."""
    with Image.open(io.BytesIO(data)) as image:
        return [frame.tobytes() for frame in ImageSequence.Iterator(image)]


def judged(
    folder: Path, program: str, pictures: Mapping[str, tuple[str, bytes]]
) -> dict[str, tuple[dict[str, Any], dict[str, Any], Path, Path]]:
    """What exiftool says of each picture before and after, warnings among it, and both files."""
    before, after = [], []
    for number, (suffix, data) in enumerate(pictures.values()):
        old, new = folder / f"{number}-前{suffix}", folder / f"{number}-后{suffix}"
        old.write_bytes(data)
        write_gps(old, SPOT, new)
        before.append(old)
        after.append(new)
    told = exiftool(program, [*before, *after], "-validate", "-warning", "-error", "-all")
    half = len(before)
    rows = zip(told[:half], told[half:], before, after, strict=True)
    return dict(zip(pictures, rows, strict=True))


def lost(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Tags and warnings that are other than before, those that tell places apart."""
    mine, theirs = other_tags(new), other_tags(old)
    same = {k: v for k, v in mine.items() if k in theirs or "Warning" in k or "Error" in k}
    return {
        key: (theirs.get(key), same.get(key))
        for key in theirs.keys() | same.keys()
        if theirs.get(key) != same.get(key) and not any(place in key for place in _PLACES)
    }
