"""Values that are seldom, that are far from last time's, and areas that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.machine_checks import Figure, Finding
from jdz_field.core.sites import Site

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer: its question's ref, name and type, its text, and how to ask for its label."""

    ref: str
    name: str
    type: str
    text: str
    label: Callable[[], str]

    @property
    def number(self) -> float | None:
        """The answer as a number."""
        try:
            return float(self.text)
        except ValueError:
            return None

    def found(self, check: str, **figures: Figure) -> Finding:
        """A finding of this question."""
        return Finding(check, self.ref, self.label() or self.name, figures)


@cache
def rules() -> dict[str, list[Rule]]:
    """The catalogue's ``ranges``, ``jumps`` and ``areas``.

    ``BadInput``: one has no source, no known certainty, or too few figures.
    """
    found: dict[str, list[Rule]] = {}
    needed = {"ranges": {"low", "high"}, "jumps": {"question"}, "areas": {"percent"}}
    for name, figures in needed.items():
        found[name] = list(table("checks")[name])
        for rule in found[name]:
            sure = rule.get("source") and rule.get("certainty") in ("source", "general")
            if not sure or not figures <= rule.keys() or "question" not in rule:
                raise BadInput(
                    _(
                        "catalogue/checks.toml: a rule of [[{name}]] for «{question}» has no "
                        "source, no certainty (source, general) or lacks a figure; correct it."
                    ).format(name=name, question=rule.get("question", ""))
                )
    return found


def odd_values(answered: list[Answered], form: str, site: Site | None) -> Iterator[Finding]:
    """What is seldom among the answers of a form."""
    by_ref = {one.ref: one for one in answered}
    for one in answered:
        number = one.number if one.type in ("int", "decimal", "", "string") else None
        if number is None:
            continue
        for rule in _fitting("ranges", one, form):
            if not rule["low"] <= number <= rule["high"]:
                figures = {n: rule[n] for n in ("low", "high", "unit") if n in rule}
                yield one.found("range", value=number, **figures)
        for rule in _fitting("jumps", one, form):
            yield from _jump(one, number, rule, by_ref, site)
        for rule in _fitting("areas", one, form):
            yield from _area(one, number, rule, by_ref, site)


def _fitting(name: str, one: Answered, form: str) -> Iterator[Rule]:
    for rule in rules()[name]:
        if rule["question"] == one.name and form in rule.get("forms", (form,)):
            yield rule


def _other(one: Answered, rule: Rule, key: str, by_ref: Any, site: Site | None) -> float | None:
    """What a value is held against: another question beside it, or a field of the site."""
    if key in rule:
        beside = by_ref.get(f"{one.ref.rpartition('/')[0]}/{rule[key]}")
        return beside.number if beside is not None else None
    value = site.fields.get(rule["site"]) if site is not None and "site" in rule else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _jump(
    one: Answered, number: float, rule: Rule, by_ref: Any, site: Site | None
) -> Iterator[Finding]:
    last = _other(one, rule, "against", by_ref, site)
    if last is None:
        return
    apart = abs(number - last)
    tests = [apart > rule["absolute"]] if "absolute" in rule else []
    if "percent" in rule:
        tests.append(last != 0 and apart > abs(last) * rule["percent"] / 100)
    if tests and all(tests):
        yield one.found("jump", value=number, last=last, unit=rule.get("unit", ""))


def _area(
    one: Answered, number: float, rule: Rule, by_ref: Any, site: Site | None
) -> Iterator[Finding]:
    other = _other(one, rule, "drawn", by_ref, site)
    if not other or number <= 0 or (rule.get("only") == "above" and number <= other):
        return
    percent = abs(number - other) / max(number, other) * 100
    if percent > rule["percent"]:
        of = "drawn" if "drawn" in rule else "site"
        figures: dict[str, Figure] = {"value": number, "other": other, "of": of}
        yield one.found("area", **figures, percent=round(percent), unit=rule.get("unit", ""))
