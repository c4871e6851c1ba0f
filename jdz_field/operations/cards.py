"""防灾工作明白卡 and 避险明白卡: what stands on the cards of a geohazard point.

The boxes are those of the cards that offices issue (work card: 防灾工作明白卡; household card:
地质灾害防灾避险明白卡); what the ledger lacks stays an empty box to be filled in by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.files import write_whole
from jdz_field.core.i18n import _, language
from jdz_field.core.sites import Site
from jdz_field.geo.counties import counties
from jdz_field.geo.display import shown_position
from jdz_field.operations.households import Household, households_of, route_of
from jdz_field.reports.sketch import Mark, Place, sketch
from jdz_field.reports.typeset import Format, chinese_font, typeset
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

WORK, HOUSEHOLD = "work", "household"
KINDS = (WORK, HOUSEHOLD)
_NEIGHBOURS = 25

Row = list[str]


@dataclass(frozen=True, slots=True)
class Written:
    """The files that hold the cards (one PDF, or a PNG a page), and how many cards."""

    files: tuple[Path, ...]
    cards: int


def write_cards(
    project: Project, sites: Sequence[Site], kind: str, out: Path, *, on: datetime
) -> Written:
    """The cards of these points in a file: ``.pdf``, or ``.png`` (a file a page).

    ``BadUsage``: another suffix; errors of ``cards``; ``Unavailable``: it cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in (".pdf", ".png"):
        raise BadUsage(_("{name}: cards are written as .pdf or .png.").format(name=out.name))
    found = cards(project, sites, kind)
    pages = set_cards(project, kind, found, on=on, form="png" if suffix == ".png" else "pdf")
    names = [
        out if n == 1 else out.with_name(f"{out.stem}-{n}{out.suffix}")
        for n in range(1, len(pages) + 1)
    ]
    for name, page in zip(names, pages, strict=True):
        write_whole(name, page)
    return Written(tuple(names), len(found))


def cards(project: Project, sites: Sequence[Site], kind: str) -> list[dict[str, Any]]:
    """The cards of these points as their template reads them.

    ``BadInput``: a site is no geohazard point, or nothing says who lives there (household
    cards come from records of the form ``card_survey``).
    """
    made = [card for site in sites for card in _cards_of(project, site, kind)]
    if not made:
        raise BadInput(
            _(
                "Nothing says who lives at {site}; fill in the form «Card survey» for it first."
            ).format(site=sites[0].name if sites else "")
        )
    return made


def set_cards(
    project: Project,
    kind: str,
    made: Sequence[dict[str, Any]],
    *,
    on: datetime,
    form: Format = "pdf",
) -> list[bytes]:
    """Cards as one PDF, or a PNG a page; ``on``: the day they state.

    ``Unavailable``: no font with Chinese signs.
    """
    sample = any(card["sample"] for card in made) or project.sample
    day = on.astimezone(BEIJING).date().isoformat()
    data = {
        "lang": language(),
        "mark": _("For internal use"),
        "sample": _("Invented example") if sample else "",
        "foot": _("Made on {day} with jdz_field").format(day=day),
        "cards": made,
    }
    return typeset(f"card_{kind}", data, made=on, form=form)


def _cards_of(project: Project, site: Site, kind: str) -> Iterator[dict[str, Any]]:
    if site.kind != "geohazard":
        raise BadInput(
            _("Cards are for geohazard points; {site} is something else.").format(site=site.name)
        )
    if kind == WORK:
        yield work_card(project, site)
    else:
        yield from (household_card(site, one) for one in households_of(project, site.id))


