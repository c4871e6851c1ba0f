"""How far this device's clock is from the centre's: noted and said, and nothing is refused.

The centre orders what it merges by arrival and by what was seen, so a wrong clock loses nothing;
but the times that reports show come from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from jdz_field.core.clock import MAX_SKEW
from jdz_field.store.project import Project

#: The setting: seconds that the centre's clock is ahead of this device's; absent when near.
CLOCK_OFF = "clock_off"


def centre_time(headers: Mapping[str, str]) -> datetime | None:
    """The centre's time as its answer says it (RFC 9110, 6.6.1); ``None``: it says none."""
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def compare(project: Project, moment: datetime | None) -> None:
    """Note how far both clocks are apart, when it is more than five minutes."""
    if moment is None:
        return
    off = moment - project.now()
    found = round(off.total_seconds()) if abs(off) > MAX_SKEW else None
    if project.get_setting(CLOCK_OFF) != found:
        project.set_setting(CLOCK_OFF, found)
