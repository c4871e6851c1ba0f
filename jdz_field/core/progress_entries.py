"""Approved records as entries of the plan's account: one a record, with what is odd about it.

A record counts when the office approved it (by the moment asked for), no approved record corrects
it, and its site stands. What cannot count is said with its reason, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.clock import BEIJING, from_text
from jdz_field.core.plan import Programme, plan
from jdz_field.core.plan_counting import FormRule, counting
from jdz_field.core.progress_fold import DELETED, REVIEW, Told, World, as_number

#: Square metres of an outline, ``None`` for what is none (``geo.outlines``).
Measure = Callable[[object], float | None]
APPROVED = "approved"
#: Reviews after which a record is the office's no more.
_REFUSED = frozenset({"returned", "rejected"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One approved record's say on one quantity of one site.

    Attributes:
        record, form, site, kind, code, name, county, town: whose it is; the site as it stands.
        programme, quantity: of the plan; both empty for a sample plot's volume.
        day: of the visit, ``YYYY-MM-DD``.
        amount: in the plan's unit; ``stated`` and ``unit`` as the record has it.
        drawn: area of the outline in the plan's unit; ``drawn_from``: ``record`` or ``site``.
        accepted: its verdict, ``None`` when a record of its form judges nothing.
        approved_at, approved_by: the review that counts.
        spent: 万元 in all, as the record says.
        flags: what is odd (``core.progress_words``).
    """

    record: str
    form: str
    site: str
    kind: str
    code: str
    name: str
    county: str
    town: str
    programme: str
    quantity: str
    day: str
    amount: float
    stated: float
    unit: str
    drawn: float | None
    drawn_from: str
    accepted: bool | None
    approved_at: str
    approved_by: str
    spent: float | None
    order: tuple[str, str, str]
    flags: tuple[str, ...] = ()

    @property
    def year(self) -> int:
        """The year of the visit."""
        return int(self.day[:4])


@dataclass(frozen=True, slots=True)
class Aside:
    """An approved record that does not count, and why (``core.progress_words``)."""

    record: str
    form: str
    site: str
    code: str
    name: str
    reason: str
    what: str = ""


@dataclass(slots=True)
class Read:
    """What records say: entries, those set aside, and those that wait for review."""

    entries: list[Entry] = field(default_factory=list)
    timber: list[Entry] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    waiting: list[Aside] = field(default_factory=list)


class _NotCountedError(Exception):
    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


def read(world: World, measure: Measure) -> Read:
    """Every record's entry, in the order of their ids; ``measure`` gives areas of outlines."""
    found = Read()
    rules = counting()
    corrected = _corrected(world.records.values())
    for id_ in sorted(world.records):
        record = world.records[id_]
        if record.text("form") not in rules.every_form or record.values.get(DELETED):
            continue
        if record.text(REVIEW) != APPROVED:
            if record.text(REVIEW) not in _REFUSED:
                found.waiting.append(_aside(world, record, "waiting"))
        elif id_ not in corrected:
            _take(found, world, record, measure)
    return found


def _corrected(records: Iterable[Told]) -> set[str]:
    return {
        one.text("replaces")
        for one in records
        if one.text(REVIEW) == APPROVED and not one.values.get(DELETED)
    }


def _take(found: Read, world: World, record: Told, measure: Measure) -> None:
    form = record.text("form")
    site = world.site_of(record.text("site"))
    try:
        if form in counting().forms:
            found.entries.append(_entry(record, site, measure))
        else:
            found.timber.append(_sample(record, site))
    except _NotCountedError as why:
        found.aside.append(_aside(world, record, why.reason, why.what))


def _aside(world: World, record: Told, reason: str, what: str = "") -> Aside:
    site = world.site_of(record.text("site"))
    code, name = (site.text("code"), site.text("name")) if site else ("", "")
    place = site.id if site else record.text("site")
    return Aside(record.id, record.text("form"), place, code, name, reason, what)


def _entry(record: Told, site: Told | None, measure: Measure) -> Entry:
    rule = counting().forms[record.text("form")]
    standing = _standing(site, rule.site)
    answers = _answers(record)
    programme = _programme(standing, rule, answers)
    name = rule.quantity or _text(answers, rule.quantity_at)
    wanted = programme.quantity(name)
    if wanted is None:
        raise _NotCountedError("quantity", f"{programme.id} {name}")
    stated, unit = _number(answers, rule.amount), rule.unit or _text(answers, rule.unit_at)
    amount = counting().converted(stated, unit, wanted.units["en"])
    if amount is None:
        raise _NotCountedError("measure", unit)
    drawn, origin = _drawn(standing, _text(answers, rule.outline), wanted.units["en"], measure)
    made = _made(record, standing, _day(answers, rule.day), stated=stated, unit=unit)
    return Entry(
        **made,
        programme=programme.id,
        quantity=name,
        amount=amount,
        drawn=drawn,
        drawn_from=origin,
        accepted=_accepted(answers, rule),
        spent=as_number(_at(answers, rule.spent)) if rule.spent else None,
    )


