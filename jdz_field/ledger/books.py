"""Writing workbooks row by row: texts stay texts, nothing becomes a formula."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: Excel's limits: characters in a cell, letters in a sheet's name, rows in a sheet.
MAX_CELL, MAX_NAME, MAX_ROWS = 32_767, 31, 1_048_576

HEAD = Font(bold=True)
SHADES = {
    "warning": PatternFill("solid", fgColor="FFF4CE"),
    "refused": PatternFill("solid", fgColor="F8D7DA"),
    "head": PatternFill("solid", fgColor="E7ECEF"),
}
_WRAP = Alignment(wrap_text=True, vertical="top")


class Book:
    """A workbook that is written once, from top to bottom; ``save`` closes it."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)

    def sheet(self, name: str, widths: Sequence[int], head: Sequence[str]) -> Sheet:
        """A new sheet with a header row that stays in view; widths in characters."""
        safe = re.sub(r"[\\/*?:\[\]]", " ", name)[:MAX_NAME] or "Sheet"
        sheet: Any = self._book.create_sheet(safe)
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        if head:
            sheet.freeze_panes = "A2"
        made = Sheet(sheet)
        if head:
            made.row(head, shade="head", bold=True)
        return made

    def save(self, path: Path) -> None:
        """Write the file; ``OSError`` when it cannot be."""
        try:
            with path.open("wb") as file:
                self._book.save(file)
        finally:
            self.discard()

    def discard(self) -> None:
        """Close what is open; a book that is not saved leaves nothing behind."""
        for sheet in self._book.worksheets:
            with contextlib.suppress(WorkbookAlreadySaved):
                cast("Any", sheet).close()


class Sheet:
    """One sheet; rows are appended."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self.rows = 0

    def row(self, cells: Iterable[Any], *, shade: str = "", bold: bool = False) -> None:
        """Append a row; ``shade`` is ``head``, ``warning`` or ``refused``."""
        self.rows += 1
        self._sheet.append([self._cell(cell, shade, bold) for cell in cells])

    def _cell(self, value: Any, shade: str, bold: bool) -> Any:
        if isinstance(value, str):
            value = _FORBIDDEN.sub(" ", value)[:MAX_CELL]
        plain = not shade and not bold
        if plain and not (isinstance(value, str) and (value.startswith("=") or "\n" in value)):
            return value
        cell: Any = WriteOnlyCell(self._sheet, value=value)
        if isinstance(value, str):
            # openpyxl takes a leading = for a formula.
            cell.data_type = "s"
            cell.alignment = _WRAP if "\n" in value else None
        if shade:
            cell.fill = SHADES.get(shade, SHADES["head"])
        if bold:
            cell.font = HEAD
        return cell
