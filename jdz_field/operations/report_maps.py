"""Small maps of reports: a sketch by default, with its official number where it has one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from math import cos, radians

import numpy as np
import shapely

from jdz_field.core.i18n import _
from jdz_field.core.sites import Record, Site, point_of
from jdz_field.geo.counties import counties
from jdz_field.geo.tracks import distance_m
from jdz_field.operations.report_state import present
from jdz_field.reports.sketch import HEIGHT, Mark, Place, sketch
from jdz_field.reports.typeset import chinese_font
from jdz_field.store.project import Project

_NEIGHBOURS = 25
#: Height of a record's map in millimetres; a visit so near to its site (m) is no mark of its own.
_LOW, _SAME = 62.0, 15.0


class Maps:
    """The maps of one report; neighbours are those of its moment (``core.clock`` text).

    ``number``: the official number (审图号), empty for none.
    """

    def __init__(self, project: Project, moment: str, number: str = "") -> None:
        self.number = number
        self._sites = [
            (site.lon, site.lat, site.id, site.name)
            for site in project.sites_then(moment).sites
            if site.lon is not None and site.lat is not None
            if present(site.fields, deleted=site.deleted)
        ]
        self._places = np.array([one[:2] for one in self._sites], dtype=float).reshape(-1, 2)

    def of_site(self, site: Site, route: Sequence[Place] = (), height: float = HEIGHT) -> str:
        """Where a site lies: neighbours, county borders, the way out where one is drawn (SVG).

        Empty when the site has no place. ``height`` in millimetres.
        """
        if site.lon is None or site.lat is None:
            return ""
        marks = [Mark(site.lon, site.lat, site.name, main=True), *self._neighbours(site)]
        words = _("Sketch, not a survey")
        if route:
            words = _("Sketch, not a survey. Green: the way out")
        return _drawn(marks, [route] if route else [], words, self.number, height)

    def of_record(self, site: Site | None, record: Record) -> str:
        """Where a record was made, and its site beside it (SVG); empty when neither has a place."""
        made = point_of(record.geometry)
        if site is None or site.lon is None or site.lat is None:
            if made is None:
                return ""
            marks = [Mark(*made, _("Where it was recorded"), main=True)]
            return _drawn(marks, [], _("Sketch, not a survey"), self.number, _LOW)
        marks = [Mark(site.lon, site.lat, site.name, main=True)]
        if made is not None and distance_m(site.lon, site.lat, *made) > _SAME:
            marks.append(Mark(*made, _("Where it was recorded")))
        marks += self._neighbours(site)
        return _drawn(marks, [], _("Sketch, not a survey"), self.number, _LOW)

    def _neighbours(self, site: Site) -> Iterator[Mark]:
        if site.lon is None or site.lat is None:
            return
        shrink = cos(radians(site.lat))
        apart = (self._places - (site.lon, site.lat)) * (shrink, 1.0)
        order = np.argsort((apart**2).sum(axis=1), kind="stable")
        for place in order[: _NEIGHBOURS + 1]:
            lon, lat, id_, name = self._sites[place]
            if id_ != site.id:
                yield Mark(float(lon), float(lat), name)


def _drawn(
    marks: Sequence[Mark],
    routes: Sequence[Sequence[Place]],
    words: str,
    number: str,
    height: float,
) -> str:
    told = _("Map number {number}").format(number=number) if number else ""
    corner = " · ".join(filter(None, (words, told)))
    return sketch(marks, routes, _borders(), font=chinese_font(), words=corner, height=height)


@cache
def _borders() -> tuple[tuple[Place, ...], ...]:
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(part.exterior))
        for county in counties()
        for part in shapely.get_parts(county.outline)
    )
