"""How far the restoration plan 2021-2035 has come: a pure function of what the centre wrote.

Counted once per site and quantity; the newest approved record wins. Figures that nobody measures
on a visit are entered with their source, or stand as not measured, never as 0. Every figure names
the records behind it. The same feed and moment give the same answer, in whatever order it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from jdz_field.core.figures import VALID, Figure
from jdz_field.core.money import Note, Project, Sum, parents_of, projects, sums
from jdz_field.core.plan import BASE_YEAR, Indicator, Programme, Quantity, plan
from jdz_field.core.plan_counting import Roll, counting
from jdz_field.core.progress_entries import (
    Aside,
    Entry,
    Measure,
    Read,
    is_named,
    judged,
    newest,
    read,
    year_of,
)
from jdz_field.core.progress_fold import Told, World

#: How an indicator's value is known.
BY_RECORDS, ENTERED, NOT_MEASURED = "records", "entered", "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure by place or year, with the records behind it.

    ``drawn``: the area by outlines of those that have one, whose stated area is ``drawn_stated``.
    """

    key: tuple[str, ...]
    done: float
    accepted: float
    drawn: float | None
    drawn_stated: float
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuantityLine:
    """What was done of one quantity of a programme."""

    quantity: Quantity
    whole: Cell
    towns: tuple[Cell, ...]
    years: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """A programme with its quantities, its money and what does not fit."""

    programme: Programme
    quantities: tuple[QuantityLine, ...]
    money: Sum | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of sample plots and its standard error (m³ a mu; ``None`` below two plots)."""

    mean: float
    error: float | None
    plots: int
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator: ``value`` in its unit, ``None`` when nothing says it.

    ``figures``: every entered one, the newest first; ``others``: how many mines by their own
    number the counted sites are (indicator 16).
    """

    indicator: Indicator
    how: str
    value: float | None
    drawn: float | None
    records: tuple[str, ...]
    figures: tuple[Figure, ...]
    mean: Mean | None = None
    others: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it at a moment.

    ``whole``: nothing is missing that was overwritten since. ``sites``: how many took part.
    """

    until: str
    whole: bool
    indicators: tuple[IndicatorLine, ...]
    programmes: tuple[ProgrammeLine, ...]
    projects: tuple[Project, ...]
    money: tuple[Sum, ...]
    towns: tuple[Sum, ...]
    entries: Mapping[str, Entry]
    aside: tuple[Aside, ...]
    waiting: tuple[Aside, ...]
    sample: bool


def progress(world: World, until: str, measure: Measure) -> Progress:
    """How far the plan had come at ``until``; ``measure``: square metres of an outline."""
    told = read(world, measure)
    entries = _without_units(told, world)
    flagged = [_flagged(one, world) for one in entries]
    found = projects(world.sites.values(), _spent(flagged))
    return Progress(
        until=until,
        whole=world.whole,
        indicators=tuple(_indicator(i, flagged, told.timber, world) for i in plan().indicators),
        programmes=tuple(_programme(p, flagged, found, until) for p in plan().programmes),
        projects=tuple(found),
        money=tuple(sums(found, "programme")),
        towns=tuple(sums(found, "county", "town")),
        entries={one.record: one for one in (*flagged, *told.timber)},
        aside=tuple(told.aside),
        waiting=tuple(told.waiting),
        sample=any(one.values.get("sample") is True for one in world.sites.values()),
    )


def _without_units(told: Read, world: World) -> list[Entry]:
    """The entries without those of a unit whose projects speak of the same quantity."""
    works = [one for one in world.sites.values() if one.kind == "works"]
    said: dict[str, set[str]] = {}
    for one in told.entries:
        site = world.sites[one.site]
        for name in (site.text("parent"), site.text("parent_code")):
            if name:
                said.setdefault(name, set()).add(one.quantity)
    kept = []
    units = parents_of(works)
    for one in told.entries:
        below = said.get(one.site, set()) | said.get(one.code or "-", set())
        if one.site in units and one.quantity in below:
            told.aside.append(
                Aside(one.record, one.form, one.site, one.code, one.name, "has_projects")
            )
        else:
            kept.append(one)
    return kept


def _flagged(one: Entry, world: World) -> Entry:
    rules = counting()
    flags = [] if is_named(one) else ["place"]
    if one.drawn is not None and abs(one.drawn - one.amount) > rules.area_share * max(
        one.amount, one.drawn
    ):
        flags.append("drawn")
    site, programme = world.sites[one.site], plan().programme(one.programme)
    if programme is not None and not programme.years[0] <= one.year <= programme.years[1]:
        flags.append("years")
    if programme is not None and one.kind == "works":
        flags += _against_design(one, site, programme)
    return replace(one, flags=tuple(flags))


def _against_design(one: Entry, site: Told, programme: Programme) -> list[str]:
    quantity = programme.quantity(one.quantity)
    design, unit = site.number("quantity"), site.text("unit")
    if quantity is None or design is None:
        return []
    wanted = counting().converted(design, _UNITS.get(unit, unit), quantity.units["en"])
    return ["design"] if wanted is not None and one.amount > wanted * (1 + 1e-9) else []


#: Units as ledgers write them.
_UNITS = {
    "平方公里": "km2", "km²": "km2", "公顷": "ha", "亩": "mu", "平方米": "m2", "㎡": "m2",
    "m²": "m2", "公里": "km", "千米": "km", "米": "m", "处": "place", "座": "place", "个": "place",
}  # fmt: skip


def _spent(entries: Iterable[Entry]) -> dict[str, tuple[str, float]]:
    """By site, the newest record that says what was spent."""
    found: dict[str, Entry] = {}
    for one in entries:
        if one.spent is not None and (one.site not in found or found[one.site].order < one.order):
            found[one.site] = one
    return {site: (one.record, one.spent or 0.0) for site, one in found.items()}


# ---- programmes


def _programme(
    programme: Programme, entries: Sequence[Entry], found: Sequence[Project], until: str
) -> ProgrammeLine:
    own = [one for one in entries if one.programme == programme.id]
    lines = tuple(_quantity(q, programme, own, until) for q in programme.quantities)
    money = next((s for s in sums(found, "programme") if s.key == (programme.id,)), None)
    return ProgrammeLine(programme, lines, money, tuple(_notes(programme, lines, money)))


def _quantity(
    quantity: Quantity, programme: Programme, own: Sequence[Entry], until: str
) -> QuantityLine:
    several = [one for one in own if one.quantity == quantity.name]
    last = newest(several).values()
    places = sorted({(one.county, one.town) for one in last})
    first = min([programme.years[0], *(one.year for one in several)])
    years = range(first, max(year_of(until), first - 1) + 1)
    return QuantityLine(
        quantity,
        cell((), several),
        tuple(cell(key, [e for e in several if (e.county, e.town) == key]) for key in places),
        tuple(cell((str(y),), [e for e in several if e.year <= y]) for y in years),
    )


def cell(key: tuple[str, ...], several: Sequence[Entry]) -> Cell:
    """What entries add up to: the newest of each site and quantity."""
    last = sorted(newest(several).values(), key=lambda one: one.record)
    passed = sorted(judged(several), key=lambda one: one.record)
    drawn = [one for one in last if one.drawn is not None]
    behind = {one.record: None for one in (*last, *passed)}
    return Cell(
        key,
        added_up(one.amount for one in last),
        added_up(one.amount for one in passed),
        added_up(one.drawn or 0.0 for one in drawn) if drawn else None,
        added_up(one.amount for one in drawn),
        tuple(behind),
    )


def added_up(amounts: Iterable[float]) -> float:
    """A sum, rounded to a millionth of the unit: 1 m² of a km²."""
    return round(sum(sorted(amounts)), 6)


def _notes(
    programme: Programme, lines: Iterable[QuantityLine], money: Sum | None
) -> Iterable[Note]:
    for one in lines:
        if one.whole.done > one.quantity.target * (1 + 1e-9):
            name, done = one.quantity.name, one.whole.done
            yield Note("over_target", {"what": name, "one": done, "other": one.quantity.target})
    for step in ("planned", "allocated", "spent"):
        total = money.totals[step] if money else None
        if total is not None and total > programme.money + counting().money:
            yield Note(f"{step}_over_plan", {"one": total, "other": programme.money})


# ---- indicators


def _indicator(
    indicator: Indicator, entries: Sequence[Entry], timber: Sequence[Entry], world: World
) -> IndicatorLine:
    figures = tuple(_figures(world, indicator.no))
    roll = next((r for r in counting().rolls if r.rolls_up == indicator.rolls_up), None)
    if roll is not None:
        rolled = _rolled(indicator, roll, entries, world)
        if rolled.records:
            return replace(rolled, figures=figures)
    value = figures[0].value if figures else None
    how = ENTERED if figures else NOT_MEASURED
    mean = _mean(timber) if indicator.rolls_up == "timber_per_mu" else None
    return IndicatorLine(indicator, how, value, None, (), figures, mean)


def _rolled(
    indicator: Indicator, roll: Roll, entries: Sequence[Entry], world: World
) -> IndicatorLine:
    own = [
        one
        for one in entries
        if one.quantity == roll.quantity and roll.site in ("", one.kind) and one.year > BASE_YEAR
    ]
    passed = sorted(judged(own), key=lambda one: one.record)
    amounts = [1.0 if roll.count else one.amount for one in passed]
    drawn = [one.drawn for one in passed if one.drawn is not None]
    others = {world.sites[one.site].text("subject_code") or one.site for one in passed}
    return IndicatorLine(
        indicator,
        BY_RECORDS,
        added_up([indicator.base or 0.0, *amounts]),
        added_up([indicator.base or 0.0, *drawn]) if drawn and not roll.count else None,
        tuple(one.record for one in passed),
        (),
        others=len(others) if roll.count else None,
    )


def _figures(world: World, no: int) -> Iterable[Figure]:
    known = (Figure.of(one.id, one.values) for one in world.figures.values())
    valid = [one for one in known if one and one.indicator == no and one.state == VALID]
    return sorted(valid, key=lambda f: (f.year, f.stated_on, f.entered, f.id), reverse=True)


def _mean(timber: Sequence[Entry]) -> Mean | None:
    """By plot: the site and the plot's number, so that a stand may have several."""
    last = sorted(newest(timber).values(), key=lambda one: one.record)
    if not last:
        return None
    n = len(last)
    mean = sum(one.amount for one in last) / n
    error = None
    if n > 1:
        error = sqrt(sum((one.amount - mean) ** 2 for one in last) / (n - 1) / n)
    return Mean(mean, error, n, tuple(one.record for one in last))
