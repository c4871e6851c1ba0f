"""Cells as the catalogue's values, one reader a column; what could not be read is never lost.

A reader gives ``Reading(value, issue, note, kept)``: the value (``None`` when empty or
unreadable), a fault, a note when the text was read as something that is not merely the same in
another spelling, and the text to keep in the remarks when the value holds less than the cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from jdz_field.core.catalogue import Field, table
from jdz_field.core.i18n import _
from jdz_field.ledger.coded import NOTHING, Reading, codes_reader, find_code
from jdz_field.ledger.dates import ambiguous, parse_date
from jdz_field.ledger.issues import Issue
from jdz_field.ledger.numbers import WIDTHS, parse_number
from jdz_field.ledger.quick import MISSED, Quick, quick_for
from jdz_field.ledger.tables import UNCOMPUTED

Reader = Callable[[Any], Reading]

_ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", UNCOMPUTED}
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_SPACES = re.compile(r"\s+")
#: A longer text than this in one cell is a mistake of the file.
MAX_TEXT = 10_000
#: So many different texts of a column are remembered.
_REMEMBERED = 100_000
_TEXTUAL = frozenset({str, type(None)})
#: No field holds a larger number; JSON and SQLite keep whole ones below it exactly.
_LARGEST = 2.0**53


def reader_for(
    field: Field, *, scale: float = 1.0, chosen: Mapping[str, str] | None = None
) -> ColumnReader:
    """The reader of a column that holds this field.

    ``scale`` turns numbers without a unit of their own into the field's unit (万m³ headings);
    ``chosen``: texts of a code field and the codes a person settled for them.
    """
    return ColumnReader(field, _reader(field, scale, chosen or {}), quick_for(field, scale))


class ColumnReader:
    """Reads cells one by one (call it) or a column at once; equal texts are read once."""

    def __init__(self, field: Field, read: Callable[[Any], Reading], quick: Quick | None) -> None:
        self._field, self._read, self._quick = field, read, quick
        self._values: dict[str | None, Any] = {None: None, "": None}
        self._odd: dict[str, Reading] = {}

    def __call__(self, cell: Any) -> Reading:
        """What one cell is."""
        if cell is None or cell == "":
            return NOTHING
        return self._text(cell) if isinstance(cell, str) else self._read(cell)

    def column(self, cells: Sequence[Any]) -> tuple[list[Any], list[tuple[int, Reading]]]:
        """The values of a column, and the readings that have more to say, by place."""
        if not set(map(type, cells)) <= _TEXTUAL:
            return self._mixed(cells)
        if self._quick is not None:
            values = list(map(self._quick, cells))
        else:
            for cell in set(cells) - self._values.keys():
                self._text(cell)
            get = self._values.get
            values = [get(cell, MISSED) for cell in cells]
        odd = []
        if MISSED in values:
            for i, value in enumerate(values):
                if value is MISSED:
                    reading = self(cells[i])
                    values[i] = reading.value
                    if reading.issue is not None or reading.note is not None:
                        odd.append((i, reading))
        return values, odd

    def _mixed(self, cells: Sequence[Any]) -> tuple[list[Any], list[tuple[int, Reading]]]:
        readings = [self(cell) for cell in cells]
        odd = [(i, r) for i, r in enumerate(readings) if r.issue is not None or r.note is not None]
        return [reading.value for reading in readings], odd

    def _text(self, cell: str) -> Reading:
        found = self._odd.get(cell)
        if found is None:
            found = _error(self._field, cell) or self._read(cell)
            if len(self._odd) < _REMEMBERED:
                self._odd[cell] = found
                if found.issue is None and found.note is None:
                    self._values[cell] = found.value
        return found


def _reader(field: Field, scale: float, chosen: Mapping[str, str]) -> Reader:
    if field.type in ("integer", "decimal"):
        return _number_reader(field, scale)
    if field.type in ("code", "codes"):
        return _codes_reader(field, chosen)
    if field.name == "code":
        return lambda cell: _site_number(field, cell)
    if field.type == "date" or field.name in table("ledger")["dates"]["partial"]:
        return lambda cell: _date(field, cell)
    if field.type == "boolean":
        return lambda cell: _boolean(field, cell)
    return lambda cell: _text(field, cell)


@cache
def words(name: str) -> frozenset[str]:
    """A list of words of ``ledger.toml``, lower case."""
    return frozenset(str(word).lower() for word in table("ledger")["words"][name])


def is_empty(text: str) -> bool:
    """Whether a cell's text says nothing (``/``, ``无``, ``—``)."""
    plain = text.strip().lower()
    return not plain or plain in words("empty")


def shown(cell: object) -> str:
    """A cell as the person sees it, for messages and remarks; at most 200 characters."""
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return _CONTROL.sub(" ", str(cell)).strip()[:200]


