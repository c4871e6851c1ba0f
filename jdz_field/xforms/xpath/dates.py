"""Dates and times as JavaRosa has them: one instant in milliseconds, read in the local zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.errors import XPathError

DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "zh": tuple(f"{month}月" for month in range(1, 13)),
}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": tuple(f"周{day}" for day in "一二三四五六日"),
}
_DATE = re.compile(r"\+?(\d{1,4})-\+?(\d{1,2})-\+?(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?")


class Moment:
    """An instant: ``ms`` milliseconds since 1970-01-01T00:00Z."""

    __slots__ = ("ms",)

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __eq__(self, other: object) -> bool:  # noqa: D105
        return isinstance(other, Moment) and other.ms == self.ms

    def __hash__(self) -> int:  # noqa: D105
        return hash(self.ms)

    def __repr__(self) -> str:  # noqa: D105
        return f"Moment({date_time_text(self)})"

    @property
    def local(self) -> datetime:
        """The same instant in the local zone."""
        return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.ms)).astimezone()


def moment_of(value: datetime) -> Moment:
    """The instant of a zone-aware time, to the millisecond."""
    delta = value - datetime(1970, 1, 1, tzinfo=UTC)
    return Moment(delta // timedelta(milliseconds=1))


def local_moment(day: date, hour: int = 0, minute: int = 0, ms: int = 0) -> Moment:
    """The instant of a local day and time."""
    naive = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 (made aware below)
    return Moment(moment_of(naive.astimezone()).ms + ms)


def midnight(moment: Moment) -> Moment:
    """The start of its local day."""
    return local_moment(moment.local.date())


def days_since_epoch(moment: Moment) -> int:
    """Local days from 1970-01-01."""
    return (moment.local.date() - _EPOCH).days


def day_fraction(moment: Moment) -> float:
    """The part of the local day that has passed, 0 ≤ f < 1."""
    local = moment.local
    offset = local.utcoffset() or timedelta()
    return ((moment.ms + offset // timedelta(milliseconds=1)) / DAY_MS) % 1.0


def days_and_time(moment: Moment) -> float:
    """Local days from 1970-01-01 with the part of the day that has passed."""
    return days_since_epoch(moment) + day_fraction(moment)


def from_days(days: int) -> Moment:
    """Local midnight of the day that lies ``days`` after 1970-01-01."""
    try:
        return local_moment(_EPOCH + timedelta(days=days))
    except OverflowError:
        raise XPathError(_("{value} is too large for a date.").format(value=days)) from None


def parse_date(text: str) -> date | None:
    """``2026-04-05`` → that day; ``None`` when it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_date_time(text: str) -> Moment | None:
    """A date, or a date and a time with or without an offset; ``None`` when it is neither."""
    head, mark, tail = text.partition("T")
    day = parse_date(head)
    if day is None:
        return None
    return _timed(day, tail) if mark else _checked(day)


def parse_time(text: str, today: date) -> Moment | None:
    """A time of ``today``; ``None`` when it is none."""
    return _timed(today, text)


def _checked(day: date, hour: int = 0, minute: int = 0, ms: int = 0) -> Moment | None:
    try:
        return local_moment(day, hour, minute, ms)
    except (OverflowError, ValueError, OSError):
        return None


def _timed(day: date, text: str) -> Moment | None:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    ms = second * 1000 + int((match[4] or "0")[:3].ljust(3, "0"))
    if not match[5]:
        return _checked(day, hour, minute, ms)
    zoned = datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone(match[5]))
    return Moment(moment_of(zoned).ms + ms)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
    offset = timedelta(hours=min(hours, 23), minutes=min(minutes, 59))
    return timezone(-offset if text[0] == "-" else offset)


def date_text(moment: Moment) -> str:
    """``2026-04-05`` in the local zone."""
    local = moment.local
    return f"{local.year}-{local.month:02d}-{local.day:02d}"


def time_text(moment: Moment) -> str:
    """``08:30:00.000+08:00`` in the local zone (``Z`` for UTC)."""
    local = moment.local
    clock = f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"
    offset = local.utcoffset() or timedelta()
    if not offset:
        return clock + "Z"
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    return f"{clock}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def date_time_text(moment: Moment) -> str:
    """``2026-04-05T08:30:00.000+08:00`` in the local zone."""
    return f"{date_text(moment)}T{time_text(moment)}"


def format_moment(moment: Moment, pattern: str, language: str = "en") -> str:
    """``format-date`` of the ODK XForms specification; %W is the ISO week, as in XPath 3.1.

    ``language``: ``zh`` or ``en``, for the names of months and days.
    """
    local = moment.local
    parts = {
        "%": "%",
        "Y": f"{local.year:04d}",
        "y": f"{local.year % 100:02d}",
        "m": f"{local.month:02d}",
        "n": str(local.month),
        "b": _MONTHS[language][local.month - 1],
        "d": f"{local.day:02d}",
        "e": str(local.day),
        "H": f"{local.hour:02d}",
        "h": str(local.hour),
        "M": f"{local.minute:02d}",
        "S": f"{local.second:02d}",
        "3": f"{local.microsecond // 1000:03d}",
        "a": _DAYS[language][local.weekday()],
        "W": str(local.isocalendar().week),
    }
    return re.sub("%(.?)", lambda found: _part(parts, found[1]), pattern, flags=re.DOTALL)


def _part(parts: dict[str, str], letter: str) -> str:
    if letter not in parts:
        raise XPathError(_("%{letter} is no part of a date format.").format(letter=letter))
    return parts[letter]
