"""The layers of ``field.gpkg``: which table holds which subject, and its columns.

Site layers follow the catalogue; ``records``, ``photos`` and ``tracks`` are fixed. A value that
its column cannot hold without loss (a field of a newer catalogue, a text where a number
belongs) goes into ``extra`` (JSON), so that whatever the centre sends survives.

A field that a rule gives has two columns: one named like it holds the value that holds, for lists
and for QGIS, worked out anew with every write; the other, ``…_stated``, what the log has.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.catalogue import Field as CatalogueField
from jdz_field.core.changes import ATTACHMENT, RECORD, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.grades import STATED, effective
from jdz_field.core.sites import point_wkt
from jdz_field.store import fixed, geometry

#: A subject's fields by name; no value and no entry mean the same. ``geometry`` is WKT,
#: ``deleted`` is there only when true.
State = dict[str, Value]

GEOMETRY, DELETED = "geometry", "deleted"

_SQL_TYPES = {
    "text": "TEXT",
    "code": "TEXT",
    "codes": "TEXT",
    "json": "TEXT",
    "integer": "INTEGER",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "DATETIME",
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_TRACKS = (
    *("application/gpx+xml", "application/geo+json", "application/vnd.google-earth.kml+xml"),
    *("application/vnd.google-earth.kmz", "application/x-nmea0183"),
)


class _Unfit(Exception):
    """The column cannot hold this value without loss."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a layer: name and type (the catalogue's, or ``json``, ``datetime``)."""

    name: str
    type: str
    catalogue: CatalogueField | None = None

    @property
    def sql_type(self) -> str:
        """The GeoPackage column type."""
        return _SQL_TYPES[self.type]

    @property
    def given(self) -> bool:
        """Whether a rule gives the value that holds."""
        return bool(self.catalogue and self.catalogue.derived)

    @property
    def stored(self) -> str:
        """The column that keeps what the log says."""
        return self.name + STATED if self.given else self.name


@dataclass(frozen=True, slots=True)
class Layer:
    """One feature table.

    Attributes:
        name: table name.
        kind: subject kind of its rows.
        number: place among the layers; part of a row's number in the search index.
        geometry: ``POINT`` or ``GEOMETRY``.
        columns: fields, in order; without ``geometry`` and ``deleted``.
        labelled: columns ``lon`` and ``lat`` hold a point on the geometry.
        derived: the geometry is the point of the fields ``lon`` and ``lat``.
        given: columns that hold what rules give; no part of a subject's state.
        types: type by field name.
        stored: where the log's value is kept, of fields that have another column for it.
    """

    name: str
    kind: str
    number: int
    geometry: str
    columns: tuple[Column, ...]
    labelled: bool
    derived: bool
    given: tuple[str, ...]
    types: Mapping[str, str] = field(repr=False)
    stored: Mapping[str, str] = field(repr=False)

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns beside the fields, after ``fid``, ``geom`` and ``id``."""
        label = ("lon", "lat") if self.labelled else ()
        return (*self.given, *label, "version", "deleted", "updated", "extra")

    @property
    def written(self) -> tuple[str, ...]:
        """Every column that ``to_row`` gives a value for, in its order."""
        return ("geom", *(column.stored for column in self.columns), *self.kept)


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unfit
    try:
        number = float(value)
    except OverflowError as error:
        raise _Unfit from error
    if number != value or not math.isfinite(number):
        raise _Unfit
    return number


def _whole(value: Value) -> int:
    if type(value) is not int or not -(1 << 63) <= value < 1 << 63:
        raise _Unfit
    return value


def _string(value: Value) -> str:
    if type(value) is not str or "\0" in value:
        raise _Unfit
    return value


def _boolean(value: Value) -> int:
    if type(value) is not bool:
        raise _Unfit
    return int(value)


def _date(value: Value) -> str:
    if type(value) is not str or not _DATE.fullmatch(value):
        raise _Unfit
    return value


def _moment(value: Value) -> str:
    if type(value) is not str or not _MOMENT.fullmatch(value):
        raise _Unfit
    return value


def dumps(value: Value) -> str:
    """Compact JSON, keys in their order; ``ValueError`` for NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _members(value: Value) -> str:
    if not isinstance(value, dict):
        raise _Unfit
    return dumps(value)


