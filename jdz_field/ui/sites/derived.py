"""What a row says below its value: where a rule's value comes from, what waits at the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jdz_field.core.catalogue import Field, site_kind
from jdz_field.core.grades import Derived, derive, rules_of
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.store.queries import LocalConflict
from jdz_field.ui.values import shown


@dataclass(frozen=True, slots=True)
class Note:
    """A line below a value; ``role`` is the token of its colour."""

    words: str
    role: str = "ink2"


def derived(site: Site, field: Field) -> Derived | None:
    """What the field's rule gives for a site, if it has one and knows enough."""
    by = rules_of(site.kind).get(field.name)
    return derive(by, {**site.fields, **site.stated}) if by and field.derived else None


def notes(site: Site, field: Field, held: Sequence[LocalConflict] = ()) -> list[Note]:
    """What stands below a field's value."""
    found = derived(site, field)
    said = [] if found is None else [*_origin(site, found), *_stated(site, field, found)]
    return said + [_waiting(one) for one in held if one.field == field.name]


def _origin(site: Site, found: Derived) -> list[Note]:
    names = site_kind(site.kind).by_name
    inputs = _(", ").join(
        f"{names[n].label} {shown(site.kind, n, site.fields.get(n))}" for n in found.used
    )
    said = [Note(_("follows from {inputs}").format(inputs=inputs))]
    source = _("by: {source}").format(source=found.table.source)
    if found.table.certainty == "general":
        said.append(
            Note(_("{what} (general knowledge, to be confirmed)").format(what=source), "attention")
        )
    else:
        said.append(Note(source))
    if found.missing:
        lacking = _(", ").join(names[n].label for n in found.missing)
        said.append(Note(_("at least this: no figure for {fields}").format(fields=lacking)))
    return said


def _stated(site: Site, field: Field, found: Derived) -> list[Note]:
    stated = site.stated.get(field.name)
    if stated is None or stated == found.value:
        return []
    said = _("stated: {value}; the rule gives {other}")
    value, other = (shown(site.kind, field.name, one) for one in (stated, found.value))
    return [Note(said.format(value=value, other=other), "attention")]


def _waiting(one: LocalConflict) -> Note:
    own = shown(one.kind, one.field, one.own)
    words = {
        "proposed": _("proposed: {value}; holds when the office approves"),
        "conflict": _("yours: {value}; two people changed this field, the office decides"),
        "waiting": _("yours: {value}; waits for an earlier change"),
        "quarantined": _("yours: {value}; breaks a rule"),
        "rejected": _("yours: {value}; the office did not take it"),
    }.get(one.outcome, "{value}")
    return Note(words.format(value=own), "error" if one.outcome == "conflict" else "attention")
