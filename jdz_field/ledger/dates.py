"""Dates as ledgers write them: ISO texts, whole or only a year or a month."""

from __future__ import annotations

import datetime as dt
import re

from jdz_field.ledger.numbers import WIDTHS

_PATTERNS = (
    re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
    re.compile(r"^(\d{4})[-./年](\d{1,2})月?(?:份)?()$"),
    re.compile(r"^(\d{4})年?()()$"),
)
#: Excel counts days from here (1900-02-29 included); 1954-10-03 to 2064-04-08.
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 60_000)


def parse_date(cell: object, *, partial: bool = False) -> str | None:
    """``YYYY-MM-DD``, or with ``partial`` also ``YYYY-MM`` and ``YYYY``; ``None`` if no date."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = re.sub(r"\s+(?!\d\d:)", "", str(cell).translate(WIDTHS).strip())
    if text.isdigit() and int(text) in _EXCEL_DAYS:
        return (_EXCEL_EPOCH + dt.timedelta(days=int(text))).isoformat()
    for pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            return _checked(*found.groups(), partial=partial)
    return None


def _checked(year: str, month: str, day: str, *, partial: bool) -> str | None:
    if not 1800 <= int(year) <= 2200 or (not (month and day) and not partial):
        return None
    try:
        whole = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return whole.isoformat()[: 10 if day else 7 if month else 4]
