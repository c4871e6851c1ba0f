"""Sites and records as features: a table that follows the feed, so that reading it is quick.

It holds nothing that the subjects do not say; emptied, it is made anew at the next question.
Records that show protected species (a photo marked so, of the record or of one that it corrects
or that corrects it) have no place, no answers and no site here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import shapely
from sqlalchemy import Connection, Row, func, select

from jdz_field.central import features_terms
from jdz_field.central.database import Database
from jdz_field.central.tables import (
    dumps,
    feature_state,
    feature_terms,
    features,
    subjects,
    versions,
)
from jdz_field.central.worlds import subject_of
from jdz_field.central.writing import head, put
from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.changes import ATTACHMENT, RECORD
from jdz_field.core.grades import effective
from jdz_field.core.sites import point_of
from jdz_field.sync.merge_types import Subject

#: What the collections of records begin with; the form's id follows.
RECORDS = "record_"
#: What parts the names of groups and questions.
JOIN = "-"
_AT_ONCE = 2_000
_MANY_STEPS = 2
_SPECIES = "protected_species"
#: Facts of a record that stand before its answers.
RECORD_FACTS = ("form", "form_version", "author", "started", "finished", "review", "site")


def catch_up(database: Database) -> None:
    """Bring the table up to the head of the feed, some thousand versions in a transaction."""
    steps = 0
    while True:
        with database.read() as connection:
            if _position(connection) == head(connection):
                break
        with database.write() as connection:
            _step(connection)
        steps += 1
    if steps > _MANY_STEPS:
        # Until its own housekeeping comes by, PostgreSQL would plan for empty tables.
        database.tidy("features", "feature_terms")


def _position(connection: Connection) -> int:
    found = connection.execute(select(feature_state.c.position)).scalar()
    return -1 if found is None else int(found)


def _step(connection: Connection) -> None:
    start, end = _position(connection), head(connection)
    if start < 0 or start > end:
        # Never made, or the centre was restored to an earlier day.
        connection.execute(features.delete())
        connection.execute(feature_terms.delete())
        start = 0
    query = select(versions.c.position, versions.c.subject).where(versions.c.position > start)
    rows = connection.execute(query.order_by(versions.c.position).limit(_AT_ONCE)).all()
    _write(connection, {row.subject for row in rows})
    position = rows[-1].position if len(rows) == _AT_ONCE else end
    put(connection, feature_state, ["id"], [{"id": 1, "position": position}])


def _write(connection: Connection, ids: Iterable[str]) -> None:
    ordered = sorted(ids)
    changed = connection.execute(select(subjects).where(subjects.c.id.in_(ordered))).all()
    records = [row for row in changed if row.kind == RECORD]
    named = {row.record for row in changed if row.kind == ATTACHMENT and row.record}
    records += _related(connection, {row.id for row in records} | named, records)
    sensitive = _sensitive(connection, records)
    rows, gone = [], []
    for row in [*(r for r in changed if r.kind in SITE_KINDS), *records]:
        if row.deleted or row.merged_into:
            gone.append(row.id)
        elif row.kind == RECORD:
            rows.append(_record(row, hidden=row.id in sensitive))
        else:
            rows.append(_site(row))
    _keep(connection, rows, gone)


def _keep(connection: Connection, rows: Sequence[dict[str, Any]], gone: Sequence[str]) -> None:
    """Write features, and take out those that are gone, with all that can be looked up of them."""
    there = {row["id"]: row for row in _known(connection, [*gone, *(row["id"] for row in rows)])}
    last = connection.execute(select(func.max(features.c.num))).scalar() or 0
    before: features_terms.Pairs = set()
    after: features_terms.Pairs = set()
    for old in there.values():
        before |= {(term, old["num"]) for term in features_terms.terms_of(old)}
    for row in rows:
        if row["id"] in there:
            row["num"] = there[row["id"]]["num"]
        else:
            last = row["num"] = last + 1
        after |= {(term, row["num"]) for term in features_terms.terms_of(row)}
    connection.execute(features.delete().where(features.c.id.in_(gone)))
    put(connection, features, ["id"], rows)
    features_terms.write(connection, before - after, after - before)


def _known(connection: Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    names = ("id", "num", "collection", "properties", *features_terms.COLUMNS.values())
    query = select(*(features.c[name] for name in names)).where(features.c.id.in_(ids))
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]


def _related(connection: Connection, ids: set[str], known: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Records that these name, that they correct or that correct them, and theirs in turn."""
    seen = {row.id: row for row in known}
    found: list[Row[Any]] = []
    wanted = ids | {row.replaces for row in known if row.replaces}
    while wanted:
        here = sorted(wanted)
        rows = connection.execute(
            select(subjects).where(
                subjects.c.kind == RECORD,
                subjects.c.id.in_(here) | subjects.c.replaces.in_(here),
            )
        ).all()
        fresh = [row for row in rows if row.id not in seen]
        seen |= {row.id: row for row in fresh}
        found += fresh
        wanted = {row.id for row in fresh} | {row.replaces for row in fresh if row.replaces}
        wanted -= ids
        ids |= wanted
    return found


