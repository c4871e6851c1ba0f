"""The moment that a day stands for: its last millisecond in Beijing."""

from __future__ import annotations

from datetime import datetime, time

from jdz_field.core.clock import BEIJING


def end_of_day(text: str) -> datetime | None:
    """The end of a day ``YYYY-MM-DD``; ``None`` when it is none."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return datetime.combine(day, time(23, 59, 59, 999_000), BEIJING)
