"""What a record's entity blocks do to our sites: edits, and what stands in their way.

Who asks says how a site is found; nothing here reads or writes a store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jdz_field.core.catalogue import Field, SiteKind, expected, site_kinds
from jdz_field.core.changes import Value
from jdz_field.core.grades import worth_stating
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.xforms.entities import entity_id, version_of
from jdz_field.xforms.shapes import wkt_of_answer
from jdz_field.xforms.view import EntityUpdate, Problem

#: What our field «name» is called in entity lists, where «name» is the id.
SITE_NAME = "site_name"
#: The question that a form reads its site from, when it has one.
SITE_QUESTION = "site_id"
#: The field that holds a site's place.
GEOMETRY = "geometry"
#: The kind of the problems that entity blocks have.
ENTITY = "entity"
#: Gives the site of an id, ``None`` when there is none.
FindSite = Callable[[str], Site | None]


def kind_of_list(dataset: str) -> SiteKind | None:
    """The kind of site whose entity list this is."""
    return next((kind for kind in site_kinds() if kind.entity_list == dataset), None)


class SiteEdit(NamedTuple):
    """Fields to set on a site; ``seen``: the central version that the form saw.

    ``update``: the entity block that asks for it.
    """

    kind: str
    subject: str
    fields: Mapping[str, Value]
    seen: int | None
    update: EntityUpdate


@dataclass
class SiteEdits:
    """What a record does to sites.

    Attributes:
        edits: of sites that are there or were made before, in the order of the form.
        problems: what the person who fills the form can mend, at the question concerned.
        notes: what the sites cannot take though the record keeps it, in sentences.
        fresh: the places in ``edits`` that make a site; they lack its numbers.
    """

    edits: list[SiteEdit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fresh: set[int] = field(default_factory=set)

    @property
    def only_site(self) -> tuple[str, str] | None:
        """Id and kind of the site concerned, when it is just one."""
        found = {(edit.subject, edit.kind) for edit in self.edits}
        return next(iter(found)) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Target:
    """The site that an entity block means; ``site`` is None for one to be made."""

    kind: SiteKind
    id: str
    site: Site | None
    update: EntityUpdate


def site_edits(
    find: FindSite,
    updates: Iterable[EntityUpdate],
    *,
    place: str | None,
    replaces: bool = False,
) -> SiteEdits:
    """The edits of our sites that entity blocks ask for (ODK Entities 2025.1).

    Nothing is written. ``place``: where the record is (WKT),
    for a new site without a geometry of its own. A creation of what is there changes nothing,
    unless the record corrects another (``replaces``). Lists that are none of ours need no edit.
    """
    work = SiteEdits()
    made: dict[str, SiteKind] = {}
    for update in updates:
        kind = kind_of_list(update.dataset)
        target = _target(find, kind, update, made, work) if kind else None
        if target is None:
            continue
        before = target.site.fields if target.site else {}
        fields = worth_stating(target.kind.name, before, dict(_fields(target, work)))
        if not replaces:
            fields = _not_earlier(target.kind, before, fields)
        if target.site is None and target.id not in made:
            _create(target, fields, place, work)
            made[target.id] = target.kind
        elif update.update or replaces or target.id in made:
            work.edits.append(_edit(target, fields, _seen(target)))
        else:
            work.notes.append(_not_twice(target))
    return work


def _not_earlier(
    kind: SiteKind, before: Mapping[str, Value], fields: Mapping[str, Value]
) -> dict[str, Value]:
    """Without days of a last visit that lie before the one that is known: entered late."""
    return {
        name: value
        for name, value in fields.items()
        if not (kind.by_name[name].latest if name in kind.by_name else False)
        or str(value or "") >= str(before.get(name) or "")
    }


def _edit(target: _Target, fields: Mapping[str, Value], seen: int | None) -> SiteEdit:
    return SiteEdit(target.kind.name, target.id, fields, seen, target.update)


def _not_twice(target: _Target) -> str:
    return _("The site {name} is there already and was not made again.").format(
        name=target.site.name or target.site.code if target.site else target.id
    )


def _target(
    find: FindSite,
    kind: SiteKind,
    update: EntityUpdate,
    made: Mapping[str, SiteKind],
    work: SiteEdits,
) -> _Target | None:
    identifier = entity_id(update.id)
    # Sites of older projects may have ids of their own.
    site = find(identifier) if identifier else None
    site = site or (find(update.id.strip()) if update.id.strip() else None)
    if site is not None and site.kind == kind.name:
        return _Target(kind, site.id, site, update)
    if made.get(identifier) is kind and update.update:
        return _Target(kind, identifier, None, update)
    if update.create and identifier and site is None and identifier not in made:
        return _Target(kind, identifier, None, update)
    words = {"id": update.id or "?", "list": kind.label}
    if site is not None or identifier in made:
        text = _("The site {id} is none of {list}; it was not changed.")
    elif update.create:
        text = _("A new site of {list} needs a UUID as its id, not «{id}»; it was not made.")
    else:
        text = _("There is no site {id} among {list}; choose one that is there.")
    _complain(work, update.refs.get("@id"), text.format(**words), kind.label)
    return None


def _complain(work: SiteEdits, ref: str | None, text: str, label: str) -> None:
    """A problem where somebody can mend it; else a note, for a record is never held back by it."""
    if ref is None:
        work.notes.append(text)
    else:
        work.problems.append(Problem(ref, ENTITY, text, label))


def _seen(target: _Target) -> int | None:
    """The central version that the form saw: the trunk's, or the base where no trunk is told."""
    update = target.update
    return version_of(update.trunk_version or update.base_version) or None


