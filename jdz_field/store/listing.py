"""What lists of sites are asked about, by columns: one array for each thing, sites by name.

SQLite walks 100,000 rows in 25 to 100 ms for each question, and a person who types asks four
(the page, how many, in which order, how many beside each filter). The same over arrays takes
one or two. They hold about 250 bytes a site, are filled from the store in one pass and thrown
away when its stamp moves on; rows themselves are read from the store, a page at a time.
"""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.store import search
from jdz_field.store.columns import numbers as decimals
from jdz_field.store.columns import text_columns
from jdz_field.store.db import Database
from jdz_field.store.layers import Layer, layer
from jdz_field.store.search import PART
from jdz_field.store.texts import Texts

Bools = NDArray[np.bool_]
Rows = NDArray[np.int32]

#: What remarks say of coordinates that wait for conversion (the ledger's words).
LEGACY = "坐标待转换"
#: ``Listing.place``.
UNPLACED, PLACED, UNCONVERTED = range(3)
#: ``Listing.visited`` of a site never inspected, and of one that is not inspected by days.
NEVER, NOT_BY_DAYS = 0, -1
_WORDS = ("numbers", "words", "letters")
#: In the column of days: sites of this kind are not inspected by days.
_BY_NO_DAYS = "-"
_LAST_NAME = "\U0010ffff"
#: Nearly every row is wanted after a large import: its index would cost three times as much.
_OWN = "jdz_own NOT INDEXED WHERE open = 1"
_BY_HAND = "SELECT DISTINCT subject FROM jdz_change WHERE origin = 'edit' AND author = ?"


@dataclass(frozen=True, slots=True)
class Codes:
    """A column with few values: numbers into ``values``, 0 for none."""

    column: NDArray[np.int32]
    values: tuple[str | None, ...]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Codes:
        """Of the values, site by site; an empty text is none."""
        values = (None, *(text for text in dict.fromkeys(texts) if text))
        known: dict[str | None, int] = {text: n for n, text in enumerate(values)} | {"": 0}
        column = np.fromiter(map(known.__getitem__, texts), np.int32, len(texts))
        return cls(column, values)

    def ordered(self, order: Rows) -> Codes:
        """The same in another order."""
        return Codes(self.column[order], self.values)

    def equal(self, value: str) -> Bools:
        """Where it is this value."""
        found: Bools = self.column == self.number(value)
        return found

    def number(self, value: str) -> int:
        """The number of a value; one that no site has when none has the value."""
        return self.values.index(value) if value in self.values else len(self.values)


@dataclass(frozen=True)
class Listing:
    """The columns, sites by name, then number.

    Attributes:
        stamp: of the store when it was read.
        author: whom ``mine`` is about.
        numbers: row numbers in the search indexes.
        layers: number of each site's layer.
        codes: ``county``, ``town``, ``kind_code``, ``grade``, ``status``.
        visited: day of the last inspection (``date.toordinal``), ``NEVER`` or ``NOT_BY_DAYS``.
        place: ``UNPLACED``, ``PLACED`` or ``UNCONVERTED``.
        lon, lat: degrees, EPSG:4490; NaN without a place.
        code_rank, age_rank: place in the order of numbers, of the last change (oldest first).
        deleted, unsent, conflict, proposed, mine: as in ``SiteQuery``.
        texts: ``numbers``, ``words`` and ``letters`` of ``search.Document``.
        answers: how well each site answers the last words asked for; kept by ``finding``.
    """

    stamp: int
    author: str
    numbers: NDArray[np.int64]
    layers: NDArray[np.int8]
    codes: dict[str, Codes]
    visited: NDArray[np.int32]
    place: NDArray[np.int8]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    code_rank: Rows
    age_rank: Rows
    deleted: Bools
    unsent: Bools
    conflict: Bools
    proposed: Bools
    mine: Bools
    texts: dict[str, Texts]
    _orders: dict[str, Rows] = field(default_factory=dict)
    answers: dict[str, NDArray[np.int8]] = field(default_factory=dict)

    @cached_property
    def by_number(self) -> tuple[NDArray[np.int64], Rows]:
        """The row numbers in order, and the site of each."""
        order = np.argsort(self.numbers).astype(np.int32)
        return self.numbers[order], order

    def sites(self, numbers: Sequence[int]) -> Rows:
        """The sites with these row numbers, as far as there are any."""
        known, order = self.by_number
        wanted = np.array(numbers, np.int64)
        places = np.searchsorted(known, wanted)
        places[places == len(known)] = 0
        there = known[places] == wanted if len(known) else np.zeros(len(wanted), bool)
        found: Rows = order[places[there]]
        return found

    def order(self, name: str) -> Rows:
        """Every site in an order that does not depend on where the person is; kept."""
        if name not in self._orders:
            self._orders[name] = self._make_order(name)
        return self._orders[name]

    def _make_order(self, name: str) -> Rows:
        keys: dict[str, Callable[[], Any]] = {
            "name": lambda: np.arange(len(self.numbers)),
            "code": lambda: self.code_rank,
            "updated": lambda: -self.age_rank,
            "grade": self._grades,
            "visited": lambda: np.where(self.visited == NOT_BY_DAYS, 1 << 30, self.visited),
        }
        return np.argsort(keys[name](), kind="stable").astype(np.int32)

    def _grades(self) -> NDArray[np.int32]:
        grades = self.codes["grade"]
        worst_first = sorted(range(1, len(grades.values)), key=lambda n: str(grades.values[n]))
        ranks = np.full(len(grades.values), len(grades.values), np.int32)
        ranks[worst_first] = np.arange(len(worst_first))
        return ranks[grades.column]


