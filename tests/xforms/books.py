"""XLSForm workbooks made for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

Rows = Sequence[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of these sheets, written to ``path``."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def survey(path: Path, *rows: Sequence[object], **sheets: Rows) -> Path:
    """A workbook with a survey sheet whose first row holds the columns."""
    return workbook(path, {"survey": rows, **sheets})
