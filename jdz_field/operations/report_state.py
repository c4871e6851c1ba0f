"""The sites that a report is of: those of a moment, in the register, of a place and kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jdz_field.core.catalogue import code_list, site_kind, table
from jdz_field.core.clock import from_text, local_text, to_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.finding import site_query
from jdz_field.store.project import Project


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sites; empty means any.

    Attributes:
        kind: site kind.
        county, town, kind_code, grade: values of these fields (codes).
        ids: only these sites.
        closed: those that are not in the register too.
    """

    kind: str = "geohazard"
    county: str = ""
    town: str = ""
    kind_code: str = ""
    grade: str = ""
    ids: frozenset[str] | None = None
    closed: bool = False

    def fits(self, site: Site) -> bool:
        """Whether a site is of the place and kind asked for."""
        asked = {
            "county_code": self.county,
            "town": self.town,
            "kind_code": self.kind_code,
            "danger_grade": self.grade,
        }
        if self.ids is not None and site.id not in self.ids:
            return False
        return all(not value or site.fields.get(name) == value for name, value in asked.items())


@dataclass(frozen=True, slots=True)
class Listed:
    """The sites of a report by number, and those of the same filter that it leaves out.

    ``left_out``: how many, by status; ``unsure``: how many whose past is not whole here.
    """

    sites: tuple[Site, ...]
    left_out: Mapping[str, int]
    unsure: int

    def notes(self) -> list[str]:
        """What a reader must know, in sentences."""
        told = []
        labels = code_list("site_status")
        if self.left_out:
            counts = _(", ").join(
                f"{labels.label(status)} {n}" for status, n in sorted(self.left_out.items())
            )
            told.append(_("Not in the register and not listed: {counts}.").format(counts=counts))
        return told + unsure_words(self.unsure)


def unsure_words(count: int) -> list[str]:
    """That this machine does not hold the whole past of some sites; nothing for none."""
    if not count:
        return []
    words = _(
        "This machine does not hold the whole past of {n} sites, so that figures of that day may"
        " be wrong; make the report where the changes were entered."
    )
    return [words.format(n=count)]


@cache
def _registered() -> frozenset[str]:
    return frozenset(table("reports")["registered"])


def present(fields: Mapping[str, Any], *, deleted: bool) -> bool:
    """Whether a site is there: not deleted, not merged into another."""
    return not deleted and not fields.get("merged_into")


def registered(fields: Mapping[str, Any], *, deleted: bool) -> bool:
    """Whether a site is in the register (在册): there, and neither closed nor provisional."""
    status = fields.get("status")
    return present(fields, deleted=deleted) and (not status or status in _registered())


def listed(project: Project, wanted: Wanted, moment: datetime) -> Listed:
    """The sites that a report lists, as they stood at a moment.

    ``BadUsage``: no such kind, or a filter that no site of it can fit.
    """
    known_kind(wanted.kind)
    then = project.sites_then(to_text(moment), (wanted.kind,))
    fitting = [
        site
        for site in then.sites
        if present(site.fields, deleted=site.deleted) and wanted.fits(site)
    ]
    if wanted.closed:
        chosen, others = fitting, []
    else:
        chosen = [site for site in fitting if registered(site.fields, deleted=False)]
        others = [site for site in fitting if not registered(site.fields, deleted=False)]
    counts: dict[str, int] = {}
    for site in others:
        status = str(site.fields.get("status"))
        counts[status] = counts.get(status, 0) + 1
    unsure = sum(site.id in then.unsure for site in fitting)
    return Listed(tuple(chosen), counts, unsure)


def known_kind(kind: str) -> None:
    """``BadUsage`` for what is no kind of site."""
    try:
        site_kind(kind)
    except KeyError as error:
        raise BadUsage(_("There is no kind of site «{kind}».").format(kind=kind)) from error


def wanted_of(
    kind: str, *, county: str = "", town: str = "", grade: str = "", closed: bool = False
) -> Wanted:
    """The filter from what a person writes: codes or words of the lists.

    ``BadUsage`` for a word that its list does not hold.
    """
    asked = site_query({"county": county.strip() or None, "grade": grade.strip() or None})
    return Wanted(kind, asked.county or "", town.strip(), "", asked.grade or "", None, closed)


def begun_words(project: Project, moment: datetime) -> list[str]:
    """That the project's history begins after a moment; nothing when it does not."""
    begun = project.begun()
    if not begun or begun <= to_text(moment):
        return []
    words = _(
        "What this project knows begins on {day}; what was in the register before is not known"
        " here, and sites entered since count as new."
    )
    return [words.format(day=local_text(from_text(begun))[:10])]


def place_words(wanted: Wanted) -> str:
    """The place that a report is of: the city, a county, a township."""
    county = code_list("county").label(wanted.county) if wanted.county else ""
    return _(", ").join(filter(None, (county, wanted.town))) or _("Jingdezhen")
