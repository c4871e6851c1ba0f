"""Sites as tables: .csv for programs, .xlsx as offices keep it.

A text table holds codes and numbers as they are; cells that a spreadsheet would take for a
formula stay what they are, and the export says how many there are. A workbook holds labels, dates
as dates, numbers of things as texts, lists to choose from, and nothing becomes a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from jdz_field.core.catalogue import CodeList, Field
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.geo.display import DECIMAL, MINUTES, as_minutes, as_seconds
from jdz_field.ledger.export_batch import Batch
from jdz_field.ledger.export_profiles import LAT, LON, SERIAL, Column

CODES_SHEET = "代码表"
#: Excel's limits: characters in a cell, letters in a sheet's name.
MAX_CELL, _MAX_NAME = 32_767, 31
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEAD = PatternFill("solid", fgColor="E7ECEF")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAP = Alignment(vertical="top", wrap_text=True)
_WIDEST = 40


def columns_of(batch: Batch) -> list[Column]:
    """The columns of a batch: its profile's, else our id, every field, the place, the outline."""
    if batch.profile is not None:
        placed = {LON, LAT} <= {one.field for one in batch.profile.columns}
        extra = [] if placed else [_named(Column("", name), batch) for name in (LON, LAT)]
        extra += [] if batch.only_points else [Column("geometry", "geometry")]
        return [_named(one, batch) for one in batch.profile.columns] + extra
    fields = [Column(one.label, one.name) for one in batch.kind.fields]
    place = [_named(Column("", LON), batch), _named(Column("", LAT), batch)]
    shape = [] if batch.only_points else [Column("geometry", "geometry")]
    return [Column("id", "id"), *fields, *place, *shape]


def _named(column: Column, batch: Batch) -> Column:
    """Positions are headed by what they are in the system written."""
    if column.field not in (LON, LAT) or (column.head and not batch.system.projected):
        return column
    east = column.field == LON
    if batch.system.projected:
        head = _("East (m)") if east else _("North (m)")
    else:
        head = _("Longitude") if east else _("Latitude")
    # The import has to see what it is not to take as it stands.
    mark = "" if batch.system.modern else f"({batch.system.datum})"
    return Column(head + mark, column.field, width=column.width)


def lines_of(batch: Batch, *, labels: bool) -> Iterator[list[Any]]:
    """Every site's cells; ``labels``: of code lists, and yes and no, else what is stored."""
    columns = columns_of(batch)
    texts = shapely.to_wkt(batch.shapes, rounding_precision=9, trim=True)
    digits = 3 if batch.system.projected else 9
    for i, (site, place) in enumerate(zip(batch.sites, batch.places, strict=True)):
        spot = [None if number is None else round(number, digits) for number in place]
        own = {
            "id": site.id,
            SERIAL: i + 1,
            LON: _degrees(spot[0], batch, "EW"),
            LAT: _degrees(spot[1], batch, "NS"),
            "geometry": texts[i],
        }
        yield [
            one.value or own.get(one.field)
            if one.value or one.field in own
            else cell_of(batch.kind.by_name[one.field], site.fields.get(one.field), labels=labels)
            for one in columns
        ]


def _degrees(number: float | None, batch: Batch, sides: str) -> Any:
    """A coordinate as the table spells it; a ten-thousandth of a second is three millimetres."""
    if number is None or batch.system.projected or batch.spelling == DECIMAL:
        return number
    words = as_minutes(number, 6) if batch.spelling == MINUTES else as_seconds(number, 4)
    return words + sides[number < 0]