def _sensitive(connection: Connection, records: Sequence[Row[Any]]) -> set[str]:
    query = select(subjects.c.record, subjects.c.state).where(
        subjects.c.kind == ATTACHMENT,
        subjects.c.record.in_([row.id for row in records]),
        subjects.c.state.contains(f'"{_SPECIES}"', autoescape=True),
    )
    marked = {
        row.record
        for row in connection.execute(query)
        if (json.loads(row.state).get("sensitive") or [None])[0] == _SPECIES
    }
    links = [(row.id, row.replaces) for row in records if row.replaces]
    grown = -1
    while grown != len(marked):
        grown = len(marked)
        for pair in links:
            if marked.intersection(pair):
                marked.update(pair)
    return marked


def _site(row: Row[Any]) -> dict[str, Any]:
    site = subject_of(row)
    values = {name: state.value for name, state in site.fields.items()}
    given = {n: v for n, v in effective(site.kind, values).items() if v is not None}
    values |= given
    known = site_kind(site.kind).by_name
    told = {n: v for n, v in values.items() if v is not None and n in known}
    facts = {"version": site.version, "updated": row.updated}
    return {
        **_common(row, site),
        "collection": site.kind,
        "kind": site.kind,
        "town": _text(values.get("town")),
        "kind_code": _text(values.get("kind_code")),
        "name": _text(values.get("name")),
        "moment": row.updated,
        "properties": dumps(told | facts),
    }


def _record(row: Row[Any], *, hidden: bool) -> dict[str, Any]:
    record = subject_of(row)
    facts = {name: record.value(name) for name in RECORD_FACTS}
    answers = record.value("answers")
    flat = flatten(answers) if isinstance(answers, Mapping) and not hidden else {}
    if hidden:
        facts |= {"site": None, "hidden": _SPECIES}
    told = {**facts, "version": record.version, "updated": row.updated}
    return {
        **_common(row, None if hidden else record),
        "collection": RECORDS + str(record.value("form") or ""),
        "kind": _text(record.value("site_kind")) or RECORD,
        "town": None,
        "kind_code": None,
        "name": None,
        "site": None if hidden else row.site,
        "moment": _text(record.value("finished")) or row.updated,
        "properties": dumps({n: v for n, v in told.items() if v is not None} | flat),
    }


def flatten(answers: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Answers by path, groups joined; lists of choices as text, repeats as they are."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        here = f"{before}{name}"
        if isinstance(value, Mapping):
            found |= flatten(value, here + JOIN)
        elif isinstance(value, list) and not any(isinstance(v, Mapping) for v in value):
            found["answer" + JOIN + here] = " ".join(map(str, value))
        elif value is not None:
            found["answer" + JOIN + here] = value
    return found


def _common(row: Row[Any], subject: Subject | None) -> dict[str, Any]:
    geometry = subject.value("geometry") if subject is not None else None
    return {
        "id": row.id,
        "county": row.county,
        "code": row.code,
        "site": row.site,
        **_place(geometry),
    }


def _place(wkt: Any) -> dict[str, Any]:
    names = ("min_x", "min_y", "max_x", "max_y")
    nothing = dict.fromkeys((*names, "geometry"))
    if not isinstance(wkt, str) or not wkt:
        return nothing
    point = point_of(wkt)
    if point is not None and all(map(math.isfinite, point)):
        told = dumps({"type": "Point", "coordinates": point})
        return {**dict(zip(names, (*point, *point), strict=True)), "geometry": told}
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException:
        return nothing
    if shape is None or shape.is_empty:
        return nothing
    bounds = dict(zip(names, map(float, shape.bounds), strict=True))
    return {**bounds, "geometry": str(shapely.to_geojson(shapely.force_2d(shape)))}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
