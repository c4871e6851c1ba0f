"""The wide lane of an import: many new sites into the layer, the log and the indexes.

Inside its one transaction the lane drops what would be kept up row by row (plain indexes, the
triggers on new rows), leaves the R-tree alone, and makes all of it again at its end; a rollback
brings it back too. Whatever is no plain new site is for the general way.
"""
# ruff: noqa: S608 - table and column names come from the catalogue

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, repeat

from jdz_field.core.ids import new_ids
from jdz_field.store import search
from jdz_field.store.db import Database
from jdz_field.store.fresh import Block, Points
from jdz_field.store.gpkg import SQL_NOW, quoted
from jdz_field.store.layers import Layer
from jdz_field.store.rows import as_list, index, touch

#: Fewer new sites at once are not worth the lane.
LEAST = 2000
#: Nor are they beside a log so many times as long: its indexes would be made again.
_BESIDE = 20
#: Pages that the transaction may keep in memory, in KiB; outside of it ``db.connect`` says.
_CACHE = 96_000
_INDEXES = (
    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'index' AND tbl_name"
    " IN (?, 'jdz_change', 'jdz_own') OR type = 'trigger' AND name IN (?, ?))"
    " ORDER BY type = 'trigger'"
)
#: The search index collects so many bytes before it writes a segment, and merges none meanwhile.
_SEARCH = {"hashsize": 24 << 20, "automerge": 0}
#: What FTS5 itself takes when nobody says anything (https://www.sqlite.org/fts5.html, 6).
_SEARCH_USUAL = {"hashsize": 1 << 20, "automerge": 4}


class Lane:
    """The wide lane for one layer, inside ``write()``; ``stamps`` gives the clock's next ones."""

    def __init__(
        self,
        db: Database,
        layer: Layer,
        who: tuple[str, str, str],
        now: str,
        stamps: Callable[[int], list[str]],
    ) -> None:
        self._db, self.layer = db, layer
        self._device, self._author, self._origin = who
        self._now, self._stamps = now, stamps
        self._made_again: list[str] = []
        self._points: list[tuple[range, Points]] = []
        self._open = False

    def worth(self, number: int) -> bool:
        """Whether so many new sites are worth opening the lane, or it is open."""
        return self._open or (number >= LEAST and self._last("jdz_change") <= _BESIDE * number)

    def present(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that have a row."""
        sql = f'SELECT id FROM "{self.layer.name}" WHERE id IN (SELECT value FROM json_each(?))'
        return {row[0] for row in self._db.rows(sql, (as_list(ids),))}

    def write(self, block: Block) -> None:
        """Add new sites: their changes to the log, their rows to the layer, both indexed."""
        if not self._open:
            self._begin()
        self._log(block)
        first = self._last(self.layer.name) + 1
        fids = range(first, first + len(block.ids))
        points = block.points()
        names, values = block.cells(points)
        names = ["fid", "id", *names, "version", "deleted", "updated"]
        kept = [repeat(value, len(fids)) for value in (0, 0, self._now)]
        self._db.run_many(
            f'INSERT INTO "{self.layer.name}" ({quoted(*names)})'
            f" VALUES ({', '.join('?' * len(names))})",
            zip(fids, block.ids, *values, *kept, strict=True),
        )
        if points is not None:
            self._points.append((fids, points))
        numbers = [search.row_number(self.layer, fid) for fid in fids]
        index(self._db, numbers, block.documents())

    def _log(self, block: Block) -> None:
        size, last = len(block.ids), self._last("jdz_change")
        self._db.run_many(
            "INSERT INTO jdz_change (seq, id, device, author, hlc, kind, subject, fields,"
            " base_version, parent, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, ?)",
            zip(
                count(last + 1),
                new_ids(size),
                repeat(self._device),
                repeat(self._author),
                self._stamps(size),
                repeat(self.layer.kind),
                block.ids,
                block.changes(),
                repeat(self._origin),
            ),
        )
        self._db.run_many(
            "INSERT INTO jdz_own (seq, subject) VALUES (?, ?)", zip(count(last + 1), block.ids)
        )

    def _last(self, table: str) -> int:
        found = self._db.value("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        return int(found or 0)

    # ---- what is put away and made again

    @property
    def _tree(self) -> str:
        return f"rtree_{self.layer.name}_geom"

    def _begin(self) -> None:
        table = self.layer.name
        names = (table, f"{self._tree}_insert", f"jdz_{table}_insert")
        for name, sql in self._db.rows(_INDEXES, names):
            self._db.run(f'DROP {sql.split()[1]} "{name}"')
            self._made_again.append(sql)
        self._set_search(_SEARCH)
        self._open = True

    def _set_search(self, settings: dict[str, int]) -> None:
        for name, value in settings.items():
            self._db.run("INSERT INTO jdz_search (jdz_search, rank) VALUES (?, ?)", (name, value))

    def end(self) -> None:
        """Make again what was put away; afterwards the general way may write."""
        if not self._open:
            return
        self._grow_tree()
        for sql in self._made_again:
            self._db.run(sql)
        self._set_search(_SEARCH_USUAL)
        self._db.run(
            f"UPDATE gpkg_contents SET last_change = {SQL_NOW} WHERE table_name = ?",
            (self.layer.name,),
        )
        touch(self._db)
        self._made_again, self._points, self._open = [], [], False

    def _grow_tree(self) -> None:
        import numpy as np  # noqa: PLC0415 - loads slowly, and most commands need none

        from jdz_field.store import packing  # noqa: PLC0415 - likewise

        parts = [packing.present(self._db, self._tree)]
        for fids, points in self._points:
            part = np.empty(len(fids), packing.ENTRY)
            part["id"] = fids
            part["edges"] = np.repeat(np.array(points).reshape(2, -1).T, 2, axis=1)
            parts.append(part)
        packing.fill(self._db, self._tree, np.concatenate(parts))


@contextmanager
def roomy(db: Database) -> Iterator[None]:
    """More memory for pages while an import writes."""
    usual = db.value("PRAGMA cache_size")
    db.run(f"PRAGMA cache_size = {-_CACHE}")
    try:
        yield
    finally:
        db.run(f"PRAGMA cache_size = {usual}")
