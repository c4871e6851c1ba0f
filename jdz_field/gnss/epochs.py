"""From sentences to positions: what a receiver says of one moment is joined into one fix.

GGA or GNS give position, height and quality, RMC the date and the motion, GST the errors, GSA the
dilution of precision and the satellites used, GSV those in view, VTG the motion, ZDA the date;
GLL a bare position. They may come in any order, and any of them may be missing. Talkers of all
systems are read (GP, GN, GL, GA, GB, BD, GQ, GI). Field numbers: NMEA 0183, version 4.11.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from jdz_field.core.catalogue import table
from jdz_field.core.clock import Now, utc_now
from jdz_field.gnss.calendar import Calendar, day_of
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.sentences import Sentence, read_sentence
from jdz_field.gnss.sky import Sky, SkyWatch

#: GGA quality to ours. 6 (dead reckoning), 7 (typed in) and 8 (simulated) are no measurement.
_QUALITIES = {"1": "single", "2": "dgps", "3": "single", "4": "rtk", "5": "float"}
_MODES = {"A": "single", "D": "dgps", "P": "single", "R": "rtk", "F": "float"}
#: The best of several systems' modes (GNS) counts.
_BEST = ("rtk", "float", "dgps", "single")
#: Where a sentence tells its time.
_TIME_AT = {"GGA": 0, "GNS": 0, "RMC": 0, "GST": 0, "ZDA": 0, "GLL": 4}
_PLACED = ("GGA", "GNS", "RMC", "GLL")
#: The motion of a sentence without a time holds this long, seconds.
_MOTION_FOR = 1.5


def range_errors() -> dict[str, float]:
    """Metres, one sigma, by quality: ``resources/catalogue/gnss.toml``."""
    return {row["quality"]: float(row["metres"]) for row in table("gnss")["range_error"]}


@dataclass(slots=True)
class _Epoch:
    """What has been said of one moment: milliseconds of the day, when it came, its sentences."""

    ms: int
    came: float
    said: dict[str, Sentence] = field(default_factory=dict)


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
        self._monotonic = monotonic
        self._errors = errors or range_errors()
        self._calendar = Calendar(now)
        self._sky = SkyWatch(monotonic)
        self._epoch: _Epoch | None = None
        self._last: int | None = None
        self._cycle = 0
        self._vtg: tuple[float, Sentence] | None = None
        self._moved_on: float | None = None
        self._placed_at: float | None = None

    @property
    def satellites_seen(self) -> int:
        """How many are in view, all systems together."""
        return sum(seen for _system, _used, seen in self._sky.counts())

    def sky(self) -> Sky:
        """The satellites, as told lately."""
        return self._sky.sky()

    @property
    def sky_changed_at(self) -> float | None:
        """When what is said of the satellites was last another than before."""
        return self._sky.changed_at

    @property
    def rolled(self) -> bool:
        """Whether the receiver's date is 1024 weeks behind; its fixes have the right one."""
        return self._calendar.rolled

    def stands_for(self) -> float:
        """Seconds for which the receiver has been repeating one and the same moment."""
        if self._placed_at is None or self._moved_on is None:
            return 0.0
        return self._placed_at - self._moved_on

    def feed(self, line: bytes) -> tuple[bool, Fix | None]:
        """Whether the line was a sentence, and the fix that it completed."""
        sentence = read_sentence(line)
        if sentence is None:
            return False, None
        kind = sentence.kind
        at = _TIME_AT.get(kind)
        if at is not None:
            ms = sentence.time(at)
            return True, None if ms is None else self._timed(sentence, ms)
        if kind == "GSA":
            self._sky.use(sentence, self._cycle)
        elif kind == "GSV":
            self._sky.view(sentence)
        elif kind == "VTG":
            self._vtg = self._monotonic(), sentence
        return True, None

    def flush(self) -> Fix | None:
        """The line is silent: what was said so far is all of this moment."""
        epoch, self._epoch = self._epoch, None
        if epoch is None:
            return None
        self._last = epoch.ms
        return self._fix(epoch)

    def _timed(self, sentence: Sentence, ms: int) -> Fix | None:
        now, done = self._monotonic(), None
        if self._epoch is not None and self._epoch.ms != ms:
            done = self.flush()
        if sentence.kind in _PLACED:
            self._placed_at = now
            before = self._last if self._epoch is None else self._epoch.ms
            if ms != before or self._moved_on is None:
                self._moved_on = now
        self._date(sentence, ms)
        if self._epoch is None:
            # A straggler of a moment that was told already, or a receiver whose clock stands.
            if ms == self._last:
                return done
            self._epoch = _Epoch(ms, now)
            self._cycle += 1
        self._epoch.said[sentence.kind] = sentence
        return done

    def _date(self, sentence: Sentence, ms: int) -> None:
        found: date | None = None
        if sentence.kind == "RMC" and sentence.text(1) == "A" and len(sentence.text(8)) == 6:
            text = sentence.text(8)
            if text.isdecimal():
                found = day_of(int(text[4:]), int(text[2:4]), int(text[:2]))
        elif sentence.kind == "ZDA":
            found = day_of(sentence.whole(3), sentence.whole(2), sentence.whole(1))
        if found is not None:
            self._calendar.tell(found, ms)

    def _fix(self, epoch: _Epoch) -> Fix | None:
        said = epoch.said
        moment = self._calendar.moment(epoch.ms)
        quality, place = _quality(said), _place(said)
        if quality is None or place is None:
            return None
        full = said.get("GGA") or said.get("GNS")
        pdop, hdop, vdop = self._sky.dilutions
        hdop = (full.number(7) if full is not None else None) or hdop
        counts = self._sky.counts()
        speed, course = self._motion(said.get("RMC"))
        error, height_error = _errors(said.get("GST"))
        told = (full.whole(6) or 0) if full is not None else 0
        return Fix(
            lon=place[0],
            lat=place[1],
            altitude=full.number(8) if full is not None else None,
            accuracy=error or self._by_dilution(quality, hdop),
            pdop=pdop,
            satellites_used=max(told, sum(used for _system, used, _seen in counts)),
            satellites_seen=sum(seen for _system, _used, seen in counts),
            quality=quality,
            moment=moment,
            monotonic=epoch.came,
            hdop=hdop,
            age=_age(full),
            speed=speed,
            course=course,
            vdop=vdop,
            height_error=height_error,
            separation=_separation(full),
            systems=counts,
        )

    def _by_dilution(self, quality: str, hdop: float | None) -> float | None:
        if hdop is None or not 0 < hdop < 99:
            return None
        return round(hdop * self._errors[quality], 3)

    def _motion(self, rmc: Sentence | None) -> tuple[float | None, float | None]:
        """Metres a second and degrees, from RMC, else from a VTG of this moment."""
        if rmc is not None:
            return _speed(rmc.number(6)), rmc.number(7)
        if self._vtg is None or self._monotonic() - self._vtg[0] > _MOTION_FOR:
            return None, None
        vtg = self._vtg[1]
        return _speed(vtg.number(4)), vtg.number(0)


