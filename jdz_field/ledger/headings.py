"""Finding the header of a dirty sheet: below titles, over two rows, merged or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_NOTE = re.compile(r"[:：]\s*\S")
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
    height: int = 1


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
    """Rows, and two or three rows together, that could be the header; the tallest first.

    A row that repeats an earlier one (headings printed on every page) is no candidate.
    """
    found: list[tuple[int, int, Header]] = []
    seen: set[tuple[str, ...]] = set()
    title: list[str] = []
    for place, (number, cells) in enumerate(rows):
        told = _told(cells)
        if _could_be(cells) and told not in seen:
            stacks = [place + 1, *([] if _is_notes(cells) else _second_rows(rows, place))]
            for height, end in enumerate(stacks, start=1):
                if any(_told(below) in seen for _number, below in rows[place + 1 : end]):
                    continue
                headings = _stack(table, rows[place:end])
                header = Header(rows[end - 1][0], headings, " ".join(title), height)
                found.append((height, number, header))
            seen.add(told)
        title += [str(cell) for cell in cells if isinstance(cell, str)]
    return [header for _height, _number, header in sorted(found, key=lambda one: (-one[0], one[1]))]


def _is_notes(cells: Sequence[Any]) -> bool:
    """``填报单位：某局``, ``日期：2024年5月``: what stands above a header is no part of it."""
    return any(isinstance(cell, str) and _NOTE.search(cell) for cell in cells)


def _told(cells: Sequence[Any]) -> tuple[str, ...]:
    return tuple(key(str(cell)) for cell in cells if cell not in (None, ""))


def _could_be(cells: Sequence[Any]) -> bool:
    """A row of data holds numbers; a header hardly any."""
    words = sum(is_text(cell) for cell in cells)
    others = sum(cell not in (None, "") for cell in cells) - words
    return words >= 2 and others * 2 <= words


def _second_rows(rows: Sequence[tuple[int, Sequence[Any]]], place: int) -> list[int]:
    """Where a header that begins here may end when it has two or three rows."""
    ends = []
    for end in (place + 2, place + 3):
        if end > len(rows) or not _is_second(rows[end - 1][1]):
            break
        ends.append(end)
    return ends


def _is_second(below: Sequence[Any]) -> bool:
    """A further heading row holds words only, and more than the title of a section."""
    words = [cell for cell in below if cell not in (None, "")]
    if len(words) == 1 and below[0] == words[0]:
        return False
    return bool(words) and all(_is_heading(cell) for cell in words)


def _is_heading(cell: Any) -> bool:
    """A short word, or a unit in brackets: (°), (m²)."""
    if not isinstance(cell, str) or len(cell) > 20:
        return False
    return is_text(cell) or bool(_BRACKETED.fullmatch(cell.strip()))


def _wide(table: Table, number: int) -> dict[int, int]:
    """Merged cells of a row that run sideways: first column → last column."""
    return {c0: c1 for r0, _r1, c0, c1 in table.merged if r0 == number and c1 > c0}


def _stack(table: Table, rows: Sequence[tuple[int, Sequence[Any]]]) -> tuple[Heading, ...]:
    """The headings over each column: the lowest words, and those of the cells above them."""
    width = max(len(cells) for _number, cells in rows)
    columns: list[list[str]] = [[] for _column in range(width)]
    for place, (number, cells) in enumerate(rows):
        reach = place + 1 < len(rows)
        for i, word in enumerate(_spread(cells, width, _wide(table, number), reach=reach)):
            if word and word not in columns[i]:
                columns[i].append(word)
    return tuple(_heading(i, words) for i, words in enumerate(columns) if words)


def _heading(index: int, words: list[str]) -> Heading:
    """A unit in a row of its own belongs to the word above it."""
    if len(words) > 1 and _BRACKETED.fullmatch(words[-1]):
        words = [*words[:-2], words[-2] + words[-1]]
    return Heading(index, words[-1], "".join(words[:-1]))


def _spread(
    cells: Sequence[Any], width: int, wide: dict[int, int], *, reach: bool
) -> Iterator[str]:
    """A row's words by column; in an upper row a merged word stands over all its columns."""
    parent, until = "", -1
    for i in range(width):
        word = str(cells[i]).strip() if i < len(cells) and cells[i] not in (None, "") else ""
        if word:
            # Without merge marks (text tables) a heading reaches over the empty cells after it.
            parent, until = word, wide.get(i, width if not wide else i)
        elif i > until:
            parent = ""
        yield word or (parent if reach else "")
