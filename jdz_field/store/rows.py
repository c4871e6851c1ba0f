"""Rows of the layers, many at a time: read as states, written with their search entries."""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.store import geometry, search
from jdz_field.store.db import Database
from jdz_field.store.gpkg import SQL_NOW, quoted
from jdz_field.store.layers import GEOMETRY, Layer, State, from_row, home_of, layers_of, to_row

#: From so many new rows on, the spatial index is filled by us instead of its trigger.
_BULK = 200
#: Sites whose texts are made and written together.
_BLOCK = 2000
_WORDS = "INSERT INTO jdz_words (number, numbers, words, letters) VALUES (?, ?, ?, ?)"
_PROSE = "INSERT INTO jdz_search (rowid, words) VALUES (?, ?)"


@dataclass(slots=True)
class Subject:
    """A subject in hand: its row, its state as stored, and the state to be stored.

    ``fid`` is ``None`` for a subject that has no row yet. ``label`` is the stored point on its
    geometry, longitude and latitude. ``rewrite`` when the row may hold anything.
    """

    kind: str
    id: str
    layer: Layer | None = None
    fid: int | None = None
    version: int = 0
    updated: str = ""
    stored: State = field(default_factory=dict)
    state: State = field(default_factory=dict)
    label: tuple[float | None, float | None] = (None, None)
    rewrite: bool = False

    @property
    def home(self) -> Layer:
        """The layer of its row, there or to come."""
        return self.layer or home_of(self.kind, self.state)


def as_list(ids: Iterable[str]) -> str:
    """Ids as the one parameter of ``IN (SELECT value FROM json_each(?))``."""
    return json.dumps(list(ids), ensure_ascii=False)


def select(layer: Layer) -> str:
    """``SELECT`` of a layer: fid, id, then what ``from_row`` reads; a WHERE clause follows."""
    return f'SELECT fid, id, {quoted(*layer.written)} FROM "{layer.name}"'


def subject_of(layer: Layer, row: Sequence[Any]) -> Subject:
    """The subject of a row of ``select``."""
    values = row[2:]
    state = from_row(layer, values)
    return Subject(
        kind=layer.kind,
        id=row[1],
        layer=layer,
        fid=row[0],
        version=values[-4] or 0,
        updated=values[-2] or "",
        stored=state,
        state=dict(state),
        label=(values[-6], values[-5]) if layer.labelled else (None, None),
    )


def load(db: Database, kind: str, ids: Collection[str]) -> dict[str, Subject]:
    """The subjects of a kind that have a row, by id."""
    found: dict[str, Subject] = {}
    for layer in layers_of(kind):
        sql = f"{select(layer)} WHERE id IN (SELECT value FROM json_each(?))"
        for row in db.rows(sql, (as_list(ids),)):
            found[row[1]] = subject_of(layer, row)
    return found


def find(db: Database, subject: str, kinds: Iterable[str]) -> Subject | None:
    """The subject of this id in the first of these kinds that has it."""
    for kind in kinds:
        found = load(db, kind, (subject,))
        if found:
            return found[subject]
    return None


def save(db: Database, subjects: Iterable[Subject], updated: str) -> None:
    """Write the states of subjects inside ``write()``; afterwards they are stored."""
    ordered = sorted(subjects, key=lambda one: (one.home.number, one.fid is None))
    for layer, group in groupby(ordered, key=lambda one: one.home):
        members = list(group)
        _insert(db, layer, [one for one in members if one.fid is None], updated)
        _update(db, layer, [one for one in members if one.layer is not None], updated)
        for one in members:
            one.layer, one.updated = layer, updated
        if layer.kind in SITE_KINDS:
            _index(db, layer, members)
            touch(db)
        for one in members:
            one.stored = dict(one.state)
        db.run(
            f"UPDATE gpkg_contents SET last_change = {SQL_NOW} WHERE table_name = ?", (layer.name,)
        )


