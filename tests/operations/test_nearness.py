"""Warned once for each approach, at the distance that the grade has, never from old positions."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jdz_field.core.ids import new_id
from jdz_field.operations.nearness import Index, Watch, index_of, rule
from jdz_field.store.danger import Danger
from jdz_field.store.project import Project
from tests.operations.tracks_made import DEGREE, LAT, fix
from tests.store.tools import quick_project

LON = 117.21


def at(metres_north: float, grade: str = "B", name: str = "x") -> Danger:
    return Danger(name, "geohazard", name, grade, LON, LAT + metres_north / DEGREE)


def watch(*dangers: Danger) -> Watch:
    return Watch(Index(dangers, rule()))


def test_a_large_point_warns_within_a_hundred_metres_with_its_bearing() -> None:
    one = watch(at(150))
    assert one.feed(fix(0, north=45), 0) == []
    (near,) = one.feed(fix(1, north=55), 0)
    assert near.metres == pytest.approx(95, abs=1)
    assert near.bearing == pytest.approx(0, abs=0.01)
    assert one.feed(fix(2, east=50, north=150), 0) == []
    assert one.near["x"].bearing == pytest.approx(270, abs=0.1)


def test_an_extra_large_one_warns_earlier_and_others_never() -> None:
    one = watch(at(150, "A", "a"), at(150, "B", "b"), at(150, "C", "c"), at(150, "D", "d"))
    assert [near.danger.id for near in one.feed(fix(0), 0)] == ["a"]


def test_one_approach_warns_once_and_the_next_again() -> None:
    one = watch(at(150))
    told = [len(one.feed(fix(n, north=n), 0)) for n in range(150)]
    assert sum(told) == 1
    # Wandering about the limit is one approach still.
    told = [len(one.feed(fix(200 + n, north=50 + (-1) ** n * 8), 0)) for n in range(50)]
    assert sum(told) == 0
    assert one.feed(fix(300, north=150 - 171), 0) == []
    assert one.near == {}
    assert len(one.feed(fix(301, north=100), 0)) == 1


@pytest.mark.parametrize("age", [5.1, 60.0])
def test_an_old_position_warns_of_nothing(age: float) -> None:
    one = watch(at(10))
    assert one.feed(fix(0), age) == []
    assert one.near == {}


def test_an_inexact_position_warns_of_nothing_one_of_unknown_error_does() -> None:
    assert watch(at(10)).feed(fix(0, accuracy=101), 0) == []
    assert len(watch(at(10)).feed(fix(0, accuracy=None), 0)) == 1


def test_several_come_nearest_first() -> None:
    one = watch(at(80, "B", "far"), at(-20, "B", "near"), at(-60, "A", "middle"))
    assert [near.danger.id for near in one.feed(fix(0), 0)] == ["near", "middle", "far"]


def square(side: float, north: float) -> Danger:
    half = side / 2 / DEGREE
    y = LAT + north / DEGREE
    ring = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    text = ", ".join(f"{LON + x * 1.1463:.9f} {y + dy:.9f}" for x, dy in ring)
    return Danger("s", "risk", "s", "B", LON, y, f"POLYGON (({text}))")


def test_an_area_warns_from_its_edge() -> None:
    one = watch(square(1000, 650))
    assert one.feed(fix(0, north=40), 0) == []
    (near,) = one.feed(fix(1, north=60), 0)
    assert near.metres == pytest.approx(90, abs=2)
    assert near.bearing == pytest.approx(0, abs=0.5)


def test_inside_an_area_the_distance_is_nothing() -> None:
    (near,) = watch(square(1000, 0)).feed(fix(0), 0)
    assert near.metres == 0


def test_a_very_large_area_is_found_too() -> None:
    (near,) = watch(square(60_000, 0)).feed(fix(0), 0)
    assert near.metres == 0


def test_other_sites_warn_of_what_is_new_only() -> None:
    one = watch(at(50, "B", "old"), at(60, "B", "gone"))
    one.feed(fix(0), 0)
    one.renew(Index([at(50, "B", "old"), at(40, "B", "new")], rule()))
    assert set(one.near) == {"old"}
    assert [near.danger.id for near in one.feed(fix(1), 0)] == ["new"]


def test_a_chosen_distance_holds_for_every_grade_and_none_warns_of_nothing() -> None:
    wide = Watch(Index([at(450, "A", "a"), at(450, "B", "b"), at(1, "C", "c")], rule().within(500)))
    assert {near.danger.id for near in wide.feed(fix(0), 0)} == {"a", "b"}
    off = Watch(Index([at(1, "A")], rule().within(0)))
    assert off.feed(fix(0), 0) == []


def test_a_hundred_thousand_sites_cost_less_than_a_millisecond_a_fix() -> None:
    rng = random.Random(5)
    many = [
        Danger(str(n), "geohazard", "", rng.choice("AB"), *place)
        for n in range(100_000)
        for place in [(rng.uniform(116.95, 117.72), rng.uniform(28.7, 29.97))]
    ]
    one = Watch(Index(many, rule()))
    begin = time.process_time()
    for n in range(1000):
        one.feed(fix(n, n * 15.0), 0)
    # Measured: 0.03 ms; the limit leaves room for a busy machine.
    assert (time.process_time() - begin) / 1000 < 0.001
    spots = [fix(n, n * 15.0) for n in range(0, 1000, 50)]
    for spot in spots:
        fresh = Watch(one.index)
        told = {near.danger.id for near in fresh.feed(spot, 0)}
        metres = rule().metres
        brute = {
            d.id
            for d in many
            if abs(d.lat - spot.lat) < 0.003
            and one.index.distance(d, spot.lon, spot.lat)[0] <= metres[d.grade]
        }
        assert told == brute


def test_only_placed_active_sites_of_high_danger_are_read(tmp_path: Path) -> None:
    base = {"name": "甲", "threatened_people": 600, "status": "active"}
    cases = {
        "high": base,
        "none": base | {"status": None},
        "again": base | {"status": "reactivated"},
        "closed": base | {"status": "closed"},
        "small": base | {"threatened_people": 3},
        "huge": base | {"threatened_people": 2000},
    }
    quick_project(tmp_path / "p").close()
    with Project.open(tmp_path / "p") as project:
        ids = {}
        for name, fields in cases.items():
            ids[new_id()] = name
            project.edit("geohazard", [*ids][-1], fields | {"geometry": f"POINT ({LON} {LAT})"})
        project.edit("geohazard", new_id(), base)
        found = index_of(project, rule())
    assert {ids[one] for one in found.ids} == {"high", "none", "again", "huge"}
    grades = {ids[d.id]: d.grade for d in found.around(LON, LAT)}
    assert grades["huge"] == "A"
    assert replace(rule(), statuses=()) != rule()
