"""KML and NMEA files for tests, of the same points as ``tests.photos.tracks``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from functools import reduce
from operator import xor

from tests.photos.tracks import Point, moment


def when(seconds: float) -> str:
    """ISO 8601 UTC."""
    text = moment(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return text + "Z"


def kml_track(points: Sequence[Point], mixed: bool = False) -> str:
    """One ``gx:Track``; ``mixed``: each time beside its place."""
    times = [f"<when>{when(p[0])}</when>\n" for p in points]
    places = [f"<gx:coord>{p[1]!r} {p[2]!r} {p[3] or 0}</gx:coord>\n" for p in points]
    if mixed:
        body = "".join(a + b for a, b in zip(times, places, strict=True))
    else:
        body = "".join(times + places)
    return f"<gx:Track>{body}</gx:Track>"


def kml_places(points: Sequence[Point]) -> str:
    """A folder of placemarks with a time each."""
    return "".join(
        f"<Placemark><name>点</name><TimeStamp><when>{when(t)}</when></TimeStamp>"
        f"<Point><coordinates>{x!r},{y!r},{z or 0}</coordinates></Point></Placemark>\n"
        for t, x, y, z in points
    )


def kml(*bodies: str) -> str:
    """A document with these bodies, tracks in a placemark each."""
    inner = "".join(
        body if "<Placemark" in body else f"<Placemark>{body}</Placemark>" for body in bodies
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>虚构示例</name>'
        f"<Folder>{inner}</Folder></Document></kml>"
    )


def kmz(text: str, name: str = "doc.kml") -> bytes:
    """The document packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/a.png", b"no picture")
        archive.writestr(name, text)
    return out.getvalue()


def sentence(body: str) -> str:
    """With its start and checksum."""
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n"


def _angle(value: float, wide: int) -> str:
    degrees = int(abs(value))
    return f"{degrees:0{wide}d}{(abs(value) - degrees) * 60:010.7f}"


def place(point: Point) -> str:
    """Latitude and longitude as sentences have them."""
    _t, lon, lat, _h = point
    return f"{_angle(lat, 2)},{'NS'[lat < 0]},{_angle(lon, 3)},{'EW'[lon < 0]}"


def rmc(point: Point, talker: str = "GN", status: str = "A", mode: str = "A") -> str:
    """Date, time and place."""
    t = moment(point[0])
    clock = f"{t:%H%M%S}.{t.microsecond // 10_000:02d}"
    return sentence(f"{talker}RMC,{clock},{status},{place(point)},0.1,,{t:%d%m%y},,,{mode}")


def gga(point: Point, talker: str = "GN", quality: int = 1) -> str:
    """Time, place and height."""
    t = moment(point[0])
    clock = f"{t:%H%M%S}.{t.microsecond // 10_000:02d}"
    height = "" if point[3] is None else f"{point[3]:.3f}"
    return sentence(f"{talker}GGA,{clock},{place(point)},{quality},12,0.8,{height},M,0.0,M,,")


def nmea(points: Sequence[Point], talker: str = "GN") -> str:
    """A log with both sentences a point."""
    return "".join(rmc(point, talker) + gga(point, talker) for point in points)
