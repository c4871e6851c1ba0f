"""Functions over dates and times."""

from __future__ import annotations

import math

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.registry import function
from jdz_field.xforms.xpath.dates import (
    DAY_MS,
    Moment,
    day_fraction,
    format_moment,
    from_days,
    midnight,
    parse_date_time,
)
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Host
from jdz_field.xforms.xpath.values import INT_MAX, INT_MIN, Atom, number_text, truncate


@function("today", "", "atom", host=True)
def today(host: Host) -> Moment:
    """The present day."""
    return midnight(host.now())


@function("now", "", "atom", host=True)
def now(host: Host) -> Moment:
    """The present moment."""
    return host.now()


@function("date", "atom", "atom")
def date(value: Atom) -> Atom:
    """A day, from a text or from days since 1970; nothing stays nothing."""
    if type(value) is float:
        return value if math.isnan(value) else from_days(int(truncate(_in_range(value))))
    if type(value) is Moment:
        return midnight(value)
    return _from_text(value)


@function("date-time", "atom", "atom")
def date_time(value: Atom) -> Atom:
    """A moment, from a text or from days since 1970 with a fraction."""
    if type(value) is float:
        return value if math.isnan(value) else Moment(int(_in_range(value) * DAY_MS))
    if type(value) is Moment:
        return value
    return _from_text(value)


def _in_range(days: float) -> float:
    if not INT_MIN <= days <= INT_MAX:
        raise XPathError(_("{value} is too large for a date.").format(value=number_text(days)))
    return days


def _from_text(value: Atom) -> Atom:
    if value == "":
        return ""
    found = parse_date_time(value) if type(value) is str else None
    if found is None:
        raise XPathError(_("{value} is no date.").format(value=value))
    return found


@function("decimal-date-time", "atom", "atom")
def decimal_date_time(value: Atom) -> Atom:
    """Days since 1970-01-01T00:00Z with their fraction."""
    if type(value) is float:
        return value if math.isnan(value) else _in_range(value)
    moment = value if type(value) is Moment else _from_text(value)
    return moment.ms / DAY_MS if type(moment) is Moment else moment


@function("decimal-time", "atom", "atom")
def decimal_time(value: Atom) -> Atom:
    """The part of the local day that has passed."""
    if type(value) is float:
        return value if math.isnan(value) else _in_range(value) - math.floor(value)
    moment = value if type(value) is Moment else _from_time(value)
    return day_fraction(moment) if type(moment) is Moment else moment


def _from_time(value: Atom) -> Atom:
    """A text that is a moment; a bare time of day counts as one of 1970-01-01."""
    if type(value) is str and ":" in value and "T" not in value:
        return _from_text(f"1970-01-01T{value}")
    return _from_text(value)


@function("format-date format-date-time", "atom string", "string", host=True)
def format_date(host: Host, value: Atom, pattern: str) -> str:
    """A moment after a pattern such as ``%Y-%m-%d``; nothing for nothing."""
    moment = date_time(value)
    if type(moment) is not Moment:
        return ""
    return format_moment(moment, pattern, host.date_language())
