"""Typed answers: from text, from the result of an expression, and to text (as JavaRosa does)."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.dates import (
    Moment,
    date_text,
    date_time_text,
    local_moment,
    midnight,
    parse_date,
    parse_date_time,
    parse_time,
    time_text,
)
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.values import EPSILON, INT_MAX, INT_MIN, Atom, double_text, to_string

#: (what expressions see, what is kept)
Typed = tuple[Atom, str]
NOTHING: Typed = ("", "")
Today = Callable[[], date]
SELECTIONS = frozenset(("select", "rank"))
_MOMENTS = frozenset(("date", "time", "dateTime"))
_GEO = frozenset(("geopoint", "geotrace", "geoshape"))
_INTEGER = re.compile(r"[+-]?\d{1,10}")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def read_answer(text: str, kind: str, today: Today) -> Typed | None:  # noqa: PLR0911 (a table)
    """What a typed text is worth; ``None`` when it is no value of its type.

    Empty stays empty. The second part is what is kept: the text itself, tidied where JavaRosa
    would (spaces around numbers, dates and positions in their canonical spelling).
    """
    if kind in ("string", "binary", "barcode", "select1"):
        return text, text
    # Full-width digits and colons, as a Chinese keyboard gives them, are meant as plain ones.
    trimmed = text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()
    if not trimmed:
        return NOTHING
    if kind == "int":
        return _integer(trimmed)
    if kind == "decimal":
        return _decimal(trimmed)
    if kind in SELECTIONS:
        joined = " ".join(trimmed.split())
        return joined, joined
    if kind == "boolean":
        truth = trimmed in ("1", "t", "true")
        return truth, "1" if truth else "0"
    if kind in _GEO:
        return _geo(trimmed, kind)
    return _moment(trimmed, kind, today)


def _integer(text: str) -> Typed | None:
    if not _INTEGER.fullmatch(text) or not INT_MIN <= int(text) <= INT_MAX:
        return None
    return float(int(text)), str(int(text))


def _decimal(text: str) -> Typed | None:
    if not _DECIMAL.fullmatch(text):
        return None
    return float(text), text


def canonical(value: Atom, text: str, kind: str) -> str:
    """The text as JavaRosa writes it (``1.50`` → ``1.5``, ``5`` → ``5.0`` for a decimal)."""
    if kind == "decimal" and type(value) is float and _DECIMAL.fullmatch(text):
        return double_text(value)
    return text


def _geo(text: str, kind: str) -> Typed | None:
    try:
        if kind == "geopoint":
            made = _point(text)
        else:
            made = "; ".join(_point(part) for part in text.split(";") if part.strip())
    except ValueError:
        return None
    return made, made


# A walk of 10,000 vertices is read anew with every one that comes.
@lru_cache(maxsize=40_000)
def _point(text: str) -> str:
    parts = [float(part) for part in text.split()]
    if not 2 <= len(parts) <= 4 or not all(map(math.isfinite, parts)):
        raise ValueError
    if not any(parts):
        return ""
    parts += [0.0] * (4 - len(parts))
    return " ".join(double_text(part) for part in parts)


def _moment(text: str, kind: str, today: Today) -> Typed | None:
    if kind == "date":
        day = parse_date(text)
        moment = None if day is None else local_moment(day)
    elif kind == "time":
        moment = parse_time(text, today())
    else:
        moment = parse_date_time(text)
    return None if moment is None else (moment, moment_text(moment, kind))


def moment_text(moment: Moment, kind: str) -> str:
    """An instant as the text of a date, a time or both."""
    if kind == "date":
        return date_text(moment)
    return time_text(moment) if kind == "time" else date_time_text(moment)


def from_result(value: Atom, kind: str, today: Today) -> Typed:
    """What the result of a calculation is worth in a node; XPathError when it does not fit."""
    if type(value) is float:
        return _from_number(value, kind)
    if value == "":
        return NOTHING
    if type(value) is bool or kind == "boolean":
        truth = value if type(value) is bool else bool(value)
        return truth, "1" if truth else "0"
    if type(value) is Moment:
        return _from_moment(value, kind)
    return _from_text(str(value), kind, today)


def _from_number(value: float, kind: str) -> Typed:
    if math.isnan(value):
        return NOTHING
    if kind == "boolean":
        truth = abs(value) > EPSILON
        return truth, "1" if truth else "0"
    if kind == "int":
        whole = int(max(INT_MIN, min(INT_MAX, value)))
        return float(whole), str(whole)
    if math.isinf(value):
        return value, to_string(value)
    whole = int(value)
    if abs(value - whole) < 1e-9 and abs(whole) < 2**63:
        return float(whole), str(whole)
    return value, double_text(value)


def _from_moment(value: Moment, kind: str) -> Typed:
    if kind == "date":
        value = midnight(value)
    return value, moment_text(value, kind)


def _from_text(value: str, kind: str, today: Today) -> Typed:
    if kind in _GEO or kind in SELECTIONS or kind in _MOMENTS:
        found = read_answer(value if kind != "date" else value.partition("T")[0], kind, today)
        if found is None:
            raise XPathError(
                _("{value} is no value of type {type}.").format(value=value, type=kind)
            )
        return found
    return value, value
