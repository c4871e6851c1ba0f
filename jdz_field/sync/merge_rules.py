"""The rules that a value must keep, as the catalogue words them, and reasons as sentences.

A reason is a short code with its figures (``range:0:100000``), so that the centre stores it once
and every screen says it in its own language.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Protocol

import shapely

from jdz_field.core.catalogue import SITE_KINDS, CodeList, Field, site_kind
from jdz_field.core.changes import ATTACHMENT, RECORD, Value
from jdz_field.core.grades import rules_of
from jdz_field.core.i18n import _
from jdz_field.core.machine_checks import check_kept
from jdz_field.core.positions import HOW, check_answers, check_words
from jdz_field.core.sites import point_of
from jdz_field.sync.merge_types import DELETED

#: Longest text of a site's field.
MAX_TEXT = 4_000
#: Longest WKT of a geometry.
MAX_WKT = 2_000_000

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RECORD_FIELDS = frozenset(
    [
        "form",
        "form_version",
        "site",
        "site_kind",
        "answers",
        "author",
        "started",
        "finished",
        "replaces",
        "geometry",
        "positions",
        "checks",
    ]
)
_ATTACHMENT_FIELDS = frozenset(
    [
        "sha256",
        "filename",
        "size",
        "mime",
        "record",
        "path",
        "site",
        "taken",
        "lon",
        "lat",
        "altitude",
        "direction",
        "accuracy",
        "method",
        "caption",
        "deleted",
        # A photo's.
        "direction_ref",
        "view",
        "sensitive",
        "sensitive_areas",
        "sensitive_note",
        "original",
        "variant",
        # A track's.
        "geometry",
        "ended",
        "length",
        "person",
    ]
)
#: Reasons that even the office cannot lift.
_HARD = frozenset({"unknown_kind", "unknown_field", "type", "geometry", "centre"})


class Rules(Protocol):
    """What the merge asks of the catalogue."""

    def problem(self, kind: str, name: str, value: Value) -> str | None:
        """Reason code when the value breaks a rule."""

    def controlled(self, kind: str, name: str) -> bool:
        """Whether a field role's change is a proposal."""

    def codes(self, kind: str, name: str) -> CodeList | None:
        """The code list of a multi-select."""

    def follows(self, kind: str, name: str) -> tuple[str, ...]:
        """The fields that this one follows from."""


class CatalogueRules:
    """The rules of ``resources/catalogue``."""

    def problem(self, kind: str, name: str, value: Value) -> str | None:
        """Reason code when the value breaks a rule; clearing a field never does."""
        if kind in SITE_KINDS:
            return _site_problem(kind, name, value)
        if kind == RECORD:
            return _record_problem(name, value)
        if kind == ATTACHMENT:
            return _attachment_problem(name, value)
        return "unknown_kind"

    def controlled(self, kind: str, name: str) -> bool:
        """Whether a field role's change is a proposal."""
        return _controlled(kind, name)

    def codes(self, kind: str, name: str) -> CodeList | None:
        """The code list of a multi-select, ``None`` for every other field."""
        return _codes(kind, name)

    def follows(self, kind: str, name: str) -> tuple[str, ...]:
        """The fields that this one follows from: held while one of those is quarantined."""
        by = rules_of(kind).get(name)
        return by.inputs if by is not None else ()


@cache
def _controlled(kind: str, name: str) -> bool:
    return kind in SITE_KINDS and site_kind(kind).controlled(name)


@cache
def _codes(kind: str, name: str) -> CodeList | None:
    if kind in SITE_KINDS and name == HOW:
        # Words of a list without an end: two people's are put together, none is a conflict.
        return CodeList(HOW, (), "", "")
    found = site_kind(kind).by_name.get(name) if kind in SITE_KINDS else None
    return found.code_list() if found and found.type == "codes" else None


def hard(reason: str) -> bool:
    """Whether the office cannot let such a value through: no column could hold it."""
    return reason.partition(":")[0] in {
        "unknown_kind",
        "unknown_field",
        "type",
        "geometry",
        "centre",
    }


def _site_problem(kind: str, name: str, value: Value) -> str | None:
    if name == DELETED:
        return None if isinstance(value, bool) or value is None else "type:boolean"
    if name == "geometry":
        return _geometry_problem(value, point=site_kind(kind).geometry == "POINT")
    if name == HOW:
        return _how_problem(value)
    found = site_kind(kind).by_name.get(name)
    if found is None:
        return "centre" if name == "merged_into" else "unknown_field"
    return None if value is None else _value_problem(found, value)


def _how_problem(value: Value) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return "type:text"
    return None if check_words(value) else "positions"


def _value_problem(found: Field, value: Value) -> str | None:
    return _TYPES[found.type](found, value)


def _text_problem(found: Field, value: Value) -> str | None:
    if not isinstance(value, str):
        return "type:text"
    if len(value) > MAX_TEXT:
        return f"long:{MAX_TEXT}"
    if found.pattern and value and not re.fullmatch(found.pattern, value):
        return "pattern"
    return None


