"""Where in an XLSForm a question stands, so that a complaint can name its row."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_BEGIN = ("begin_group", "begin_repeat", "begin_loop")
_END = ("end_group", "end_repeat", "end_loop")


@dataclass(frozen=True, slots=True)
class SheetPlaces:
    """Rows of the survey sheet by the paths, names and types of its questions, and of choices."""

    by_path: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    by_type: dict[str, int] = field(default_factory=dict)
    by_choice: dict[tuple[str, str], int] = field(default_factory=dict)

    def row_of_path(self, ref: str) -> int:
        """The row of ``/data/group/question``, 0 when it is not there."""
        inside = "/".join(ref.split("/")[2:])
        return self.by_path.get(inside) or self.by_name.get(ref.rpartition("/")[2], 0)

    def row_of_name(self, name: str) -> int:
        """The row of the first question of that name, 0 when it is not there."""
        return self.by_name.get(name, 0)

    def row_of_type(self, kind: str) -> int:
        """The row of the first question of that type, 0 when it is not there."""
        return self.by_type.get(kind, 0)

    def row_of_choice(self, list_name: str, name: str) -> int:
        """The row of a choice on the choices sheet, 0 when it is not there."""
        return self.by_choice.get((list_name, name), 0)


def places(path: Path) -> SheetPlaces:
    """The survey sheet's rows; nothing when the workbook cannot be read that way."""
    found = SheetPlaces()
    try:
        _survey(found, _rows(path, "survey"))
        _choices(found, _rows(path, "choices"))
    except unreadable():
        return found
    return found


def unreadable() -> tuple[type[Exception], ...]:
    """What openpyxl and xlrd raise for files that are not what their names say."""
    from xlrd.biffh import XLRDError  # noqa: PLC0415 (only old workbooks)
    from xlrd.compdoc import CompDocError  # noqa: PLC0415

    damaged = (zipfile.BadZipFile, zlib.error, struct.error, XLRDError)
    broken = (CompDocError, AssertionError, EOFError, OSError, MemoryError)
    stumbled = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError)
    # SyntaxError is what the standard library raises for broken XML.
    return (*damaged, *broken, *stumbled, SyntaxError, RecursionError)


def _rows(path: Path, sheet: str) -> list[Sequence[Any]]:
    return _old_rows(path, sheet) if path.suffix.lower() == ".xls" else _new_rows(path, sheet)


def _old_rows(path: Path, wanted: str) -> list[Sequence[Any]]:
    import xlrd  # noqa: PLC0415 (only old workbooks)

    book = xlrd.open_workbook(str(path))
    sheets = [sheet for sheet in book.sheets() if sheet.name.strip().lower() == wanted]
    return [sheet.row_values(at) for sheet in sheets[:1] for at in range(sheet.nrows)]


def _new_rows(path: Path, wanted: str) -> list[Sequence[Any]]:
    import openpyxl  # noqa: PLC0415 (slow to import)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        names = [name for name in book.sheetnames if name.strip().lower() == wanted]
        return [list(row) for name in names[:1] for row in book[name].iter_rows(values_only=True)]
    finally:
        book.close()


def _survey(found: SheetPlaces, rows: Iterable[Sequence[Any]]) -> None:
    above: list[str] = []
    for number, row in _table(rows):
        _note(found, above, number, row.get("type", ""), row.get("name", ""))


def _choices(found: SheetPlaces, rows: Iterable[Sequence[Any]]) -> None:
    for number, row in _table(rows):
        name = row.get("list_name") or row.get("list name") or ""
        found.by_choice.setdefault((name, row.get("name", "")), number)


def _table(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Row numbers and cells by their column, below the first row that holds anything."""
    columns: list[str] = []
    for number, row in enumerate(rows, 1):
        texts = ["" if cell is None else str(cell).strip() for cell in row]
        if columns:
            yield number, dict(zip(columns, texts, strict=False))
        elif any(texts):
            columns = [text.lower() for text in texts]


def _note(found: SheetPlaces, above: list[str], number: int, kind: str, name: str) -> None:
    written, kind = kind, "_".join(kind.lower().split())
    if kind.startswith(_END):
        if above:
            above.pop()
        return
    found.by_type.setdefault(written, number)
    if name:
        found.by_path.setdefault("/".join([*above, name]), number)
        found.by_name.setdefault(name, number)
    if kind.startswith(_BEGIN):
        above.append(name)
