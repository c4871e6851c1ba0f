"""Time: zone-aware UTC, milliseconds, and the hybrid logical clock that sorts changes.

The clock only sorts what is shown; versions decide the merge. A reading more than five
minutes ahead of ours is recorded and not adopted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

#: Beijing time, which photos and people mean when they name no zone.
BEIJING = timezone(timedelta(hours=8))
MAX_SKEW = timedelta(minutes=5)

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The present, zone-aware, in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SS.mmmZ`` (GeoPackage 1.3 §1.1.1.1.4); refuses naive times."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """The moment that ``to_text`` wrote."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def local_text(moment: datetime) -> str:
    """``2026-11-22 14:05`` in Beijing time, as windows and reports show it."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


@dataclass
class HybridClock:
    """Gives strictly rising stamps ``<time>-<counter>-<device>``; text order is time order."""

    device: str
    now: Now = utc_now
    _last: str = ""
    _counter: int = 0
    skews: list[str] = field(default_factory=list)

    def tick(self) -> str:
        """The next stamp."""
        text = to_text(self.now())
        if text > self._last:
            self._last, self._counter = text, 0
        else:
            self._counter += 1
        return f"{self._last}-{self._counter:06d}-{self.device}"

    def ticks(self, count: int) -> list[str]:
        """The next stamps, all of one moment."""
        if count < 1:
            return []
        first = self.tick()
        text, start = self._last, self._counter
        self._counter += count - 1
        rest = (f"{text}-{n:06d}-{self.device}" for n in range(start + 1, start + count))
        return [first, *rest]

    def resume(self, stamp: str) -> None:
        """Go on after our own last stamp, however far the clock was set back since."""
        text, counter = stamp[:24], int(stamp[25:31])
        self._last, self._counter = max((self._last, self._counter), (text, counter))

    def observe(self, stamp: str) -> None:
        """Move past another device's stamp, unless it runs over five minutes ahead."""
        if from_text(stamp[:24]) > self.now() + MAX_SKEW:
            self.skews.append(stamp)
        else:
            self.resume(stamp)