def _quality(said: dict[str, Sentence]) -> str | None:
    """None: the receiver has no measured position. The fullest sentence decides."""
    if "GGA" in said:
        return _QUALITIES.get(said["GGA"].text(5))
    if "GNS" in said:
        modes = {_MODES.get(letter, "") for letter in said["GNS"].text(5)}
        return next((quality for quality in _BEST if quality in modes), None)
    for kind, status, mode in (("RMC", 1, 11), ("GLL", 5, 6)):
        if kind in said:
            one = said[kind]
            return _MODES.get(one.text(mode) or "A") if one.text(status) == "A" else None
    return None


def _place(said: dict[str, Sentence]) -> tuple[float, float] | None:
    """Longitude and latitude in degrees of the sentence that decides."""
    for kind, at in (("GGA", 1), ("GNS", 1), ("RMC", 2), ("GLL", 0)):
        if kind in said:
            return said[kind].place(at)
    return None


def _age(full: Sentence | None) -> float | None:
    """Seconds since the last correction."""
    if full is None:
        return None
    return full.number(12 if full.kind == "GGA" else 10)


def _separation(full: Sentence | None) -> float | None:
    if full is None:
        return None
    return full.number(10 if full.kind == "GGA" else 9)


def _errors(gst: Sentence | None) -> tuple[float | None, float | None]:
    """Horizontal (DRMS) and vertical error in metres, one sigma, from GST; zeros are none."""
    if gst is None:
        return None, None
    north, east, up = gst.number(5), gst.number(6), gst.number(7)
    if north is None or east is None or (north == 0 and east == 0):
        return None, up or None
    return round(math.hypot(north, east), 3), up or None


def _speed(knots: float | None) -> float | None:
    """Metres a second, from knots."""
    return None if knots is None else knots * 1852 / 3600
