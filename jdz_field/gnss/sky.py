"""The satellites that a receiver tells of: which it sees, how strongly, which it uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from jdz_field.core.catalogue import table
from jdz_field.gnss.sentences import Sentence

#: A system that has not told its satellites in view for this long (s) has none.
SEEN_FOR = 15.0
#: … and those it uses.
USED_FOR = 5.0
#: Without news the counts are kept this long (s): receivers speak up to twenty times a second.
_COUNT_EVERY = 1.0
_GSA_IDS = range(2, 14)
_PDOP, _HDOP, _VDOP, _SYSTEM = 14, 15, 16, 17
_GROUPS = 3
#: Above this a dilution says «none» (receivers write 99.99).
_NO_DILUTION = 99.0


@dataclass(frozen=True, slots=True)
class Satellite:
    """One satellite in view.

    Attributes:
        system: ``gps beidou glonass galileo qzss navic sbas``.
        number: within its system.
        elevation, azimuth: degrees above the horizon, from true north.
        strength: dB-Hz of the best of its signals; None when it is not tracked.
        used: whether it counts in the position.
    """

    system: str
    number: int
    elevation: float | None = None
    azimuth: float | None = None
    strength: float | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Sky:
    """All satellites in view, by system; ``counts``: ``(system, used, seen)``."""

    satellites: tuple[Satellite, ...] = ()
    counts: tuple[tuple[str, int, int], ...] = ()

    @property
    def used(self) -> int:
        """How many are used."""
        return sum(used for _system, used, _seen in self.counts)

    @property
    def seen(self) -> int:
        """How many are in view."""
        return sum(seen for _system, _used, seen in self.counts)


@dataclass(frozen=True, slots=True)
class _Names:
    order: tuple[str, ...]
    by_id: dict[str, str]
    by_talker: dict[str, str]
    ranges: tuple[tuple[int, int, str, int], ...]


@cache
def _names() -> _Names:
    """Systems, talkers and numbers of ``resources/catalogue/gnss.toml``."""
    rows = table("gnss")
    systems = rows["system"]
    return _Names(
        tuple(row["name"] for row in systems),
        {row["id"]: row["name"] for row in systems if "id" in row},
        {talker: row["name"] for row in systems for talker in row.get("talkers", ())},
        tuple((r["first"], r["last"], r["system"], r["less"]) for r in rows["number"]),
    )


def systems() -> tuple[str, ...]:
    """The systems in the order in which they are shown."""
    return _names().order


@cache
def identify(talker: str, system_id: str, number: int) -> tuple[str, int]:
    """System and number within it, of a number that a talker gave; unknown: ``gps``."""
    names = _names()
    told = names.by_id.get(system_id) or names.by_talker.get(talker)
    for first, last, system, less in names.ranges:
        if first <= number <= last and told in (None, "gps", system):
            return system, number - less
    return told or "gps", number


@dataclass(slots=True)
class _View:
    """One talker's satellites of one signal; ``told``: how many it says there are."""

    at: float
    told: int
    satellites: dict[tuple[str, int], tuple[float | None, float | None, float | None]] = field(
        default_factory=dict
    )


@dataclass(slots=True)
class _Used:
    at: float
    cycle: int
    satellites: set[tuple[str, int]]