def _number_problem(found: Field, value: Value) -> str | None:
    whole = found.type == "integer"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return f"type:{found.type}"
    if whole and value != int(value):
        return "type:integer"
    low, high = found.minimum, found.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return f"range:{_figure(low)}:{_figure(high)}"
    return "range::" if abs(value) > 1e15 else None


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if number != int(number) else str(int(number))


def _boolean_problem(found: Field, value: Value) -> str | None:
    del found
    return None if isinstance(value, bool) else "type:boolean"


def _date_problem(found: Field, value: Value) -> str | None:
    del found
    # A time may follow the day.
    return None if isinstance(value, str) and _DATE.match(value) else "type:date"


def _code_problem(found: Field, value: Value) -> str | None:
    if not isinstance(value, str):
        return f"type:{found.type}"
    codes = found.code_list()
    parts = value.split() if found.type == "codes" else [value]
    unknown = [part for part in parts if codes is not None and part and part not in codes]
    return f"unknown_code:{unknown[0][:40]}" if unknown else None


_TYPES: Mapping[str, Callable[[Field, Value], str | None]] = {
    "text": _text_problem,
    "integer": _number_problem,
    "decimal": _number_problem,
    "boolean": _boolean_problem,
    "date": _date_problem,
    "code": _code_problem,
    "codes": _code_problem,
}


def _geometry_problem(value: Value, *, point: bool) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_WKT:
        return "geometry"
    try:
        place = point_of(value)
    except ValueError:
        return "geometry"
    if place is not None:
        return None if _on_earth(*place) else "geometry"
    return "geometry" if point else _shape_problem(value)


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90


def _shape_problem(wkt: str) -> str | None:
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException:
        return "geometry"
    if shape.is_empty:
        return "geometry"
    west, south, east, north = shape.bounds
    return None if _on_earth(west, south) and _on_earth(east, north) else "geometry"


#: What is said about a record beside its answers; each only as its reader can read it.
_READABLE: Mapping[str, Callable[[object], bool]] = {
    "positions": check_answers,
    "checks": check_kept,
}


def _record_problem(name: str, value: Value) -> str | None:
    if name in ("review", "review_comment"):
        return "centre"
    if name not in _RECORD_FIELDS:
        return "unknown_field"
    if name in _READABLE:
        return None if value is None or _READABLE[name](value) else name
    if name == "answers":
        return None if isinstance(value, dict) else "type:object"
    if name == "geometry":
        return _geometry_problem(value, point=False)
    return None if value is None or isinstance(value, str) else "type:text"


def _attachment_problem(name: str, value: Value) -> str | None:
    if name not in _ATTACHMENT_FIELDS:
        return "unknown_field"
    if name == "sha256":
        fits = isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value)
        return None if fits else "type:text"
    if name == "geometry":
        return _geometry_problem(value, point=False)
    return "type:text" if isinstance(value, dict | list) else None


def reason_text(reason: str | None) -> str:
    """A reason code as a sentence in the language in force; other text stays as it is."""
    code, *rest = (reason or "").split(":")
    match code:
        case "range" if len(rest) == 2:
            return _("The value must lie between {low} and {high}.").format(
                low=rest[0] or "−∞", high=rest[1] or "∞"
            )
        case "held" if rest:
            return _("Held with the field {field}, from which it follows.").format(
                field=_label(rest[0])
            )
        case "type" if rest:
            return _("The value should be {type}.").format(type=_type_name(rest[0]))
        case "unknown_code" if rest:
            return _("The code {code} is not in the list.").format(code=rest[0])
        case "merged_into" if rest:
            return _("The site was merged into another; the change went there.")
    return _plain(code) or (reason or "")


def _label(name: str) -> str:
    kinds = (site_kind(kind).by_name for kind in SITE_KINDS)
    return next((fields[name].label for fields in kinds if name in fields), name)


def _type_name(name: str) -> str:
    names = {
        "text": _("text"),
        "integer": _("a whole number"),
        "decimal": _("a number"),
        "boolean": _("yes or no"),
        "date": _("a date such as 2026-11-22"),
        "code": _("a code of the list"),
        "codes": _("codes of the list"),
        "object": _("answers"),
    }
    return names.get(name, name)


def _plain(code: str) -> str:
    texts = {
        "pattern": _("The value does not have the form this field asks for."),
        "geometry": _("The geometry cannot be read or does not lie on earth."),
        "unknown_field": _("The centre does not know this field."),
        "unknown_kind": _("The centre does not know this kind of thing."),
        "centre": _("Only the office may set this field."),
        "long": _("The text is too long."),
        "positions": _("What is said about how a position was measured cannot be read."),
        "checks": _("What is said about the machine's checks cannot be read."),
        "record_fixed": _("A finished record never changes; correct it by a new version."),
        "other_kind": _("The change names another kind than the centre has."),
        "other_parent": _("The change builds on a change of another thing."),
        "no_parent": _("The change it builds on has not come yet."),
        "newer_base": _("It builds on a version that this centre does not have."),
        "other_content": _("The centre has another change under the same id."),
        "guest": _("Its author must not see this any more; the office decides."),
        "merged": _("Merged with what others changed."),
        "deleted": _("The site was deleted meanwhile."),
    }
    return texts.get(code, "")