def stamp_of(db: Database) -> int:
    """The number that rises with every change of what a list shows."""
    return int(db.value("SELECT number FROM jdz_stamp") or 0)


def read(db: Database, author: str) -> Listing:
    """The columns as they are now in the store."""
    with nullcontext() if db.writing else db.snapshot():
        stamp = stamp_of(db)
        columns = _columns(db)
        said = own_states(db)
        said["mine"] = {row[0] for row in db.rows(_BY_HAND, (author,))}
    numbers, ids, names, codes, county, town, kind_code, grade, status, visited = columns[:10]
    lon, lat, updated, deleted, legacy, *texts = columns[10:]
    by_code = sorted(range(len(ids)), key=[code or _LAST_NAME for code in codes].__getitem__)
    by_name = sorted(by_code, key=[name or _LAST_NAME for name in names].__getitem__)
    order = np.array(by_name, np.int32)
    code_rank = np.empty(len(ids), np.int32)
    code_rank[by_code] = np.arange(len(ids))
    number = _numbers(numbers, np.int64)[order]
    east, north = (decimals(axis)[order] for axis in (lon, lat))
    waits = np.fromiter(map("0".__ne__, legacy), bool, len(ids))[order]
    place = np.where(np.isnan(east), np.where(waits, UNCONVERTED, UNPLACED), PLACED)
    own = {"county": county, "town": town, "kind_code": kind_code, "grade": grade}
    own["status"] = status
    marks: dict[str, Any] = {name: _among(ids, some)[order] for name, some in said.items()}
    return Listing(
        stamp=stamp,
        author=author,
        numbers=number,
        layers=(number & (1 << search.LAYER_BITS) - 1).astype(np.int8),
        codes={name: Codes.of(values).ordered(order) for name, values in own.items()},
        visited=_days(visited)[order],
        place=place.astype(np.int8),
        lon=east,
        lat=north,
        code_rank=code_rank[order],
        age_rank=_ranks(updated)[order],
        deleted=np.fromiter(map("1".__eq__, deleted), bool, len(ids))[order],
        texts={
            name: Texts.of(list(map(column.__getitem__, by_name)))
            for name, column in zip(_WORDS, texts, strict=True)
        },
        **marks,
    )


def own_states(db: Database) -> dict[str, set[str]]:
    """Ids of subjects with own changes: ``unsent``, in ``conflict``, ``proposed`` (otherwise
    held by the centre).
    """
    (unsent,) = text_columns(db, ["subject"], f"{_OWN} AND receipt IS NULL")
    found: dict[str, set[str]] = {"unsent": set(unsent), "conflict": set(), "proposed": set()}
    for subject, held in db.rows(f"SELECT subject, held FROM {_OWN} AND held IS NOT NULL"):
        found["conflict" if held == "conflict" else "proposed"].add(subject)
    return found


def _among(ids: Sequence[str], some: set[str]) -> Bools:
    if not some:
        return np.zeros(len(ids), bool)
    return np.fromiter(map(some.__contains__, ids), bool, len(ids))


def _numbers(texts: Sequence[str], kind: type) -> NDArray[Any]:
    return np.fromiter(map(int, texts), kind, len(texts))


def _columns(db: Database) -> list[list[str]]:
    columns: list[list[str]] = [[] for _column in range(15 + len(_WORDS))]
    for name in SITE_KINDS:
        for column, values in zip(columns, _of_layer(db, layer(name)), strict=True):
            column.extend(values)
    return columns


def _of_layer(db: Database, one: Layer) -> list[list[str]]:
    grade = "danger_grade" if "danger_grade" in one.types else "NULL"
    visited = "last_inspected" if "last_inspected" in one.types else f"'{_BY_NO_DAYS}'"
    number = f"(fid << {search.LAYER_BITS} | {one.number})"
    return text_columns(
        db,
        [
            *(number, "id", "name", "code", "county_code", "town", "kind_code", grade, "status"),
            *(visited, "lon", "lat", "updated", "deleted"),
            f"(lon IS NULL AND ifnull(instr(remarks, '{LEGACY}'), 0)) != 0",
            *(f"ifnull(w.{name}, '{PART * 2}')" for name in _WORDS),
        ],
        f"{one.name} LEFT JOIN jdz_words w ON w.number = {number} WHERE id IS NOT NULL",
    )


def _days(texts: Sequence[str]) -> NDArray[np.int32]:
    known = {text: _day(text) for text in set(texts)}
    return np.fromiter(map(known.__getitem__, texts), np.int32, len(texts))


def _day(text: str) -> int:
    if text == _BY_NO_DAYS:
        return NOT_BY_DAYS
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return NEVER


def _ranks(texts: Sequence[str]) -> Rows:
    ranks = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    return np.fromiter(map(ranks.__getitem__, texts), np.int32, len(texts))