def _sample(record: Told, site: Told | None) -> Entry:
    rule, answers = counting().timber, _answers(record)
    if site is None or site.values.get(DELETED):
        raise _NotCountedError("no_site" if site is None else "deleted")
    stated = _number(answers, rule.amount)
    made = _made(record, site, _day(answers, rule.day), stated=stated, unit="m3_mu")
    plot = _text(answers, rule.plot)
    return Entry(
        **made, programme="", quantity=plot, amount=stated, drawn=None, drawn_from="",
        accepted=None, spent=None,
    )  # fmt: skip


def _made(record: Told, site: Told, day: str, *, stated: float, unit: str) -> dict[str, Any]:
    return {
        "record": record.id,
        "form": record.text("form"),
        "site": site.id,
        "kind": site.kind,
        "code": site.text("code"),
        "name": site.text("name"),
        "county": site.text("county_code"),
        "town": site.text("town"),
        "day": day,
        "stated": stated,
        "unit": unit,
        "approved_at": record.at[REVIEW],
        "approved_by": record.by[REVIEW],
        "order": (day, record.text("finished"), record.id),
    }


def _standing(site: Told | None, kind: str) -> Told:
    if site is None:
        raise _NotCountedError("no_site")
    if site.values.get(DELETED):
        raise _NotCountedError("deleted")
    if site.kind != kind:
        raise _NotCountedError("kind", site.kind)
    name, values = counting().only.get(kind, ("", frozenset()))
    if name and site.text(name) not in values:
        raise _NotCountedError(name, site.text(name))
    return site


def _programme(site: Told, rule: FormRule, answers: Mapping[str, Any]) -> Programme:
    by_county = counting().counties.get(site.kind)
    if by_county is None:
        wanted = site.text("kind_code") or _text(answers, rule.programme)
    else:
        wanted = by_county.get(site.text("county_code"), "")
    found = plan().programme(wanted)
    if found is None:
        raise _NotCountedError("programme", wanted or site.text("county_code"))
    return found


def _accepted(answers: Mapping[str, Any], rule: FormRule) -> bool | None:
    if not rule.accepted:
        return None
    return all(_text(answers, at) in values for at, values in rule.accepted.items())


def _drawn(site: Told, outline: str, unit: str, measure: Measure) -> tuple[float | None, str]:
    if unit != "km²":
        return None, ""
    for text, origin in ((outline, "record"), (site.text("geometry"), "site")):
        square = measure(text)
        if square is not None:
            return square / 1_000_000, origin
    return None, ""


def _answers(record: Told) -> Mapping[str, Any]:
    found = record.values.get("answers")
    return found if isinstance(found, Mapping) else {}


def _at(answers: Mapping[str, Any], path: str) -> Any:
    found: Any = answers
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def _text(answers: Mapping[str, Any], path: str) -> str:
    found = _at(answers, path) if path else None
    return "" if found is None or isinstance(found, Mapping | list) else str(found)


def _number(answers: Mapping[str, Any], path: str) -> float:
    found = as_number(_at(answers, path))
    if found is None or found < 0:
        raise _NotCountedError("amount", _text(answers, path))
    return found


def _day(answers: Mapping[str, Any], path: str) -> str:
    text = _text(answers, path)[:10]
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise _NotCountedError("day", text) from error
    return text


def year_of(until: str) -> int:
    """The year in Beijing of a moment as ``core.clock.to_text`` writes it."""
    return from_text(until).astimezone(BEIJING).year


def is_named(entry: Entry) -> bool:
    """Whether the plan names the entry's township or county among the programme's places."""
    programme = plan().programme(entry.programme)
    if programme is None:
        return True
    named = {counting().aliases.get(place, place) for place in programme.where}
    county = {c.value: c.labels["zh"] for c in code_list("county").codes}.get(entry.county, "")
    return entry.town in named or county in named


def newest(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """The newest entry of each site and quantity, whatever their order."""
    found: dict[tuple[str, str], Entry] = {}
    for one in entries:
        key = (one.site, one.quantity)
        if key not in found or found[key].order < one.order:
            found[key] = one
    return found


def judged(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The newest judging entry of each site and quantity, where it accepts."""
    told = newest(one for one in entries if one.accepted is not None)
    return (one for one in told.values() if one.accepted)
