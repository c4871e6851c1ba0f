"""Values that follow from others by the rules of ``resources/catalogue/grades.toml``.

What a rule gives is never logged: it is worked out wherever a site is stored or read, so that
equal inputs give equal grades on every device and at the centre. What the log holds under the
field's name is what a ledger or a person *stated*; it stands where the rule says nothing, and
where it differs from the rule both are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, site_kind, table
from jdz_field.core.i18n import pick

#: Under this suffix a layer keeps what was stated of a field that a rule gives.
STATED = "_stated"


@dataclass(frozen=True, slots=True)
class Table:
    """Limits of one rule, or of one case of it: ascending, each belongs to the class above."""

    inputs: tuple[tuple[str, tuple[float, ...]], ...]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field follows from others.

    ``codes`` are its classes from the lowest up; ``by`` names the field that chooses a table.
    """

    name: str
    labels: Mapping[str, str]
    codes: tuple[str, ...]
    by: str
    tables: Mapping[str, Table]

    @property
    def label(self) -> str:
        """What it goes by, in the language in force."""
        return pick(dict(self.labels))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every field that it looks at."""
        named = [name for one in self.tables.values() for name, _limits in one.inputs]
        return tuple(dict.fromkeys([*([self.by] if self.by else []), *named]))

    def table_for(self, values: Mapping[str, Any]) -> Table | None:
        """The limits that hold for these values."""
        return self.tables.get(str(values.get(self.by) or "") if self.by else "")


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule gives.

    ``used`` are the inputs that have a figure, ``missing`` those that have none: with one
    missing, the class is the least that the site can have.
    """

    value: str
    rule: Rule
    table: Table
    used: tuple[str, ...]
    missing: tuple[str, ...]


def _table(entry: Mapping[str, Any], rule: Mapping[str, Any]) -> Table:
    inputs = tuple(
        (str(one["field"]), tuple(float(limit) for limit in one["limits"]))
        for one in entry["inputs"]
    )
    source, certainty = (entry.get(key, rule[key]) for key in ("source", "certainty"))
    return Table(inputs, str(source), str(certainty))


@cache
def rule(name: str) -> Rule:
    """The rule of this name; ``KeyError`` when there is none."""
    entry = table("grades")["rules"][name]
    tables = {when: _table(one, entry) for one in entry.get("tables", ()) for when in one["when"]}
    if "inputs" in entry:
        tables[""] = _table(entry, entry)
    labels = {"zh": str(entry["zh"]), "en": str(entry["en"])}
    return Rule(name, labels, tuple(entry["codes"]), str(entry.get("by", "")), tables)


@cache
def rules_of(kind: str) -> Mapping[str, Rule]:
    """Field → rule of a site kind; nothing for what is no site kind."""
    if kind not in SITE_KINDS:
        return {}
    return {f.name: rule(f.rule) for f in site_kind(kind).fields if f.derived and f.rule}


def derive(by: Rule, values: Mapping[str, Any]) -> Derived | None:
    """What a rule gives for these values; ``None`` when no input has a figure."""
    limits = by.table_for(values)
    if limits is None:
        return None
    level, used, missing = -1, [], []
    for name, steps in limits.inputs:
        figure = _figure(values.get(name))
        if figure is None:
            missing.append(name)
        else:
            used.append(name)
            level = max(level, bisect_right(steps, figure))
    if level < 0:
        return None
    return Derived(by.codes[level], by, limits, tuple(used), tuple(missing))


def _figure(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value >= 0 and isfinite(value) else None


def settled(by: Rule, found: Derived | None, stated: Any) -> Any:
    """The value that holds: the rule's; a higher stated one while an input is missing."""
    if found is None:
        return stated
    if found.missing and stated in by.codes:
        return max(found.value, stated, key=by.codes.index)
    return found.value


def effective(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The value that holds of every field of a kind that a rule gives; ``None`` when unknown.

    ``values`` hold under the field's own name what was stated.
    """
    return {
        name: settled(by, derive(by, values), values.get(name))
        for name, by in rules_of(kind).items()
    }


def worth_stating(
    kind: str, before: Mapping[str, Any], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """``fields`` without values that the rules give anyway, ``before`` being the site's own.

    A form works its grade out by the same rule: that states nothing.
    """
    by_field = rules_of(kind)
    after = {**before, **fields}
    return {
        name: value
        for name, value in fields.items()
        if name not in by_field or value != _given(by_field[name], after)
    }


def _given(by: Rule, values: Mapping[str, Any]) -> str | None:
    found = derive(by, values)
    return found.value if found else None


def danger_grade(people: float, assets: float) -> str:
    """Danger grade code (A–D) from people threatened and potential loss in 万元.

    Either figure decides and the higher grade is taken (国家突发地质灾害应急预案,
    地质灾害防治条例 art. 4). ``ValueError`` when neither is a figure.
    """
    found = derive(rule("danger_grade"), {"threatened_people": people, "threatened_assets": assets})
    if found is None:
        raise ValueError(f"no grade for {people} people and {assets}")
    return found.value
