"""What the restoration plan 2021-2035 sets: indicators, programmes, money, and where it errs.

Source: 景德镇市国土空间生态修复规划（2021-2035年）, 专栏 3-1, 5-1, 5-2, chapter on money; every
figure carries the plan's own words (``quote``). The files are ``resources/catalogue/plan``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, pick

#: Base year, year of the near and of the far target.
BASE_YEAR, NEAR_YEAR, FAR_YEAR = 2020, 2025, 2035
#: What can add up from approved records.
ROLLS_UP = ("timber_per_mu", "farmland_total", "mine_area", "mine_count")


@dataclass(frozen=True, slots=True)
class Target:
    """A value that the plan wants by a year; ``at_least``: more is as good."""

    year: int
    value: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of 专栏 3-1.

    ``base``: value of 2020 in ``unit``, ``None`` where the plan has none. ``rolls_up``: one of
    ``ROLLS_UP``, empty where the figure is entered. ``partly``: what adds up only goes beside
    the statistic. ``doubts``: ids of ``Doubt``.
    """

    no: int
    labels: Mapping[str, str]
    units: Mapping[str, str]
    base: float | None
    near: Target
    far: Target
    binding: bool
    category: str
    rolls_up: str
    partly: bool
    why: Mapping[str, str]
    quote: str
    doubts: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        return pick(dict(self.labels))

    @property
    def unit(self) -> str:
        """Its unit in the language in force."""
        return pick(dict(self.units))

    @property
    def origin(self) -> str:
        """Where the figure comes from, in the language in force."""
        return pick(dict(self.why))


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a programme is to do: ``target`` in ``unit``; ``about``: the plan says «约»."""

    name: str
    labels: Mapping[str, str]
    units: Mapping[str, str]
    target: float
    about: bool
    quote: str

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        return pick(dict(self.labels))

    @property
    def unit(self) -> str:
        """Its unit in the language in force."""
        return pick(dict(self.units))


@dataclass(frozen=True, slots=True)
class Programme:
    """One of A1-A8, B1-B4: ``money`` in 万元, years inclusive.

    ``later_only``: quantities that alone go on after 2025.
    """

    id: str
    system: str
    labels: Mapping[str, str]
    kinds: Mapping[str, str]
    where: tuple[str, ...]
    years: tuple[int, int]
    money: float
    quantities: tuple[Quantity, ...]
    later_only: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def label(self) -> str:
        """Number and name in the language in force."""
        return f"{self.id} {pick(dict(self.labels))}"

    def quantity(self, name: str) -> Quantity | None:
        """One of its quantities."""
        return next((q for q in self.quantities if q.name == name), None)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place where the plan contradicts itself."""

    id: str
    labels: Mapping[str, str]
    quotes: tuple[str, ...]

    @property
    def label(self) -> str:
        """What it is, in the language in force."""
        return pick(dict(self.labels))


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it; ``systems``: names by letter; ``total``: 万元."""

    indicators: tuple[Indicator, ...]
    systems: Mapping[str, Mapping[str, str]]
    programmes: tuple[Programme, ...]
    total: float
    doubts: Mapping[str, Doubt]

    def programme(self, id_: str) -> Programme | None:
        """A programme by its number."""
        return next((p for p in self.programmes if p.id == id_), None)


@cache
def plan() -> Plan:
    """The plan as the catalogue has it. ``BadInput``: a file that contradicts itself."""
    stated = table("plan/money")
    found = Plan(
        tuple(map(_indicator, table("plan/indicators")["indicators"])),
        {s["id"]: _texts(s) for s in table("plan/programmes")["systems"]},
        tuple(map(_programme, table("plan/programmes")["programmes"])),
        stated["total"],
        {d["id"]: _doubt(d) for d in table("plan/doubts")["doubts"]},
    )
    _check_references(found)
    _check_money(found, stated)
    return found


def _texts(entry: Mapping[str, Any], name: str = "") -> dict[str, str]:
    before = f"{name}_" if name else ""
    zh = entry[f"{before}zh"]
    return {"zh": zh, "en": entry.get(f"{before}en", zh)}


def _indicator(entry: Mapping[str, Any]) -> Indicator:
    return Indicator(
        entry["no"],
        _texts(entry),
        _texts(entry, "unit"),
        entry.get("base"),
        Target(NEAR_YEAR, entry["near"], entry["near_op"] == ">="),
        Target(FAR_YEAR, entry["far"], entry["far_op"] == ">="),
        entry["binding"],
        entry["category"],
        entry.get("rolls_up", ""),
        entry.get("partly", False),
        _texts(entry, "why"),
        entry["quote"],
        tuple(entry.get("doubts", ())),
    )


def _programme(entry: Mapping[str, Any]) -> Programme:
    kinds = _texts(entry, "kind")
    return Programme(
        entry["id"],
        entry["system"],
        {"zh": entry["zh"], "en": entry.get("en", kinds["en"])},
        kinds,
        tuple(entry["where"]),
        (entry["from_year"], entry["to_year"]),
        entry["money"],
        tuple(map(_quantity, entry["quantities"])),
        tuple(entry.get("later_only", ())),
        tuple(entry.get("doubts", ())),
    )


def _quantity(entry: Mapping[str, Any]) -> Quantity:
    return Quantity(
        entry["name"],
        _texts(entry),
        _texts(entry, "unit"),
        entry["target"],
        entry.get("about", False),
        entry["quote"],
    )


def _doubt(entry: Mapping[str, Any]) -> Doubt:
    return Doubt(entry["id"], _texts(entry), tuple(entry["quotes"]))


def _check_references(found: Plan) -> None:
    doubts = [d for i in found.indicators for d in i.doubts]
    doubts += [d for p in found.programmes for d in p.doubts]
    _refuse("doubts", (d for d in doubts if d not in found.doubts))
    rolls = (i.rolls_up for i in found.indicators)
    _refuse("indicators", (name for name in rolls if name and name not in ROLLS_UP))
    _refuse("indicators", _twice([str(i.no) for i in found.indicators]))
    _refuse("programmes", _twice([p.id for p in found.programmes]))
    for programme in found.programmes:
        known = {q.name for q in programme.quantities}
        wrong = [name for name in programme.later_only if name not in known]
        wrong += [] if programme.system in found.systems else [programme.system]
        _refuse("programmes", (f"{programme.id} {name}" for name in wrong))


def _twice(names: list[str]) -> Iterator[str]:
    return (name for name in names if names.count(name) > 1)


def _refuse(file: str, wrong: Iterable[str]) -> None:
    for what in wrong:
        raise _broken(file, what)


def _check_money(found: Plan, stated: Mapping[str, Any]) -> None:
    """The plan's own totals hold for its parts; a county's change must keep them or change both."""
    sums = {"": sum(p.money for p in found.programmes)}
    for programme in found.programmes:
        for part in (programme.system, programme.kinds["zh"]):
            sums[part] = sums.get(part, 0) + programme.money
    wanted = {"": stated["total"]}
    wanted |= {s["id"]: s["money"] for s in stated["systems"]}
    wanted |= {k["zh"]: k["money"] for k in stated["kinds"]}
    for part, money in wanted.items():
        if round(sums.get(part, 0), 2) != money:
            raise BadInput(
                _(
                    "catalogue/plan/money.toml: the programmes of {part} add up to {sum} 万元, "
                    "not {money}; correct one of them."
                ).format(part=part or _("the plan"), sum=sums.get(part, 0), money=money)
            )


def _broken(file: str, what: str) -> BadInput:
    return BadInput(
        _(
            "catalogue/plan/{file}.toml: {what} is unknown or stands there twice; correct it."
        ).format(file=file, what=what)
    )
