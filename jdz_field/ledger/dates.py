"""Dates as ledgers write them: ISO texts, whole or only a year or a month."""

from __future__ import annotations

import datetime as dt
import re
from math import isfinite

from jdz_field.ledger.numbers import WIDTHS

_PATTERNS = (
    re.compile(r"^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
    re.compile(r"^(\d{4})[-./年](\d{1,2})月?(?:份)?()$"),
    re.compile(r"^(\d{4})年?()()$"),
)
#: 14:30, 14:30:05.5, 14时30分, T00:00:00Z after a day.
_TIME = re.compile(r"(?<=\d|日)[T\s]*\d{1,2}(:\d{2}(:\d{2}(\.\d+)?)?Z?|时(\d{1,2}分?)?)$")
_CHINESE = {figure: str(value) for value, figure in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
}
_YEAR = re.compile(r"^([〇○零一二三四五六七八九]{4})(?=年|$)")
_SMALL = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日])"
)
_SHORT = re.compile(r"^\d{1,2}([-./])\d{1,2}\1\d{1,2}$")
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
    if isinstance(cell, float) and isfinite(cell) and int(cell) in _EXCEL_DAYS:
        # A day and a time of day.
        cell = int(cell)
    text = _TIME.sub("", _figures(str(cell).translate(WIDTHS).strip()))
    text = re.sub(r"\s+", "", text)
    if text.isdecimal() and int(text) in _EXCEL_DAYS:
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


def _figures(text: str) -> str:
    """``二〇一〇年八月十七日`` in digits."""
    text = _YEAR.sub(lambda found: "".join(_CHINESE[figure] for figure in found[1]), text)
    return _SMALL.sub(lambda found: str(_small(found[1])), text)


def _small(figures: str) -> int:
    tens, ten, ones = figures.partition("十")
    if not ten:
        return int(_CHINESE[figures])
    return 10 * int(_CHINESE.get(tens, "1")) + int(_CHINESE.get(ones, "0"))


def ambiguous(cell: object) -> bool:
    """Whether a text is a day whose year has two digits (10/8/17): it has several readings."""
    return isinstance(cell, str) and bool(_SHORT.match(cell.translate(WIDTHS).strip()))
