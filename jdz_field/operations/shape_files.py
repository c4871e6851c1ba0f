"""Lines and areas out of a file, to be taken over into an answer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.geo.crs import Reference
from jdz_field.ledger.kml import SUFFIXES as KML
from jdz_field.ledger.kml import read_kml
from jdz_field.ledger.layers import SUFFIXES, read_layers

TEXTS = frozenset({".txt", ".csv", ".wkt"})
#: What can be opened here.
ALL = SUFFIXES | KML | TEXTS
#: Larger texts are no list of vertices.
_MOST_BYTES = 20_000_000
_DAMAGE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.GeometryError,
    ShapelyError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Shapes:
    """What a file holds: lines and areas with their system, or a text that names vertices."""

    shapes: tuple[BaseGeometry, ...] = ()
    system: Reference | None = None
    text: str = ""


def read_shapes(path: Path) -> Shapes:
    """The lines and areas in a .gpx, .kml, .geojson, .gpkg, .shp; .txt, .csv, .wkt as text.

    Raises:
        BadInput: no such file, no file of these, or nothing in it.
        Unavailable: the disk refuses.
    """
    suffix = path.suffix.lower()
    if not path.is_file() or suffix not in ALL:
        raise BadInput(
            _("{file} cannot be opened here; choose a GPX, KML, GeoJSON, CSV or text file.").format(
                file=path
            )
        )
    if suffix in TEXTS:
        return Shapes(text=_text(path))
    if suffix == ".gpx":
        return Shapes(tuple(_gpx(path)))
    found, system = [], None
    for table in read_kml(path) if suffix in KML else read_layers(path):
        for _row, cells in table.rows():
            if isinstance(cells[-1], BaseGeometry) and not cells[-1].is_empty:
                found.append(cells[-1])
                system = system or table.system
    return _some(path, found, system)


def _some(path: Path, found: list[BaseGeometry], system: Reference | None) -> Shapes:
    if not found:
        raise BadInput(_("{file} holds no line and no area; choose another.").format(file=path))
    return Shapes(tuple(found), system)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(_("{file} is too large for a list of points.").format(file=path))
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be read ({what}); check the disk and try again.").format(
                file=path, what=error.strerror or error
            )
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _gpx(path: Path) -> list[BaseGeometry]:
    found: list[BaseGeometry] = []
    for layer in ("tracks", "routes"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _about, _fids, wkb, _columns = pyogrio.raw.read(path, layer=layer, columns=[])
            found += [one for one in shapely.from_wkb(wkb) if one is not None]
        except _DAMAGE as error:
            raise BadInput(
                _("{file} is no sound GPX file; export the track again.").format(file=path)
            ) from error
    return list(_some(path, [one for one in found if not one.is_empty], None).shapes)
