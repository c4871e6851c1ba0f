"""Households that a geohazard point threatens, as records of the form ``card_survey`` tell them.

The newest record of a site that was not rejected counts; a household is never a site of its own,
so that its names lie in records alone, which exports can leave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.sites import Record
from jdz_field.store.project import Project

FORM = "card_survey"
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Person:
    """One of a family; ``age`` in years."""

    name: str
    sex: str
    age: int | None


@dataclass(frozen=True, slots=True)
class Household:
    """One household; ``number`` runs within its site, ``day`` is when it was asked."""

    number: int
    head: str
    count: int | None
    phone: str
    building: str
    address: str
    relation: str
    notes: str
    family: tuple[Person, ...]
    day: str


def survey_of(project: Project, site: str) -> Record | None:
    """The record that counts for a site."""
    found = [
        record for record in project.records(site=site, form=FORM) if record.review != "rejected"
    ]
    replaced = {record.replaces for record in found}
    found = [record for record in found if record.id not in replaced]
    return max(found, key=lambda record: record.finished, default=None)


def households_of(project: Project, site: str) -> list[Household]:
    """The households of a site, in the order in which they were entered."""
    record = survey_of(project, site)
    if record is None:
        return []
    day = local_text(from_text(record.finished))[:10]
    entries = record.answers.get("household")
    listed = entries if isinstance(entries, list) else []
    return [_household(n, one, day) for n, one in enumerate(listed, 1)]


def _household(number: int, found: Mapping[str, Any], day: str) -> Household:
    def word(name: str) -> str:
        value = found.get(name)
        return "" if value is None else str(value)

    people = found.get("member")
    family = tuple(
        Person(
            str(one.get("name") or ""),
            code_list("sex").label(str(one.get("sex") or "")),
            _whole(one.get("age")),
        )
        for one in (people if isinstance(people, list) else [])
    )
    return Household(
        number,
        word("head"),
        _whole(found.get("people")),
        word("phone"),
        code_list("building").label(word("building")),
        word("address"),
        word("relation"),
        word("notes"),
        family,
        day,
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def route_of(project: Project, site: str) -> list[Place]:
    """The way out that was drawn for a site: lon, lat in degrees; empty when there is none."""
    record = survey_of(project, site)
    drawn = record.answers.get("escape_line") if record else None
    if not isinstance(drawn, str):
        return []
    # A geotrace: "lat lon altitude accuracy; …" (ODK XForms, data types).
    corners = (corner.split() for corner in drawn.split(";") if corner.strip())
    return [(float(corner[1]), float(corner[0])) for corner in corners if len(corner) > 1]
