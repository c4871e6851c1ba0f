"""The catalogue: site kinds, their fields and the code lists, read from ``resources/catalogue``.

A county changes these tables without code. Every table names its ``source`` and how sure it is
(``certainty``: ``source`` = found in one, ``general`` = general knowledge, to be confirmed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from functools import cache
from math import isfinite
from typing import Any

from jdz_field.core.catalogue_files import load
from jdz_field.core.changes import Value
from jdz_field.core.i18n import _, language, pick
from jdz_field.core.position_rule import PositionRule, position_rule
from jdz_field.core.shown_first import ShownFirst, shown_first

#: Site kinds in the order of menus and layers.
SITE_KINDS = ("geohazard", "risk", "mine", "plot", "works")


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; ``exclusive`` codes never merge with others."""

    value: str
    labels: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    exclusive: bool = False

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return pick(dict(self.labels))


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes."""

    name: str
    codes: tuple[Code, ...]
    source: str
    certainty: str

    def __contains__(self, value: object) -> bool:
        """Whether the list holds this code."""
        return any(code.value == value for code in self.codes)

    def label(self, value: str | None) -> str:
        """The label of a code, or the code itself when the list does not hold it."""
        found = next((code for code in self.codes if code.value == value), None)
        return found.label if found else str(value or "")

    def find(self, text: str) -> Code | None:
        """The code whose value, label or synonym is exactly ``text``."""
        wanted = text.strip()
        for code in self.codes:
            if wanted == code.value or wanted in code.labels.values() or wanted in code.synonyms:
                return code
        return None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a site kind.

    ``type`` is ``text``, ``integer``, ``decimal``, ``date``, ``boolean``, ``code`` or ``codes``
    (several, spaces between). ``controlled``: a field role's change is a proposal. ``personal``:
    names a person or says how to reach one. ``derived``: the rule named ``rule`` gives it where
    its inputs are known (``core.grades``). ``source`` and ``certainty`` are the kind's unless
    the field has its own. ``latest``: the day of the last visit, which a record that is entered
    late does not take back.
    """

    name: str
    type: str
    labels: Mapping[str, str]
    codes: str | None = None
    controlled: bool = False
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    group: str = ""
    derived: bool = False
    pattern: str | None = None
    personal: bool = False
    rule: str = ""
    source: str = ""
    certainty: str = ""
    latest: bool = False

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return pick(dict(self.labels))

    @property
    def unit_label(self) -> str:
        """The unit in the language in force."""
        return str(table("units").get(language(), {}).get(self.unit, self.unit))

    def code_list(self) -> CodeList | None:
        """The list this field draws on."""
        return code_list(self.codes) if self.codes else None

    def words(self, value: Value) -> str:
        """A value as a person reads it: labels of codes, yes or no, the unit; empty for none."""
        if value is None or value == "":
            return ""
        if self.type == "boolean" or isinstance(value, bool):
            return _("Yes") if value in (True, "true", 1) else _("No")
        codes = self.code_list()
        if codes is not None and self.type == "codes":
            return _(", ").join(codes.label(code) for code in str(value).split())
        if codes is not None:
            return codes.label(str(value))
        if isinstance(value, float):
            value = self._shown(value)
        return f"{value} {self.unit_label}".strip()

    def _shown(self, value: float) -> float | int:
        """A share is cut off after two places: a rate below a limit never reads as the limit."""
        if self.unit == "%" and isfinite(value):
            value = float(Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_DOWN))
        return int(value) if value.is_integer() else value


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over fields."""

    name: str
    labels: Mapping[str, str]

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return pick(dict(self.labels))


@dataclass(frozen=True, slots=True)
class Children:
    """Sites of a kind that belong to another of it: sample plots of a 小班, projects of a unit.

    A child names its parent by ``parent`` (id) and ``parent_code`` (number, for ledgers). ``given``
    are the values every new one has, ``number`` the field that counts them within their parent,
    ``ask`` the fields that adding one asks for.
    """

    labels: Mapping[str, str]
    add_labels: Mapping[str, str]
    given: Mapping[str, str]
    number: str
    ask: tuple[str, ...]

    @property
    def label(self) -> str:
        """What they are called, in the language in force."""
        return pick(dict(self.labels))

    @property
    def add_label(self) -> str:
        """The act that adds one, in the language in force."""
        return pick(dict(self.add_labels))


@dataclass(frozen=True, slots=True)
class SiteKind:
    """A kind of site: its layer, its entity list and its fields.

    ``geometry`` is ``POINT`` or ``GEOMETRY`` (any). ``geometry_controlled``: moving it from the
    field is a proposal. ``position``: how well its measured position must be known.
    """

    name: str
    labels: Mapping[str, str]
    entity_list: str
    geometry: str
    geometry_controlled: bool
    fields: tuple[Field, ...]
    source: str
    certainty: str
    by_name: Mapping[str, Field] = field(default_factory=dict, repr=False)
    ask: tuple[str, ...] = ()
    children: Children | None = None
    position: PositionRule | None = None
    show: ShownFirst = field(default_factory=ShownFirst)

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return pick(dict(self.labels))

    def controlled(self, name: str) -> bool:
        """Whether a field role's change of this field waits for the office."""
        if name in ("geometry", "deleted"):
            return self.geometry_controlled
        found = self.by_name.get(name)
        return bool(found and found.controlled)

    def grouped(self) -> list[tuple[Group, list[Field]]]:
        """The fields below their headings, in the order of a site's page."""
        found = [(one, [f for f in self.fields if f.group == one.name]) for one in groups()]
        return [(one, fields) for one, fields in found if fields]

    def source_of(self, found: Field) -> tuple[str, str]:
        """Where a field is from and how sure it is: its own words, else the kind's."""
        return found.source or self.source, found.certainty or self.certainty


