"""Reading .xlsx and .xls workbooks, whatever their suffix says."""

from __future__ import annotations

import dataclasses
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import openpyxl
import xlrd
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.ledger.sheet_xml import SheetFacts, sheet_facts
from jdz_field.ledger.tables import UNCOMPUTED, Row, Table, broken, filled

#: Limits against workbooks that unfold to something unreasonable.
MAX_UNPACKED = 6 << 30
MAX_STRINGS = 512 << 20
MAX_RATIO = 400
MAX_COLUMNS = 1024

#: What openpyxl, lxml and zipfile raise over damaged files.
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    etree.LxmlError,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    OverflowError,
)
_XLS_DAMAGE = (
    XLRDError,
    CompDocError,
    AssertionError,
    UnicodeError,
    *_DAMAGE,
)


def read_xlsx(path: Path) -> list[Table]:
    """Every sheet of an .xlsx workbook; ``BadInput`` when it is damaged or unreasonable."""
    try:
        # In memory: nothing stays open, and openpyxl does not look at the suffix.
        data = io.BytesIO(path.read_bytes())
        with zipfile.ZipFile(data) as archive:
            _weigh(path, archive.infolist())
            facts = sheet_facts(archive)
        with warnings.catch_warnings():
            # openpyxl warns about styles and extensions that do not matter here.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
        sheets = [s for s in book.worksheets if isinstance(s, ReadOnlyWorksheet)]
    except _DAMAGE as error:
        raise broken(path, _("it is no sound workbook")) from error
    return _told([_xlsx_table(path, sheet, facts.get(str(sheet.title))) for sheet in sheets])


def _told(tables: list[Table]) -> list[Table]:
    """The tables, each with a word on the hidden ones, which are only read when named."""
    hidden = "、".join(table.name for table in tables if table.hidden)
    if not hidden:
        return tables
    note = _("Hidden sheets are not read unless they are named: {names}.").format(names=hidden)
    return [dataclasses.replace(table, notes=(*table.notes, note)) for table in tables]


def _hidden_rows(count: int) -> tuple[str, ...]:
    """Hidden and filtered rows are sites like the others: a filter only hides them."""
    return (_("{n} hidden or filtered rows were read too.").format(n=count),) if count else ()


def _weigh(path: Path, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    strings = sum(m.file_size for m in members if m.filename.endswith("sharedStrings.xml"))
    if (
        total > MAX_UNPACKED
        or strings > MAX_STRINGS
        or (total > 1 << 26 and total / packed > MAX_RATIO)
    ):
        raise broken(path, _("it unfolds to an unreasonable size"))


def _xlsx_table(path: Path, sheet: ReadOnlyWorksheet, facts: SheetFacts | None) -> Table:
    known = facts or SheetFacts()
    # The size a file states of itself is often wrong.
    sheet.reset_dimensions()

    def rows() -> Iterator[Row]:
        try:
            numbered = enumerate(cast("Any", sheet).iter_rows(values_only=True), start=1)
            yield from filled(_with_uncomputed(numbered, known.uncomputed), known.merged)
        except _DAMAGE as error:
            raise broken(path, _("it is no sound workbook")) from error

    return Table(
        str(sheet.title),
        rows,
        hidden=sheet.sheet_state != "visible",
        merged=known.merged,
        notes=_hidden_rows(known.hidden),
    )


def _with_uncomputed(
    rows: Iterator[tuple[int, tuple[Any, ...]]], uncomputed: dict[int, tuple[int, ...]]
) -> Iterator[Row]:
    for number, cells in rows:
        row: Any = cells if len(cells) <= MAX_COLUMNS else cells[:MAX_COLUMNS]
        if number in uncomputed:
            row = [*row, *[None] * (max(uncomputed[number]) + 1 - len(row))]
            for column in uncomputed[number]:
                row[column] = UNCOMPUTED
        yield number, row


def read_xls(path: Path) -> list[Table]:
    """Every sheet of an .xls workbook (Excel 97-2003); ``BadInput`` as for ``read_xlsx``."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _locked(path)
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=False
        )
    except _XLS_DAMAGE as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise _locked(path) from error
        raise broken(path, _("it is no sound workbook")) from error
    return _told([_xls_table(book, sheet) for sheet in book.sheets()])


def _locked(path: Path) -> BadInput:
    return BadInput(
        _("{file} is protected with a password; remove the password in Excel and retry.").format(
            file=path.name
        )
    )


def _xls_table(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Table:
    merged = tuple((r0 + 1, r1, c0, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells)

    def rows() -> Iterator[Row]:
        numbered = (
            (number + 1, [_xls_cell(book, cell) for cell in sheet.row(number)])
            for number in range(sheet.nrows)
        )
        yield from filled(numbered, merged)

    hidden = sum(bool(info.hidden) for info in sheet.rowinfo_map.values())
    return Table(
        sheet.name,
        rows,
        size=sheet.nrows,
        hidden=bool(sheet.visibility),
        merged=merged,
        notes=_hidden_rows(hidden),
    )


def _xls_cell(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Any:
    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(value, book.datemode)
        except (ValueError, OverflowError, xlrd.XLDateError):
            return value
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERROR!")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return None if value == "" else value
