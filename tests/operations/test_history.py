"""A site's past: where changes came from, and every value brought back."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.operations.history import (
    came_from,
    find_entry,
    history_json,
    restore_fields,
    restore_last,
    restore_moment,
    state_at,
)
from jdz_field.store.project import Project
from tests.store.tools import add_site, geohazard, quick_project, record, told


@pytest.fixture
def project(tmp_path):
    made = quick_project(tmp_path / "p")
    yield made
    made.close()


@pytest.fixture
def site(project) -> str:
    """A site whose town and people changed three times."""
    made = add_site(project)
    project.edit("geohazard", made, {"town": "鹅湖镇", "threatened_people": 20})
    project.edit("geohazard", made, {"town": None, "geometry": "POINT (117.5 29.5)"})
    project.edit("geohazard", made, {"threatened_people": 30})
    return made


def changes(project: Project, site: str) -> list[str]:
    """Ids, oldest first."""
    return [entry.change.id for entry in reversed(project.site_history(site))]


def test_the_state_of_every_moment_is_known(project, site) -> None:
    entries = project.site_history(site)
    made, first, second, third = changes(project, site)
    assert state_at(entries, made, before=True) == {}
    assert state_at(entries, made, before=False)["town"] == "瑶里镇"
    assert state_at(entries, first, before=False)["town"] == "鹅湖镇"
    assert state_at(entries, second, before=False)["town"] is None
    assert state_at(entries, third, before=True)["threatened_people"] == 20


@pytest.mark.parametrize(
    ("which", "before", "field", "value"),
    [
        (0, False, "town", "瑶里镇"),
        (1, False, "town", "鹅湖镇"),
        (2, True, "town", "鹅湖镇"),
        (3, False, "town", None),
        (0, False, "threatened_people", 12),
        (3, True, "threatened_people", 20),
        (1, False, "geometry", "POINT (117.2001 29.3)"),
    ],
)
def test_any_value_of_any_moment_comes_back(project, site, which, before, field, value) -> None:
    change = changes(project, site)[which]
    found = project.site(site)
    present = found.geometry if field == "geometry" else found.fields.get(field)
    done = restore_moment(project, found, change, field=field, before=before)
    now = project.site(site)
    assert (now.geometry if field == "geometry" else now.fields.get(field)) == value
    if present == value:
        assert done.change is None
    else:
        assert done.change.fields == {field: (present, value)}
        assert done.before == {field: present}
    assert project.check() == []


def test_the_whole_site_comes_back_in_one_change(project, site) -> None:
    made = changes(project, site)[0]
    done = restore_moment(project, project.site(site), made)
    assert set(done.fields) == {"town", "threatened_people", "geometry"}
    now = project.site(site)
    assert (now.fields["town"], now.fields["threatened_people"], now.lon) == (
        "瑶里镇",
        12,
        117.2001,
    )
    back = restore_fields(project, now, done.before)
    assert set(back.fields) == set(done.fields)
    assert project.site(site).fields["threatened_people"] == 30
    assert project.check() == []


def test_a_deletion_is_a_moment_too(project, site) -> None:
    project.edit("geohazard", site, {"deleted": True})
    last = changes(project, site)[-1]
    restore_moment(project, project.site(site), last, before=True)
    assert not project.site(site).deleted
    restore_moment(project, project.site(site), last, field="deleted")
    assert project.site(site).deleted


def test_the_last_other_value_of_a_field_comes_back(project, site) -> None:
    restore_last(project, project.site(site), "threatened_people")
    assert project.site(site).fields["threatened_people"] == 20
    restore_last(project, project.site(site), "threatened_people")
    assert project.site(site).fields["threatened_people"] == 30


@pytest.mark.parametrize("field", ["name", "remarks", "nothing"])
def test_a_field_that_never_changed_has_no_other_value(project, site, field) -> None:
    with pytest.raises(BadInput, match="从未有过其他值"):
        restore_last(project, project.site(site), field)


def test_what_is_not_there_is_a_sentence(project, site) -> None:
    found, made = project.site(site), changes(project, site)[0]
    with pytest.raises(BadInput, match="0 条更改"):
        restore_moment(project, found, "ffff")
    with pytest.raises(BadInput, match="0 条更改"):
        restore_moment(project, found, "")
    with pytest.raises(BadInput, match="4 条更改"):
        find_entry(project.site_history(site), made[:2])
    with pytest.raises(BadInput, match="还不存在"):
        restore_moment(project, found, made, before=True)
    with pytest.raises(BadInput, match="从未填写"):
        restore_moment(project, found, made, field="monitor_name")


def test_values_that_do_not_fit_any_more_are_left_and_named(project, site) -> None:
    project.begin_feed("e")
    odd = {"threatened_people": "约30人", "slope_age": "old"}
    project.apply_feed([told(1, site, 1, geohazard(1, **odd))], 1)
    pulled = next(e.change.id for e in project.site_history(site) if e.state == "received")
    project.edit("geohazard", site, {"threatened_people": 5, "town": "x"})
    done = restore_moment(project, project.site(site), pulled)
    assert "threatened_people" in done.left
    assert project.site(site).fields["threatened_people"] == 5
    with pytest.raises(BadInput, match="约30人"):
        restore_moment(project, project.site(site), pulled, field="threatened_people")


def test_the_source_of_every_change_is_told(project, site) -> None:
    from tests.store.test_external import outside

    inspection = record(site=site, site_kind="geohazard")
    project.finalize(inspection, draft=None, site_fields={"stability": "2"})
    project.name_import("abc", "台账.xlsx")
    project.edit("geohazard", site, {"town": "y"}, origin="import:abc")
    outside(project, "UPDATE geohazard SET village = 'v'")
    project.notice_external()
    entries = {one.change.origin: one.change for one in project.site_history(site)}
    words = {origin: came_from(project, one).words for origin, one in entries.items()}
    assert words == {
        "edit": "手工编辑，本机",
        f"form:{inspection.id}": "巡查《geohazard_inspection》，本机",
        "import:abc": "台账导入《台账.xlsx》，本机",
        "external": "QGIS 或其他程序，本机",
    }
    assert came_from(project, entries[f"form:{inspection.id}"]).record == inspection.id


def test_changes_of_others_name_their_device_and_decisions_the_office(project) -> None:
    project.begin_feed("e")
    site, device = new_id(), new_id()
    project.apply_feed(
        [
            told(1, site, 1, geohazard(1), device=device),
            told(2, site, 2, {"town": "b"}, change=None, decision="d1"),
        ],
        2,
    )
    words = {came_from(project, e.change).words for e in project.site_history(site)}
    assert words == {f"手工编辑，设备 {device[-6:]}", "办公室裁定"}


def test_json_has_everything_of_the_contract(project, site) -> None:
    data = history_json(project, project.site_history(site)[0])
    assert {"change", "at", "author", "device", "origin", "state", "fields", "summary"} <= set(data)
    assert data["source"] == {
        "way": "edit",
        "what": "",
        "record": None,
        "here": True,
        "words": "手工编辑，本机",
    }
