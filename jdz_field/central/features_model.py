"""The collections that others may read, and the properties of each with their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from jdz_field.central.accounts import Caller
from jdz_field.central.features_index import JOIN, RECORD_FACTS, RECORDS
from jdz_field.central.openrosa_lists import parsed
from jdz_field.central.scope import within
from jdz_field.central.tables import features, forms
from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.xforms.form import FormDefinition

#: JSON types by the types of catalogue fields and of questions; all others are texts.
_TYPES = {
    "integer": "integer",
    "int": "integer",
    "decimal": "number",
    "boolean": "boolean",
}
_FORMATS = {"date": "date", "dateTime": "date-time"}
#: Questions whose answers cannot name a person: chosen, counted, measured or dated.
_CLOSED_TAGS = frozenset({"select", "select1", "rank", "range", "trigger"})
_CLOSED_TYPES = frozenset({"int", "decimal", "boolean", "date", "time", "dateTime", "geopoint"})


@dataclass(frozen=True, slots=True)
class Property:
    """One property; ``personal``: it may name a person or say how to reach one."""

    name: str
    title: str
    type: str = "string"
    format: str = ""
    personal: bool = False

    def schema(self) -> dict[str, Any]:
        """As JSON Schema has it."""
        found: dict[str, Any] = {"title": self.title, "type": self.type}
        return found | ({"format": self.format} if self.format else {})


@dataclass(frozen=True, slots=True)
class Collection:
    """A kind of site, or the records of a form."""

    id: str
    title: str
    description: str
    properties: Mapping[str, Property]
    #: Values of properties that nobody knows (versions of forms that are not here) are personal.
    known: frozenset[str]


def sees_persons(caller: Caller) -> bool:
    """Whether names and telephones are told: to the office, not to other systems."""
    return caller.office


def collections(connection: Connection, caller: Caller) -> list[Collection]:
    """What a caller may read: the kinds of sites, then forms that have records or are published."""
    kinds = [kind for kind in SITE_KINDS if _may(caller, kind)]
    return [*map(_of_sites, kinds), *_of_records(connection, caller)]


def _may(caller: Caller, kind: str) -> bool:
    return not caller.kinds or kind in caller.kinds


def collection(connection: Connection, caller: Caller, name: str) -> Collection | None:
    """One collection; ``None`` when there is none, or not for this caller."""
    if name in SITE_KINDS:
        return _of_sites(name) if _may(caller, name) else None
    return next((one for one in _of_records(connection, caller) if one.id == name), None)


def _of_sites(name: str) -> Collection:
    kind = site_kind(name)
    found = {
        f.name: Property(
            f.name, f.label, _TYPES.get(f.type, "string"), _FORMATS.get(f.type, ""), f.personal
        )
        for f in kind.fields
    }
    found |= _always()
    return Collection(name, kind.label, kind.label, found, frozenset(found))


def _always() -> dict[str, Property]:
    return {
        "version": Property("version", "version", "integer"),
        "updated": Property("updated", "updated", "string", "date-time"),
    }


def _of_records(connection: Connection, caller: Caller) -> list[Collection]:
    query = select(forms.c.form_id, forms.c.title, forms.c.xml)
    definitions: dict[str, list[FormDefinition]] = {}
    titles: dict[str, str] = {}
    for row in connection.execute(query.order_by(forms.c.form_id, forms.c.published)):
        definitions.setdefault(row.form_id, []).append(parsed(row.xml))
        titles[row.form_id] = row.title or row.form_id
    there = select(features.c.collection, func.count()).where(
        features.c.collection.startswith(RECORDS, autoescape=True),
        within(caller, features.c.kind, features.c.county),
    )
    for name, _count in connection.execute(there.group_by(features.c.collection)):
        definitions.setdefault(name.removeprefix(RECORDS), [])
    return [
        _of_form(form, titles.get(form, form), found) for form, found in sorted(definitions.items())
    ]


def _of_form(form: str, title: str, versions: list[FormDefinition]) -> Collection:
    found = {
        name: Property(name, name, personal=name == "author") for name in (*RECORD_FACTS, "hidden")
    }
    for name in ("started", "finished"):
        found[name] = Property(name, name, "string", "date-time")
    found |= _always()
    for definition in versions:
        found |= _answers(definition)
    return Collection(RECORDS + form, title, title, found, frozenset(found))


def _answers(form: FormDefinition) -> dict[str, Property]:
    found = {}
    for node in form.nodes.values():
        chain = node.chain[1:]
        if not node.leaf or not chain or chain[0].name == "meta" or node.slot < 0:
            continue
        control = form.by_definition.get(node)
        kind = node.bind.type
        closed = kind in _CLOSED_TYPES or (control is not None and control.tag in _CLOSED_TAGS)
        name = JOIN.join(("answer", *(step.name for step in chain)))
        found[name] = Property(
            name,
            JOIN.join(step.name for step in chain),
            _TYPES.get(kind, "string"),
            _FORMATS.get(kind, ""),
            not closed,
        )
    return found
