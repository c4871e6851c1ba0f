"""Filling an R-tree at once: its nodes are packed in sorted order, not grown one by one.

SQLite keeps an R-tree in three plain tables (https://www.sqlite.org/rtree.html, section 6, and
the head of ``rtree.c``): ``_node`` (two bytes depth, in the root only; two bytes number of
cells; cells of an 8-byte number and four 4-byte edges, all big-endian), ``_rowid`` (the leaf of
each entry) and ``_parent``. Node 1 is the root. Leaves follow the sort-tile-recursive order.
"""
# ruff: noqa: S608 - table names come from the catalogue

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jdz_field.store.db import Database

#: Number of the entry; its west, east, south and north edge.
Entries = NDArray[np.void]
ENTRY = np.dtype([("id", "<i8"), ("edges", "<f8", 4)])
_CELL = np.dtype([("id", ">i8"), ("edges", ">f4", 4)])
_HEAD = struct.Struct(">HH")
#: How full nodes are packed: later entries find room.
_FILLING = 0.9
#: As ``rtree.c`` rounds edges outwards to four bytes.
_AWAY, _TOWARDS = 1.0 + 1.0 / 8388608.0, 1.0 - 1.0 / 8388608.0


def present(db: Database, tree: str) -> Entries:
    """The entries that a tree holds."""
    rows = db.rows(f"SELECT id, minx, maxx, miny, maxy FROM {tree}")
    return np.array([(row[0], row[1:]) for row in rows], dtype=ENTRY)


def fill(db: Database, tree: str, entries: Entries) -> None:
    """Make these the entries of a tree, inside ``write()``; ids are unique."""
    size = db.value(f"SELECT length(data) FROM {tree}_node WHERE nodeno = 1")
    most = (size - _HEAD.size) // _CELL.itemsize
    for part in ("node", "rowid", "parent"):
        db.run(f"DELETE FROM {tree}_{part}")
    cells = _sorted(entries)
    number, depth = 2, 0
    while len(cells) > most:
        starts = _cuts(len(cells), max(2, int(most * _FILLING)))
        numbers = np.arange(number, number + len(starts) - 1)
        number += len(numbers)
        blobs = _blobs(cells, starts, size)
        db.run_many(
            f"INSERT INTO {tree}_node VALUES (?, ?)", zip(numbers.tolist(), blobs, strict=True)
        )
        _place(db, tree, cells["id"], np.repeat(numbers, np.diff(starts)), depth)
        cells = _over(cells, starts, numbers)
        depth += 1
    root = _HEAD.pack(depth, len(cells)) + cells.tobytes()
    db.run(f"INSERT INTO {tree}_node VALUES (1, ?)", (root.ljust(size, b"\0"),))
    _place(db, tree, cells["id"], np.ones(len(cells), np.int64), depth)


def _sorted(entries: Entries) -> Entries:
    edges = entries["edges"]
    x, y = edges[:, 0] + edges[:, 1], edges[:, 2] + edges[:, 3]
    slabs = max(1, math.isqrt(len(entries) // 50))
    slab = np.empty(len(entries), np.int64)
    slab[np.argsort(x, kind="stable")] = np.arange(len(entries)) * slabs // max(1, len(entries))
    order = np.lexsort((entries["id"], y, slab))
    cells = np.empty(len(entries), _CELL)
    cells["id"] = entries["id"][order]
    cells["edges"] = _outwards(edges[order])
    return cells


def _outwards(edges: NDArray[np.float64]) -> NDArray[np.float32]:
    near = edges.astype(np.float32)
    low, high = near[:, 0::2], near[:, 1::2]
    west, east = edges[:, 0::2], edges[:, 1::2]
    down = np.where(west < 0, west * _AWAY, west * _TOWARDS).astype(np.float32)
    up = np.where(east < 0, east * _TOWARDS, east * _AWAY).astype(np.float32)
    near[:, 0::2] = np.where(low > west, down, low)
    near[:, 1::2] = np.where(high < east, up, high)
    return near


def _cuts(count: int, most: int) -> NDArray[np.int64]:
    """Where nodes begin, and the end: as equal as can be, none over ``most``."""
    nodes = -(-count // most)
    return np.arange(nodes + 1) * count // nodes


def _blobs(cells: Entries, starts: NDArray[np.int64], size: int) -> Iterator[bytes]:
    whole = cells.tobytes()
    edges = starts.tolist()
    for first, last in pairwise(edges):
        held = whole[first * _CELL.itemsize : last * _CELL.itemsize]
        yield (_HEAD.pack(0, last - first) + held).ljust(size, b"\0")


def _over(cells: Entries, starts: NDArray[np.int64], numbers: NDArray[np.int64]) -> Entries:
    """The cells of the level above: one a node, around all of its cells."""
    above = np.empty(len(numbers), _CELL)
    edges = cells["edges"].astype(np.float32)
    above["id"] = numbers
    for at, around in enumerate((np.minimum, np.maximum, np.minimum, np.maximum)):
        above["edges"][:, at] = around.reduceat(edges[:, at], starts[:-1])
    return above


def _place(db: Database, tree: str, ids: Any, nodes: Any, depth: int) -> None:
    part = "parent" if depth else "rowid"
    # In the order of the table, which then only grows at its end.
    order = np.argsort(ids, kind="stable")
    db.run_many(
        f"INSERT INTO {tree}_{part} VALUES (?, ?)",
        zip(ids[order].tolist(), nodes[order].tolist(), strict=True),
    )
