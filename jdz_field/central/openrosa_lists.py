"""Entity lists for ODK Collect: our sites, and lists that live in records, as CSV.

The columns are those of the ODK Entities specification (``name``, ``label``, ``__version``),
then every property. A person gets the rows that their counties and kinds allow.
"""

from __future__ import annotations

import csv
import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from jdz_field.central.accounts import Caller
from jdz_field.central.scope import sees, within
from jdz_field.central.tables import forms, subjects
from jdz_field.central.worlds import subject_of
from jdz_field.core.catalogue import SiteKind
from jdz_field.core.changes import RECORD
from jdz_field.core.grades import effective
from jdz_field.core.lists import list_rows
from jdz_field.core.sites import Site, point_of
from jdz_field.sync.merge_types import Subject
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.entities import Entity, fold, updates_of
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.shapes import geometry_text
from jdz_field.xforms.site_edits import GEOMETRY, SITE_NAME, kind_of_list
from jdz_field.xforms.view import EntityUpdate

_FIRST = ("name", "label", "__version")
_AT_ONCE = 1_000


@lru_cache(maxsize=32)
def parsed(xml: str) -> FormDefinition:
    """The definition that a published XForm describes."""
    return parse_form(xml)


def site_of(subject: Subject) -> Site:
    """A site at the centre as the other rooms know sites."""
    fields = {name: state.value for name, state in subject.fields.items()}
    wkt = fields.pop(GEOMETRY, None)
    wkt = wkt if isinstance(wkt, str) else None
    lon, lat = _anchor(wkt)
    given = {n: v for n, v in effective(subject.kind, fields).items() if v is not None}
    return Site(
        subject.id,
        subject.kind,
        fields | given,
        wkt,
        lon,
        lat,
        subject.version,
        subject.deleted,
    )


def _anchor(wkt: str | None) -> tuple[float | None, float | None]:
    point = point_of(wkt)
    if point is None and wkt:
        from jdz_field.geo.geometry import anchor  # noqa: PLC0415 - loads GEOS

        point = anchor(wkt)
    return point or (None, None)


def list_csv(connection: Connection, caller: Caller, dataset: str) -> Iterator[bytes]:
    """The rows of a list that this person may see, or of a table of the catalogue, as UTF-8."""
    if rows := list_rows(dataset):
        columns = list(dict.fromkeys(["name", "label", *(name for row in rows for name in row)]))
        yield _lines([columns, *([row.get(c, "") for c in columns] for row in rows)])
        return
    kind = kind_of_list(dataset)
    if kind is None:
        entities = _foreign(connection, caller, dataset)
        names = sorted({name for one in entities for name in one.fields})
        yield _lines([[*_FIRST, *names]])
        yield _lines(
            [e.id, e.label, str(e.version), *(e.fields.get(n, "") for n in names)] for e in entities
        )
        return
    names = [SITE_NAME, *(f.name for f in kind.fields if f.name != "name"), GEOMETRY]
    yield _lines([[*_FIRST, *names]])
    for sites in _pages(connection, caller, kind):
        yield _lines(_row(site, names) for site in sites)


def _pages(connection: Connection, caller: Caller, kind: SiteKind) -> Iterator[list[Site]]:
    last = ""
    while True:
        query = select(subjects).where(*_living(caller, kind), subjects.c.id > last)
        rows = connection.execute(query.order_by(subjects.c.id).limit(_AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].id
        yield [site_of(subject_of(row)) for row in rows]


def _living(caller: Caller, kind: SiteKind) -> Sequence[ColumnElement[bool]]:
    return (
        subjects.c.kind == kind.name,
        subjects.c.deleted.is_(False),
        subjects.c.merged_into.is_(None),
        within(caller, subjects.c.kind, subjects.c.county),
    )


def _row(site: Site, names: Sequence[str]) -> list[str]:
    cells = {name: _text(value) for name, value in site.fields.items()}
    cells |= {SITE_NAME: site.name, GEOMETRY: geometry_text(site)}
    first = (site.id, site.name or site.code, str(site.version))
    return [*first, *(cells.get(name, "") for name in names)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


# ---- lists that live in records


def _foreign(connection: Connection, caller: Caller, dataset: str) -> list[Entity]:
    definitions = {
        (row.form_id, row.version): parsed(row.xml)
        for row in connection.execute(
            select(forms).where(forms.c.xml.contains(f'dataset="{dataset}"', autoescape=True))
        )
    }
    return list(fold(_steps(connection, caller, definitions, dataset)).values())


def _steps(
    connection: Connection,
    caller: Caller,
    definitions: dict[tuple[str, str], FormDefinition],
    dataset: str,
) -> Iterator[tuple[EntityUpdate, bool]]:
    names = {form for form, _version in definitions}
    if not names:
        return
    query = select(subjects).where(
        subjects.c.kind == RECORD, subjects.c.deleted.is_(False), sees(caller, subjects)
    )
    records = [subject_of(row) for row in connection.execute(query)]
    replaced = {one.value("replaces") for one in records if one.value("review") != "rejected"}
    for one in sorted(records, key=lambda r: (str(r.value("finished") or ""), r.id)):
        form = definitions.get((str(one.value("form")), str(one.value("form_version"))))
        counts = one.value("review") != "rejected" and one.id not in replaced
        answers = one.value("answers")
        if form is None or not counts or not isinstance(answers, dict):
            continue
        for made in updates_of(form, answers):
            if made.dataset == dataset:
                yield made, True


# ---- hashes


class ListHashes:
    """MD5 of lists (OpenRosa asks for it), kept until a row of theirs changes."""

    _MOST = 200

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Any, ...], str] = OrderedDict()
        self._guard = threading.Lock()

    def md5(self, connection: Connection, caller: Caller, dataset: str) -> str:
        """The hash of what ``list_csv`` gives now."""
        key = (dataset, caller.user, *_stamp(connection, caller, dataset))
        with self._guard:
            found = self._known.get(key)
        if found is None:
            digest = hashlib.md5(usedforsecurity=False)
            for piece in list_csv(connection, caller, dataset):
                digest.update(piece)
            found = digest.hexdigest()
            with self._guard:
                self._known[key] = found
                while len(self._known) > self._MOST:
                    self._known.popitem(last=False)
        return found


def _stamp(connection: Connection, caller: Caller, dataset: str) -> tuple[Any, ...]:
    kind = kind_of_list(dataset)
    where = _living(caller, kind) if kind else (subjects.c.kind == RECORD, sees(caller, subjects))
    query = select(func.count(), func.sum(subjects.c.version), func.max(subjects.c.updated))
    return tuple(connection.execute(query.where(*where)).one())


def deleted_of(
    connection: Connection, caller: Caller, dataset: str, ids: Sequence[str]
) -> dict[str, bool]:
    """Which of these entities are gone, for this person; ids that never were are left out."""
    kind = kind_of_list(dataset)
    if kind is None:
        known = {one.id for one in _foreign(connection, caller, dataset)}
        return {one: False for one in ids if one in known}
    query = select(subjects.c.id).where(subjects.c.kind == kind.name, subjects.c.id.in_(ids))
    there = set(connection.execute(query).scalars())
    alive = set(
        connection.execute(
            select(subjects.c.id).where(*_living(caller, kind), subjects.c.id.in_(ids))
        ).scalars()
    )
    return {one: one not in alive for one in ids if one in there}
