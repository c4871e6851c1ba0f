"""Reading what GDAL reads: GeoPackage, GeoJSON, shapefile, KML, GPX. Each layer is a table."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from glob import escape as glob_escape
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from shapely.errors import ShapelyError

from jdz_field.core.i18n import _
from jdz_field.geo.crs import CGCS2000, Reference, reference
from jdz_field.ledger.tables import Row, Table, broken

SUFFIXES = frozenset({".gpkg", ".geojson", ".json", ".shp", ".gpx"})
GEOMETRY = "geometry"
_DAMAGE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.CRSError,
    pyogrio.errors.GeometryError,
    ShapelyError,
    UnicodeError,
    ValueError,
)
#: What .cpg files call the Chinese code pages, and files without one.
_CHINESE = frozenset({"", "936", "GBK", "GB2312", "GB18030", "CP936", "ANSI 936", "ANSI_936", "0"})
_JUDGED = 4 << 20
_GPX_LAYERS = ("waypoints",)


def read_layers(path: Path) -> list[Table]:
    """Every layer of a map file that can hold sites; ``BadInput`` when GDAL cannot read it."""
    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except _DAMAGE as error:
        raise broken(path, _("it is no sound map file")) from error
    if path.suffix.lower() == ".gpx":
        names = [name for name in names if name in _GPX_LAYERS]
    return [table for name in names if (table := _layer(path, name)) is not None]


def _layer(path: Path, name: str) -> Table | None:
    try:
        with warnings.catch_warnings():
            # GDAL warns about odd encodings and rings; what matters shows in the rows.
            warnings.simplefilter("ignore")
            about = pyogrio.read_info(path, layer=name, encoding=_encoding(path))
    except _DAMAGE as error:
        raise broken(path, _("it is no sound map file")) from error
    fields = tuple(str(field) for field in about["fields"])
    system = _system(about["crs"])

    def rows() -> Iterator[Row]:
        yield from _read(path, name)

    return Table(
        name, rows, columns=(*fields, GEOMETRY), system=system, size=int(about["features"])
    )


def _encoding(path: Path) -> str | None:
    """The encoding of a shapefile's table: by its bytes, for its .cpg is missing or often wrong.

    Chinese offices write GB18030; fixed widths cut letters in two, so that a few faults are none.
    """
    if path.suffix.lower() != ".shp":
        return None
    names = {file.suffix.lower(): file for file in path.parent.glob(f"{glob_escape(path.stem)}.*")}
    table, page = names.get(".dbf"), names.get(".cpg")
    try:
        with table.open("rb") if table else io.BytesIO() as file:
            data = file.read(_JUDGED)
        # The head of the table (dBASE III: its length at byte 8) holds binary numbers.
        data = data[int.from_bytes(data[8:10], "little") :]
        named = page.read_text("ascii", "replace").strip().upper() if page else ""
    except OSError:
        return None
    beyond = sum(byte >= 0x80 for byte in data)
    if not beyond:
        return None if named else "utf-8"
    if data.decode("utf-8", "replace").count("\ufffd") * 10 <= beyond:
        return "utf-8"
    # Another code page (BIG5, 1252) is believed; UTF-8 has just been disproved.
    return "gb18030" if named in _CHINESE or named.startswith("UTF") else None


def _system(crs: str | None) -> Reference | None:
    """The layer's reference system; none when the file names none."""
    if not crs:
        return None
    return reference("4490" if crs == f"EPSG:{CGCS2000}" else crs)


def _read(path: Path, name: str) -> Iterator[Row]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _about, _fids, wkb, columns = pyogrio.raw.read(
                path, layer=name, encoding=_encoding(path), datetime_as_string=True
            )
        shapes = [None] * _count(columns, wkb) if wkb is None else shapely.from_wkb(wkb)
    except _DAMAGE as error:
        raise broken(path, _("it is no sound map file")) from error
    plain = [_plain(column) for column in columns]
    yield from enumerate(zip(*plain, shapes, strict=True), start=1)


def _count(columns: list[Any], wkb: Any) -> int:
    return len(columns[0]) if columns else len(wkb or ())


def _plain(column: np.ndarray[Any, Any]) -> list[Any]:
    """A column of plain Python values; missing numbers come from GDAL as NaN."""
    if column.dtype.kind == "f":
        return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124
    return list(column.tolist())
