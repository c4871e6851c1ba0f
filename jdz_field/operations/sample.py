"""Sample data: invented, drawn from a seed, marked 虚构示例; the numbers are the plan's.

3037 geohazard points as the plan counts them (2954 of three kinds and 83 others), mines of both
populations, risk areas, afforestation plots and one works site a programme. Places are random
(``sample_places``); people and telephones do not exist. Visits are ``sample_work``'s.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely

from jdz_field.core.catalogue import code_list
from jdz_field.core.grades import danger_grade
from jdz_field.core.ids import import_id
from jdz_field.core.resources import resource
from jdz_field.core.sites import point_wkt
from jdz_field.operations.sample_places import in_town, inside, outline
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project

#: Geohazard points by kind code; the sum is the plan's 3037.
GEOHAZARDS = {"01": 1703, "02": 1233, "03": 18, "04": 83}
MINES = {"licensed": 107, "legacy": 234}
RISK_AREAS, PLOTS = 60, 180
#: What came later, from a source of its own: the sites before it are what they always were. The
#: plan counts 107 licensed mines in one place and 108 in another.
MORE_LICENSED, MORE_PLOTS = 1, 320
MARK = "虚构示例"

_COUNTY_WEIGHTS = {"360202": 5, "360203": 1, "360222": 34, "360281": 26}
_PEOPLE = (0, 3, 6, 8, 12, 18, 26, 40, 66, 120, 310, 510, 1040)
_SPECIES = ("杉木", "闽楠", "香榧", "南方红豆杉", "枫香", "湿地松")
_MINERALS = ("建筑石料", "石灰岩", "煤", "瓷石", "砖瓦用页岩")


@cache
def _villages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with resource("boundaries", "villages.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["township_name"], row["name"])
            found.setdefault(row["county_code"], []).append(place)
    return found


@dataclass
class _Drawer:
    """Draws invented places, people and numbers from one seeded source."""

    random: random.Random

    def county(self) -> str:
        return self.random.choices(list(_COUNTY_WEIGHTS), list(_COUNTY_WEIGHTS.values()))[0]

    def point(self, county: str, town: str) -> tuple[float, float]:
        return in_town(county, town, *inside(self.random, outline(county)))

    def area(self, county: str, town: str, metres: float) -> tuple[str, float]:
        """A six-cornered WKT polygon around a random point, and its area in m²."""
        lon, lat = self.point(county, town)
        turn = self.random.random()
        step = metres / 111_000
        corners = [
            shapely.Point(lon, lat)
            .buffer(step, quad_segs=2)
            .exterior.interpolate((i / 6 + turn) % 1, normalized=True)
            for i in range(6)
        ]
        ring = ", ".join(f"{c.x:.7f} {c.y:.7f}" for c in (*corners, corners[0]))
        return f"POLYGON (({ring}))", round(metres * metres * 2.3, 1)

    def place(self, county: str) -> dict[str, Any]:
        town, village = self.random.choice(_villages()[county])
        return {"county_code": county, "town": town, "village": village}

    def keeper(self) -> dict[str, Any]:
        number = self.random.randrange(400)
        return {"monitor_name": f"示例员{number:03d}", "monitor_phone": f"1390000{number:04d}"}

    def codes(self, name: str, most: int) -> str:
        values = [code.value for code in code_list(name).codes]
        return " ".join(sorted(self.random.sample(values, self.random.randint(1, most))))


def _geohazards(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    kinds = [kind for kind, count in GEOHAZARDS.items() for _ in range(count)]
    draw.random.shuffle(kinds)
    names = {code.value: code.labels["zh"] for code in code_list("geohazard_kind").codes}
    serials: dict[str, int] = {}
    for number, kind in enumerate(kinds):
        county = draw.county()
        prefix = county + kind
        serials[prefix] = serials.get(prefix, 0) + 1
        place = draw.place(county)
        people = draw.random.choices(_PEOPLE, [9, 9, 9, 9, 9, 8, 7, 6, 4, 3, 1, 0.5, 0.2])[0]
        assets = draw.random.choice((5, 12, 30, 80, 150, 460, 620, 5200))
        lon, lat = draw.point(county, place["town"])
        label = names[kind]
        yield (
            "geohazard",
            {
                "code": f"{prefix}{serials[prefix]:04d}",
                "name": f"{place['town']}{place['village'].removesuffix('居委会')}{label}",
                **place,
                "kind_code": kind,
                "field_code": f"SL-{number + 1}",
                "volume": draw.random.randrange(200, 150_000),
                "threatened_people": people,
                "threatened_households": max(people // 4, 1),
                "threatened_assets": assets,
                "danger_grade": danger_grade(people, assets),
                "stability": draw.random.choice(("好", "较差", "差")),
                "causes": draw.codes("cause", 2),
                "measures": draw.codes("measure", 3),
                **draw.keeper(),
                "shelter": f"{place['village']}文化广场",
                "geometry": point_wkt(lon, lat),
            },
        )


def _mines(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    kinds = [kind for kind, count in MINES.items() for _ in range(count)]
    yield from _mines_of(draw, kinds, 1)


def _more_mines(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _mines_of(draw, ["licensed"] * MORE_LICENSED, sum(MINES.values()) + 1)


def _mines_of(draw: _Drawer, kinds: list[str], first: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, population in enumerate(kinds, start=first):
        county = draw.county()
        place = draw.place(county)
        mineral = draw.random.choice(_MINERALS)
        wkt, area = draw.area(county, place["town"], draw.random.uniform(30, 160))
        yield (
            "mine",
            {
                "code": f"{county}K{number:04d}",
                "name": f"{place['town']}{mineral}矿{number}号",
                **place,
                "population": population,
                "kind_code": draw.random.choice("1237"),
                "mineral": mineral,
                "area_m2": area,
                "mining_method": draw.random.choice("AB"),
                "restoration_state": draw.random.choice("AAB"),
                "problem": draw.codes("mine_problem", 2),
                "restoration_mode": draw.random.choice("1234"),
                **draw.keeper(),
                "geometry": wkt,
            },
        )


def _risk_areas(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(1, RISK_AREAS + 1):
        county = draw.county()
        place = draw.place(county)
        people = draw.random.choice(_PEOPLE[1:9])
        yield (
            "risk",
            {
                "code": f"{county}F{number:04d}",
                "name": f"{place['town']}{place['village']}切坡风险区",
                **place,
                "kind_code": draw.random.choice(("00", "01", "02")),
                "threatened_people": people,
                "threatened_households": max(people // 4, 1),
                **draw.keeper(),
                "geometry": draw.area(county, place["town"], draw.random.uniform(60, 200))[0],
            },
        )


def _plots(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _plots_of(draw, range(1, PLOTS + 1))


def _more_plots(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _plots_of(draw, range(PLOTS + 1, PLOTS + MORE_PLOTS + 1))


def _plots_of(draw: _Drawer, numbers: range) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in numbers:
        county = draw.county()
        place = draw.place(county)
        wkt, area = draw.area(county, place["town"], draw.random.uniform(60, 260))
        yield (
            "plot",
            {
                "code": f"{county}L{number:04d}",
                "name": f"{place['town']}{place['village']}{number}小班",
                **place,
                "kind_code": draw.random.choice("12345"),
                "compartment": str(draw.random.randint(1, 40)),
                "subcompartment": str(number),
                "area_ha": round(area / 10_000, 2),
                "species": draw.random.choice(_SPECIES),
                "density": draw.random.choice((74, 111, 167, 200)),
                "planted_on": f"202{draw.random.randint(1, 5)}-03",
                **draw.keeper(),
                "geometry": wkt,
            },
        )


def _works(draw: _Drawer) -> Iterator[tuple[str, dict[str, Any]]]:
    for programme in code_list("programme").codes:
        county = "360281" if programme.value.startswith("B") else "360222"
        # The place is drawn first, as it always was.
        spot = inside(draw.random, outline(county))
        place = draw.place(county)
        lon, lat = in_town(county, place["town"], *spot)
        yield (
            "works",
            {
                "code": f"{county}{programme.value}01",
                "name": f"{programme.labels['zh']}示例工程",
                **place,
                "kind_code": programme.value,
                "stage": draw.random.choice("123"),
                **draw.keeper(),
                "geometry": point_wkt(lon, lat),
            },
        )


def sample_edits(seed: int = 1) -> Iterator[Edit]:
    """Every sample site as an edit of a fresh project; equal seeds give equal sites and ids."""
    draw = _Drawer(random.Random(seed))  # noqa: S311 - invented data, not secrets
    later = _Drawer(random.Random(f"more {seed}"))  # noqa: S311 - as above
    first = (_geohazards, _mines, _risk_areas, _plots, _works)
    every = [*((make, draw) for make in first), (_more_mines, later), (_more_plots, later)]
    for make, source in every:
        for kind, fields in make(source):
            marked = {**fields, "status": "active", "sample": True, "remarks": MARK}
            yield Edit(kind, import_id(kind, marked["code"], marked), marked)


def make_sample(
    project: Project, seed: int = 1, progress: Callable[[int, int], None] | None = None
) -> int:
    """Fill a project with the sample sites; how many."""
    edits = list(sample_edits(seed))
    project.edit_many(edits, origin=f"import:sample-{seed}", progress=progress)
    return len(edits)
