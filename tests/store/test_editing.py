"""Edits: one transaction, only what differs, bases and parents right."""

from __future__ import annotations

import sys
import time

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.store.editing import Edit, EditCounts
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Desk, add_site, geohazard, many, quick_project, record, told

MINE = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"


def test_a_creation_sets_every_field_from_nothing(project) -> None:
    site = new_id()
    change = project.edit("geohazard", site, geohazard(1, remarks=""))
    assert change.fields["name"] == (None, "白石塔1号滑坡")
    assert "remarks" not in change.fields
    assert (change.base_version, change.parent, change.origin) == (0, None, "edit")
    assert (change.device, change.author) == (project.device, "张三")
    assert project.site(site).fields["threatened_people"] == 12


def test_an_edit_logs_only_what_differs(project) -> None:
    site = add_site(project)
    change = project.edit("geohazard", site, {"town": "鹅湖镇", "name": "白石塔1号滑坡"})
    assert change.fields == {"town": ("瑶里镇", "鹅湖镇")}
    assert project.site(site).fields["town"] == "鹅湖镇"


def test_an_edit_that_changes_nothing_is_no_change(project) -> None:
    site = add_site(project)
    assert project.edit("geohazard", site, {"threatened_people": 12.0, "deleted": False}) is None
    assert project.edit("geohazard", new_id(), {"name": ""}) is None
    assert len(project.unsent_changes()) == 1


def test_the_next_change_of_a_subject_names_the_one_before(project) -> None:
    site = add_site(project)
    first = project.edit("geohazard", site, {"town": "a"})
    second = project.edit("geohazard", site, {"town": "b"})
    other = project.edit("geohazard", add_site(project, 2), {"town": "c"})
    assert second.parent == first.id
    assert second.fields == {"town": ("a", "b")}
    assert other.parent not in (first.id, second.id)


def test_a_change_is_based_on_the_version_that_was_pulled(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed([told(1, site, 7, geohazard(1))], 1)
    change = project.edit("geohazard", site, {"town": "鹅湖镇"})
    assert (change.base_version, change.parent) == (7, None)


def test_geometry_and_deletion_are_fields(project) -> None:
    site = add_site(project)
    moved = project.edit("geohazard", site, {"geometry": "POINT (117.30 29.3)"})
    assert moved.fields["geometry"][1] == "POINT (117.3 29.3)"
    gone = project.edit("geohazard", site, {"deleted": True})
    assert gone.fields == {"deleted": (False, True)}
    assert project.site(site).deleted
    back = project.edit("geohazard", site, {"deleted": False})
    assert back.fields == {"deleted": (True, False)}


def test_every_kind_takes_areas_but_points_stay_points(project) -> None:
    for kind in ("risk", "mine", "plot", "works"):
        site = new_id()
        project.edit(kind, site, {"name": kind, "geometry": MINE})
        assert project.site(site).geometry == MINE
        assert project.site(site).lon == pytest.approx(117.07, abs=0.05)
    with pytest.raises(BadInput, match="点"):
        project.edit("geohazard", new_id(), {"geometry": MINE})


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("village", {"name": "x"}),
        ("geohazard", {"nmae": "x"}),
        ("geohazard", {"threatened_people": "many"}),
        ("record", {"author": "x"}),
    ],
)
def test_a_bad_edit_writes_nothing(project, kind, fields) -> None:
    with pytest.raises(BadInput):
        project.edit(kind, new_id(), fields)
    assert project.unsent_changes() == []


def test_a_finalized_record_cannot_be_edited(project) -> None:
    one = record()
    project.finalize(one, draft=None)
    with pytest.raises(BadInput, match="记录"):
        project.edit("record", one.id, {"author": "李四"})


def test_stamps_rise_even_when_the_clock_is_set_back(project) -> None:
    from datetime import timedelta

    site = add_site(project)
    project.now.moment -= timedelta(days=30)
    later = project.edit("geohazard", site, {"town": "x"})
    stamps = [change.hlc for change in project.unsent_changes()]
    assert stamps == sorted(set(stamps))
    assert stamps[-1] == later.hlc


def test_many_edits_are_one_transaction(project) -> None:
    edits = [*many(1500), Edit("geohazard", new_id(), {"threatened_people": "x"})]
    with pytest.raises(BadInput):
        project.edit_many(edits, origin="import:1")
    assert project.count(SiteQuery()) == 0
    assert project.unsent_changes() == []


