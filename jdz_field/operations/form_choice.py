"""Which forms a person is offered: for a site by its kind and programme, or without a site.

``resources/catalogue/forms.toml`` gives the order; a county's own forms follow, by the entity
list that they look up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.definitions import definition
from jdz_field.store.project import Project
from jdz_field.xforms.entities import datasets_read
from jdz_field.xforms.site_edits import kind_of_list


@dataclass(frozen=True, slots=True)
class Offer:
    """A form as the catalogue offers it.

    ``kinds``: of sites; ``programmes``: works that it is the first choice for; ``main``: the
    first choice of its kinds; ``siteless``: also without a site; ``urgent``: always at hand.
    """

    id: str
    kinds: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    main: bool = False
    siteless: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A form that a person can fill in now; ``last``: when this site's last record of it ended."""

    id: str
    title: str
    urgent: bool = False
    first: bool = False
    last: str = ""


@cache
def offers() -> tuple[Offer, ...]:
    """The catalogue's offers. ``BadInput``: a form twice, or a kind of site that there is not."""
    found = tuple(map(_offer, table("forms")["forms"]))
    for offer in found:
        twice = [one.id for one in found].count(offer.id) > 1
        if twice or not set(offer.kinds) <= set(SITE_KINDS):
            raise BadInput(
                _(
                    "catalogue/forms.toml: {form} stands there twice or names a kind of site that "
                    "there is not; correct it."
                ).format(form=offer.id)
            )
    return found


def _offer(entry: Mapping[str, Any]) -> Offer:
    return Offer(
        entry["id"],
        tuple(entry.get("kinds", ())),
        tuple(entry.get("programmes", ())),
        entry.get("main", False),
        entry.get("siteless", False),
        entry.get("urgent", False),
    )


def main_form(project: Project, site: Site) -> str | None:
    """The form that the large button of a site opens, if the project has it."""
    return next((one.id for one in choices(project, site) if one.first), None)


def choices(project: Project, site: Site | None = None) -> list[Choice]:
    """The forms for a site, or those that need none; the first choice first."""
    titles = {row.form_id: row.title for row in project.forms()}
    known = {offer.id: offer for offer in offers()}
    wanted = [o for o in known.values() if o.id in titles and _fits(o, site)]
    first = _first(wanted, site)
    rest = [
        Offer(form)
        for form in titles
        if form not in known and _own_fits(project, form, site.kind if site else None)
    ]
    ordered = sorted((*wanted, *rest), key=lambda offer: offer.id != first)
    return [
        Choice(o.id, titles[o.id], o.urgent, o.id == first, _last(project, o.id, site))
        for o in ordered
    ]


def _fits(offer: Offer, site: Site | None) -> bool:
    return offer.siteless if site is None else site.kind in offer.kinds


def _first(wanted: list[Offer], site: Site | None) -> str:
    """The programme's own form before the kind's; without a site none is."""
    if site is None:
        return ""
    programme = site.fields.get("kind_code") if site.kind == "works" else None
    own = [offer.id for offer in wanted if programme in offer.programmes]
    return next(iter([*own, *(offer.id for offer in wanted if offer.main)]), "")


def _own_fits(project: Project, form: str, kind: str | None) -> bool:
    """Whether a county's own form is for this kind of site; one that looks up none needs none."""
    lists = datasets_read(definition(project, form, None).lists).values()
    kinds = {found.name for found in map(kind_of_list, lists) if found is not None}
    return kind in kinds if kind else not kinds


def _last(project: Project, form: str, site: Site | None) -> str:
    if site is None:
        return ""
    found = project.records(site=site.id, form=form, limit=1)
    return found[0].finished if found else ""
