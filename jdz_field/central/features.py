"""Questions to the features: which, in what order, how many; answered in one statement each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSON

from jdz_field.central.accounts import Caller
from jdz_field.central.features_count import counted
from jdz_field.central.features_model import Collection, Property, sees_persons
from jdz_field.central.scope import tag, within
from jdz_field.central.tables import dumps, features
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
#: In these latitude stands first, as EPSG defines them. CGCS2000 and WGS 84 differ by less
#: than the metre that our positions have at best.
LATITUDE_FIRST = (EPSG + "4490", EPSG + "4326")
CRS = (CRS84, *LATITUDE_FIRST)
MAX_LIMIT, DEFAULT_LIMIT = 10_000, 100
#: Up to so many features are put in order after they were found.
_FEW = 2_000
#: Below this JSON has whole numbers without an exponent.
_PLAIN = 1e15
#: Properties that have a column, and so an index.
_COLUMNS = {
    "code": features.c.code,
    "name": features.c.name,
    "town": features.c.town,
    "kind_code": features.c.kind_code,
    "county_code": features.c.county,
    "site": features.c.site,
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a collection; ``bbox``: west, south, east, north in degrees."""

    limit: int = DEFAULT_LIMIT
    after: str = ""
    bbox: tuple[float, float, float, float] | None = None
    since: str = ""
    until: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    latitude_first: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Features as GeoJSON texts; ``last``: the id after which the next page starts."""

    features: Sequence[str]
    matched: int
    last: str | None


def read_page(connection: Connection, caller: Caller, about: Collection, query: Query) -> Page:
    """A page of a collection, and how many features the question has in all."""
    where = _where(connection, caller, about, query)
    question = (about.id, tag(caller), query.bbox, query.since, query.until)
    count = counted(
        connection,
        (*question, *sorted(query.filters.items())),
        lambda: _count(connection, where),
    )
    # Few are quickly found by an index and put in order; of many, some are met on the way.
    few = count <= _FEW and (query.bbox is not None or bool(query.filters.keys() & _COLUMNS))
    place = features.c.id.concat("") if few else features.c.id
    rows = connection.execute(
        select(features.c.id, features.c.geometry, features.c.properties)
        .where(*where, *([place > query.after] if query.after else []))
        .order_by(place)
        .limit(query.limit + 1)
    ).all()
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    hidden = _hidden(caller, about)
    found = [
        _feature(r.id, r.geometry, r.properties, about, hidden, swap=query.latitude_first)
        for r in rows
    ]
    return Page(found, count, rows[-1].id if more else None)


def _count(connection: Connection, where: Sequence[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(features).where(*where)
    return int(connection.execute(query).scalar_one())


def read_one(
    connection: Connection, caller: Caller, about: Collection, fid: str, *, latitude_first: bool
) -> str | None:
    """One feature as GeoJSON; ``None`` when it is not there for this caller."""
    row = connection.execute(
        select(features.c.id, features.c.geometry, features.c.properties).where(
            features.c.collection == about.id,
            features.c.id == fid,
            within(caller, features.c.kind, features.c.county),
        )
    ).first()
    if row is None:
        return None
    hidden = _hidden(caller, about)
    return _feature(row.id, row.geometry, row.properties, about, hidden, swap=latitude_first)


def extent(
    connection: Connection, caller: Caller, about: Collection
) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a collection."""
    c = features.c
    row = connection.execute(
        select(func.min(c.min_x), func.min(c.min_y), func.max(c.max_x), func.max(c.max_y)).where(
            c.collection == about.id, within(caller, c.kind, c.county)
        )
    ).one()
    return None if row[0] is None else (row[0], row[1], row[2], row[3])


# ---- what is asked


def _where(
    connection: Connection, caller: Caller, about: Collection, query: Query
) -> list[ColumnElement[bool]]:
    c = features.c
    where = [c.collection == about.id, within(caller, c.kind, c.county)]
    if query.bbox is not None:
        west, south, east, north = query.bbox
        across = west > east
        inside = (c.max_x >= west, c.min_x <= east)
        where += [or_(*inside)] if across else list(inside)
        where += [c.max_y >= south, c.min_y <= north]
    if query.since:
        where.append(c.moment >= query.since)
    if query.until:
        where.append(c.moment <= query.until)
    for name, text in query.filters.items():
        found = about.properties.get(name)
        if found is None or (found.personal and not sees_persons(caller)):
            raise BadInput(
                _("There is no property {name} in {collection}.").format(
                    name=name, collection=about.id
                )
            )
        where += _equals(connection, found, text)
    return where


