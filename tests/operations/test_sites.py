"""Sites: resolving, adding with a provisional number, editing with checked values."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site
from jdz_field.operations.history import history_json
from jdz_field.operations.sites import (
    add_site,
    checked,
    delete_site,
    edit_site,
    resolve,
    restore_site,
    to_flat_json,
)
from jdz_field.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试", author="甲") as made:
        yield made


@pytest.fixture
def site(project: Project) -> Site:
    return add_site(project, "geohazard", 117.4, 29.5, {"name": "瑶里滑坡", "kind_code": "滑坡"})


def test_a_site_found_in_the_field_gets_a_provisional_number(project: Project, site: Site) -> None:
    short = project.device.replace("-", "")[-4:].upper()
    assert site.code == f"360222LS{short}001"
    assert site.fields["status"] == "provisional"
    assert site.fields["provisional"] is True
    assert site.fields["county_code"] == "360222"
    assert site.fields["kind_code"] == "01"
    assert site.geometry == "POINT (117.4 29.5)"
    second = add_site(project, "mine", 117.0, 30.9, {})
    assert second.code == f"360200LS{short}002"
    assert second.fields["county_code"] is None


def test_a_number_given_out_before_a_backup_was_restored_is_not_given_again(
    project: Project, site: Site
) -> None:
    project.set_setting("provisional_numbers", 0)
    assert add_site(project, "geohazard", 117.4, 29.5, {}).code != site.code


def test_sites_of_a_sample_project_are_marked(tmp_path: Path) -> None:
    with Project.create(tmp_path / "s", name="样", author="甲", sample=True) as project:
        assert add_site(project, "plot", 117.4, 29.5, {}).fields["sample"] is True


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "volcano"},
        {"lon": 500.0},
        {"fields": {"nonsense": 1}},
        {"fields": {"kind_code": "雪崩"}},
    ],
)
def test_a_bad_new_site_is_refused_and_nothing_is_written(
    project: Project, bad: dict[str, Any]
) -> None:
    given = {"kind": "geohazard", "lon": 117.4, "lat": 29.5, "fields": {}} | bad
    with pytest.raises(BadInput):
        add_site(project, given["kind"], given["lon"], given["lat"], given["fields"])
    assert project.counts()["sites"]["geohazard"] == 0


def test_resolving_by_number_field_number_and_id(project: Project, site: Site) -> None:
    edit_site(project, site.id, {"field_code": "LC-37"})
    for code in (site.code, f" {site.code} ", "LC-37", site.id):
        assert resolve(project, code).id == site.id


def test_an_unknown_number_is_one_sentence(project: Project) -> None:
    with pytest.raises(BadInput, match="sites search"):
        resolve(project, "999")


def test_an_ambiguous_number_lists_the_ids(project: Project) -> None:
    ids = [new_id(), new_id()]
    for subject in ids:
        project.edit("geohazard", subject, {"code": "360222010001"})
    with pytest.raises(BadInput) as error:
        resolve(project, "360222010001")
    assert all(subject in str(error.value) for subject in ids)


def test_editing_writes_one_change_with_what_differs(project: Project, site: Site) -> None:
    change = edit_site(
        project,
        site.id,
        {"威胁人口": "１２人", "stability": "较差", "measures": "挡墙、护坡", "name": "瑶里滑坡"},
    )
    assert change is not None
    assert dict(change.fields) == {
        "threatened_people": (None, 12),
        "stability": (None, "较差"),
        "measures": (None, "2 4"),
    }
    assert edit_site(project, site.id, {"threatened_people": 12}) is None


def test_moving_a_site(project: Project, site: Site) -> None:
    edit_site(project, site.id, {"lon": "117°12'00\""})
    edit_site(project, site.id, {"lat": 29.4})
    moved = project.site(site.id)
    assert moved is not None
    assert moved.geometry == "POINT (117.2 29.4)"
    edit_site(project, site.id, {"geometry": "POINT Z (117.3 29.3 5)"})
    assert resolve(project, site.id).geometry == "POINT (117.3 29.3)"


def test_an_empty_value_clears_a_field(project: Project, site: Site) -> None:
    edit_site(project, site.id, {"name": ""})
    assert resolve(project, site.id).name == ""


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("threatened_people", "若干", "整数"),
        ("threatened_people", "约30", "整数"),
        ("threatened_people", -1, "不小于"),
        ("stability", "很差", "较差"),
        ("measures", "喷锚", "挡墙"),
        ("last_inspected", "2001年", "日期"),
        ("monitor_phone", "12", "文字"),
        ("nonsense", "1", "nonsense"),
        ("lon", "abc", "经纬度"),
        ("lat", 95, "经纬度"),
        ("geometry", "POINT", "WKT"),
    ],
)
def test_a_bad_value_is_refused_with_what_it_could_be(
    project: Project, site: Site, field: str, value: Any, said: str
) -> None:
    before = to_flat_json(resolve(project, site.id))
    with pytest.raises(BadInput, match=said) as error:
        edit_site(project, site.id, {"name": "新名", field: value})
    assert "\n" not in str(error.value)
    assert to_flat_json(resolve(project, site.id)) == before


def test_an_unknown_site(project: Project) -> None:
    with pytest.raises(BadInput, match="没有点位"):
        edit_site(project, new_id(), {"name": "x"})


def test_deleting_and_restoring(project: Project, site: Site) -> None:
    assert delete_site(project, site) is not None
    gone = resolve(project, site.code)
    assert gone.deleted
    assert project.counts()["sites"]["geohazard"] == 0
    assert restore_site(project, gone) is not None
    assert restore_site(project, gone) is None
    assert not resolve(project, site.code).deleted


def test_the_flat_object(project: Project, site: Site) -> None:
    flat = to_flat_json(site)
    assert list(flat)[:10] == [
        *("id", "code", "name", "kind", "kind_code", "county_code", "town", "lon", "lat"),
        "version",
    ]
    assert flat["kind"] == "geohazard"
    assert flat["kind_code"] == "01"
    assert set(site_kind("geohazard").by_name) <= set(flat)
    assert set(flat["local"]) >= {"fid", "unsent"}


def test_history_as_json(project: Project, site: Site) -> None:
    edit_site(project, site.id, {"threatened_people": 5})
    newest, first = (history_json(project, entry) for entry in project.site_history(site.id))
    assert newest["fields"] == {"threatened_people": [None, 5]}
    assert newest["author"] == "甲"
    assert first["fields"]["name"] == [None, "瑶里滑坡"]


@given(
    st.sampled_from([*site_kind("geohazard").by_name]),
    st.one_of(st.text(max_size=20), st.integers(), st.floats(allow_nan=True), st.booleans()),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_any_value_is_taken_or_refused(field: str, value: Any) -> None:
    with contextlib.suppress(BadInput):
        checked(site_kind("geohazard"), {field: value})
