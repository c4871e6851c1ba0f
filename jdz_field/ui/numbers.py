"""How windows write numbers, coordinates, sizes and times."""

from __future__ import annotations

from datetime import datetime, timedelta

from jdz_field.core.clock import BEIJING, from_text, local_text
from jdz_field.core.i18n import _, ngettext
from jdz_field.geo.display import (
    DECIMAL,
    FORMS,
    MINUTES,
    PLANE,
    SECONDS,
    WGS84,
    shown_position,
)


class _Chosen:
    form = DECIMAL


def choose_form(form: str) -> None:
    """From now on positions are written in this form; one that is none counts as decimal."""
    _Chosen.form = form if form in FORMS else DECIMAL


def chosen_form() -> str:
    """The form in which the person of this program reads positions."""
    return _Chosen.form


def coordinates(lon: float, lat: float, form: str = "", *, fine: bool = False) -> str:
    """A position for a person, in the form they chose unless another is asked for.

    ``fine``: to the centimetre, for the clipboard.
    """
    return shown_position(lon, lat, form or _Chosen.form, fine=fine)


def form_words(form: str) -> str:
    """What a form is called: an example of it."""
    words = {
        DECIMAL: "117.20345°",
        MINUTES: "117°12.207′",
        SECONDS: "117°12′12.4″",
        PLANE: _("X, Y in metres (3° zone 39)"),
        WGS84: "WGS 84",
    }
    return words[form]


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