def _equals(connection: Connection, about: Property, text: str) -> list[ColumnElement[bool]]:
    column = _COLUMNS.get(about.name)
    if column is not None:
        return [column == text]
    if connection.dialect.name == "sqlite":
        value: ColumnElement[Any] = func.json_extract(features.c.properties, f'$."{about.name}"')
    else:
        value = cast(features.c.properties, JSON)[about.name].astext
    if about.type in ("integer", "number"):
        number = _number(text, about.name)
        start = _written(number) if number else ""
        return [_says(connection, about.name, start), cast(value, Float) == number]
    if about.type == "boolean":
        truth = text.lower() in ("1", "true")
        given = cast(value, Text).in_(["1", "true"] if truth else ["0", "false"])
        return [_says(connection, about.name, ""), given]
    return [_says(connection, about.name, ""), cast(value, Text) == text]


def _says(connection: Connection, name: str, start: str) -> ColumnElement[bool]:
    """Whether the properties hold this beginning of an entry: quicker than to read them as JSON."""
    found = func.instr if connection.dialect.name == "sqlite" else func.strpos
    given: ColumnElement[bool] = found(features.c.properties, f"{dumps(name)}:{start}") > 0
    return given


def _written(number: float) -> str:
    """What a number in JSON begins with, written as a whole one or not."""
    return str(int(number)) if number == int(number) and abs(number) < _PLAIN else repr(number)


def _number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadInput(
            _("{value} is no number; {field} takes numbers.").format(value=text[:40], field=name)
        )
    return number


def read_bbox(text: str, *, latitude_first: bool) -> tuple[float, float, float, float]:
    """``bbox`` of four or six numbers. ``BadInput`` when it is none."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise BadInput(_("bbox must be four numbers: west, south, east, north."))
    one, two, three, four = numbers
    west, south, east, north = (two, one, four, three) if latitude_first else numbers
    if south > north or max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
        raise BadInput(_("bbox must be four numbers: west, south, east, north."))
    return west, south, east, north


def read_datetime(text: str) -> tuple[str, str]:
    """``datetime``: a moment or ``from/to`` with ``..`` for open; as stamps of the store."""
    if not text:
        return "", ""
    parts = text.split("/")
    if len(parts) > 2 or all(part in ("", "..") for part in parts):
        raise BadInput(_("datetime must be a time, or two with / between (RFC 3339)."))
    first, last = parts[0], parts[-1]
    return _moment(first, end=False), _moment(last, end=True)


def _moment(text: str, *, end: bool) -> str:
    if text in ("", ".."):
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("datetime must be a time, or two with / between (RFC 3339).")) from error
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if end and len(text) <= 10:
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_000)
    elif end and "." not in text:
        found = found.replace(microsecond=999_000)
    try:
        return to_text(found)
    except (OverflowError, ValueError) as error:
        raise BadInput(_("datetime must be a time, or two with / between (RFC 3339).")) from error


# ---- what is answered


def _hidden(caller: Caller, about: Collection) -> frozenset[str] | None:
    """Names that this caller is not told; ``None``: everything is."""
    if sees_persons(caller):
        return None
    return frozenset(name for name, found in about.properties.items() if found.personal)


def _feature(
    fid: str,
    geometry: str | None,
    properties: str,
    about: Collection,
    hidden: frozenset[str] | None,
    *,
    swap: bool,
) -> str:
    place = geometry or "null"
    if swap and geometry:
        place = json.dumps(_swapped(json.loads(geometry)), separators=(",", ":"))
    told = properties
    if hidden is not None:
        values = json.loads(properties)
        kept = {n: v for n, v in values.items() if n in about.known and n not in hidden}
        told = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","id":{json.dumps(fid)},"geometry":{place},"properties":{told}}}'


def _swapped(value: Any) -> Any:
    """GeoJSON coordinates with latitude first."""
    if isinstance(value, dict):
        parts = {"coordinates", "geometries"}
        return {n: _swapped(v) if n in parts else v for n, v in value.items()}
    if isinstance(value, list) and len(value) >= 2 and not isinstance(value[0], list | dict):
        return [value[1], value[0], *value[2:]]
    return [_swapped(one) for one in value]
