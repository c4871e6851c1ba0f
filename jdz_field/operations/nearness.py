"""Whether somebody comes near a point of high danger: once for each approach.

Sites lie in the cells of a grid as wide as the farthest warning, so that a position asks nine
cells, however many sites there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import shapely

from jdz_field.core.catalogue import table
from jdz_field.geo.measures import CGCS2000_ELLIPSOID
from jdz_field.geo.tracks import distance_m
from jdz_field.gnss.fix import STALE_AFTER, Fix
from jdz_field.store.danger import Danger
from jdz_field.store.project import Project

#: Metres of a degree of latitude, little enough that no cell is too small.
_DEGREE = 110_500.0
#: An area over more cells is asked every time.
_MOST_CELLS = 4096


@dataclass(frozen=True, slots=True)
class Rule:
    """``metres`` by danger grade; the rest as in ``resources/catalogue/nearness.toml``."""

    metres: Mapping[str, float]
    statuses: tuple[str, ...]
    leave_factor: float
    leave_m: float
    accuracy_m: float
    card: tuple[str, ...]
    choices: tuple[int, ...]
    certainty: str

    def leave(self, grade: str) -> float:
        """Metres beyond which an approach is over."""
        return self.metres[grade] * self.leave_factor + self.leave_m

    def within(self, metres: float) -> Rule:
        """The rule with one distance for every grade that warns; 0 warns of nothing."""
        chosen = dict.fromkeys(self.metres, metres) if metres > 0 else {}
        rest = (self.leave_factor, self.leave_m, self.accuracy_m, self.card, self.choices)
        return Rule(chosen, self.statuses, *rest, self.certainty)


@cache
def rule() -> Rule:
    """The rule of the catalogue."""
    data = table("nearness")
    more = data["limits"]
    return Rule(
        {one["code"]: float(one["metres"]) for one in data["grade"]},
        tuple(more["statuses"]),
        more["leave_factor"],
        more["leave_m"],
        more["accuracy_m"],
        tuple(more["card"]),
        tuple(more["choices"]),
        data["certainty"],
    )


@dataclass(frozen=True, slots=True)
class Near:
    """A site that somebody is near: metres to it (0 inside an area), bearing from true north."""

    danger: Danger
    metres: float
    bearing: float


def index_of(project: Project, by: Rule) -> Index:
    """The sites that warn, in a grid."""
    return Index(project.dangers(tuple(by.metres), by.statuses), by)


class Index:
    """Where the sites are; never changes, may be made in any thread."""

    def __init__(self, dangers: Sequence[Danger], by: Rule) -> None:
        self.rule = by
        widest = max(by.metres.values(), default=0.0)
        steepest = max((abs(one.lat) for one in dangers), default=0.0)
        self._high = max(widest / _DEGREE, 1e-6)
        self._wide = self._high / max(math.cos(math.radians(min(steepest + 1, 89))), 0.01)
        self._cells: dict[tuple[int, int], list[Danger]] = {}
        self._large: list[Danger] = []
        self._shapes: dict[str, shapely.Geometry] = {}
        self.ids: set[str] = set()
        for one in dangers:
            if one.grade in by.metres:
                self._put(one)

    def _put(self, one: Danger) -> None:
        self.ids.add(one.id)
        west, south, east, north = one.lon, one.lat, one.lon, one.lat
        if one.shape is not None:
            shape = shapely.from_wkt(one.shape)
            self._shapes[one.id] = shape
            west, south, east, north = shape.bounds
        (left, low), (right, high) = self._cell(west, south), self._cell(east, north)
        if (right - left + 1) * (high - low + 1) > _MOST_CELLS:
            self._large.append(one)
            return
        for x in range(left, right + 1):
            for y in range(low, high + 1):
                self._cells.setdefault((x, y), []).append(one)

    def _cell(self, lon: float, lat: float) -> tuple[int, int]:
        return math.floor(lon / self._wide), math.floor(lat / self._high)

    def around(self, lon: float, lat: float) -> Iterator[Danger]:
        """Sites that may be within the farthest warning; an area may come several times."""
        x, y = self._cell(lon, lat)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                yield from self._cells.get((x + dx, y + dy), ())
        yield from self._large

    def distance(self, one: Danger, lon: float, lat: float) -> tuple[float, float, float]:
        """Metres to a site, and the place (lon, lat) of it that is nearest."""
        shape = self._shapes.get(one.id)
        place = (one.lon, one.lat) if shape is None else _nearest(shape, lon, lat)
        return (distance_m(lon, lat, *place), *place)


def _nearest(shape: shapely.Geometry, lon: float, lat: float) -> tuple[float, float]:
    """The place of a shape that is nearest: measured where a degree is as long either way."""
    squeeze = math.cos(math.radians(lat))
    flat = shapely.transform(shape, lambda xy: (xy - (lon, lat)) * (squeeze, 1.0))
    here = shapely.Point(0, 0)
    if shapely.intersects(flat, here):
        return lon, lat
    line = shapely.shortest_line(here, flat)
    x, y = shapely.get_coordinates(line)[-1]
    return float(lon + x / squeeze), float(lat + y)


@dataclass(slots=True)
class Watch:
    """Follows one person.

    Attributes:
        index: the sites.
        near: sites that the person is near now, by id, until the approach is over.
    """

    index: Index
    near: dict[str, Near] = field(default_factory=dict)

    def renew(self, index: Index) -> None:
        """Other sites; who is near one that still warns is not warned of it again."""
        self.index = index
        self.near = {key: one for key, one in self.near.items() if key in index.ids}

    def feed(self, fix: Fix, age: float) -> list[Near]:
        """The approaches that begin with this position, the nearest first.

        Nothing from one older than 5 s, or less exact than the rule asks.
        """
        limit = self.index.rule.accuracy_m
        if age > STALE_AFTER or (fix.accuracy is not None and fix.accuracy > limit):
            return []
        self._leave(fix)
        begun = []
        for one in self.index.around(fix.lon, fix.lat):
            if one.id in self.near:
                continue
            found = self._see(one, fix)
            if found.metres <= self.index.rule.metres[one.grade]:
                self.near[one.id] = found
                begun.append(found)
        return sorted(begun, key=lambda one: (one.metres, one.danger.grade))

    def _leave(self, fix: Fix) -> None:
        for key, known in list(self.near.items()):
            found = self._see(known.danger, fix)
            if found.metres > self.index.rule.leave(known.danger.grade):
                del self.near[key]
            else:
                self.near[key] = found

    def _see(self, one: Danger, fix: Fix) -> Near:
        metres, lon, lat = self.index.distance(one, fix.lon, fix.lat)
        if metres == 0:
            return Near(one, 0.0, 0.0)
        bearing, _back, exact = CGCS2000_ELLIPSOID.inv(fix.lon, fix.lat, lon, lat)
        return Near(one, float(exact), float(bearing) % 360)