class _Words:
    """Labels and values of one site's fields."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._fields = site_kind(site.kind).by_name

    def label(self, name: str) -> str:
        return self._fields[name].label

    def of(self, *names: str) -> str:
        told = (self._fields[name].words(self.site.fields.get(name)) for name in names)
        return " ".join(word for word in told if word)

    def row(self, *names: str) -> Row:
        """Label and value, or two of each."""
        return [part for name in names for part in (self.label(name), self.of(name))]


def work_card(project: Project, site: Site) -> dict[str, Any]:
    """防灾工作明白卡 of one point, as its template reads it."""
    told = _Words(site)
    groups = [
        {"title": _("The hazard"), "rows": _hazard(told)},
        {
            "title": _("Watching"),
            "rows": [
                told.row("monitor_name", "monitor_phone"),
                told.row("monitoring_signs"),
                told.row("monitoring"),
                told.row("forecast_sign"),
            ],
        },
        {"title": _("Getting away"), "rows": _away(told)},
        {
            "title": _("Issued"),
            "rows": [
                told.row("cards_issuer", "cards_issuer_phone"),
                told.row("card_holder", "card_holder_phone"),
                told.row("cards_issued_on"),
            ],
        },
    ]
    return {
        "sample": bool(site.fields.get("sample")),
        "title": _("Work card for preventing a geological disaster"),
        "left": f"{told.label('code')} {site.code}",
        "right": f"{told.label('field_code')} {told.of('field_code') or '—'}",
        "groups": groups,
        "map": _map(project, site),
        "notes": "",
    }


def _hazard(told: _Words) -> list[Row]:
    site = told.site
    where = told.of("county_code", "town", "village")
    if site.lon is not None and site.lat is not None:
        where += "  " + shown_position(site.lon, site.lat, "dms")
    return [
        told.row("name"),
        [_("Place"), where],
        [_("Kind and size"), told.of("kind_code", "volume", "scale_grade")],
        told.row("causes"),
        [
            _("Threatened"),
            _(", ").join(w for w in (_threat(told), told.of("threat_objects")) if w),
        ],
        told.row("danger_grade", "stability"),
    ]


def _threat(told: _Words) -> str:
    names = ("threatened_households", "threatened_people", "threatened_assets")
    return _(", ").join(f"{told.label(n)} {told.of(n)}" for n in names if told.of(n))


def _away(told: _Words) -> list[Row]:
    return [
        told.row("shelter"),
        told.row("escape_route"),
        told.row("alarm_signal"),
        told.row("order_issuer", "order_phone"),
        *(_helper(told, who) for who in ("rescue", "security", "medical")),
    ]


def _helper(told: _Words, who: str) -> Row:
    unit = told.of(f"{who}_unit", f"{who}_head")
    return [told.label(f"{who}_unit"), unit, _("Phone"), told.of(f"{who}_phone")]


def household_card(site: Site, house: Household) -> dict[str, Any]:
    """避险明白卡 of one household, as its template reads it."""
    told = _Words(site)
    return {
        "sample": bool(site.fields.get("sample")),
        "title": _("Card of a household: how to get away from a geological disaster"),
        "left": f"{told.label('code')} {site.code} · {site.name}",
        "right": _("No. {n}").format(n=house.number),
        "groups": _household_groups(told, house),
        "family": {
            "head": [_("Name"), _("Sex"), _("Age")],
            "rows": [
                [m.name, m.sex, str(m.age if m.age is not None else "")] for m in house.family
            ],
            "title": _("Family"),
        },
        "foot": [
            [told.label("cards_issuer"), told.of("cards_issuer", "cards_issuer_phone")],
            [_("Signature of the head"), ""],
            [_("Date of signing"), house.day],
        ],
        "copies": _("Three copies: household, village, issuing office"),
    }


def _size(told: _Words) -> str:
    return told.of("volume", "scale_grade")


def _household_groups(told: _Words, house: Household) -> list[dict[str, Any]]:
    return [
        {
            "title": _("Household"),
            "rows": [
                [_("Head"), house.head, _("People"), str(house.count or "")],
                [_("House"), house.building, _("Phone"), house.phone],
                [_("Address"), house.address],
            ],
        },
        {
            "title": _("The hazard"),
            "rows": [
                [told.label("kind_code"), told.of("kind_code"), _("Scale"), _size(told)],
                [_("Where from the house"), house.relation],
                told.row("causes"),
                [_("Take care"), house.notes or told.of("monitoring_signs")],
            ],
        },
        {"title": _("Watching"), "rows": _warned(told)},
        {
            "title": _("Getting away"),
            "rows": [
                told.row("escape_route"),
                told.row("resettle_place"),
                told.row("resettle_head", "resettle_phone"),
                _helper(told, "medical"),
            ],
        },
    ]


def _warned(told: _Words) -> list[Row]:
    return [
        told.row("monitor_name", "monitor_phone"),
        told.row("alarm_signal"),
        told.row("order_issuer", "order_phone"),
    ]


def _map(project: Project, site: Site) -> str:
    """Where it lies: neighbours, county borders, and the way out where somebody drew one."""
    if site.lon is None or site.lat is None:
        return ""
    query = SiteQuery(near=(site.lon, site.lat), order="distance")
    others = (
        Mark(other.lon, other.lat, other.name)
        for other in project.search(query, _NEIGHBOURS)
        if other.id != site.id and other.lon is not None and other.lat is not None
    )
    marks = [Mark(site.lon, site.lat, site.name, main=True), *others]
    route = route_of(project, site.id)
    words = _("Sketch, not a survey. Green: the way out") if route else _("Sketch, not a survey")
    return sketch(
        marks, [route] if route else [], list(_borders()), font=chinese_font(), words=words
    )


def _borders() -> Iterator[Sequence[Place]]:
    for county in counties():
        for part in shapely.get_parts(county.outline):
            yield [(float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior)]
