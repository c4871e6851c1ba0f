"""The same edits by pygeodiff: two copies of a file, merged as the last syncer would."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pygeodiff

COLUMNS = ("name", "town", "village", "remarks")
#: Rows by key; ``None``: the side deleted it.
Rows = Mapping[int, Mapping[str, Any] | None]


def _write(path: Path, base: Rows) -> None:
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f"{name} TEXT" for name in COLUMNS)
        connection.execute(f"CREATE TABLE sites (fid INTEGER PRIMARY KEY, {columns})")
        for key, row in base.items():
            _insert(connection, key, row or {})
        connection.commit()


def _insert(connection: sqlite3.Connection, key: int, row: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    connection.execute(f"INSERT INTO sites VALUES ({marks})", (key, *(row.get(n) for n in COLUMNS)))


def _edit(path: Path, edits: Rows) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for key, row in edits.items():
            there = connection.execute("SELECT 1 FROM sites WHERE fid = ?", (key,)).fetchone()
            if row is None:
                connection.execute("DELETE FROM sites WHERE fid = ?", (key,))
            elif there is None:
                _insert(connection, key, row)
            else:
                for name, value in row.items():
                    connection.execute(f"UPDATE sites SET {name} = ? WHERE fid = ?", (value, key))
        connection.commit()


def rebased(
    folder: Path, base: Rows, theirs: Rows, ours: Rows
) -> tuple[dict[int, dict[str, Any]], list[Any]]:
    """Rows after pygeodiff put our edits onto theirs, and the conflicts that it wrote down."""
    folder.mkdir(parents=True, exist_ok=True)
    first, one, two = (folder / f"{name}.gpkg" for name in ("base", "theirs", "ours"))
    conflicts = folder / "conflicts.json"
    _write(first, base)
    for path, edits in ((one, theirs), (two, ours)):
        shutil.copyfile(first, path)
        _edit(path, edits)
    pygeodiff.GeoDiff().rebase(str(first), str(one), str(two), str(conflicts))
    found = json.loads(conflicts.read_text(encoding="utf-8")) if conflicts.exists() else {}
    with closing(sqlite3.connect(two)) as connection:
        rows = connection.execute(f"SELECT fid, {', '.join(COLUMNS)} FROM sites").fetchall()
    return {row[0]: dict(zip(COLUMNS, row[1:], strict=True)) for row in rows}, found.get(
        "geodiff", []
    )
