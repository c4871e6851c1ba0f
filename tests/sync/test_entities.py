"""Entities that forms made and changed on two devices, through a real centre, end equal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jdz_field.operations.entities import foreign_rows
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project
from tests.operations import entity_forms as forms
from tests.store.tools import add_site, quick_project
from tests.sync.centre import Centre, synced


def _fill(project: Project, form: str, **answers: str) -> str:
    filling = Filling.start(project, form)
    for ref, value in answers.items():
        filling.session.answer(f"/data/{ref}", value)
    record = filling.finalize(project).record
    assert record is not None
    return record.id


def _device(folder: Path, author: str) -> Project:
    project = quick_project(folder, author=author)
    for one in (forms.REGISTER_MINE, forms.UPDATE_MINE, forms.REGISTER_TREE, forms.UPDATE_TREE):
        forms.add(project, one)
    return project


def _state(project: Project, site: str) -> tuple[Any, ...]:
    found = project.site(site)
    assert found is not None
    return found.version, dict(found.fields), found.geometry


def test_made_and_changed_offline_they_end_equal_everywhere(hub: Centre, tmp_path: Path) -> None:
    with _device(tmp_path / "1", "张三") as one, _device(tmp_path / "2", "李四") as two:
        hub.admit(one, role="office")
        hub.admit(two, role="field")
        made = _fill(one, "register_mine", mine="新矿", where="29.4 117.3 0 0", kind="煤")
        site = one.record(made).site or ""
        _fill(one, "update_mine", mine=site, mineral="铜", who="甲")
        _fill(one, "update_mine", mine=site, mineral="金", who="乙")
        tree = _fill(one, "register_tree", species="杉木")
        synced(one, hub.url)
        synced(two, hub.url)
        (row,) = foreign_rows(two, "trees") or []
        _fill(two, "update_tree", tree=row["name"], girth="40")
        own = Filling.start(two, "update_mine")
        assert own.session.choices("/data/mine")[0].value == site
        _fill(two, "update_mine", mine=site, mineral="银", who="丙")
        for device in (two, one, two):
            synced(device, hub.url)
        assert _state(one, site) == _state(two, site)
        assert one.site(site).fields["mineral"] == "银"
        assert one.site(site).fields["monitor_name"] == "丙"
        lists = [
            [{**row, "__branchId": ""} for row in foreign_rows(device, "trees") or []]
            for device in (one, two)
        ]
        assert lists[0] == lists[1]
        assert lists[0][0]["__version"] == lists[0][0]["__trunkVersion"] == "2"
        assert one.record(tree) is not None
        assert (one.check(), two.check()) == ([], [])
        assert hub.office.conflicts() == []


def test_two_devices_that_change_one_field_offline_meet_at_the_office(
    hub: Centre, tmp_path: Path
) -> None:
    with _device(tmp_path / "1", "张三") as one, _device(tmp_path / "2", "李四") as two:
        for device in (one, two):
            hub.admit(device, role="office")
        made = _fill(one, "register_mine", mine="新矿", where="29.4 117.3 0 0", kind="煤")
        site = one.record(made).site or ""
        synced(one, hub.url)
        synced(two, hub.url)
        _fill(one, "update_mine", mine=site, mineral="铜", who="甲")
        _fill(one, "update_mine", mine=site, mineral="金", who="甲")
        _fill(two, "update_mine", mine=site, mineral="银", who="甲")
        for device in (one, two, one, two):
            synced(device, hub.url)
        (conflict,) = hub.office.conflicts()
        assert (conflict["field"], conflict["central"]) == ("mineral", "金")
        assert one.site(site).fields["mineral"] == two.site(site).fields["mineral"] == "金"
        assert {len(device.records()) for device in (one, two)} == {4}


POINT = """
| survey |
| | type | name | label | save_to |
| | select_one_from_file geohazard_points.csv | point | Point | |
| | integer | people | People | threatened_people |
| | text | remarks | Remarks | remarks |
| entities |
| | list_name | entity_id |
| | geohazard_points | ${point} |
| settings |
| | form_id | version |
| | point | 1 |
"""


def test_a_controlled_field_that_a_form_sets_waits_for_the_office(
    hub: Centre, tmp_path: Path
) -> None:
    with quick_project(tmp_path / "1") as one, quick_project(tmp_path / "2", author="李四") as two:
        hub.admit(one, role="office")
        hub.admit(two, role="field")
        site = add_site(one)
        synced(one, hub.url)
        synced(two, hub.url)
        forms.add(two, POINT)
        _fill(two, "point", point=site, people="30", remarks="塌")
        synced(two, hub.url)
        (held,) = hub.office.proposals()
        assert held["field"] == "threatened_people"
        assert two.site(site).fields["threatened_people"] == 12
        hub.office.settle("proposals", held["id"], "approve")
        for device in (one, two):
            synced(device, hub.url)
        assert _state(one, site) == _state(two, site)
        assert one.site(site).fields["threatened_people"] == 30
        assert one.site(site).fields["remarks"] == "塌"
