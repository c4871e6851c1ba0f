"""How records make figures of the plan: which answers of which forms, in which units.

The table is ``resources/catalogue/plan/counting.toml``; it names forms by id, answers by path,
quantities and programmes as ``core.plan`` has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.plan import ROLLS_UP, plan


@dataclass(frozen=True, slots=True)
class FormRule:
    """What a record of a form says: paths into its answers.

    ``quantity`` and ``unit`` are fixed where ``quantity_at`` and ``unit_at`` are empty.
    ``accepted``: by path the answers that mean accepted; empty: such a record judges nothing.
    """

    site: str
    day: str
    amount: str
    quantity: str = ""
    quantity_at: str = ""
    unit: str = ""
    unit_at: str = ""
    programme: str = ""
    outline: str = ""
    spent: str = ""
    accepted: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """What adds up to an indicator: accepted quantities of a name, or the sites that have one."""

    rolls_up: str
    quantity: str
    site: str = ""
    count: bool = False


@dataclass(frozen=True, slots=True)
class Timber:
    """Where sample plots say their volume, in m³ a mu."""

    forms: tuple[str, ...]
    day: str
    amount: str
    plot: str


@dataclass(frozen=True, slots=True)
class Counting:
    """All of it. ``per``: by the plan's unit, by the unit as stated, what to divide by.

    ``counties``: by kind of site, the programme of each county. ``only``: by kind of site, the
    field and the values that count. ``stated``: units in words. ``area_share``: share of an
    area, ``money``: 万元.
    """

    forms: Mapping[str, FormRule]
    per: Mapping[str, Mapping[str, float]]
    counties: Mapping[str, Mapping[str, str]]
    only: Mapping[str, tuple[str, frozenset[str]]]
    timber: Timber
    rolls: tuple[Roll, ...]
    stated: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, str]
    area_share: float
    money: float

    @property
    def every_form(self) -> tuple[str, ...]:
        """Ids of the forms that are read."""
        return (*self.forms, *self.timber.forms)

    def converted(self, amount: float, unit: str, wanted: str) -> float | None:
        """An amount in the plan's unit; ``None`` when the units do not fit."""
        by = self.per.get(wanted, {}).get(unit)
        return None if by is None else amount / by


@cache
def counting() -> Counting:
    """The table. ``BadInput``: it names what there is not, or a form twice."""
    data = table("plan/counting")
    found = Counting(
        _forms(data["records"]),
        {one["unit"]: dict(one["per"]) for one in data["units"]},
        {one["site"]: dict(one["programmes"]) for one in data["counties"]},
        {one["site"]: (one["field"], frozenset(one["values"])) for one in data["only"]},
        Timber(**(data["timber"] | {"forms": tuple(data["timber"]["forms"])})),
        tuple(Roll(**one) for one in data["indicators"]),
        {one["unit"]: {"zh": one["zh"], "en": one["en"]} for one in data["stated"]},
        dict(data["aliases"]),
        data["tolerance"]["area_share"],
        data["tolerance"]["money"],
    )
    _check(found)
    return found


def _forms(entries: Iterable[Mapping[str, Any]]) -> dict[str, FormRule]:
    found: dict[str, FormRule] = {}
    for entry in entries:
        told = {name: value for name, value in entry.items() if name != "forms"}
        if "accepted" in told:
            told["accepted"] = {at: tuple(values) for at, values in told["accepted"].items()}
        for form in entry["forms"]:
            if form in found:
                raise _broken(form)
            found[form] = FormRule(**told)
    return found


def _check(found: Counting) -> None:
    quantities = {q.name for p in plan().programmes for q in p.quantities}
    programmes = {p.id for p in plan().programmes}
    kinds = [r.site for r in found.forms.values()] + [*found.counties, *found.only]
    wrong = [kind for kind in kinds if kind not in SITE_KINDS]
    wrong += [p for by in found.counties.values() for p in by.values() if p not in programmes]
    fixed = [r.quantity for r in found.forms.values()] + [r.quantity for r in found.rolls]
    wrong += [name for name in fixed if name and name not in quantities]
    wrong += [roll.rolls_up for roll in found.rolls if roll.rolls_up not in ROLLS_UP]
    units = {q.units["en"] for p in plan().programmes for q in p.quantities}
    wrong += sorted(units - found.per.keys())
    wrong += [unit for by in found.per.values() for unit in by if unit not in found.stated]
    for what in wrong:
        raise _broken(what)


def _broken(what: str) -> BadInput:
    return BadInput(
        _(
            "catalogue/plan/{file}.toml: {what} is unknown or stands there twice; correct it."
        ).format(file="counting", what=what)
    )
