"""From sentences to positions: what a receiver says of one moment is joined into one fix.

GGA gives position, height and quality, RMC the date and the motion, GST the errors, GSA the
dilution of precision and the satellites used, GSV those in view. Talkers of all systems are read
(GP, GN, GL, GA, GB, BD, GQ).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.clock import Now, utc_now
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.sentences import read_sentence

#: GGA quality to ours. 6 (dead reckoning), 7 (typed in) and 8 (simulated) are no measurement.
_QUALITIES = {1: "single", 2: "dgps", 3: "single", 4: "rtk", 5: "float"}
_MODES = {"A": "single", "D": "dgps", "P": "single", "R": "rtk", "F": "float"}
_TIMED = ("GGA", "RMC", "GST", "ZDA", "GLL", "GNS")
#: A system that has not told its satellites for this long (s) has none.
_SEEN_FOR = 15.0


def range_errors() -> dict[str, float]:
    """Metres, one sigma, by quality: ``resources/catalogue/gnss.toml``."""
    return {row["quality"]: float(row["metres"]) for row in table("gnss")["range_error"]}


@dataclass
class _Epoch:
    """What has been said of one moment."""

    time: time
    gga: Any = None
    rmc: Any = None
    gst: Any = None
    used: set[tuple[Any, Any]] = field(default_factory=set)


class Joiner:
    """Joins sentences into fixes.

    ``errors``: metres by quality, for receivers that send no GST.
    """

    def __init__(
        self,
        *,
        now: Now = utc_now,
        monotonic: Callable[[], float],
        errors: dict[str, float] | None = None,
    ) -> None:
        self._now, self._monotonic = now, monotonic
        self._errors = errors or range_errors()
        self._epoch: _Epoch | None = None
        self._date: date | None = None
        self._pdop: float | None = None
        self._hdop: float | None = None
        self._seen: dict[str, tuple[float, int]] = {}
        self._last: time | None = None

    @property
    def satellites_seen(self) -> int:
        """How many are in view, all systems together."""
        now = self._monotonic()
        return sum(count for at, count in self._seen.values() if now - at <= _SEEN_FOR)

    def feed(self, line: bytes) -> tuple[bool, Fix | None]:
        """Whether the line was a sentence, and the fix that it completed."""
        sentence = read_sentence(line)
        if sentence is None:
            return False, None
        kind = str(sentence.msgID)
        moment = getattr(sentence, "time", None)
        if kind in _TIMED and isinstance(moment, time):
            return True, self._timed(kind, sentence, moment)
        if kind == "GSA":
            self._dilution(sentence)
        elif kind == "GSV":
            self._view(sentence)
        return True, None

    def flush(self) -> Fix | None:
        """The line is silent: what was said so far is all of this moment."""
        epoch, self._epoch = self._epoch, None
        if epoch is None:
            return None
        self._last = epoch.time
        return self._fix(epoch)

    def _timed(self, kind: str, sentence: Any, moment: time) -> Fix | None:
        done = None
        if self._epoch is not None and self._epoch.time != moment:
            done = self.flush()
        self._calendar(kind, sentence)
        if self._epoch is None:
            # A straggler of a moment that was told already, or a receiver whose clock stands.
            if moment == self._last:
                return done
            self._epoch = _Epoch(moment)
        if kind in ("GGA", "RMC", "GST"):
            setattr(self._epoch, kind.lower(), sentence)
        return done

    def _calendar(self, kind: str, sentence: Any) -> None:
        if kind == "RMC" and isinstance(getattr(sentence, "date", None), date):
            self._date = sentence.date
        elif kind == "ZDA" and getattr(sentence, "year", None):
            try:
                self._date = date(int(sentence.year), int(sentence.month), int(sentence.day))
            except ValueError:
                return

    def _dilution(self, sentence: Any) -> None:
        self._pdop, self._hdop = _number(sentence, "PDOP"), _number(sentence, "HDOP")
        if self._epoch is not None:
            system = getattr(sentence, "systemId", sentence.talker)
            ids = (getattr(sentence, f"svid_{at:02d}", "") for at in range(1, 13))
            self._epoch.used |= {(system, one) for one in ids if one not in ("", None)}

    def _view(self, sentence: Any) -> None:
        count = _number(sentence, "numSV")
        if count is not None:
            self._seen[str(sentence.talker)] = self._monotonic(), int(count)

    def _fix(self, epoch: _Epoch) -> Fix | None:
        quality, place = _quality(epoch), _place(epoch)
        if quality is None or place is None:
            return None
        gga = epoch.gga
        hdop = (_number(gga, "HDOP") if gga is not None else None) or self._hdop
        told = int(_number(gga, "numSV") or 0) if gga is not None else 0
        return Fix(
            lon=place[0],
            lat=place[1],
            altitude=_number(gga, "alt") if gga is not None else None,
            accuracy=_error(epoch.gst) or self._by_dilution(quality, hdop),
            pdop=self._pdop,
            satellites_used=max(told, len(epoch.used)),
            satellites_seen=self.satellites_seen,
            quality=quality,
            moment=self._moment(epoch.time),
            monotonic=self._monotonic(),
            hdop=hdop,
            age=_number(gga, "diffAge") if gga is not None else None,
            speed=_speed(epoch.rmc),
            course=_number(epoch.rmc, "cog") if epoch.rmc is not None else None,
        )

    def _by_dilution(self, quality: str, hdop: float | None) -> float | None:
        return None if hdop is None else round(hdop * self._errors[quality], 3)

    def _moment(self, at: time) -> datetime:
        """The UTC moment; without a date in the stream, the day nearest to this machine's."""
        if self._date is not None:
            return datetime.combine(self._date, at, UTC)
        now = self._now()
        guesses = [
            datetime.combine(now.date() + timedelta(days=days), at, UTC) for days in (-1, 0, 1)
        ]
        return min(guesses, key=lambda guess: abs(guess - now))


def _quality(epoch: _Epoch) -> str | None:
    """None: the receiver has no measured position."""
    if epoch.gga is not None:
        return _QUALITIES.get(int(_number(epoch.gga, "quality") or 0))
    rmc = epoch.rmc
    if rmc is None or getattr(rmc, "status", "") != "A":
        return None
    return _MODES.get(str(getattr(rmc, "posMode", "") or "A"))


def _place(epoch: _Epoch) -> tuple[float, float] | None:
    """Longitude and latitude in degrees; None when absent, absurd or exactly 0, 0."""
    source = epoch.gga if epoch.gga is not None else epoch.rmc
    if source is None:
        return None
    lon, lat = _number(source, "lon"), _number(source, "lat")
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90 or lon == lat == 0:
        return None
    return lon, lat


def _error(gst: Any) -> float | None:
    """Horizontal error in metres, one sigma (DRMS), from GST."""
    if gst is None:
        return None
    north, east = _number(gst, "stdLat"), _number(gst, "stdLong")
    if north is None or east is None or (north == 0 and east == 0):
        return None
    return round(math.hypot(north, east), 3)


def _speed(rmc: Any) -> float | None:
    """Metres a second, from knots."""
    knots = _number(rmc, "spd") if rmc is not None else None
    return None if knots is None else knots * 1852 / 3600


def _number(sentence: Any, name: str) -> float | None:
    """A field as a number; absent, empty and absurd ones are None."""
    try:
        found = float(getattr(sentence, name, ""))
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None