# ---- fields


def _fields(target: _Target, work: SiteEdits) -> Iterator[tuple[str, Value]]:
    update = target.update
    if update.label and SITE_NAME not in update.fields:
        yield "name", update.label
    for name, text in update.fields.items():
        found = target.kind.by_name.get("name" if name == SITE_NAME else name)
        if name == GEOMETRY:
            yield from _geometry(target, text, work)
        elif found is None:
            work.notes.append(
                _("{list} have no field «{name}»; the record keeps what was answered.").format(
                    list=target.kind.label, name=name
                )
            )
        else:
            yield from _field(target, found, name, text, work)


def _field(
    target: _Target, about: Field, name: str, text: str, work: SiteEdits
) -> Iterator[tuple[str, Value]]:
    try:
        yield about.name, _value(about, text.strip())
    except ValueError:
        _complain(
            work,
            target.update.refs.get(name),
            _("{field} cannot be «{value}»; it takes {what}.").format(
                field=about.label, value=text, what=expected(about)
            ),
            about.label,
        )


def _value(about: Field, text: str) -> Any:
    """Typed as the catalogue says; ``ValueError``. Rules beyond the type are the office's."""
    if text == "":
        return None
    if about.type == "integer":
        number = float(text)
        if not number.is_integer():
            raise ValueError
        return int(number)
    if about.type == "decimal":
        return float(text)
    if about.type == "boolean":
        return _TRUTH[text.lower()] if text.lower() in _TRUTH else _no_value()
    codes = about.code_list()
    if codes is not None:
        parts = text.split() if about.type == "codes" else [text]
        return " ".join(code.value if (code := codes.find(part)) else part for part in parts)
    return text


_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _no_value() -> bool:
    raise ValueError


def _geometry(target: _Target, text: str, work: SiteEdits) -> Iterator[tuple[str, Value]]:
    if not text.strip():
        return
    wkt = wkt_of_answer(text)
    if wkt is None or (target.kind.geometry == "POINT" and not wkt.startswith("POINT")):
        words = _("The place of {list} cannot be «{value}»; it takes {what}.").format(
            list=target.kind.label,
            value=text[:60],
            what=_("a point") if target.kind.geometry == "POINT" else _("a point, line or area"),
        )
        _complain(work, target.update.refs.get(GEOMETRY), words, target.kind.label)
        return
    yield GEOMETRY, wkt


# ---- new sites


def _create(target: _Target, fields: dict[str, Value], place: str | None, work: SiteEdits) -> None:
    refs, label = target.update.refs, target.kind.label
    first = next(iter(refs.values()), None)
    where = fields.get(GEOMETRY) or place
    missing = []
    if not fields.get("name"):
        ref = refs.get(SITE_NAME) or refs.get("label") or first
        missing.append((ref, _("A new site of {list} needs a name.").format(list=label)))
    if where is None:
        text = _("A new site of {list} needs a position.").format(list=label)
        missing.append((refs.get(GEOMETRY) or first, text))
    for ref, text in missing:
        _complain(work, ref, text, label)
    if not missing:
        work.fresh.add(len(work.edits))
        work.edits.append(_edit(target, {**fields, GEOMETRY: where}, None))
