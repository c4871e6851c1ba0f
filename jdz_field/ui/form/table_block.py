"""Blocks of cells as spreadsheets put them on the clipboard: tabs between cells, lines as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

#: More cells than this are no block that somebody meant to paste into a form.
MOST_CELLS = 50_000


def from_text(text: str) -> list[list[str]]:
    """Rows of cells; quoted cells may hold tabs, line ends and doubled quotes."""
    found: list[list[str]] = []
    cells = 0
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter="\t")
    try:
        for row in reader:
            cells += max(len(row), 1)
            if cells > MOST_CELLS:
                break
            found.append([cell.strip() for cell in row] or [""])
    except csv.Error:
        return [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()]
    return found


def to_text(rows: Sequence[Sequence[str]]) -> str:
    """The block as text, quoted where a spreadsheet needs it."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter="\t", lineterminator="\r\n")
    writer.writerows(rows)
    return made.getvalue()
