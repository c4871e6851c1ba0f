"""How windows write numbers, coordinates, sizes and times."""

from __future__ import annotations

from datetime import datetime, timedelta

from jdz_field.core.clock import BEIJING, from_text, local_text
from jdz_field.core.i18n import _, ngettext

#: The forms in which coordinates are shown.
FORMS = ("decimal", "dms")


def coordinates(lon: float, lat: float, form: str = "decimal") -> str:
    """Longitude and latitude for a person: ``117.20345°E 29.29012°N``, or DMS."""
    east, north = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
    if form == "dms":
        return f"{dms(lon)}{east} {dms(lat)}{north}"
    return f"{abs(lon):.5f}°{east} {abs(lat):.5f}°{north}"


def dms(degrees: float) -> str:
    """``117°12′12.4″``; rounding carries over to the minutes and degrees."""
    tenths = round(abs(degrees) * 36_000)
    whole, rest = divmod(tenths, 36_000)
    minutes, seconds = divmod(rest, 600)
    return f"{whole}°{minutes:02d}′{seconds / 10:04.1f}″"


def number(value: float) -> str:
    """Without a needless fraction, thousands apart: ``12,500``, ``3.25``."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.10g}".rstrip("0").rstrip(".") if abs(value) < 1e9 else f"{value:,.0f}"


def megabytes(size: int) -> str:
    """``0.4 MB``, ``12 MB``; a few bytes are ``0.1 MB``."""
    mega = size / 1_000_000
    if size == 0:
        return "0 MB"
    return f"{max(mega, 0.1):.1f} MB" if mega < 10 else f"{mega:,.0f} MB"


def clock(moment: datetime) -> str:
    """``10:32`` in Beijing time."""
    return f"{moment.astimezone(BEIJING):%H:%M}"


def when(text: str | None, now: datetime) -> str:
    """A stored moment for a list: ``10:32`` today, ``yesterday 10:32``, else the full date."""
    if not text:
        return ""
    moment = from_text(text)
    day, today = moment.astimezone(BEIJING).date(), now.astimezone(BEIJING).date()
    if day == today:
        return _("today {time}").format(time=clock(moment))
    if day == today - timedelta(days=1):
        return _("yesterday {time}").format(time=clock(moment))
    return local_text(moment)


def days_since(day: str | None, now: datetime) -> int | None:
    """Whole days from a date ``YYYY-MM-DD…`` to today in Beijing; ``None`` when it is no date."""
    try:
        then = datetime.fromisoformat(str(day)[:10]).date()
    except ValueError:
        return None
    return (now.astimezone(BEIJING).date() - then).days


def things(n: int) -> str:
    """``1 site``, ``12 sites``."""
    return ngettext("{n} site", "{n} sites", n).format(n=f"{n:,}")
