"""The day of a receiver's position: sentences tell the time alone, the date now and then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from jdz_field.core.catalogue import table
from jdz_field.core.clock import Now

_DAY = timedelta(days=1)
#: Weeks after which the satellites' own count of weeks begins anew (IS-GPS-200, 20.3.3.3.1.1).
_ROLL = timedelta(weeks=1024)


@cache
def earliest() -> date:
    """A receiver's date before this day is one or more rollovers behind."""
    found = table("gnss")["limits"]["earliest"]
    if not isinstance(found, date):
        raise TypeError(found)
    return found


def unrolled(day: date) -> date:
    """The day, 1024 weeks later as often as needed to be no earlier than ``earliest``."""
    while day < earliest():
        day += _ROLL
    return day


def day_of(year: int | None, month: int | None, day: int | None) -> date | None:
    """A date in its parts; a year of two digits is of this century; absurd ones are None."""
    if year is None or month is None or day is None:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


class Calendar:
    """Gives times of the day their day.

    ``rolled``: the receiver's own date is 1024 weeks behind (its firmware is old).
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._known: datetime | None = None
        self.rolled = False

    def tell(self, day: date, ms: int) -> None:
        """The receiver said on which day this time of the day was (UTC)."""
        true = unrolled(day)
        self.rolled = true != day
        self._known = _at(true, ms)

    def moment(self, ms: int) -> datetime:
        """The UTC moment of a time of the day, nearest to the last moment that is known.

        Before the receiver told a date: nearest to this machine's clock.
        """
        near = self._known or self._now()
        days = (near.date() - _DAY, near.date(), near.date() + _DAY)
        found = min((_at(day, ms) for day in days), key=lambda guess: abs(guess - near))
        if self._known is not None:
            self._known = found
        return found


def _at(day: date, ms: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(milliseconds=ms)
