"""Dates and times as a person of the city reads them, whatever zone they were kept in."""

from __future__ import annotations

import re
from datetime import datetime

from jdz_field.core.clock import BEIJING


def local_parts(value: str) -> tuple[str, str] | None:
    """Date and time of a moment in Beijing; ``None`` when it is none or names no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    here = moment.astimezone(BEIJING)
    return f"{here:%Y-%m-%d}", f"{here:%H:%M}"


def moment_parts(value: str, *, with_date: bool) -> tuple[str, str]:
    """Day and clock of an XForms date, time or dateTime, as far as it has them."""
    day, _t, clock = value.partition("T")
    if not with_date:
        # Any day will do to bring a time of another zone here.
        day, clock = local_parts(f"2000-01-01T{value}") or ("", value)
        day = ""
    elif day and clock:
        day, clock = local_parts(value) or (day, clock)
    return day, re.sub(r"^(\d{2}:\d{2}).*$", r"\1", clock)


def shown_moment(type_: str, value: str) -> str:
    """``14:05`` or ``2026-11-22 14:05``; what is no moment as it is."""
    return " ".join(part for part in moment_parts(value, with_date=type_ != "time") if part)