def _labels(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": str(entry["zh"]), "en": str(entry["en"])}


@cache
def code_list(name: str) -> CodeList:
    """The code list ``codes/<name>.toml``; ``FileNotFoundError`` when there is none."""
    data = load("codes", f"{name}.toml")
    codes = tuple(
        Code(
            str(entry["code"]),
            _labels(entry),
            tuple(entry.get("synonyms", ())),
            bool(entry.get("exclusive", False)),
        )
        for entry in data["codes"]
    )
    return CodeList(name, codes, data["source"], data["certainty"])


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(
        name=entry["name"],
        type=entry["type"],
        labels=_labels(entry),
        codes=entry.get("codes"),
        controlled=bool(entry.get("controlled", False)),
        minimum=entry.get("min"),
        maximum=entry.get("max"),
        unit=entry.get("unit", ""),
        synonyms=tuple(entry.get("synonyms", ())),
        group=entry.get("group", ""),
        derived=bool(entry.get("derived", False)),
        pattern=entry.get("pattern"),
        personal=bool(entry.get("personal", False)),
        rule=entry.get("rule", ""),
        source=entry.get("source", ""),
        certainty=entry.get("certainty", ""),
        latest=bool(entry.get("latest", False)),
    )


@cache
def site_kind(name: str) -> SiteKind:
    """The site kind ``sites/<name>.toml``; ``KeyError`` when there is none."""
    if name not in SITE_KINDS:
        raise KeyError(name)
    data = load("sites", f"{name}.toml")
    common = load("sites", "common.toml")
    fields = tuple(_field(entry) for entry in (*common["first"], *data["fields"], *common["last"]))
    return SiteKind(
        name=name,
        labels=_labels(data),
        entity_list=data["entity_list"],
        geometry=data["geometry"],
        geometry_controlled=bool(data["geometry_controlled"]),
        fields=fields,
        source=data["source"],
        certainty=data["certainty"],
        by_name={f.name: f for f in fields},
        ask=tuple(data.get("ask", ("kind_code",))),
        children=_children(data["children"]) if "children" in data else None,
        position=position_rule(data["position"], f"{name}.toml") if "position" in data else None,
        show=shown_first(data.get("show", {})),
    )


def _children(entry: Mapping[str, Any]) -> Children:
    return Children(
        _labels(entry),
        {"zh": str(entry["add_zh"]), "en": str(entry["add_en"])},
        dict(entry["given"]),
        str(entry["number"]),
        tuple(entry["ask"]),
    )


def expected(field: Field) -> str:
    """What a field takes, in words."""
    codes = field.code_list()
    if codes is not None:
        names = "、".join(f"{code.value} {code.label}" for code in codes.codes)
        return _("one of {names}").format(names=names) if field.type == "code" else names
    limits = []
    if field.minimum is not None:
        limits.append(_("at least {limit}").format(limit=f"{field.minimum:g}"))
    if field.maximum is not None:
        limits.append(_("at most {limit}").format(limit=f"{field.maximum:g}"))
    words = {
        "integer": _("a whole number"),
        "decimal": _("a number"),
        "date": _("a date (2026-11-22)"),
        "boolean": _("yes or no"),
    }.get(field.type, _("a text in its usual form"))
    return ", ".join([words, *limits])


def site_kinds() -> tuple[SiteKind, ...]:
    """Every site kind, in menu order."""
    return tuple(site_kind(name) for name in SITE_KINDS)


@cache
def groups() -> tuple[Group, ...]:
    """The headings over fields, in the order of a site's page."""
    entries = table("groups")["groups"]
    return tuple(Group(entry["name"], _labels(entry)) for entry in entries)


@cache
def table(name: str) -> dict[str, Any]:
    """Another table of the catalogue, ``<name>.toml``, as it stands (thresholds and the like)."""
    return load(*f"{name}.toml".split("/"))
