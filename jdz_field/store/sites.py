"""Reading sites: one, many, on the map, and what happened to one."""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.sites import Site
from jdz_field.store import rows, search
from jdz_field.store.base import Base
from jdz_field.store.layers import DELETED, GEOMETRY, Layer, layer, layers
from jdz_field.store.queries import MapPoint, SiteQuery
from jdz_field.store.rows import Subject

#: Subjects with own changes that have no receipt.
_UNSENT = "SELECT subject FROM jdz_own WHERE open = 1 AND receipt IS NULL"
_ORDERS = {
    "name": "name IS NULL, name, code, id",
    "code": "code IS NULL, code, id",
    "updated": "updated DESC, id",
}


class SiteReads(Base):
    """The sites of a project."""

    def site(self, site_id: str) -> Site | None:
        """The site of this id, deleted or not."""
        found = rows.find(self._db, site_id, SITE_KINDS)
        return self._sites([found])[0] if found else None

    def sites_by_code(self, code: str) -> list[Site]:
        """Sites whose number, field number or id this is; deleted ones only when no other is."""
        found: list[Subject] = []
        for one in _site_layers():
            names = [n for n in ("code", "field_code") if n in one.types]
            match = " OR ".join(f"{name} = ?1" for name in ("id", *names))
            sql = f"{rows.select(one)} WHERE {match} ORDER BY fid"
            found += [rows.subject_of(one, row) for row in self._db.rows(sql, (code,))]
        present = [one for one in found if not one.state.get(DELETED)]
        return self._sites(present or found)

    def search(self, q: SiteQuery, limit: int = 200, offset: int = 0) -> list[Site]:
        """The sites that a query means, in its order, ``limit`` of them from ``offset``."""
        parts, params = self._parts(q, "{number} AS layer, fid, id, name, code, updated")
        if not parts:
            return []
        union = " UNION ALL ".join(parts)
        text = q.text.strip()
        # What is called exactly so comes first, whatever the order of the rest.
        exact = "(code = ? OR name = ?) DESC, " if text else ""
        keys = self._db.rows(
            f"SELECT layer, fid FROM ({union}) ORDER BY {exact}{_ORDERS[q.order]} LIMIT ? OFFSET ?",
            (*params, *([text, text] if text else []), limit, offset),
        )
        return self._sites(list(self._by_keys(keys)))

    def count(self, q: SiteQuery) -> int:
        """How many sites a query means."""
        parts, params = self._parts(q, "count(*) AS n")
        if not parts:
            return 0
        return int(self._db.value(f"SELECT sum(n) FROM ({' UNION ALL '.join(parts)})", params))

    def map_points(self, kinds: Sequence[str] = ()) -> list[MapPoint]:
        """Every site that has a place and is not deleted, small and fast for drawing."""
        unsent = {row[0] for row in self._db.rows(_UNSENT)}
        held = {
            row[0]
            for row in self._db.rows(
                "SELECT subject FROM jdz_own WHERE open = 1 AND held = 'conflict'"
            )
        }
        points: list[MapPoint] = []
        for one in _site_layers(kinds):
            grade = "danger_grade" if "danger_grade" in one.types else "NULL"
            found = self._db.rows(
                f"SELECT id, '{one.name}', kind_code, lon, lat, {grade}, ifnull(name, '')"
                f" FROM {one.name} WHERE deleted = 0 AND lon IS NOT NULL AND id IS NOT NULL"
            )
            points += [
                MapPoint(id_, kind, code, lon, lat, grade_, id_ in unsent, id_ in held, name)
                for id_, kind, code, lon, lat, grade_, name in found
            ]
        return points

    def _parts(self, q: SiteQuery, columns: str) -> tuple[list[str], list[Any]]:
        """One SELECT a layer that a query can find something in, and their parameters."""
        expression = search.expression(q.text) if q.text.strip() else None
        if q.text.strip() and expression is None:
            return [], []
        parts, params = [], []
        for one in _site_layers(q.kinds):
            tests = _tests(one, q)
            if tests is None:
                continue
            where = " AND ".join(text for text, _values in tests)
            parts.append(
                f"SELECT {columns.format(number=one.number)} FROM {one.name} WHERE {where}"
            )
            params += [value for _text, values in tests for value in values]
            if expression:
                number = f"(fid << {search.LAYER_BITS} | {one.number})"
                parts[-1] += (
                    f" AND {number} IN (SELECT rowid FROM jdz_search WHERE jdz_search MATCH ?)"
                )
                params.append(expression)
        return parts, params

    def _by_keys(self, keys: list[tuple[Any, ...]]) -> Iterator[Subject]:
        wanted: dict[int, list[int]] = {}
        for number, fid in keys:
            wanted.setdefault(number, []).append(fid)
        found: dict[tuple[int, int], Subject] = {}
        for number, fids in wanted.items():
            one = layers()[number]
            sql = f"{rows.select(one)} WHERE fid IN (SELECT value FROM json_each(?))"
            for row in self._db.rows(sql, (str(fids),)):
                found[number, row[0]] = rows.subject_of(one, row)
        for key in keys:
            if key in found:
                yield found[key]

    def _sites(self, subjects: list[Subject]) -> list[Site]:
        ids = rows.as_list(one.id for one in subjects)
        own = self._db.rows(
            "SELECT subject, min(receipt IS NOT NULL), max(held) FROM jdz_own WHERE open = 1"
            " AND subject IN (SELECT value FROM json_each(?)) GROUP BY subject",
            (ids,),
        )
        fates = {row[0]: (row[1] == 0, row[2]) for row in own}
        return [_site(one, *fates.get(one.id, (False, None))) for one in subjects]


def _site(one: Subject, unsent: bool, held: str | None) -> Site:
    layer_ = one.home
    fields = {column.name: one.state.get(column.name) for column in layer_.columns}
    fields |= {n: v for n, v in one.state.items() if n not in layer_.types}
    shape = one.state.get(GEOMETRY)
    return Site(
        id=one.id,
        kind=one.kind,
        fields=fields,
        geometry=shape if isinstance(shape, str) else None,
        lon=one.label[0],
        lat=one.label[1],
        version=one.version,
        deleted=bool(one.state.get(DELETED)),
        local={"fid": one.fid, "updated": one.updated, "unsent": unsent, "held": held},
    )


def _site_layers(kinds: Sequence[str] = ()) -> list[Layer]:
    return [layer(name) for name in SITE_KINDS if not kinds or name in kinds]


def _tests(one: Layer, q: SiteQuery) -> list[tuple[str, list[Any]]] | None:
    """The conditions of a query on a layer; ``None`` when it can never meet them."""
    tests: list[tuple[str, list[Any]]] = [("id IS NOT NULL", [])]
    if not q.include_deleted:
        tests.append(("deleted = 0", []))
    for name, value in (
        ("county_code", q.county),
        ("town", q.town),
        ("kind_code", q.kind_code),
        ("danger_grade", q.grade),
    ):
        if value is not None and name not in one.types:
            return None
        if value is not None:
            tests.append((f"{name} = ?", [value]))
    if q.unsent is not None:
        tests.append((f"id {'' if q.unsent else 'NOT '}IN ({_UNSENT})", []))
    return tests
