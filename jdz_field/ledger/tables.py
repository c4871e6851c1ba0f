"""A table as read from a file, before anything is understood: rows of raw cells with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

if TYPE_CHECKING:
    # GEOS and PROJ load slowly, and reading a value needs neither.
    from jdz_field.geo.crs import Reference

#: Row number and cells: text, number, boolean, date or time, geometry, ``None``; a formula
#: without a stored result is the text ``UNCOMPUTED``.
Row = tuple[int, Sequence[Any]]

#: Stands in a cell whose formula has no stored result (the file was never calculated).
UNCOMPUTED = "#FORMULA?"
#: Rows that are held and checked together.
CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, text file or layer.

    ``rows`` gives ``(row number as the person sees it, cells)`` from the start, each time it is
    called. ``columns`` is set when the format itself names its columns (layers); else the header
    has to be found. ``system`` is the layer's own reference system; its geometry stands in the
    column ``geometry``. ``notes`` say what a person should know of the table.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    columns: tuple[str, ...] | None = None
    system: Reference | None = None
    size: int | None = None
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()


def broken(path: Path, what: str) -> BadInput:
    """The error for a file that is not what its name says."""
    return BadInput(
        _("{file} cannot be read: {what}; save it again in the program that made it.").format(
            file=path.name, what=what
        )
    )


def chunks(rows: Iterator[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows in lists of at most ``size``."""
    while block := list(islice(rows, size)):
        yield block


def filled(rows: Iterator[Row], merged: Sequence[tuple[int, int, int, int]]) -> Iterator[Row]:
    """The rows with cells merged downwards repeated, as a reader sees them.

    ``merged``: ``(first row, last row, first column, last column)``, rows from 1, columns from 0.
    """
    tall = sorted(m for m in merged if m[1] > m[0] and m[2] == m[3])
    if not tall:
        yield from rows
        return
    starts: dict[int, list[tuple[int, int]]] = {}
    for first, last, column, _same in tall:
        starts.setdefault(first, []).append((last, column))
    running: dict[int, tuple[int, Any]] = {}
    for number, cells in rows:
        running = {c: held for c, held in running.items() if held[0] >= number}
        held = _repeat(cells, running) if running else cells
        for last, column in starts.get(number, ()):
            if column < len(cells):
                running[column] = (last, cells[column])
        yield number, held


def _repeat(cells: Sequence[Any], running: dict[int, tuple[int, Any]]) -> Sequence[Any]:
    # An empty row stays empty: a merge that runs over it says nothing about a site.
    if all(cell is None or cell == "" for cell in cells):
        return cells
    row = list(cells)
    for column, (_last, value) in running.items():
        if column < len(row) and row[column] in (None, ""):
            row[column] = value
    return row
