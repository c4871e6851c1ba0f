"""防灾工作明白卡 and 避险明白卡: what stands on the cards of a geohazard point.

The boxes are those of the cards that offices issue (work card: 防灾工作明白卡; household card:
地质灾害防灾避险明白卡). What the ledger lacks says so in small faint words, so that it can be
filled in by hand; signatures and their dates stay blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Record, Site
from jdz_field.geo.display import shown_position
from jdz_field.operations.households import FORM, Household, households_in, route_in, surveys_of
from jdz_field.operations.personal import without_personal
from jdz_field.operations.report_maps import Maps
from jdz_field.store.project import Project

WORK, HOUSEHOLD = "work", "household"
KINDS = (WORK, HOUSEHOLD)
#: Height in millimetres of the map on a household's card.
_LOW = 52.0

Row = list[str]


class Cards:
    """Cards of a moment: points, surveys and neighbours as they were then."""

    def __init__(self, project: Project, moment: datetime, number: str = "") -> None:
        text = to_text(moment)
        self._project, self._day, self._text, self._number = project, moment, text, number
        self.surveys: Mapping[str, Record] = surveys_of(project.records_then(text, form=FORM))
        self._sites = {one.id: one for one in project.sites_then(text, ("geohazard",)).sites}
        self._maps: Maps | None = None

    def site(self, site: Site) -> Site:
        """The point as it was. ``BadInput``: it is none, or was not there yet."""
        if site.kind != "geohazard":
            raise BadInput(
                _("Cards are for geohazard points; {site} is something else.").format(
                    site=site.name
                )
            )
        found = self._sites.get(site.id)
        if found is None:
            raise BadInput(
                _("{site} was not there yet on that day; name a later day.").format(site=site.name)
            )
        return found

    def of(self, site: Site, kind: str, *, personal: bool = True) -> list[dict[str, Any]]:
        """The cards of one kind of a point, as their template reads them; none: no households.

        ``personal``: with names and telephones.
        """
        then = self.site(site) if personal else without_personal(self.site(site))
        survey = self.surveys.get(then.id)
        route = route_in(survey)
        if kind == WORK:
            return [work_card(then, self._map(then, route))]
        drawn = self._map(then, route, _LOW) if route else ""
        return [household_card(then, one, drawn) for one in households_in(survey)]

    def _map(self, site: Site, route: Sequence[tuple[float, float]], height: float = 0) -> str:
        if self._maps is None:
            self._maps = Maps(self._project, self._text, self._number)
        if height:
            return self._maps.of_site(site, route, height)
        return self._maps.of_site(site, route)


def no_households(site: str) -> str:
    """That nothing says who lives at a point."""
    return _(
        "Nothing says who lives at {site}; fill in the form «Card survey» for it first."
    ).format(site=site)


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


def work_card(site: Site, drawn: str) -> dict[str, Any]:
    """防灾工作明白卡 of one point, as its template reads it; ``drawn``: its map as SVG."""
    told = _Words(site)
    groups = [
        {"title": _("The hazard"), "rows": _hazard(told)},
        {
            "title": _("Watching"),
            "rows": [
                told.row("monitor_name", "monitor_phone"),
                told.row("monitoring_signs"),
                [_("Means and methods of watching"), told.of("monitoring")],
                told.row("forecast_sign"),
            ],
        },
        {"title": _("Getting away"), "rows": _away(told)},
        {
            "title": _("Issued"),
            "rows": [
                told.row("cards_issuer", "cards_issuer_phone"),
                told.row("cards_issued_on"),
                told.row("card_holder", "card_holder_phone"),
                [_("Received on"), _BY_HAND],
            ],
        },
    ]
    return {
        "sample": bool(site.fields.get("sample")),
        "title": _("Work card for preventing a geological disaster"),
        "left": f"{told.label('code')} {site.code}",
        "right": f"{told.label('field_code')} {told.of('field_code') or '—'}",
        "groups": groups,
        "helpers": _helpers(told),
        "map": drawn,
        "notes": "",
    }


#: A box that is always filled in by hand: a date of signing.
_BY_HAND = "\u2002"


def _hazard(told: _Words) -> list[Row]:
    site = told.site
    where = told.of("county_code", "town", "village")
    if site.lon is not None and site.lat is not None:
        where += "  " + shown_position(site.lon, site.lat, "dms")
    return [
        told.row("name"),
        [_("Place"), where.strip()],
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
    ]


def _helpers(told: _Words) -> dict[str, Any]:
    """Who rescues, keeps order and heals: unit, head and telephone of each."""
    return {
        "title": _("Helpers"),
        "head": ["", _("Unit"), _("Head of the unit"), _("Phone")],
        "rows": [
            [told.label(f"{who}_unit"), *(told.of(f"{who}_{what}") for what in _OF_HELPER)]
            for who in ("rescue", "security", "medical")
        ],
    }


_OF_HELPER = ("unit", "head", "phone")


def household_card(site: Site, house: Household, drawn: str = "") -> dict[str, Any]:
    """避险明白卡 of one household, as its template reads it; ``drawn``: a map as SVG."""
    told = _Words(site)
    return {
        "sample": bool(site.fields.get("sample")),
        "title": _("Card of a household: how to get away from a geological disaster"),
        "left": f"{told.label('code')} {site.code} · {site.name}",
        "right": _("No. {n}").format(n=house.number),
        "groups": _household_groups(told, house),
        "family": {
            "head": [_("Name"), _("Sex"), _("Age")],
            "rows": [[m.name, m.sex, "" if m.age is None else str(m.age)] for m in house.family],
            "title": _("Family"),
        },
        "map": drawn,
        "foot": [
            [told.label("cards_issuer"), told.of("cards_issuer", "cards_issuer_phone")],
            [_("Signature of the head"), _BY_HAND],
            [_("Date of signing"), _BY_HAND],
        ],
        "copies": _("Three copies: household, village, issuing office")
        + _("; asked on {day}").format(day=house.day),
    }


def _household_groups(told: _Words, house: Household) -> list[dict[str, Any]]:
    count = "" if house.count is None else str(house.count)
    size = told.of("volume", "scale_grade")
    return [
        {
            "title": _("Household"),
            "rows": [
                [_("Head"), house.head, _("People"), count],
                [_("House"), house.building, _("Phone"), house.phone],
                [_("Address"), house.address],
            ],
        },
        {
            "title": _("The hazard"),
            "rows": [
                [told.label("kind_code"), told.of("kind_code"), _("Scale"), size],
                [_("Where from the house"), house.relation],
                told.row("causes"),
                [_("Take care"), house.notes or told.of("monitoring_signs")],
            ],
        },
        {
            "title": _("Watching"),
            "rows": [
                told.row("monitor_name", "monitor_phone"),
                told.row("alarm_signal"),
                told.row("order_issuer", "order_phone"),
            ],
        },
        {"title": _("Getting away"), "rows": list(_household_away(told))},
    ]


def _household_away(told: _Words) -> Iterator[Row]:
    yield told.row("escape_route")
    yield told.row("resettle_place")
    yield told.row("resettle_head", "resettle_phone")
    yield told.row("medical_unit")
    yield told.row("medical_head", "medical_phone")
