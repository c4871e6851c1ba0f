"""Households that a geohazard point threatens, as records of the form ``card_survey`` tell them.

The newest record of a site that was not rejected counts; a household is never a site of its own,
so that its names lie in records alone, which exports can leave out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.sites import Record

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


def surveys_of(records: Iterable[Record]) -> dict[str, Record]:
    """The record that counts for each site (by id), of these records."""
    found = [one for one in records if one.form == FORM and one.review != "rejected" and one.site]
    replaced = {one.replaces for one in found}
    counting: dict[str, Record] = {}
    for one in sorted(found, key=lambda record: (record.finished, record.id)):
        if one.id not in replaced:
            counting[str(one.site)] = one
    return counting


def households_in(survey: Record | None) -> list[Household]:
    """The households that a survey names, in the order in which they were entered."""
    if survey is None:
        return []
    day = local_text(from_text(survey.finished))[:10]
    entries = survey.answers.get("household")
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


def route_in(survey: Record | None) -> list[Place]:
    """The way out that a survey drew: lon, lat in degrees; empty when there is none."""
    drawn = survey.answers.get("escape_line") if survey else None
    if not isinstance(drawn, str):
        return []
    # A geotrace: "lat lon altitude accuracy; …" (ODK XForms, data types).
    corners = (corner.split() for corner in drawn.split(";") if corner.strip())
    return [(float(corner[1]), float(corner[0])) for corner in corners if len(corner) > 1]