def cell_of(field: Field, value: Any, *, labels: bool) -> Any:
    """A value as a cell holds it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    codes = field.code_list()
    if labels and codes is not None and isinstance(value, str):
        words = value.split() if field.type == "codes" else [value]
        return "、".join(codes.label(word) for word in words)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_formula(cell: Any) -> bool:
    """Whether a spreadsheet that opens a text table would calculate this cell."""
    if not isinstance(cell, str) or not cell:
        return False
    number = cell[0] in "+-" and cell[1:].replace(".", "", 1).isdigit()
    return cell[0] in "=+-@\t\r" and not number


def write_csv(out: Path, batches: Sequence[Batch]) -> None:
    """One kind as UTF-8 text with its mark; ``BadUsage`` for several kinds."""
    if len(batches) > 1:
        raise BadUsage(_("A text table holds one kind of site; choose it with --kind."))
    # With the mark, or Excel takes UTF-8 for the local code page.
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for batch in batches:
            writer.writerow([one.head for one in columns_of(batch)])
            labels = batch.profile is not None and not batch.profile.raw
            writer.writerows(lines_of(batch, labels=labels))


# ---- workbooks


def write_xlsx(out: Path, batches: Sequence[Batch]) -> None:
    """A sheet for each kind, and one with the code lists that its cells choose from."""
    book = Workbook(write_only=True)
    lists: dict[str, CodeList] = {}
    for batch in batches:
        for one in batch.kind.fields:
            codes = one.code_list()
            if codes is not None:
                lists[codes.name] = codes
    places = {name: i for i, name in enumerate(sorted(lists))}
    for batch in batches:
        _sheet(book, batch, lists, places)
    if not batches:
        book.create_sheet(_("Sites"))
    elif lists:
        _lists(book, lists)
    with out.open("wb") as file:
        book.save(file)


def _sheet(
    book: Workbook, batch: Batch, lists: dict[str, CodeList], places: dict[str, int]
) -> None:
    sheet: Any = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", batch.kind.label)[:_MAX_NAME])
    columns = columns_of(batch)
    fields = [batch.kind.by_name.get(one.field) for one in columns]
    first = 1 if batch.profile is None else 2
    sheet.freeze_panes = f"A{first + 1}"
    for number, one in enumerate(columns, start=1):
        width = one.width if batch.profile else max(12, min(_WIDEST, 2 * len(one.head) + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    if batch.profile is not None:
        title = batch.profile.title.format(city="景德镇市")
        sheet.append([_styled(sheet, title, Font(bold=True, size=16), None)])
        sheet.row_dimensions[1].height = 30
        sheet.merged_cells.add(f"A1:{get_column_letter(len(columns))}1")
    sheet.append([_styled(sheet, one.head, Font(bold=True), _HEAD) for one in columns])
    raw = batch.profile is not None and batch.profile.raw
    for line in lines_of(batch, labels=not raw):
        sheet.append([_cell(sheet, cell, f) for cell, f in zip(line, fields, strict=True)])
    last = first + max(len(batch.sites), 1) + 500
    for number, field in enumerate(fields, start=1):
        if field is not None and not raw:
            area = f"{get_column_letter(number)}{first + 1}:{get_column_letter(number)}{last}"
            _validate(sheet, field, area, lists, places)


def _styled(sheet: Any, text: str, font: Font, fill: PatternFill | None) -> Any:
    cell: Any = WriteOnlyCell(sheet, value=text)
    cell.font, cell.alignment = font, _MIDDLE
    if fill is not None:
        cell.fill = fill
    return cell


def _cell(sheet: Any, value: Any, field: Field | None) -> Any:
    if field is not None and field.type == "date" and _DATE.fullmatch(str(value)):
        day: Any = dt.date.fromisoformat(str(value))
        cell: Any = WriteOnlyCell(sheet, value=day)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if not isinstance(value, str):
        return value
    text = _FORBIDDEN.sub(" ", value)[:MAX_CELL]
    cell = WriteOnlyCell(sheet, value=text)
    # openpyxl takes a leading = for a formula.
    cell.data_type = "s"
    if text.isdigit():
        # A number of a thing keeps its zeros when somebody edits the cell.
        cell.number_format = "@"
    if "\n" in text:
        cell.alignment = _WRAP
    return cell


def _validate(
    sheet: Any, field: Field, area: str, lists: dict[str, CodeList], places: dict[str, int]
) -> None:
    codes = field.code_list()
    if field.type == "boolean":
        choices = f'"{_("yes")},{_("no")}"'
    elif codes is not None and codes.name in lists:
        letter = get_column_letter(places[codes.name] + 1)
        choices = f"'{CODES_SHEET}'!${letter}$2:${letter}${len(codes.codes) + 1}"
    else:
        return
    rule: Any = DataValidation(type="list", formula1=choices, allow_blank=True)
    # Several of a list stand in one cell: the list helps, it does not forbid.
    rule.showErrorMessage = field.type != "codes"
    rule.errorTitle, rule.error = field.label[:32], _("Choose from the list.")
    rule.add(area)
    sheet.data_validations.append(rule)


def _lists(book: Workbook, lists: dict[str, CodeList]) -> None:
    sheet: Any = book.create_sheet(CODES_SHEET)
    names = sorted(lists)
    sheet.append(names)
    for i in range(max(len(one.codes) for one in lists.values())):
        row = []
        for name in names:
            codes = lists[name].codes
            row.append(codes[i].label if i < len(codes) else None)
        sheet.append(row)