def test_many_edits_count_what_they_did(project) -> None:
    seen: list[tuple[int, int]] = []
    made = project.edit_many(
        list(many(1200)), origin="import:1", progress=lambda *n: seen.append(n)
    )
    assert made == EditCounts(created=1200)
    assert seen == [(1000, 1200), (1200, 1200)]
    again = [Edit(e.kind, e.subject, {**e.fields, "town": "鹅湖镇"}) for e in many(2)]
    assert project.edit_many([*again, *many(1200)][:1202], origin="import:2") == EditCounts(
        updated=4, unchanged=1198
    )
    assert project.check() == []


def test_one_subject_may_come_twice_in_one_import(project) -> None:
    site = new_id()
    edits = [Edit("mine", site, {"name": n, "area_m2": 1}) for n in ("a", "b")]
    assert project.edit_many(iter(edits), origin="i") == EditCounts(created=1, updated=1)
    first, second = project.unsent_changes()
    assert second.parent == first.id
    assert second.fields == {"name": ("a", "b")}
    assert project.site(site).name == "b"


def test_what_progress_raises_undoes_everything(project) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project.edit_many(many(10), origin="i", progress=stop)
    assert project.count(SiteQuery()) == 0
    assert add_site(project)


def test_an_import_of_the_whole_ledger_is_quick(project) -> None:
    edits = list(many(3037))
    started = time.process_time()
    project.edit_many(edits, origin="import:1")
    spent = time.process_time() - started
    assert spent < 40 or sys.gettrace()


def test_undoing_an_import_deletes_what_it_made(project) -> None:
    project.edit_many(many(5), origin="import:1")
    assert project.undo_origin("import:1") == 5
    assert project.count(SiteQuery()) == 0
    assert project.count(SiteQuery(include_deleted=True)) == 5
    assert project.undo_origin("import:1") == 0
    assert project.undo_origin("never") == 0


def test_undoing_an_import_puts_fields_back(project) -> None:
    site = add_site(project)
    edits = [Edit("geohazard", site, {"town": "鹅湖镇", "threatened_people": 99})]
    project.edit_many(edits, origin="import:2")
    assert project.undo_origin("import:2") == 1
    fields = project.site(site).fields
    assert (fields["town"], fields["threatened_people"]) == ("瑶里镇", 12)


def test_undoing_an_import_leaves_alone_what_was_touched_since(project) -> None:
    touched, moved = (e.subject for e in many(2))
    project.edit_many(many(2), origin="import:1")
    project.edit("geohazard", touched, {"town": "鹅湖镇"})
    assert project.undo_origin("import:1") == 1
    assert not project.site(touched).deleted
    assert project.site(moved).deleted
    edits = [Edit("geohazard", touched, {"town": "x", "remarks": "r"})]
    project.edit_many(edits, origin="import:3")
    project.edit("geohazard", touched, {"town": "y"})
    project.edit("geohazard", touched, {"town": "x"})
    assert project.undo_origin("import:3") == 1
    assert project.site(touched).fields["town"] == "x"
    assert project.site(touched).fields["remarks"] is None


def test_undoing_leaves_alone_what_the_centre_changed_since(project) -> None:
    project.begin_feed("e")
    project.edit_many(many(1), origin="import:1")
    (edit,) = many(1)
    project.apply_feed([told(1, edit.subject, 1, {**edit.fields, "town": "鹅湖镇"})], 1)
    project.edit("geohazard", edit.subject, {"town": "鹅湖镇"})
    assert project.undo_origin("import:1") <= 1
    assert project.check() == []


def test_an_edit_from_an_older_version_conflicts_instead_of_overwriting(tmp_path) -> None:
    desk = Desk()
    one, two = quick_project(tmp_path / "one"), quick_project(tmp_path / "two", author="李四")
    with one, two:
        site = add_site(one)
        desk.sync(one)
        desk.sync(two)
        two.edit("geohazard", site, {"remarks": "theirs", "village": "new"})
        desk.sync(two)
        desk.pull(one)
        assert one.site(site).version == 2
        fields = {"remarks": "ours", "village": None, "name": "白石塔1号滑坡"}
        (change,) = one.finalize(
            record(site=site, site_kind="geohazard"),
            draft=None,
            edits=[Edit("geohazard", site, fields, seen=1)],
        )[1:]
        assert change.fields == {"remarks": (None, "ours")}
        assert change.base_version == 1
        desk.sync(one)
        (conflict,) = desk.centre.open()
        assert conflict.field == "remarks"
        assert one.site(site).fields["village"] == "new"
        assert one.check() == []


@pytest.mark.parametrize("seen", [0, 1, 7])
def test_an_edit_from_the_present_version_is_as_any_other(project, seen) -> None:
    site = add_site(project)
    (change,) = project.finalize(
        record(), draft=None, edits=[Edit("geohazard", site, {"town": "a"}, seen=seen)]
    )[1:]
    assert (change.base_version, change.fields["town"]) == (0, ("瑶里镇", "a"))
