"""The money of the plan's projects: planned, allocated, spent, by where it comes from.

The plan asks for this disclosure (资金、绩效公开). Sums are of what was entered; what does not add
up is said and never mended. 万元.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jdz_field.core.plan import plan
from jdz_field.core.plan_counting import counting
from jdz_field.core.progress_fold import DELETED, MERGED, Told

#: Where money comes from (中央, 省, 市县, 社会), and how far it got.
SOURCES = ("central", "province", "county", "social")
STEPS = ("planned", "allocated", "spent")
#: The field of a works site that holds each.
FIELDS = {(step, source): f"{step}_{source}" for step in STEPS for source in SOURCES}

Amounts = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that does not fit; ``core.progress_words`` makes it a sentence."""

    code: str
    args: Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Project:
    """A works site with its money.

    ``amounts``: by field name of ``FIELDS``, ``None`` where nothing was entered; ``totals``: by
    step. ``counted``: false for a unit whose projects are counted. ``changed``: when its money was
    last written, by whom.
    """

    id: str
    code: str
    name: str
    programme: str
    county: str
    town: str
    level: str
    version: int
    budget: float | None
    amounts: Amounts
    totals: Amounts
    performance: str
    document: str
    counted: bool
    changed: tuple[str, str]
    notes: tuple[Note, ...]

    @property
    def has_money(self) -> bool:
        """Whether anything was entered."""
        return self.budget is not None or any(v is not None for v in self.totals.values())


@dataclass(frozen=True, slots=True)
class Sum:
    """Totals of several projects, by step and by field; ``projects``: their ids."""

    key: tuple[str, ...]
    totals: Amounts
    amounts: Amounts
    projects: tuple[str, ...]


def projects(sites: Iterable[Told], spent: Mapping[str, tuple[str, float]]) -> list[Project]:
    """The works sites with their money, by programme and number.

    ``spent``: by site, the newest approved record that says what was spent, and how much.
    """
    works = [
        one
        for one in sites
        if one.kind == "works" and not one.values.get(DELETED) and not one.text(MERGED)
    ]
    below = _below(works)
    found = [_project(one, _of(below, one), spent.get(one.id)) for one in works]
    return sorted(found, key=lambda one: (one.programme or "~", one.code, one.id))


def parents_of(works: Iterable[Told]) -> set[str]:
    """Ids of units that have projects."""
    every = list(works)
    named = {one.text("parent") for one in every} | {one.text("parent_code") for one in every}
    named.discard("")
    return {one.id for one in every if one.id in named or one.text("code") in named}


def _below(works: Iterable[Told]) -> dict[str, dict[str, Told]]:
    """By the id or number of a unit, the sites that name it, by id."""
    found: dict[str, dict[str, Told]] = {}
    for one in works:
        for name in (one.text("parent"), one.text("parent_code")):
            if name:
                found.setdefault(name, {})[one.id] = one
    return found


def _of(below: Mapping[str, Mapping[str, Told]], unit: Told) -> list[Told]:
    """The projects of a unit."""
    named = {**below.get(unit.id, {}), **below.get(unit.text("code"), {})}
    return [one for id_, one in named.items() if id_ != unit.id]


def added(values: Iterable[float | None]) -> float | None:
    """A sum; ``None`` when nothing was entered, which is not 0."""
    told = [value for value in values if value is not None]
    return round(sum(told), 6) if told else None


def _project(site: Told, below: list[Told], said: tuple[str, float] | None) -> Project:
    amounts = {name: site.number(name) for name in FIELDS.values()}
    totals = {step: added(amounts[FIELDS[step, s]] for s in SOURCES) for step in STEPS}
    written = [
        (site.at[name], site.by[name]) for name in (*amounts, "budget", "spent") if name in site.at
    ]
    return Project(
        id=site.id,
        code=site.text("code"),
        name=site.text("name"),
        programme=site.text("kind_code"),
        county=site.text("county_code"),
        town=site.text("town"),
        level=site.text("level"),
        version=site.version,
        budget=site.number("budget"),
        amounts=amounts,
        totals=totals,
        performance=site.text("performance"),
        document=site.text("money_document"),
        counted=not below,
        changed=max(written, default=("", "")),
        notes=tuple(_complaints(site, amounts, totals, below, said)),
    )


def _complaints(
    site: Told,
    amounts: Amounts,
    totals: Amounts,
    below: list[Told],
    said: tuple[str, float] | None,
) -> Iterable[Note]:
    yield from _differ("budget", site.number("budget"), totals["planned"])
    yield from _differ("spent", site.number("spent"), totals["spent"])
    if said is not None:
        yield from _differ("record_spent", site.number("spent"), said[1], record=said[0])
    for source in SOURCES:
        yield from _over(source, amounts)
    if not site.text("money_document") and (totals["allocated"] or totals["spent"]):
        yield Note("no_document", {})
    if site.text("acceptance") and not site.text("performance"):
        yield Note("no_performance", {})
    if plan().programme(site.text("kind_code")) is None:
        yield Note("no_programme", {"programme": site.text("kind_code")})
    parts = added(one.number("budget") for one in below)
    yield from _differ("parts", site.number("budget"), parts)


def _over(source: str, amounts: Amounts) -> Iterable[Note]:
    """More at one step than at the step before; nothing entered there is not 0."""
    for less, more in (("allocated", "planned"), ("spent", "allocated")):
        one, other = amounts[FIELDS[less, source]], amounts[FIELDS[more, source]]
        if one and other is None:
            yield Note(f"{less}_alone", {"source": source, "one": one})
        elif one is not None and other is not None and one > other + counting().money:
            yield Note(f"{less}_over", {"source": source, "one": one, "other": other})


def _differ(
    code: str, one: float | None, other: float | None, **more: str | float
) -> Iterable[Note]:
    if one is not None and other is not None and abs(one - other) > counting().money:
        yield Note(code, {"one": one, "other": other} | more)


def sums(found: Iterable[Project], *names: str) -> list[Sum]:
    """Totals by fields of ``Project``, such as ``programme`` or ``county`` and ``town``."""
    by: dict[tuple[str, ...], list[Project]] = {}
    for one in found:
        if one.counted and one.has_money:
            by.setdefault(tuple(getattr(one, name) for name in names), []).append(one)
    return [_sum(key, by[key]) for key in sorted(by)]


def _sum(key: tuple[str, ...], several: list[Project]) -> Sum:
    amounts = {name: added(one.amounts[name] for one in several) for name in FIELDS.values()}
    totals = {step: added(one.totals[step] for one in several) for step in STEPS}
    return Sum(key, totals, amounts, tuple(one.id for one in several))