class SkyWatch:
    """Joins GSA and GSV sentences into a ``Sky``.

    ``changed_at``: when a strength or a direction was last another than before; in a receiver
    that works they never stand still for long.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._views: dict[tuple[str, str], _View] = {}
        self._growing: dict[tuple[str, str], _View] = {}
        self._used: dict[str, _Used] = {}
        self._dilution_at = 0.0
        self._dilutions: tuple[float | None, float | None, float | None] = (None, None, None)
        self._counted: tuple[tuple[str, int, int], ...] = ()
        self._counted_at = float("-inf")
        self.changed_at: float | None = None

    def use(self, sentence: Sentence, cycle: int) -> None:
        """GSA: the satellites used and the dilution; ``cycle`` tells moments apart."""
        now = self._monotonic()
        self._dilution_at = now
        self._dilutions = (
            _dilution(sentence, _PDOP),
            _dilution(sentence, _HDOP),
            _dilution(sentence, _VDOP),
        )
        system_id = sentence.text(_SYSTEM)
        numbers = [number for at in _GSA_IDS if (number := sentence.whole(at))]
        found: dict[str, set[tuple[str, int]]] = {}
        for number in numbers:
            one = identify(sentence.talker, system_id, number)
            found.setdefault(one[0], set()).add(one)
        if not numbers:
            told = identify(sentence.talker, system_id, 0)[0]
            if system_id or sentence.talker != "GN":
                found[told] = set()
        for system, ones in found.items():
            before = self._used.get(system)
            # More than twelve of one system come in two sentences of one moment.
            more = before.satellites if before is not None and before.cycle == cycle else set()
            self._count_anew(system, ones | more)
            self._used[system] = _Used(now, cycle, ones | more)

    def view(self, sentence: Sentence) -> None:
        """GSV: satellites in view, four to a sentence, one set for each signal (4.11)."""
        messages, message, told = (sentence.whole(at) for at in range(_GROUPS))
        if told is None:
            return
        groups, odd = divmod(len(sentence.fields) - _GROUPS, 4)
        key = sentence.talker, sentence.fields[-1] if odd == 1 else ""
        view = self._growing.get(key)
        if view is None or message == 1:
            view = self._growing[key] = _View(self._monotonic(), told)
        for group in range(groups):
            at = _GROUPS + 4 * group
            number = sentence.whole(at)
            if number and len(view.satellites) < told:
                one = identify(sentence.talker, "", number)
                view.satellites[one] = (
                    sentence.number(at + 1),
                    sentence.number(at + 2),
                    sentence.number(at + 3),
                )
        if message == messages:
            del self._growing[key]
            self._complete(key, view)

    def _complete(self, key: tuple[str, str], view: _View) -> None:
        before = self._views.get(key)
        if before is None or before.satellites != view.satellites:
            self.changed_at = self._monotonic()
        if (
            before is None
            or before.told != view.told
            or before.satellites.keys() != (view.satellites.keys())
        ):
            self._counted_at = float("-inf")
        self._views[key] = view

    def _count_anew(self, system: str, ones: set[tuple[str, int]]) -> None:
        before = self._used.get(system)
        if before is None or before.satellites != ones:
            self._counted_at = float("-inf")

    @property
    def dilutions(self) -> tuple[float | None, float | None, float | None]:
        """PDOP, HDOP, VDOP, when they were told lately."""
        fresh = self._monotonic() - self._dilution_at <= USED_FOR
        return self._dilutions if fresh else (None, None, None)

    def counts(self) -> tuple[tuple[str, int, int], ...]:
        """Used and seen by system, those with none left out."""
        now = self._monotonic()
        if not 0 <= now - self._counted_at <= _COUNT_EVERY:
            self._counted, self._counted_at = self._count(), now
        return self._counted

    def _count(self) -> tuple[tuple[str, int, int], ...]:
        used, seen = self._used_now(), self._seen_now()
        rows = ((s, len(used.get(s, ())), seen.get(s, 0)) for s in systems())
        return tuple((s, u, max(u, n)) for s, u, n in rows if u or n)

    def sky(self) -> Sky:
        """All of it, as told lately."""
        used = set().union(*self._used_now().values())
        merged: dict[tuple[str, int], Satellite] = {}
        for _key, view in self._fresh():
            for one, (elevation, azimuth, strength) in view.satellites.items():
                before = merged.get(one)
                if before is not None and (before.strength or 0) >= (strength or 0):
                    continue
                merged[one] = Satellite(*one, elevation, azimuth, strength, one in used)
        for one in used - merged.keys():
            merged[one] = Satellite(*one, used=True)
        order = {system: at for at, system in enumerate(systems())}
        ranked = sorted(merged.values(), key=lambda s: (order.get(s.system, 99), s.number))
        return Sky(tuple(ranked), self.counts())

    def _fresh(self) -> list[tuple[tuple[str, str], _View]]:
        now = self._monotonic()
        return [(key, view) for key, view in self._views.items() if now - view.at <= SEEN_FOR]

    def _used_now(self) -> dict[str, set[tuple[str, int]]]:
        now = self._monotonic()
        return {s: u.satellites for s, u in self._used.items() if now - u.at <= USED_FOR}

    def _seen_now(self) -> dict[str, int]:
        listed: dict[str, set[tuple[str, int]]] = {}
        told: dict[str, int] = {}
        for (talker, _signal), view in self._fresh():
            for one in view.satellites:
                listed.setdefault(one[0], set()).add(one)
            hidden = view.told - len(view.satellites)
            main = identify(talker, "", 0)[0]
            told[main] = max(told.get(main, 0), hidden)
        return {s: len(listed.get(s, ())) + max(told.get(s, 0), 0) for s in {*listed, *told}}


def _dilution(sentence: Sentence, at: int) -> float | None:
    found = sentence.number(at)
    return found if found is not None and 0 < found < _NO_DILUTION else None