def _object(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


_TO_SQL: dict[str, Callable[[Value], Any]] = {
    "text": _string,
    "code": _string,
    "codes": _string,
    "json": _members,
    "integer": _whole,
    "decimal": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _moment,
}
_FROM_SQL: dict[str, Callable[[Any], Value]] = {"boolean": bool, "json": _object}


def _blob(layer: Layer, state: State, extra: State) -> bytes | None:
    """The geometry for its column; into ``extra`` what would not read back as the same text."""
    wkt = state.get(GEOMETRY)
    if layer.derived:
        if wkt is not None:
            extra[GEOMETRY] = wkt
        return geometry.to_blob(point_of_lonlat(state))
    if wkt is None:
        return None
    if fits(layer, wkt):
        return geometry.to_blob(wkt)
    extra[GEOMETRY] = wkt
    return None


def fits(layer: Layer, wkt: Value) -> bool:
    """Whether this is canonical text of a geometry that the layer takes."""
    try:
        if not isinstance(wkt, str) or wkt.endswith("EMPTY") or geometry.canonical(wkt) != wkt:
            return False
    except BadInput:
        return False
    return layer.geometry in ("GEOMETRY", wkt.split(" (", 1)[0])


def to_row(layer: Layer, state: State, version: int, updated: str) -> list[Any]:
    """The values of ``layer.written`` for a subject's state."""
    extra: State = {}
    row: list[Any] = [_blob(layer, state, extra)]
    for column in layer.columns:
        value = state.get(column.name)
        if value is None:
            row.append(None)
            continue
        try:
            row.append(_TO_SQL[column.type](value))
        except _Unfit:
            row.append(None)
            extra[column.name] = value
    for name, value in state.items():
        if name not in layer.types:
            extra[name] = value
    row += given_row(layer, state)
    if layer.labelled:
        row += geometry.label_point(state.get(GEOMETRY) if row[0] is not None else None)
    deleted = state.get(DELETED, False)
    if deleted is not False and deleted is not True:
        extra[DELETED] = deleted
    row += (version, int(bool(deleted)), updated, dumps(extra) if extra else None)
    return row


def given_row(layer: Layer, state: Mapping[str, Value]) -> list[str | None]:
    """The values of ``layer.given``."""
    if not layer.given:
        return []
    values = effective(layer.kind, state)
    return [v if isinstance(v := values.get(name), str) else None for name in layer.given]


def typed_over(layer: Layer, row: Sequence[Any], before: State) -> State:
    """What another program wrote where a rule's value stands: that was stated there."""
    found = dict(zip(layer.written, row, strict=False))
    held = dict(zip(layer.given, given_row(layer, before), strict=True))
    return {
        name: found[name]
        for name in layer.given
        if found.get(name) is not None and found[name] != held[name]
    }


def point_of_lonlat(state: State) -> str | None:
    """The point of a photo's ``lon`` and ``lat``, if it has both."""
    lon, lat = state.get("lon"), state.get("lat")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        return point_wkt(lon, lat)
    return None


def overflows(layer: Layer, name: str, value: Value) -> bool:
    """Whether a value goes into ``extra``: its column is not there or cannot hold it."""
    if name == GEOMETRY:
        return layer.derived or not fits(layer, value)
    if name == DELETED:
        return not isinstance(value, bool)
    kind = layer.types.get(name)
    if kind is None:
        return True
    try:
        _TO_SQL[kind](value)
    except _Unfit:
        return True
    return False


def from_row(layer: Layer, row: Sequence[Any]) -> State:
    """The state out of the values of ``layer.written``.

    What another program put there and cannot be read is passed over; ``check`` finds it.
    """
    state: State = {}
    for column, value in zip(layer.columns, row[1:], strict=False):
        if value is not None and not isinstance(value, bytes):
            convert = _FROM_SQL.get(column.type)
            state[column.name] = convert(value) if convert else value
    if row[0] is not None and not layer.derived:
        shape = wkt_or_none(row[0])
        if shape is not None:
            state[GEOMETRY] = shape
    if row[-3]:
        state[DELETED] = True
    if row[-1]:
        state.update(_object(row[-1]))
    return state


def wkt_or_none(blob: Any) -> str | None:
    """Canonical WKT of a stored geometry, ``None`` when there is none or it is broken."""
    try:
        return geometry.to_wkt(blob) if isinstance(blob, bytes) else None
    except ValueError:
        return None


def _layer(name: str, kind: str, shape: str, columns: tuple[Column, ...]) -> Layer:
    types = {column.name: column.type for column in columns}
    types |= {GEOMETRY: "geometry", DELETED: "deleted"}
    return Layer(
        name=name,
        kind=kind,
        number=ORDER.index(name),
        geometry=shape,
        columns=columns,
        labelled=kind in SITE_KINDS,
        derived=name == "photos",
        given=tuple(column.name for column in columns if column.given),
        types=types,
        stored={column.name: column.stored for column in columns if column.given},
    )


#: Every layer, in the order QGIS lists them; never reorder (the search index counts on it).
ORDER = (*SITE_KINDS, "records", "photos", "tracks")


@cache
def layer(name: str) -> Layer:
    """The layer of this name; ``KeyError`` when there is none."""
    if name in SITE_KINDS:
        kind = site_kind(name)
        fields = [Column(f.name, f.type, f) for f in kind.fields]
        columns = (*fields, *(Column(*entry) for entry in fixed.SITE_FIELDS))
        return _layer(name, name, kind.geometry, columns)
    if name == "records":
        return _layer(name, RECORD, "POINT", tuple(Column(*entry) for entry in fixed.RECORD_FIELDS))
    if name == "photos":
        columns = tuple(Column(*entry) for entry in (*fixed.ATTACHMENT_FIELDS, *fixed.PHOTO_FIELDS))
        return _layer(name, ATTACHMENT, "POINT", columns)
    if name == "tracks":
        columns = tuple(Column(*entry) for entry in (*fixed.ATTACHMENT_FIELDS, *fixed.TRACK_FIELDS))
        return _layer(name, ATTACHMENT, "GEOMETRY", columns)
    raise KeyError(name)


@cache
def layers() -> tuple[Layer, ...]:
    """Every layer."""
    return tuple(layer(name) for name in ORDER)


@cache
def layers_of(kind: str) -> tuple[Layer, ...]:
    """The layers that may hold a subject of this kind; ``KeyError`` for an unknown kind."""
    found = tuple(one for one in layers() if one.kind == kind)
    if not found:
        raise KeyError(kind)
    return found


def home_of(kind: str, state: State) -> Layer:
    """The layer where a new subject goes: tracks apart from photos and files."""
    if kind == ATTACHMENT:
        return layer("tracks" if state.get("mime") in _TRACKS else "photos")
    return layers_of(kind)[0]
