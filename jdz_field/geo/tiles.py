"""Raster tiles out of an MBTiles file (MBTiles 1.3, the mapbox/mbtiles-spec), read only.

Tiles are asked for in the XYZ scheme of web maps (row 0 in the north); the file counts rows
from the south (TMS). Web Mercator (EPSG:3857).
"""

from __future__ import annotations

import math
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _

#: Formats the windows can draw; ``pbf`` holds vectors and is refused.
RASTER = ("png", "jpg", "jpeg", "webp")

#: A tile larger than this is no map tile.
MAX_TILE_BYTES = 8_000_000

#: Web Mercator ends here, in degrees of latitude.
MAX_LATITUDE = 85.05112877980659


@dataclass(frozen=True, slots=True)
class TileSource:
    """What an MBTiles file says of itself.

    ``bounds`` is west, south, east, north in degrees; ``None`` when the file names none.
    """

    name: str
    format: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None
    attribution: str


class MBTiles:
    """One open file. ``tile`` may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path``; ``BadInput`` when it is no raster MBTiles file."""
        self.path = path
        self._lock = threading.Lock()
        if not path.is_file():
            raise BadInput(_("There is no base map at {file}.").format(file=path))
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            self.source = self._read_source()
        except (sqlite3.DatabaseError, ValueError) as error:
            self._database.close()
            raise BadInput(
                _("{file} is no MBTiles base map; take it out of the folder basemaps.").format(
                    file=path.name
                )
            ) from error
        except BadInput:
            self._database.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """The bytes of a tile (XYZ), ``None`` when the file has none.

        ``Unavailable`` when the file cannot be read any more.
        """
        row = (1 << zoom) - 1 - y
        try:
            with self._lock, closing(self._database.cursor()) as cursor:
                cursor.execute(
                    "SELECT tile_data FROM tiles"
                    " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
                    " AND length(tile_data) <= ?",
                    (zoom, x, row, MAX_TILE_BYTES),
                )
                found = cursor.fetchone()
        except sqlite3.Error as error:
            raise Unavailable(
                _("The base map {file} cannot be read ({what}).").format(
                    file=self.path.name, what=error
                )
            ) from error
        return bytes(found[0]) if found and isinstance(found[0], bytes) else None

    def _read_source(self) -> TileSource:
        rows = dict(self._database.execute("SELECT name, value FROM metadata").fetchall())
        found = self._database.execute(
            "SELECT min(zoom_level), max(zoom_level) FROM tiles"
        ).fetchone()
        if found[0] is None:
            raise BadInput(_("The base map {file} holds no tile.").format(file=self.path.name))
        form = str(rows.get("format", "png")).lower()
        if form not in RASTER:
            raise BadInput(
                _(
                    "The base map {file} holds «{form}»; only png, jpg and webp can be shown."
                ).format(file=self.path.name, form=form)
            )
        return TileSource(
            name=str(rows.get("name") or self.path.stem),
            format=form,
            min_zoom=max(0, int(found[0])),
            max_zoom=min(24, int(found[1])),
            bounds=_bounds(rows.get("bounds")),
            attribution=str(rows.get("attribution") or ""),
        )


def _bounds(text: str | None) -> tuple[float, float, float, float] | None:
    try:
        numbers = [float(part) for part in str(text).split(",")]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(math.isfinite(n) for n in numbers):
        return None
    west, south, east, north = numbers
    return (west, south, east, north) if west < east and south < north else None


def basemaps(folder: Path) -> tuple[list[MBTiles], list[str]]:
    """Every readable ``*.mbtiles`` of a folder by name, and a sentence for each that is not."""
    opened: list[MBTiles] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.mbtiles")) if folder.is_dir() else ():
        try:
            opened.append(MBTiles(path))
        except BadInput as error:
            problems.append(str(error))
    return opened, problems


def to_unit(lon: float, lat: float) -> tuple[float, float]:
    """Degrees to the unit square of Web Mercator: 0, 0 in the north-west; clipped at ±85.05°."""
    lat = min(max(lat, -MAX_LATITUDE), MAX_LATITUDE)
    y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return (lon + 180.0) / 360.0, y


def from_unit(x: float, y: float) -> tuple[float, float]:
    """Unit square of Web Mercator to degrees: longitude, latitude."""
    return x * 360.0 - 180.0, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def ground_metres(lat: float, zoom: float, tile: int = 256) -> float:
    """Metres on the ground that one pixel covers at ``lat`` and ``zoom``."""
    return 2 * math.pi * 6_378_137.0 * math.cos(math.radians(lat)) / (tile * math.exp2(zoom))
