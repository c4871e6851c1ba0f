"""Finding sites: by id, number, words, on the map."""

from __future__ import annotations

import pytest

from jdz_field.core.ids import new_id
from jdz_field.store.queries import SiteQuery
from tests.store.tools import add_site, geohazard, many, seal_all, told


def names(project, **query) -> list[str]:
    return [site.name for site in project.search(SiteQuery(**query))]


@pytest.fixture
def places(project):
    for number, town, kind in ((1, "瑶里镇", "01"), (2, "鹅湖镇", "02"), (3, "瑶里镇", "02")):
        add_site(project, number, town=town, kind_code=kind, threatened_people=number * 100)
    project.edit("mine", new_id(), {"code": "M-1", "name": "瑶里瓷土矿", "kind_code": "1"})
    return project


def test_a_site_has_every_field_of_its_kind(project) -> None:
    site = project.site(add_site(project))
    assert site.code == "360222000001"
    assert site.fields["shelter"] is None
    assert (site.lon, site.lat) == (117.2001, 29.3)
    assert site.geometry == "POINT (117.2001 29.3)"
    assert site.version == 0
    assert site.local["unsent"] is True
    assert site.local["fid"] == 1


def test_there_is_no_site_of_another_s_id(project) -> None:
    assert project.site(new_id()) is None
    assert project.site("") is None


def test_a_number_finds_every_kind_and_prefers_what_is_not_deleted(places) -> None:
    (mine,) = places.sites_by_code("M-1")
    assert mine.kind == "mine"
    assert places.sites_by_code(mine.id) == [mine]
    twin = add_site(places, 9, code="M-1")
    assert {site.kind for site in places.sites_by_code("M-1")} == {"mine", "geohazard"}
    places.edit("geohazard", twin, {"deleted": True})
    assert [site.kind for site in places.sites_by_code("M-1")] == ["mine"]
    places.edit("mine", mine.id, {"deleted": True})
    assert len(places.sites_by_code("M-1")) == 2
    assert places.sites_by_code("nothing") == []


def test_field_numbers_find_geohazard_points(project) -> None:
    site = add_site(project, field_code="FL-17")
    assert [one.id for one in project.sites_by_code("FL-17")] == [site]


def test_filters_narrow_and_count_agrees(places) -> None:
    for query, expected in (
        ({}, 4),
        ({"kinds": ("mine",)}, 1),
        ({"town": "瑶里镇"}, 2),
        ({"kind_code": "02"}, 2),
        ({"county": "360222"}, 3),
        ({"grade": "C"}, 3),
        ({"kinds": ("mine",), "grade": "C"}, 0),
        ({"text": "瑶里"}, 3),
        ({"text": "瑶里", "kinds": ("geohazard",)}, 2),
        ({"text": "ylct"}, 1),
        ({"text": "，"}, 0),
        ({"unsent": True}, 4),
        ({"unsent": False}, 0),
        ({"text": "瑶里", "unsent": True, "town": "瑶里镇", "kind_code": "02"}, 1),
    ):
        assert len(names(places, **query)) == expected, query
        assert places.count(SiteQuery(**query)) == expected, query


def test_order_and_pages(places) -> None:
    by_code = [s.code for s in places.search(SiteQuery(order="code"))]
    assert by_code == sorted(by_code)
    by_name = names(places)
    assert by_name == sorted(by_name)
    newest = places.search(SiteQuery(order="updated"), limit=1)
    assert newest[0].name == "瑶里瓷土矿"
    pages = [places.search(SiteQuery(), limit=2, offset=o) for o in (0, 2, 4)]
    assert [s.name for page in pages for s in page] == by_name


def test_what_is_named_exactly_comes_first(project) -> None:
    add_site(project, 1, name="东瑶里")
    add_site(project, 2, name="瑶里")
    add_site(project, 3, name="安瑶里二号", code="2")
    assert names(project, text="瑶里") == ["瑶里", "东瑶里", "安瑶里二号"]


def test_deleted_sites_are_found_only_when_asked_for(places) -> None:
    (site,) = places.search(SiteQuery(town="鹅湖镇"))
    places.edit("geohazard", site.id, {"deleted": True})
    assert places.count(SiteQuery()) == 3
    assert places.count(SiteQuery(include_deleted=True)) == 4
    assert site.id not in {point.id for point in places.map_points()}


def test_search_follows_edits(places) -> None:
    (site,) = places.search(SiteQuery(town="鹅湖镇"))
    places.edit("geohazard", site.id, {"town": "江村乡"})
    assert names(places, text="鹅湖") == []
    assert names(places, text="江村") == [site.name]
    assert names(places, text="jcx") == [site.name]


def test_the_map_shows_place_state_and_name(places) -> None:
    points = {point.name: point for point in places.map_points()}
    assert len(points) == 3
    point = points["白石塔2号滑坡"]
    assert (point.kind, point.kind_code, point.grade) == ("geohazard", "02", "C")
    assert (point.lon, point.lat) == (117.2002, 29.3)
    assert point.unsent
    assert not point.conflict
    assert list(places.map_points(("mine",))) == []


def test_sites_pulled_from_the_centre_are_not_unsent(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 1, geohazard(1))], 1)
    assert project.site(site).local["unsent"] is False
    assert [p.unsent for p in project.map_points()] == [False]
    project.edit("geohazard", site, {"town": "x"})
    seal_all(project)
    assert project.site(site).local["unsent"] is True


def test_fields_that_the_catalogue_does_not_know_are_shown_too(project) -> None:
    project.begin_feed("e")
    site = new_id()
    fields = geohazard(1, merged_into="other", slope_age=[1, {"a": 2}])
    project.apply_feed([told(1, site, 1, fields)], 1)
    found = project.site(site).fields
    assert (found["merged_into"], found["slope_age"]) == ("other", [1, {"a": 2}])
    assert project.check() == []


def test_the_map_of_the_whole_ledger_is_quick(project) -> None:
    import sys
    import time

    project.edit_many(many(3037), origin="i")
    started = time.process_time()
    assert len(project.map_points()) == 3037
    spent = time.process_time() - started
    assert spent < 10 or sys.gettrace()
