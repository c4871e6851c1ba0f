"""Invented photos and a track for the demo: drawn slopes with EXIF, marked as samples."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from jdz_field.core.clock import BEIJING, to_text

_EXIF, _GPS = 0x8769, 0x8825
_SIZE = (1600, 1200)


def _slope(seed: int | str, wide: int) -> Image.Image:
    """A hillside under a sky, with a crack; «SAMPLE» across it."""
    source = random.Random(seed)  # noqa: S311 - a drawing, no secret
    width, height = _SIZE[0], _SIZE[1]
    part = wide / width
    image = Image.new("RGB", (wide, round(height * part)), (196, 214, 226))
    draw = ImageDraw.Draw(image)
    for layer, colour in enumerate(((120, 150, 130), (94, 128, 104), (126, 104, 78))):
        top = height * (0.35 + 0.18 * layer)
        ridge = [(x, top + source.randint(-60, 60)) for x in range(0, width + 200, 200)]
        corners = [*ridge, (width, height), (0, height)]
        draw.polygon([(part * x, part * y) for x, y in corners], fill=colour)
    x, y = width * 0.3, height * 0.75
    for _step in range(14):
        end = (x + source.randint(30, 70), y + source.randint(-25, 25))
        line = [(part * x, part * y), (part * end[0], part * end[1])]
        draw.line(line, fill=(60, 40, 30), width=max(2, round(9 * part)))
        x, y = end
    where, size = (40 * part, (height - 110) * part), max(11, round(64 * part))
    draw.text(where, "SAMPLE / xu gou shi li", fill=(255, 255, 255), font_size=size)
    return image


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole, rest = divmod(abs(value), 1)
    minutes, rest = divmod(rest * 60, 1)
    seconds = IFDRational(round(rest * 60 * 10_000), 10_000)
    return IFDRational(int(whole)), IFDRational(int(minutes)), seconds


def sample_photo(
    file: Path, taken: datetime, position: tuple[float, float] | None = None, seed: int = 1
) -> Path:
    """Write an invented JPEG taken then; with a GPS position (lon, lat; WGS 84) or without."""
    file.write_bytes(photo_bytes(taken, position, seed))
    return file


def photo_bytes(
    taken: datetime,
    position: tuple[float, float] | None = None,
    seed: int | str = 1,
    wide: int = _SIZE[0],
) -> bytes:
    """An invented JPEG, ``wide`` pixels wide; equal seeds give equal bytes."""
    image = _slope(seed, wide)
    exif = Image.Exif()
    exif[0x010E] = "SAMPLE, invented"
    exif[0x010F], exif[0x0110] = "jdz_field", "demo"
    local = taken.astimezone(BEIJING)
    exif.get_ifd(_EXIF).update({0x9003: f"{local:%Y:%m:%d %H:%M:%S}", 0x9011: "+08:00"})
    if position:
        lon, lat = position
        exif.get_ifd(_GPS).update(
            {
                1: "N" if lat >= 0 else "S",
                2: _degrees(lat),
                3: "E" if lon >= 0 else "W",
                4: _degrees(lon),
                18: "WGS-84",
            }
        )
    made = BytesIO()
    image.save(made, "JPEG", quality=88, exif=exif)
    return made.getvalue()


def sample_track(file: Path, start: datetime, lon: float, lat: float) -> Path:
    """Write a GPX 1.1 track: ten minutes on foot from (lon, lat), a point every ten seconds."""
    points = []
    for step in range(61):
        when = to_text(start + timedelta(seconds=10 * step))
        points.append(
            f'<trkpt lat="{lat + step * 8e-6:.7f}" lon="{lon + step * 1e-5:.7f}">'
            f"<ele>{120 + step * 0.2:.1f}</ele><time>{when}</time></trkpt>"
        )
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="jdz_field" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>虚构示例</name><trkseg>{''.join(points)}</trkseg></trk></gpx>\n",
        encoding="utf-8",
    )
    return file
