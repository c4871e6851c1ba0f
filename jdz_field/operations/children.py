"""Sites that belong to another of their kind: sample plots of a 小班, projects of a unit.

A child names its parent twice: by its number, which ledgers hold and which joins them again after
an export and an import elsewhere, and by its id, which counts when nothing has that number any
more (the office gave another).
"""

from __future__ import annotations

from collections.abc import Mapping

from jdz_field.core.catalogue import Children, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Site
from jdz_field.operations.sites import add_site
from jdz_field.store.project import Project


def children_of_kind(site: Site) -> Children | None:
    """What a site can have below it; ``None`` for a child, and for kinds without any."""
    below = site.fields.get("parent") or site.fields.get("parent_code")
    return None if below else site_kind(site.kind).children


def parent_of(project: Project, site: Site) -> Site | None:
    """The site that this one belongs to, if the project holds it."""
    by_id, number = site.fields.get("parent"), site.fields.get("parent_code")
    named = project.sites_by_code(str(number)) if number else []
    same = [one for one in named if one.kind == site.kind and one.id != site.id and not one.deleted]
    if len(same) > 1:
        same = [one for one in same if one.id == by_id]
    elif not same and by_id and by_id != site.id:
        same = [one for one in (project.site(str(by_id)),) if one is not None]
    return same[0] if same else None


def child_fields(project: Project, parent: Site) -> dict[str, Value]:
    """What a new child of ``parent`` begins with: its place in the order, name, town.

    ``BadInput`` when the site can have none.
    """
    about = children_of_kind(parent)
    if about is None or parent.deleted:
        raise BadInput(_("{site} can have nothing below it.").format(site=parent.name))
    taken = {str(one.fields.get(about.number)) for one in project.children(parent)}
    number = next(n for n in range(1, len(taken) + 2) if str(n) not in taken)
    fields: dict[str, Value] = {
        **about.given,
        "name": f"{parent.name or parent.code} {about.labels['zh']}{number}",
        "parent": parent.id,
        "parent_code": parent.code or None,
    }
    if about.number:
        fields[about.number] = str(number)
    inherited = ("county_code", "town", "village", "kind_code")
    return fields | {name: parent.fields.get(name) for name in inherited}


def add_child(
    project: Project,
    parent: Site,
    lon: float,
    lat: float,
    fields: Mapping[str, Value],
    how: Provenance | None = None,
) -> Site:
    """A new site below ``parent`` at a point in degrees (EPSG:4490), with a provisional number.

    ``BadInput`` for a bad value or position, or a parent that can have none.
    """
    values = child_fields(project, parent) | dict(fields)
    known = {name: value for name, value in values.items() if value is not None}
    return add_site(project, parent.kind, lon, lat, known, how)
