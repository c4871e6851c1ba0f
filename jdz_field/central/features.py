"""Questions to the features: which, in what order, how many; answered in one statement each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from jdz_field.central import features_terms
from jdz_field.central.accounts import Caller
from jdz_field.central.features_count import counted
from jdz_field.central.features_index import RECORDS
from jdz_field.central.features_model import Collection, Property, sees_persons
from jdz_field.central.features_plan import Asked, planned
from jdz_field.central.features_terms import Group
from jdz_field.central.scope import tag, within
from jdz_field.central.tables import features
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
#: What a difference of two longitudes may be wrong by, in degrees.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a collection; ``bbox``: west, south, east, north in degrees."""

    limit: int = DEFAULT_LIMIT
    after: int = 0
    bbox: tuple[float, float, float, float] | None = None
    since: str = ""
    until: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    latitude_first: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Features as GeoJSON texts; ``last``: the number after which the next page starts."""

    features: Sequence[str]
    matched: int
    last: int | None


def read_page(connection: Connection, caller: Caller, about: Collection, query: Query) -> Page:
    """A page of a collection, and how many features the question has in all."""
    plan = planned(connection, _asked(connection, caller, about, query))
    question = (about.id, tag(caller), query.bbox, query.since, query.until)
    count = counted(
        connection,
        (*question, *sorted(query.filters.items())),
        lambda: plan.count(connection),
    )
    rows = plan.page(connection, query.after, query.limit + 1, count)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    hidden = _hidden(caller, about)
    found = [
        _feature(r.id, r.geometry, r.properties, about, hidden, swap=query.latitude_first)
        for r in rows
    ]
    return Page(found, count, rows[-1].num if more else None)


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


def _asked(connection: Connection, caller: Caller, about: Collection, query: Query) -> Asked:
    groups = [_group(caller, about, name, text) for name, text in query.filters.items()]
    if caller.counties:
        groups.append(features_terms.within_counties(about.id, caller.counties))
    rest = [*_in_box(connection, about, query), *_in_time(query)]
    if caller.kinds and about.id.startswith(RECORDS):
        rest.append(within(caller, features.c.kind, features.c.county))
    return Asked(about.id, groups, rest, box=query.bbox is not None)


def _in_box(connection: Connection, about: Collection, query: Query) -> list[ColumnElement[bool]]:
    if query.bbox is None:
        return []
    west, south, east, north = query.bbox
    c = features.c
    inside = [c.max_x >= west, c.min_x <= east]
    height = [c.max_y >= south, c.min_y <= north]
    if west > east:
        return [or_(*inside), *height]
    widest = connection.execute(
        select(func.max(c.max_x - c.min_x)).where(c.collection == about.id)
    ).scalar()
    # An index is walked from west to east: this says where to begin.
    return [c.min_x >= west - _ROUNDING - (widest or 0.0), *inside, *height]


def _in_time(query: Query) -> list[ColumnElement[bool]]:
    moment = features.c.moment
    since = [moment >= query.since] if query.since else []
    return [*since, moment <= query.until] if query.until else [*since]


def _group(caller: Caller, about: Collection, name: str, text: str) -> Group:
    found = about.properties.get(name)
    if found is None or (found.personal and not sees_persons(caller)):
        raise BadInput(
            _("There is no property {name} in {collection}.").format(name=name, collection=about.id)
        )
    return features_terms.asked(about.id, name, _plain(found, text))


def _plain(about: Property, text: str) -> str:
    """A value as JSON writes it: numbers and truths may be given in several ways."""
    if about.type in ("integer", "number"):
        return json.dumps(_number(text, about.name))
    if about.type == "boolean":
        return "true" if text.lower() in ("1", "true") else "false"
    return text


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
