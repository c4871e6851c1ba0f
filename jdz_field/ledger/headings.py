"""Finding the header of a dirty sheet: below titles, over two rows, merged or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jdz_field.ledger.numbers import WIDTHS
from jdz_field.ledger.tables import Table

#: A header lies within the first rows.
SEARCHED = 40
#: Data rows that are looked at to judge a column by its content.
SAMPLE = 300

_BRACKETED = re.compile(r"[(\[【（](.*?)[)\]】）]")
_NOISE = re.compile(r"[\s*:：、，,。.·_\"'“”°]+")
#: Longer cells are titles or remarks, not headings.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """The words over one column: its own and those of the merged cell above."""

    index: int
    own: str
    above: str = ""

    @property
    def text(self) -> str:
        """As the person sees it."""
        return f"{self.above}/{self.own}" if self.above and self.own else self.own or self.above

    @property
    def units(self) -> list[str]:
        """What stands in brackets: units, or the words north and east."""
        return [found.strip() for found in _BRACKETED.findall(self.own or self.above)]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the data begin (row number of the last heading row), the headings, the words above."""

    row: int
    headings: tuple[Heading, ...]
    title: str = ""


def key(text: str) -> str:
    """A heading for comparing: no blanks, punctuation or full-width forms, lower case."""
    return _NOISE.sub("", text.translate(WIDTHS)).lower()


def bare(text: str) -> str:
    """As ``key``, without what stands in brackets."""
    return key(_BRACKETED.sub("", text))


def is_text(cell: Any) -> bool:
    """Whether a cell could be a heading: a short text that is no number."""
    if not isinstance(cell, str) or not cell.strip() or len(cell) > _LONGEST:
        return False
    return any(sign.isalpha() for sign in cell)


def first_rows(table: Table, count: int = SEARCHED) -> list[tuple[int, Sequence[Any]]]:
    """The first rows of a table."""
    return list(islice(table.rows(), count))


def layer_header(columns: Sequence[str]) -> Header:
    """The header of a format that names its columns."""
    return Header(0, tuple(Heading(i, name) for i, name in enumerate(columns)))


def candidates(rows: Sequence[tuple[int, Sequence[Any]]], table: Table) -> list[Header]:
    """Every row, and every pair of rows, that could be the header; single rows first."""
    found: list[Header] = []
    title: list[str] = []
    for place, (number, cells) in enumerate(rows):
        words = [cell for cell in cells if is_text(cell)]
        others = sum(cell not in (None, "") for cell in cells) - len(words)
        # A row of data holds numbers; a header hardly any.
        if len(words) >= 2 and others * 2 <= len(words):
            found.append(Header(number, _single(cells), " ".join(title)))
            if place + 1 < len(rows) and _is_second(cells, rows[place + 1][1]):
                below = rows[place + 1]
                pair = _pair(cells, below[1], _wide(table, number))
                found.append(Header(below[0], pair, " ".join(title)))
        title += [str(cell) for cell in cells if isinstance(cell, str)]
    return found


def _single(cells: Sequence[Any]) -> tuple[Heading, ...]:
    return tuple(
        Heading(i, str(cell).strip()) for i, cell in enumerate(cells) if cell not in (None, "")
    )


def _wide(table: Table, number: int) -> dict[int, int]:
    """Merged cells of a row that run sideways: first column → last column."""
    return {c0: c1 for r0, _r1, c0, c1 in table.merged if r0 == number and c1 > c0}


def _is_second(above: Sequence[Any], below: Sequence[Any]) -> bool:
    """A second heading row holds words only, and none in a column of its own."""
    words = [cell for cell in below if cell not in (None, "")]
    return bool(words) and all(is_text(cell) and len(cell) <= 20 for cell in words) and bool(above)


def _pair(above: Sequence[Any], below: Sequence[Any], wide: dict[int, int]) -> tuple[Heading, ...]:
    found: list[Heading] = []
    parent, until = "", -1
    for i in range(max(len(above), len(below))):
        over = str(above[i] or "").strip() if i < len(above) else ""
        under = str(below[i] or "").strip() if i < len(below) else ""
        if over:
            # Without merge marks (text tables) a heading reaches over the empty cells after it.
            parent, until = over, wide.get(i, len(above) if not wide else i)
        elif i > until:
            parent = ""
        if under == over or not under:
            under, over_words = over, ""
        else:
            over_words = parent
        if under:
            found.append(Heading(i, under, over_words))
    return tuple(found)
