"""The sheets of an XLSForm as rows of texts, so that a complaint can name row and column."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_TITLE = re.compile(r"(?i)\s*(form|set[ _]form)[ _]title\s*::")
_BEGIN = ("begin_group", "begin_repeat", "begin_loop")
_END = ("end_group", "end_repeat", "end_loop")
#: Columns under the names that the XLSForm reference gives them; pyxform's name for the part.
_COLUMNS = {
    ("bind", "relevant"): "relevant",
    ("bind", "readonly"): "read_only",
    ("bind", "required"): "required",
    ("bind", "constraint"): "constraint",
    ("bind", "calculate"): "calculation",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "entities:saveto"): "save_to",
    ("control", "jr:count"): "repeat_count",
    ("control", "appearance"): "appearance",
    ("media", "image"): "image",
    ("media", "big-image"): "big-image",
    ("media", "audio"): "audio",
    ("media", "video"): "video",
    ("list name",): "list_name",
    ("dataset",): "list_name",
    ("title",): "form_title",
    ("id_string",): "form_id",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the column names; ``cells`` by canonical column (``label::English``)."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell's text, ``""`` when it is empty."""
        return self.cells.get(column, "")

    def texts(self, column: str) -> dict[str, str]:
        """A translated column: texts by language, ``""`` for the column without one."""
        found = {}
        for name, text in self.cells.items():
            base, _mark, language = name.partition("::")
            if base == column:
                found[language] = text
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet; ``columns``: what its columns are called in it, by canonical name."""

    name: str
    columns: Mapping[str, str]
    rows: Sequence[Row]

    def written(self, column: str) -> str:
        """A column as this sheet writes it; languages follow ``::``."""
        known = self.columns.get(column)
        if known is None:
            base = column.partition("::")[0]
            known = self.columns.get(base)
        return known or column


_NO_SHEET = Sheet("", {}, ())


@dataclass(frozen=True)
class Book:
    """An XLSForm workbook: sheets by name, all sheet names, and what pyxform reads of it."""

    sheets: Mapping[str, Sheet]
    names: Sequence[str]
    data: Mapping[str, Any] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """A sheet; an empty one when it is not there."""
        return self.sheets.get(name, _NO_SHEET)

    @cached_property
    def places(self) -> SheetPlaces:
        """Where questions and choices stand."""
        found = SheetPlaces()
        above: list[str] = []
        for row in self.sheet("survey").rows:
            _note(found, above, row.number, row["type"], row["name"])
        _note_choices(found, "choices", self.sheet("choices").rows)
        _note_choices(found, "external_choices", self.sheet("external_choices").rows)
        return found


@dataclass(frozen=True, slots=True)
class SheetPlaces:
    """Rows of the survey sheet by the paths, names and types of its questions, and of choices."""

    by_path: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    by_type: dict[str, int] = field(default_factory=dict)
    by_choice: dict[tuple[str, str], int] = field(default_factory=dict)
    lists: dict[str, list[int]] = field(default_factory=dict)

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


def read_book(path: Path) -> Book:
    """The workbook; what pyxform and the libraries below it raise is left to the caller."""
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415 (slow to import)

    definition = get_xlsform(str(path))
    data = {name: getattr(definition, name) for name in type(definition).__slots__}
    sheets = {
        name: _sheet(name, data[f"{name}_header"], data[name])
        for name in ("survey", "choices", "settings", "entities", "external_choices", "osm")
        if data.get(f"{name}_header") or data.get(name)
    }
    return Book(sheets, tuple(data["sheet_names"] or ()), _without_titles(data))


def _without_titles(data: dict[str, Any]) -> dict[str, Any]:
    """pyxform stumbles over titles in several languages; they are written in afterwards."""
    for name in ("settings", "settings_header"):
        rows = data[name] or []
        data[name] = [
            {key: text for key, text in row.items() if not _TITLE.match(key)} for row in rows
        ]
    return data


def sheet_with_column_twice(path: Path, column: str) -> str:
    """The sheet whose first row names a column twice, ``""`` when there is none."""
    if path.suffix.lower() == ".xls":
        return _old_sheet_with_twice(path, column)
    import openpyxl  # noqa: PLC0415 (slow to import)

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            first = next(sheet.iter_rows(max_row=1, values_only=True), ())
            if list(first).count(column) > 1:
                return str(sheet.title)
    finally:
        book.close()
    return ""


def _old_sheet_with_twice(path: Path, column: str) -> str:
    import xlrd  # noqa: PLC0415 (only old workbooks)

    for sheet in xlrd.open_workbook(str(path)).sheets():
        if sheet.nrows and sheet.row_values(0).count(column) > 1:
            return str(sheet.name)
    return ""


def unreadable() -> tuple[type[Exception], ...]:
    """What openpyxl and xlrd raise for files that are not what their names say."""
    from xlrd.biffh import XLRDError  # noqa: PLC0415 (only old workbooks)
    from xlrd.compdoc import CompDocError  # noqa: PLC0415

    damaged = (zipfile.BadZipFile, zlib.error, struct.error, XLRDError)
    broken = (CompDocError, AssertionError, EOFError, OSError, MemoryError)
    stumbled = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError)
    # SyntaxError is what the standard library raises for broken XML, RuntimeError (and with it
    # RecursionError, NotImplementedError) for parts with a password and those nested too deeply.
    return (*damaged, *broken, *stumbled, SyntaxError, RuntimeError)


def _sheet(name: str, header: Any, rows: Any) -> Sheet:
    written = list(header[0]) if header else list(dict.fromkeys(key for row in rows for key in row))
    canonical = dict(zip(written, _canonical(name, written), strict=True))
    columns = {known: as_written for as_written, known in reversed(canonical.items())}
    return Sheet(name, columns, tuple(_rows(canonical, rows or ())))


def _rows(canonical: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    # pyxform's rows begin below the column names and keep the empty ones among them.
    for number, row in enumerate(rows, 2):
        cells = {canonical.get(key, key): str(text) for key, text in row.items() if text}
        if cells:
            yield Row(number, cells)


def _canonical(sheet: str, written: Sequence[str]) -> Iterator[str]:
    """What every column is called in the XLSForm reference."""
    from pyxform import aliases  # noqa: PLC0415 (slow to import)
    from pyxform.parsing.sheet_headers import process_header  # noqa: PLC0415

    known: dict[str, Any] = {
        "survey": aliases.survey_header,
        "settings": aliases.settings_header,
        "entities": aliases.entities_header,
    }.get(sheet, aliases.list_header)
    double = any("::" in name for name in written)
    for name in written:
        tokens = process_header(name, double, known, _plain_columns(sheet))[1]
        yield _named(tuple(tokens))


def _plain_columns(sheet: str) -> frozenset[str]:
    from pyxform import constants, question, survey  # noqa: PLC0415 (slow to import)

    if sheet == "survey":
        return frozenset(question.MultipleChoiceQuestion.get_slot_names())
    if sheet == "settings":
        return frozenset(survey.Survey.get_slot_names())
    if sheet == "entities":
        return frozenset(column.value for column in constants.EntityColumns)
    return frozenset(question.Option.get_slot_names())


def _named(tokens: tuple[str, ...]) -> str:
    for size in (2, 1):
        name = _COLUMNS.get(tokens[:size])
        if name is not None:
            return "::".join((name, *tokens[size:]))
    return "::".join(tokens)


def _note_choices(found: SheetPlaces, sheet: str, rows: Iterable[Row]) -> None:
    for row in rows:
        name = row["list_name"]
        found.by_choice.setdefault((name, row["name"]), row.number)
        if name and sheet == "choices":
            found.lists.setdefault(name, []).append(row.number)


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