def bad(field: Field, cell: object, why: str) -> Reading:
    """An unreadable cell: no value, an issue, the text kept."""
    message = _("{field}: «{text}» {why}; left empty, kept in the remarks.").format(
        field=field.label, text=shown(cell), why=why
    )
    return Reading(issue=Issue("bad_value", message), kept=shown(cell))


def _error(field: Field, cell: str) -> Reading | None:
    text = cell.strip()
    if text == UNCOMPUTED:
        message = _("{field}: the formula has no result; open the file in Excel, save it, retry.")
        return Reading(issue=Issue("bad_value", message.format(field=field.label)), kept=text)
    return bad(field, cell, _("is a formula error")) if text.upper() in _ERRORS else None


def _read_as(field: Field, cell: object, value: object) -> str:
    return f"{field.label}: {shown(cell)} → {value}"


# ---- numbers


def _number_reader(field: Field, scale: float) -> Reader:
    whole = field.type == "integer"

    def read(cell: Any) -> Reading:
        if isinstance(cell, bool):
            return bad(field, cell, _("is no number"))
        exact = True
        if isinstance(cell, (int, float)):
            # A comparison, not a conversion: whole numbers may be too long for a float.
            figure = float(cell) if abs(cell) < _LARGEST else math.inf
            figure = figure if scale == 1 else float(f"{figure * scale:.12g}")
        else:
            if not isinstance(cell, str) or is_empty(cell):
                return NOTHING if isinstance(cell, str) else bad(field, cell, _("is no number"))
            number = parse_number(cell, field.unit, scale)
            if number is None:
                return bad(field, cell, _("is no number"))
            figure, exact = number.value, number.exact
        return _in_range(field, cell, figure, whole=whole, exact=exact)

    return read


def _in_range(field: Field, cell: Any, figure: float, *, whole: bool, exact: bool) -> Reading:
    if not abs(figure) < _LARGEST:
        return bad(field, cell, _("is no number"))
    if whole and figure != int(figure):
        return bad(field, cell, _("is no whole number"))
    if field.minimum is not None and figure < field.minimum:
        return bad(field, cell, _("is less than {limit}").format(limit=f"{field.minimum:g}"))
    if field.maximum is not None and figure > field.maximum:
        return bad(field, cell, _("is more than {limit}").format(limit=f"{field.maximum:g}"))
    value = int(figure) if figure == int(figure) else figure
    if exact:
        return Reading(value)
    return Reading(value, None, _read_as(field, cell, value), shown(cell))


# ---- texts


def _text(field: Field, cell: Any) -> Reading:
    text = _CONTROL.sub(" ", shown_whole(cell)).strip()
    if not any(sign.isalnum() for sign in text):
        return NOTHING
    if len(text) > MAX_TEXT:
        return bad(field, text, _("is too long"))
    if not field.pattern:
        return Reading(text)
    plain = text.translate(WIDTHS).strip()
    if is_empty(plain):
        return NOTHING
    return (
        Reading(plain) if re.search(field.pattern, plain) else bad(field, cell, _("is malformed"))
    )


def shown_whole(cell: object) -> str:
    """A cell's whole text; whole numbers without ``.0``, dates as ``YYYY-MM-DD``."""
    return cell if isinstance(cell, str) else shown(cell)


def _site_number(field: Field, cell: Any) -> Reading:
    """A site's number: full-width figures made plain, no blanks; damaged ones are refused."""
    text = _SPACES.sub("", shown_whole(cell).translate(WIDTHS)).lstrip("'")
    text = text.removesuffix(".0")
    if is_empty(text):
        return NOTHING
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text) or len(text) > 64:
        return bad(field, cell, _("is a damaged number"))
    return Reading(text)


def _boolean(field: Field, cell: Any) -> Reading:
    if isinstance(cell, bool):
        return Reading(cell)
    text = shown(cell).translate(WIDTHS).lower()
    if text in words("yes") or text in words("no"):
        return Reading(text in words("yes"))
    return NOTHING if is_empty(text) else bad(field, cell, _("is neither yes nor no"))


def _date(field: Field, cell: Any) -> Reading:
    if isinstance(cell, str) and is_empty(cell):
        return NOTHING
    found = parse_date(cell, partial=field.type != "date")
    if ambiguous(cell):
        return bad(field, cell, _("can be several days; write the year with four digits"))
    if found is None:
        # A text field may say 雨季 or 1998 年洪水; a date field may not.
        return _text(field, cell) if field.type == "text" else bad(field, cell, _("is no date"))
    return Reading(found)


# ---- codes


def _codes_reader(field: Field, chosen: Mapping[str, str]) -> Reader:
    codes = field.code_list()
    if codes is None:
        return lambda cell: _text(field, cell)
    named = codes_reader(field, bad, chosen)

    def read(cell: Any) -> Reading:
        text = shown_whole(cell).strip()
        empty = is_empty(text) and text not in chosen and find_code(codes, text) is None
        return NOTHING if empty else named(text)

    return read
