"""Where photos belong: records that were being made when they were taken, and sites near them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jdz_field.core.clock import from_text, local_text
from jdz_field.core.sites import Draft, Record
from jdz_field.geo.tracks import distance_m
from jdz_field.store.project import Project
from jdz_field.store.queries import MapPoint

#: How far from a photo a site is proposed, metres, and how many are.
NEAR_M, PROPOSED = 500.0, 3
#: A site or a record's place this near is chosen without being asked, metres.
SURE_M = 150.0
#: A photo taken this long before a record was begun, or after it was finished, may belong to it.
SLACK_S = 900.0
#: A draft goes on for so long after it was last written on.
OPEN_S = 3600.0
#: Records are asked of the store in pages of so many, the newest first.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A site near a photo; ``distance_m`` metres away."""

    site: str
    kind: str
    name: str
    distance_m: float

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        return {
            "site": self.site,
            "kind": self.kind,
            "name": self.name,
            "distance_m": round(self.distance_m, 1),
        }


class SiteFinder:
    """The sites of a project by latitude, to find those near a photo."""

    def __init__(self, points: Iterable[MapPoint]) -> None:
        self._points = sorted(points, key=lambda point: point.lat)
        self._lats = [point.lat for point in self._points]

    def near(
        self, lon: float, lat: float, within: float = NEAR_M, limit: int = PROPOSED
    ) -> list[Proposal]:
        """Sites within ``within`` metres of a place (degrees, EPSG:4490), the nearest first."""
        reach = within / 110_000  # a degree of latitude is never shorter than 110 km
        found = []
        for index in range(bisect_left(self._lats, lat - reach), len(self._points)):
            point = self._points[index]
            if point.lat > lat + reach:
                break
            distance = distance_m(lon, lat, point.lon, point.lat)
            if distance <= within:
                found.append(Proposal(point.id, point.kind, point.name, distance))
        return sorted(found, key=lambda proposal: proposal.distance_m)[:limit]


def propose_sites(
    project: Project, lon: float, lat: float, *, within: float = NEAR_M, limit: int = PROPOSED
) -> list[Proposal]:
    """Sites near a place; for many photos ask one ``SiteFinder``."""
    return SiteFinder(project.map_points()).near(lon, lat, within, limit)


@dataclass(frozen=True, slots=True)
class RecordProposal:
    """A record or draft that was being made when a photo was taken.

    Attributes:
        record: its id; ``site`` its site's, with ``name``, when it has one.
        title: form and time, as a list shows it.
        gap_s: seconds from the photo to the record's start or end; 0 within.
        distance_m: metres to the record's place, ``None`` when either has none.
        sure: chosen without being asked.
    """

    record: str
    site: str | None
    name: str
    title: str
    gap_s: float
    distance_m: float | None
    sure: bool

    def to_json(self) -> dict[str, Any]:
        """As ``photos add`` prints it."""
        far = self.distance_m
        return {
            "record": self.record,
            "site": self.site,
            "title": self.title,
            "gap_s": round(self.gap_s, 1),
            "distance_m": None if far is None else round(far, 1),
        }


@dataclass(frozen=True, slots=True)
class _Span:
    """A record's time and place."""

    record: str
    site: str | None
    name: str
    title: str
    start: float
    end: float
    places: tuple[tuple[float, float], ...]

    def gap(self, time: float) -> float:
        return max(self.start - time, time - self.end, 0.0)

    def metres(self, position: tuple[float, float] | None) -> float | None:
        if position is None or not self.places:
            return None
        return min(distance_m(*position, *place) for place in self.places)


class RecordFinder:
    """The records and drafts of some time, to find those that a photo was taken for."""

    def __init__(self, spans: Iterable[_Span]) -> None:
        self._spans = sorted(spans, key=lambda span: span.start)

    @classmethod
    def of(cls, project: Project, start: datetime, end: datetime) -> RecordFinder:
        """Those that touch the time from ``start`` to ``end`` (zone-aware)."""
        first, last = start.timestamp() - SLACK_S, end.timestamp() + SLACK_S
        titles = {form.form_id: form.title for form in project.forms()}
        found = [_span(project, titles, one) for one in project.drafts()]
        offset = 0
        while page := project.records(limit=_PAGE, offset=offset):
            found += [_span(project, titles, one) for one in page]
            offset += len(page)
            # The newest first: what follows was finished before the first photo.
            if from_text(page[-1].finished).timestamp() < first:
                break
        return cls(one for one in found if one.end >= first and one.start <= last)

    def near(
        self, moment: datetime | None, position: tuple[float, float] | None
    ) -> list[RecordProposal]:
        """Records for a photo taken at ``moment`` at ``position`` (degrees), the likeliest first.

        One is proposed when its time fits and its place, where both have one, is not too far.
        """
        if moment is None:
            return []
        time = moment.timestamp()
        fitting = [(span, span.gap(time), span.metres(position)) for span in self._spans]
        fitting = [
            (span, gap, far)
            for span, gap, far in fitting
            if gap <= SLACK_S and (far is None or far <= NEAR_M)
        ]
        fitting.sort(key=lambda one: (one[1], one[2] if one[2] is not None else NEAR_M))
        within = sum(gap == 0 for _span, gap, _far in fitting)
        return [
            RecordProposal(
                span.record, span.site, span.name, span.title, gap, far, _sure(gap, far, within)
            )
            for span, gap, far in fitting[:PROPOSED]
        ]


def _sure(gap: float, far: float | None, within: int) -> bool:
    """In time and near; without a place only when no other record has this time."""
    return gap == 0 and (within == 1 if far is None else far <= SURE_M)


def _span(project: Project, titles: dict[str, str], one: Record | Draft) -> _Span:
    site = project.site(one.site) if one.site else None
    places = _places(one.geometry if isinstance(one, Record) else None)
    if not places and site is not None and site.lon is not None and site.lat is not None:
        places = ((site.lon, site.lat),)
    start = from_text(one.started)
    if isinstance(one, Record):
        end = from_text(one.finished)
    else:
        end = from_text(one.updated) + timedelta(seconds=OPEN_S)
    return _Span(
        record=one.id,
        site=one.site,
        name=(site.name or site.code) if site is not None else "",
        title=f"{titles.get(one.form, one.form)} {local_text(start)}",
        start=min(start, end).timestamp(),
        end=max(start, end).timestamp(),
        places=places,
    )


def _places(wkt: str | None) -> tuple[tuple[float, float], ...]:
    if not wkt:
        return ()
    # It brings a third of a second along that plain geotagging need not wait for.
    import shapely  # noqa: PLC0415

    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.ShapelyError:
        return ()
    return tuple((float(x), float(y)) for x, y in shapely.get_coordinates(shape))


def first_sure(
    records: Sequence[RecordProposal], sites: Sequence[Proposal]
) -> tuple[str | None, str | None]:
    """Record and site that are chosen without being asked: ids, or ``None``."""
    record = next((one for one in records if one.sure), None)
    if record is not None:
        return record.record, record.site
    near = sites[0] if sites and sites[0].distance_m <= SURE_M else None
    return None, near.site if near is not None else None
