"""Where in an XLSForm a question stands, so that a complaint can name its row."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BEGIN = ("begin_group", "begin_repeat", "begin_loop")
_END = ("end_group", "end_repeat", "end_loop")


@dataclass(frozen=True, slots=True)
class SheetPlaces:
    """Rows of the survey sheet by the paths and names of its questions."""

    by_path: dict[str, int]
    by_name: dict[str, int]

    def row_of_path(self, ref: str) -> int:
        """The row of ``/data/group/question``, 0 when it is not there."""
        inside = "/".join(ref.split("/")[2:])
        return self.by_path.get(inside) or self.by_name.get(ref.rpartition("/")[2], 0)

    def row_of_name(self, name: str) -> int:
        """The row of the first question of that name, 0 when it is not there."""
        return self.by_name.get(name, 0)


def places(path: Path) -> SheetPlaces:
    """The survey sheet's rows; nothing when the workbook cannot be read that way."""
    try:
        rows = _rows(path)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, TypeError, AttributeError):
        rows = []
    return _places(rows)


def _rows(path: Path) -> list[Sequence[Any]]:
    return _old_rows(path) if path.suffix.lower() == ".xls" else _new_rows(path)


def _old_rows(path: Path) -> list[Sequence[Any]]:
    import xlrd  # noqa: PLC0415 (only old workbooks)

    book = xlrd.open_workbook(str(path))
    sheets = [sheet for sheet in book.sheets() if sheet.name.strip().lower() == "survey"]
    return [sheet.row_values(at) for sheet in sheets[:1] for at in range(sheet.nrows)]


def _new_rows(path: Path) -> list[Sequence[Any]]:
    import openpyxl  # noqa: PLC0415 (slow to import)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        names = [name for name in book.sheetnames if name.strip().lower() == "survey"]
        return [list(row) for name in names[:1] for row in book[name].iter_rows(values_only=True)]
    finally:
        book.close()


def _places(rows: Iterable[Sequence[Any]]) -> SheetPlaces:
    found = SheetPlaces({}, {})
    columns: dict[str, int] = {}
    above: list[str] = []
    for number, row in enumerate(rows, 1):
        texts = ["" if cell is None else str(cell).strip() for cell in row]
        if not columns:
            columns = {text.lower(): at for at, text in enumerate(texts) if text}
            continue
        _note(found, above, number, _cell(texts, columns, "type"), _cell(texts, columns, "name"))
    return found


def _cell(texts: Sequence[str], columns: dict[str, int], name: str) -> str:
    at = columns.get(name, -1)
    return texts[at] if 0 <= at < len(texts) else ""


def _note(found: SheetPlaces, above: list[str], number: int, kind: str, name: str) -> None:
    kind = "_".join(kind.lower().split())
    if kind.startswith(_END):
        if above:
            above.pop()
        return
    if name:
        found.by_path.setdefault("/".join([*above, name]), number)
        found.by_name.setdefault(name, number)
    if kind.startswith(_BEGIN):
        above.append(name)
