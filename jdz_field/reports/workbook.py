"""Tables as a workbook that an office edits further and prints as it is.

A sheet has a title, lines below it, heads, rows, a line of totals and notes. Printing is set:
fitted to the width of the paper, heads on every page, marks and page numbers outside the table.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jdz_field.reports.fixed import fixed

#: Excel's limits: characters in a cell, letters in a sheet's name, letters of a header.
MAX_CELL, MAX_NAME, _MAX_HEADER = 32_767, 31, 255
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAME = re.compile(r"[\\/*?:\[\]]")
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E7ECEF")
_PAPER = {"a4": 9, "a3": 8}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its words, its width in letters, whether its cells are numbers of things.

    ``group``: words over this column and its neighbours of the same group. ``optional``: an empty
    cell lacks nothing (remarks).
    """

    words: str
    width: float = 12
    number: bool = False
    group: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: the same for a workbook and for print.

    Attributes:
        name: of the sheet.
        title: over the table.
        lines: words below the title.
        heads: the columns.
        rows: texts, numbers, dates or ``None`` (nothing known), one a column.
        totals: the last row, empty for none.
        notes: sentences below.
        paper: ``a4`` or ``a3``; ``upright``: not across.
        strong: numbers of rows that sum up others.
    """

    name: str
    title: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Any]]
    lines: Sequence[str] = ()
    totals: Sequence[Any] = ()
    notes: Sequence[str] = ()
    paper: str = "a4"
    upright: bool = False
    strong: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands outside every table: who may see it, that it is invented, of when it is."""

    mark: str
    sample: str = ""
    foot: str = ""


def workbook(tables: Sequence[Table], marks: Marks, *, made: datetime) -> bytes:
    """The tables as .xlsx, a sheet each; the same tables give the same bytes.

    ``made``: the moment that the file states.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    taken: set[str] = set()
    for one in tables:
        _Writer(book.create_sheet(_sheet_name(one.name, taken)), one, marks).write()
    book.properties.creator = "jdz_field"
    out = io.BytesIO()
    book.save(out)
    return fixed(out.getvalue(), made)


def _sheet_name(words: str, taken: set[str]) -> str:
    plain = _NAME.sub(" ", words).strip("' ")[:MAX_NAME] or "1"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: MAX_NAME - 1 - len(str(number))]}-{number}"
    taken.add(name.casefold())
    return name


class _Writer:
    """One sheet; rows are written one below the other."""

    def __init__(self, sheet: Worksheet, table: Table, marks: Marks) -> None:
        self.sheet: Any = sheet
        self.table, self.marks = table, marks
        self.row = 0

    def write(self) -> None:
        table = self.table
        marked = " · ".join(filter(None, (self.marks.mark, self.marks.sample)))
        self._across(table.title, Font(bold=True, size=16), height=30, middle=True)
        for words in (marked, *table.lines):
            self._across(words, Font(size=10), middle=False)
        first = self._heads()
        self.sheet.freeze_panes = f"A{first}"
        for number, row in enumerate(table.rows):
            self._cells(row, bold=number in table.strong)
        if table.totals:
            self._cells(table.totals, bold=True)
        for words in table.notes:
            self._across(words, Font(size=10), middle=False)
        for number, head in enumerate(table.heads, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = head.width
        self._print()

    def _across(self, words: str, font: Font, *, middle: bool, height: float = 0) -> None:
        if not words:
            return
        self.row += 1
        cell = self.sheet.cell(self.row, 1)
        _put(cell, words)
        cell.font = font
        side = "center" if middle else "left"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
        last = get_column_letter(max(1, len(self.table.heads)))
        self.sheet.merge_cells(f"A{self.row}:{last}{self.row}")
        room = sum(head.width for head in self.table.heads) or 12
        lines = 1 + int(_letters(words) * (font.sz or 11) / 11 // room)
        self.sheet.row_dimensions[self.row].height = max(height, 16.0 * lines)

    def _heads(self) -> int:
        """The heads, in two rows where columns are grouped; the number of the first row below."""
        heads = self.table.heads
        grouped = any(head.group for head in heads)
        top = self.row + 1
        self.row += 2 if grouped else 1
        for number, head in enumerate(heads, 1):
            for row in range(top, self.row + 1):
                self._head(self.sheet.cell(row, number))
            letter = get_column_letter(number)
            if grouped and not head.group:
                _put(self.sheet.cell(top, number), head.words)
                self.sheet.merge_cells(f"{letter}{top}:{letter}{self.row}")
            else:
                _put(self.sheet.cell(self.row, number), head.words)
        for group, first, last in groups_of(heads) if grouped else ():
            _put(self.sheet.cell(top, first + 1), group)
            area = f"{get_column_letter(first + 1)}{top}:{get_column_letter(last + 1)}{top}"
            self.sheet.merge_cells(area)
        self.sheet.print_title_rows = f"{top}:{self.row}"
        return self.row + 1

    def _head(self, cell: Any) -> None:
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def _cells(self, row: Sequence[Any], *, bold: bool) -> None:
        self.row += 1
        for number, (value, head) in enumerate(zip(row, self.table.heads, strict=True), 1):
            cell = self.sheet.cell(self.row, number)
            _put(cell, value)
            cell.border = _BOX
            side = "center" if head.number else None
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
            if bold:
                cell.font = Font(bold=True)

    def _print(self) -> None:
        sheet, table = self.sheet, self.table
        sheet.page_setup.orientation = "portrait" if table.upright else "landscape"
        sheet.page_setup.paperSize = _PAPER[table.paper]
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.left.text = _header(self.marks.mark)
        sheet.oddHeader.right.text = _header(self.marks.sample)
        sheet.oddFooter.left.text = _header(self.marks.foot)
        sheet.oddFooter.right.text = "&P / &N"


def groups_of(heads: Sequence[Head]) -> list[tuple[str, int, int]]:
    """Runs of columns under one word: the word, the first column and the last, from 0."""
    found: list[tuple[str, int, int]] = []
    for place, head in enumerate(heads):
        if not head.group:
            continue
        if found and found[-1][0] == head.group and found[-1][2] == place - 1:
            found[-1] = (head.group, found[-1][1], place)
        else:
            found.append((head.group, place, place))
    return found


def _header(words: str) -> str:
    # & begins a code there (ECMA-376 part 1, 18.3.1.46).
    return words.replace("&", "&&")[:_MAX_HEADER]


def _letters(words: str) -> float:
    """Widths of the words in Latin letters."""
    return sum(1 if sign.isascii() else 1.8 for sign in words)


def _put(cell: Any, value: Any) -> None:
    """A text never becomes a formula, and a number of a thing keeps its zeros."""
    if isinstance(value, str):
        cell.value = _FORBIDDEN.sub(" ", value)[:MAX_CELL]
        cell.data_type = "s"
        if value.isdigit():
            cell.number_format = "@"
    elif isinstance(value, dt.date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = value
