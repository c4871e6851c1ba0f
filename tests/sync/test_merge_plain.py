"""The short way of the merge gives what the long way gives, whatever the history."""

from __future__ import annotations

import random

import pytest

from jdz_field.core.changes import Change, Outcome
from jdz_field.sync import merge as module
from jdz_field.sync.merge import merge
from jdz_field.sync.merge_plain import merge_plain
from jdz_field.sync.merge_rules import CatalogueRules
from jdz_field.sync.merge_types import Merged, World
from jdz_field.sync.merge_work import Work

SITES = [f"s{n}" for n in range(4)]
VALUES = {
    "name": ["甲", "乙", None],
    "remarks": ["一", "二", "三"],
    "code": ["360222010001", "360222010002", "short"],
    "threatened_people": [1, 2, -5, "many"],
    "monitor_phone": ["13800000000", "no number"],
    "signs": ["01", "01 02", "02 03"],
    "geometry": ["POINT (117.5 29.5)", "nowhere"],
    "deleted": [True, False],
    "review": ["approved"],
    "unheard_of": ["x"],
}
ROLES = ("field", "forestry", "office", "admin")


def pushed(chance: random.Random, world: World, number: int) -> list[Change]:
    found: list[Change] = []
    for place in range(chance.randint(1, 4)):
        site = chance.choice(SITES)
        known = world.subjects.get(site)
        version = known.version if known else 0
        names = chance.sample(sorted(VALUES), chance.randint(1, 3))
        fields = {n: (chance.choice(VALUES[n]), chance.choice(VALUES[n])) for n in names}
        earlier = [c.id for c in found if c.subject == site]
        parent = chance.choice([None, None, *earlier, *sorted(world.known)[-2:]])
        kind = "mine" if chance.random() < 0.03 else "geohazard"
        base = max(version + chance.choice([0, 0, 0, -1, -2, 1]), 0)
        found.append(
            Change(f"c{number}-{place}", "d", "Li", "hlc", kind, site, fields, base, parent)
        )
    return found


def other_way(world: World, push: list[Change], role: str, guests: frozenset[str]) -> Merged:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "merge_plain", lambda *_given: False)
        return merge(world, push, role=role, guests=guests)


@pytest.mark.parametrize("seed", range(60))
def test_both_ways_give_the_same(seed: int) -> None:
    chance = random.Random(seed)
    world = World(floor=chance.choice([0, 0, 5]))
    for number in range(25):
        push = pushed(chance, world, number)
        role = chance.choice(ROLES)
        guests = frozenset(c.id for c in push if chance.random() < 0.05)
        short = merge(world, push, role=role, guests=guests)
        assert short == other_way(world, push, role, guests)
        assert [list(k.fates) for k in short.known.values()] == [
            list(k.fates) for k in other_way(world, push, role, guests).known.values()
        ]
        world = world.after(short)


def a_change(**more: object) -> Change:
    given = {
        "id": "c1",
        "device": "d",
        "author": "Li",
        "hlc": "h",
        "kind": "geohazard",
        "subject": "s0",
        "fields": {"remarks": ("一", "二")},
        "base_version": 1,
    }
    return Change(**(given | more))  # type: ignore[arg-type]


@pytest.fixture
def world() -> World:
    made = a_change(id="c0", fields={"name": (None, "甲"), "remarks": (None, "一")}, base_version=0)
    return World().after(merge(World(), [made], role="office"))


def test_a_plain_change_goes_the_short_way(world: World) -> None:
    work = Work(world, CatalogueRules())
    assert merge_plain(work, a_change(), "office")
    assert work.subjects["s0"].value("remarks") == "二"
    assert work.known["c1"].fates["remarks"].outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    ("more", "role"),
    [
        ({"parent": "c0"}, "office"),
        ({"base_version": 0}, "office"),
        ({"base_version": 2}, "office"),
        ({"kind": "mine"}, "office"),
        ({"kind": "record", "subject": "new", "base_version": 0}, "office"),
        ({"subject": "unknown"}, "office"),
        ({"fields": {"remarks": ("一", "二"), "deleted": (None, True)}}, "office"),
        ({"fields": {"remarks": ("一", "二"), "code": (None, "360222010001")}}, "office"),
        ({"fields": {"remarks": ("一", "二"), "signs": (None, "01")}}, "office"),
        ({"fields": {"remarks": ("一", "二"), "unheard_of": (None, "01")}}, "office"),
        ({}, "guest"),
    ],
)
def test_what_is_not_plain_is_left_untouched(
    world: World, more: dict[str, object], role: str
) -> None:
    work = Work(world, CatalogueRules())
    assert not merge_plain(work, a_change(**more), role)
    assert work.subjects == dict(world.subjects)
    assert work.known == dict(world.known)
    assert not work.versions