def _insert(db: Database, layer: Layer, subjects: list[Subject], updated: str) -> None:
    if not subjects:
        return
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = ?", (layer.name,)) or 0
    rows = []
    for fid, one in enumerate(subjects, last + 1):
        one.fid = fid
        rows.append((fid, one.id, *to_row(layer, one.state, one.version, updated)))
    asleep = _put_asleep(db, layer) if len(rows) >= _BULK else []
    marks = ", ".join("?" * (len(layer.written) + 2))
    db.run_many(
        f'INSERT INTO "{layer.name}" (fid, id, {quoted(*layer.written)}) VALUES ({marks})', rows
    )
    if asleep:
        boxes = ((row[0], geometry.box(row[2])) for row in rows)
        db.run_many(
            f"INSERT INTO {_tree(layer)} (id, minx, miny, maxx, maxy) VALUES (?, ?, ?, ?, ?)",
            ((fid, *box) for fid, box in boxes if box is not None),
        )
        for trigger in asleep:
            db.run(trigger)


def _tree(layer: Layer) -> str:
    return f"rtree_{layer.name}_geom"


def _put_asleep(db: Database, layer: Layer) -> list[str]:
    """Drop the triggers on new rows; how they are made again.

    For many rows they cost more than the rows, even the one that has nothing to say of ours.
    """
    found = db.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (?, ?)",
        (f"{_tree(layer)}_insert", f"jdz_{layer.name}_insert"),
    )
    for name, _sql in found:
        db.run(f'DROP TRIGGER "{name}"')
    return [str(sql) for _name, sql in found]


def _update(db: Database, layer: Layer, subjects: list[Subject], updated: str) -> None:
    moved = [one for one in subjects if _moved(layer, one)]
    still = [one for one in subjects if not _moved(layer, one)]
    for group, first in ((moved, 0), (still, 1)):
        if group:
            sets = ", ".join(f'"{name}" = ?' for name in layer.written[first:])
            db.run_many(
                f'UPDATE "{layer.name}" SET {sets} WHERE fid = ?',
                ((*to_row(layer, s.state, s.version, updated)[first:], s.fid) for s in group),
            )


def _moved(layer: Layer, subject: Subject) -> bool:
    """Whether the geometry must be written; untouched, its R-tree trigger stays asleep."""
    if layer.derived or subject.rewrite:
        return True
    return bool(subject.state.get(GEOMETRY) != subject.stored.get(GEOMETRY))


def _index(db: Database, layer: Layer, subjects: list[Subject]) -> None:
    stale, numbers, fresh = [], [], []
    for one in subjects:
        assert one.fid is not None
        words = search.document(layer, one.state)
        if one.stored and not one.rewrite and words == search.document(layer, one.stored):
            continue
        number = search.row_number(layer, one.fid)
        stale.append((number,))
        numbers.append(number)
        fresh.append(words)
    db.run_many("DELETE FROM jdz_words WHERE number = ?", stale)
    db.run_many("DELETE FROM jdz_search WHERE rowid = ?", stale)
    if fresh:
        index(db, numbers, tuple(map(list, zip(*fresh, strict=True))))


def index(db: Database, numbers: Sequence[int], texts: search.Columns) -> None:
    """Add what is searched of sites: their row numbers and texts, inside ``write()``."""
    *short, prose = texts
    db.run_many(_WORDS, zip(numbers, *short, strict=True))
    db.run_many(_PROSE, [pair for pair in zip(numbers, prose, strict=True) if pair[1]])


def index_anew(db: Database) -> None:
    """Fill the search indexes from the layers, inside ``write()``."""
    # Made anew: a full-text index takes its documents out one by one.
    made = db.value("SELECT sql FROM sqlite_master WHERE name = 'jdz_search'")
    db.run("DROP TABLE jdz_search")
    db.run(made)
    db.run("DELETE FROM jdz_words")
    for kind in SITE_KINDS:
        (one,) = layers_of(kind)
        subjects = every(db, one)
        while some := list(islice(subjects, _BLOCK)):
            numbers = [search.row_number(one, subject.fid or 0) for subject in some]
            found = [search.document(one, subject.state) for subject in some]
            index(db, numbers, tuple(map(list, zip(*found, strict=True))))
    touch(db)


def touch(db: Database) -> None:
    """Say that what a list of sites shows is not what it was, inside ``write()``."""
    db.run("UPDATE jdz_stamp SET number = number + 1")


def every(db: Database, layer: Layer) -> Iterator[Subject]:
    """Every subject of a layer, by id."""
    for row in db.stream(f"{select(layer)} ORDER BY id"):
        yield subject_of(layer, row)
