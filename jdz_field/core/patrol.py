"""When a site is to be inspected next, and since when one is overdue: one rule for all.

The plan is data (``patrol.toml``), with its source and certainty. Days are local ones of the city
(``core.clock.BEIJING``); callers give them as dates. Of the visits of a site only the last counts:
several on a day are one, and one that is entered late counts for the day it was made on.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.i18n import pick

_DAY = timedelta(days=1)
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_LEAP = 2000

#: Month and day.
MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of the plan; see ``patrol.toml`` for ``once``, ``on`` and ``every``.

    ``begin`` and ``end`` are both in the season, which runs over New Year when ``end`` is the
    earlier one. ``certainty`` is ``source`` or ``general`` as in the other tables.
    """

    name: str
    kind: str
    labels: Mapping[str, str]
    begin: MonthDay
    end: MonthDay
    once: bool
    on: tuple[int, ...]
    every: int
    source: str
    certainty: str

    @property
    def label(self) -> str:
        """What it is called, in the language in force."""
        return pick(dict(self.labels))

    def seasons(self, today: date) -> Iterator[tuple[date, date]]:
        """Its seasons around a day, from about two years before to two years after."""
        for year in range(today.year - 2, today.year + 3):
            yield _on(year, self.begin), _on(year + (self.end < self.begin), self.end)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of a site: ``day`` (``None``: it was never visited), by which duty."""

    day: date | None
    duty: Duty
    overdue: bool


def season_of(text: str) -> MonthDay | None:
    """Month and day of ``04-01``; ``None`` when there is no such day in any year."""
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP, month)[1]:
        return None
    return month, day


def _on(year: int, day: MonthDay) -> date:
    """The day in a year; the last of its month when the month has fewer."""
    return date(year, day[0], min(day[1], monthrange(year, day[0])[1]))


def _duty(entry: Mapping[str, Any]) -> Duty:
    begin, end = season_of(str(entry["from"])), season_of(str(entry["until"]))
    return Duty(
        str(entry["name"]),
        str(entry["kind"]),
        {"zh": str(entry["zh"]), "en": str(entry["en"])},
        begin or (1, 1),
        end or (12, 31),
        bool(entry.get("once", False)),
        tuple(sorted(set(entry.get("on", ())))),
        int(entry.get("every", 0)),
        str(entry["source"]),
        str(entry["certainty"]),
    )


@cache
def duties() -> tuple[Duty, ...]:
    """Every duty of the calendar, in the order of the table."""
    return tuple(_duty(entry) for entry in table("patrol")["duties"])


@cache
def rain_duty() -> Duty | None:
    """What is due while a warning of heavy rain holds, if anything."""
    entry = table("patrol").get("rain")
    whole_year = {"name": "rain", "from": "01-01", "until": "12-31"}
    return _duty({**entry, **whole_year}) if entry else None


@cache
def free_states() -> frozenset[str]:
    """States of a site in which nothing is due (closed after treatment)."""
    return frozenset(table("patrol")["free_states"])


def duty(kind: str, today: date) -> Duty | None:
    """The duty of the calendar that holds on a day; ``None`` when there is none."""
    mine = (one for one in duties() if one.kind == kind)
    return next((one for one in mine if _in_season(one, today)), None)


def _in_season(one: Duty, today: date) -> bool:
    return any(begin <= today <= end for begin, end in one.seasons(today))


def _fixed(one: Duty, today: date) -> Iterator[tuple[date, date]]:
    """Of a duty with fixed days: from which day on a visit counts, and by which it is due."""
    for begin, end in one.seasons(today):
        if one.once:
            yield begin, end
            continue
        opens = begin
        for year, month in _months(begin, end):
            for day in sorted({_on(year, (month, d)) for d in one.on}):
                if begin <= day <= end:
                    yield opens, day
                    opens = day + _DAY


def _months(begin: date, end: date) -> Iterator[tuple[int, int]]:
    year, month = begin.year, begin.month
    while (year, month) <= (end.year, end.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def due_since(kind: str, today: date, rain: date | None = None) -> date | None:
    """A site last inspected before this day, or never, is overdue; ``None``: never overdue.

    ``rain``: the day since which a warning of heavy rain holds.
    """
    found = [_since(one, today) for one in duties() if one.kind == kind]
    if not found:
        return None
    wet = rain_duty()
    if rain is not None and wet is not None and wet.kind == kind and rain < today:
        found.append(today - timedelta(days=wet.every))
    known = [day for day in found if day is not None]
    # Never visited is overdue in any season.
    return max(known, default=date.min)


def _since(one: Duty, today: date) -> date | None:
    if not one.every:
        return max((opens for opens, due in _fixed(one, today) if due < today), default=None)
    days, found = timedelta(days=one.every), []
    for begin, end in one.seasons(today):
        if begin < today:
            found.append(today - days if today <= end else end - days + _DAY)
    return max(found, default=None)


def overdue(
    kind: str, status: str | None, inspected: date | None, today: date, rain: date | None = None
) -> bool:
    """Whether a site's inspection is overdue on a day."""
    since = due_since(kind, today, rain)
    if since is None or status in free_states():
        return False
    return inspected is None or inspected < since


def next_due(
    kind: str, status: str | None, inspected: date | None, today: date, rain: date | None = None
) -> Due | None:
    """What is due of a site next, or was due first; ``None``: nothing ever is.

    A visit that is dated after today counts as one of today.
    """
    mine = [one for one in duties() if one.kind == kind]
    if not mine or status in free_states():
        return None
    if inspected is None:
        return Due(None, duty(kind, today) or mine[0], overdue=True)
    last = min(inspected, today)
    found = [(day, one) for one in mine for day in _open(one, last, today)]
    wet = rain_duty()
    if rain is not None and wet is not None and wet.kind == kind:
        found.append((max(last + timedelta(days=wet.every), rain), wet))
    if not found:
        return None
    day, by = min(found, key=lambda one: one[0])
    return Due(day, by, overdue=day < today)


def _open(one: Duty, last: date, today: date) -> Iterator[date]:
    """Days by which a visit after ``last`` is due under a duty."""
    if not one.every:
        yield from (due for opens, due in _fixed(one, today) if opens > last)
        return
    days = timedelta(days=one.every)
    for begin, end in one.seasons(today):
        due = max(last + days, begin)
        if last < due <= end:
            yield due


def rain_of(setting: object) -> date | None:
    """The day since which a warning of heavy rain holds, as a project keeps it; else ``None``."""
    try:
        return date.fromisoformat(str(setting)) if setting else None
    except ValueError:
        return None
