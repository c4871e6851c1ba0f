"""Entity lists: our sites and others, looked up, changed and made by forms, before any sync."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jdz_field.core.ids import new_id
from jdz_field.core.sites import Record, Site
from jdz_field.operations.entities import foreign_rows, in_order, lists_of
from jdz_field.operations.forms import add_shipped_forms, open_session
from jdz_field.operations.records import Filling, FinalizeResult
from jdz_field.operations.site_updates import SiteWork, site_work
from jdz_field.operations.submission_export import record_xml
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.entities import entity_id, fold
from jdz_field.xforms.shapes import wkt_of_answer
from jdz_field.xforms.site_edits import kind_of_list
from jdz_field.xforms.static import from_rows
from jdz_field.xforms.view import EntityUpdate
from tests.operations import entity_forms as forms
from tests.store.tools import Desk, add_site, quick_project

MINE = {"name": "老矿", "mineral": "瓷土", "geometry": "POINT (117.2 29.3)"}
HERE = "29.4 117.3 55 4"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with quick_project(tmp_path / "p") as made:
        for one in (forms.REGISTER_MINE, forms.UPDATE_MINE, forms.ROUND):
            forms.add(made, one)
        for one in (forms.REGISTER_TREE, forms.UPDATE_TREE):
            forms.add(made, one)
        yield made


def a_mine(project: Project, **fields: object) -> str:
    site = new_id()
    project.edit("mine", site, {**MINE, **fields})
    return site


def fill(project: Project, form: str, answers: dict[str, str], **how: str) -> FinalizeResult:
    filling = Filling.start(project, form, **how)
    for ref, value in answers.items():
        filling.session.answer(f"/data/{ref}", value)
    return filling.finalize(project)


def entity(project: Project, record: Record) -> etree._Element:
    (found,) = etree.fromstring(record_xml(project, record).xml).iter("entity")
    return found


def versions(project: Project, record: Record) -> tuple[str | None, ...]:
    block = entity(project, record)
    return tuple(block.get(name) for name in ("baseVersion", "trunkVersion", "branchId"))


# ---- our sites as choices


def test_sites_are_choices_with_every_field(project: Project) -> None:
    site = a_mine(project)
    session = open_session(project, "update_mine")
    (choice,) = session.choices("/data/mine")
    assert (choice.value, choice.label) == (site, "老矿")
    session.answer("/data/mine", site)
    assert session.node("/data/before").value == "瓷土"
    assert session.node("/data/place").value == "29.3 117.2 0 0"


def test_a_list_holds_the_versions_of_a_site(project: Project) -> None:
    site = a_mine(project)
    form = parse_form(project.form_xml("update_mine") or "")
    (row,) = lists_of(project, form)["mine_sites"]  # type: ignore[misc]
    assert (row["__version"], row["__trunkVersion"]) == ("1", "")
    assert uuid.UUID(row["__branchId"]).version == 4
    project.edit("mine", site, {"remarks": "x"})
    (again,) = lists_of(project, form)["mine_sites"]  # type: ignore[misc]
    assert (again["__version"], again["__branchId"]) == ("2", row["__branchId"])
    Desk().sync(project)
    (synced,) = lists_of(project, form)["mine_sites"]  # type: ignore[misc]
    assert synced["__version"] == synced["__trunkVersion"] == str(project.site(site).version)
    assert synced["__branchId"] != row["__branchId"]


def test_only_the_lists_that_a_form_names_are_read(project: Project) -> None:
    a_mine(project)
    assert set(lists_of(project, parse_form(project.form_xml("mine_round") or ""))) == {
        "mine_sites"
    }


@pytest.mark.parametrize(
    ("wkt", "text"),
    [
        ("LINESTRING (117 29, 117.1 29.1)", "29 117 0 0; 29.1 117.1 0 0"),
        (
            "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))",
            "29 117 0 0; 29 117.1 0 0; 29.1 117.1 0 0; 29 117 0 0",
        ),
    ],
)
def test_lines_and_areas_go_out_as_traces_and_shapes_and_come_back(
    project: Project, wkt: str, text: str
) -> None:
    site = a_mine(project, geometry=wkt)
    session = open_session(project, "update_mine")
    session.answer("/data/mine", site)
    assert session.node("/data/place").value == text
    assert wkt_of_answer(text) == wkt


def test_a_deleted_site_is_no_choice_but_stays_with_its_own_form(project: Project) -> None:
    site = a_mine(project)
    project.edit("mine", site, {"deleted": True})
    assert open_session(project, "update_mine").choices("/data/mine") == []
    held = open_session(project, "update_mine", site=project.site(site))
    assert [c.value for c in held.choices("/data/mine")] == [site]


def test_a_form_that_asks_only_for_its_own_site_is_given_no_other(project: Project) -> None:
    add_shipped_forms(project)
    one, _other = add_site(project), add_site(project, 2)
    form = parse_form(project.form_xml("geohazard_inspection") or "")
    (alone,) = lists_of(project, form, project.site(one))["geohazard_points"]  # type: ignore[misc]
    assert alone["name"] == one
    assert len(lists_of(project, form)["geohazard_points"]) == 2  # type: ignore[arg-type]
    a_mine(project)
    every = parse_form(project.form_xml("update_mine") or "")
    mine = project.site(a_mine(project))
    assert len(lists_of(project, every, mine)["mine_sites"]) == 2  # type: ignore[arg-type]


# ---- updating and making sites


def test_a_record_updates_a_site_other_than_its_own(project: Project) -> None:
    own, other = a_mine(project), a_mine(project, name="新矿")
    result = fill(
        project, "update_mine", {"mine": other, "mineral": "煤", "who": "甲"}, site_id=own
    )
    assert result.record is not None
    assert result.record.site == own
    assert project.site(other).fields["mineral"] == "煤"
    assert project.site(own).fields["mineral"] == "瓷土"
    changes = [c for c in project.unsent_changes() if c.origin == f"form:{result.record.id}"]
    assert [c.subject for c in changes] == [result.record.id, other]
    assert project.check() == []


def test_a_site_is_made_with_a_provisional_number(project: Project) -> None:
    made = fill(project, "register_mine", {"mine": "新矿", "where": HERE, "kind": "煤"})
    assert made.record is not None
    site = project.site(made.record.site or "")
    assert site is not None
    assert (site.kind, site.name, site.fields["mineral"]) == ("mine", "新矿", "煤")
    assert "LS" in site.code
    assert site.fields["provisional"] is True
    assert (site.lon, site.lat) == (117.3, 29.4)
    assert site.id == entity(project, made.record).get("id")
    assert project.check() == []


def test_a_site_that_was_made_offline_is_updated_offline(project: Project) -> None:
    made = fill(project, "register_mine", {"mine": "新矿", "where": HERE}).record
    assert made is not None
    assert versions(project, made) == (None, None, None)
    site = made.site or ""
    first = fill(project, "update_mine", {"mine": site, "mineral": "煤", "who": "甲"}).record
    second = fill(project, "update_mine", {"mine": site, "mineral": "铜", "who": "甲"}).record
    assert first is not None
    assert second is not None
    base, trunk, branch = versions(project, first)
    assert (base, trunk) == ("1", "")
    assert uuid.UUID(branch).version == 4
    assert versions(project, second) == ("2", "", branch)
    chain = [c for c in project.unsent_changes() if c.subject == site]
    assert [c.parent for c in chain] == [None, chain[0].id, chain[1].id]
    assert chain[2].fields == {"mineral": ("煤", "铜")}
    assert project.check() == []


def test_a_synced_site_starts_a_new_branch_from_its_version(project: Project) -> None:
    site = a_mine(project)
    desk = Desk()
    desk.sync(project)
    one = fill(project, "update_mine", {"mine": site, "mineral": "煤", "who": "甲"}).record
    two = fill(project, "update_mine", {"mine": site, "mineral": "铜", "who": "甲"}).record
    assert one is not None
    assert two is not None
    base, trunk, branch = versions(project, one)
    assert (base, trunk) == ("1", "1")
    assert versions(project, two) == ("2", "1", branch)
    desk.sync(project)
    three = fill(project, "update_mine", {"mine": site, "mineral": "金", "who": "甲"}).record
    assert three is not None
    base, trunk, other = versions(project, three)
    assert base == trunk == str(project.site(site).version)
    assert other != branch


def test_several_entities_of_one_record_are_one_transaction(project: Project) -> None:
    site = a_mine(project)
    filling = Filling.start(project, "mine_round")
    filling.session.answer("/data/mine", site)
    filling.session.answer("/data/problem", "塌")
    for at, (name, people) in enumerate((("甲点", "3"), ("乙点", "4"), ("no", "5")), 1):
        if at > 1:
            filling.session.add_repeat("/data/found")
        filling.session.answer(f"/data/found[{at}]/called", name)
        filling.session.answer(f"/data/found[{at}]/people", people)
        filling.session.answer(f"/data/found[{at}]/at", f"29.{at} 117.{at} 0 0")
    record = filling.finalize(project).record
    assert record is not None
    assert project.site(site).fields["remarks"] == "塌"
    points = _points(project)
    assert {name: p.fields["threatened_people"] for name, p in points.items()} == {
        "甲点": 3,
        "乙点": 4,
    }
    assert points["乙点"].lat == 29.2
    assert len({p.code for p in points.values()}) == 2
    assert record.site is None
    blocks = list(etree.fromstring(record_xml(project, record).xml).iter("entity"))
    assert [b.get("create") for b in blocks] == ["1", "1", "0", None]
    assert len({b.get("id") for b in blocks}) == 4
    assert project.check() == []


def _points(project: Project) -> dict[str, Site]:
    return {s.name: s for s in project.search(SiteQuery(kinds=("geohazard",)))}


def test_conditions_that_fail_change_nothing(project: Project) -> None:
    site = a_mine(project)
    unmade = fill(project, "register_mine", {"mine": "no", "where": HERE}).record
    kept = fill(project, "update_mine", {"mine": site, "mineral": "x", "who": "nobody"}).record
    assert unmade is not None
    assert kept is not None
    assert unmade.site is None
    assert project.site(site).fields["mineral"] == "瓷土"


def test_a_new_site_without_name_or_place_is_said_and_the_draft_stays(project: Project) -> None:
    filling = Filling.start(project, "register_mine")
    result = filling.finalize(project)
    assert result.record is None
    assert [(p.ref, p.kind) for p in result.problems] == [
        ("/data/mine", "entity"),
        ("/data/where", "entity"),
    ]
    assert [d.id for d in project.drafts()] == [filling.id]
    assert project.get_setting("provisional_numbers") is None


def test_a_new_site_takes_the_place_of_its_record(project: Project) -> None:
    (edit,) = work_of(project, create=True).numbered(project)
    assert edit.fields["geometry"] == "POINT (117.2 29.3)"
    assert edit.fields["county_code"].startswith("3602")


# ---- what does not fit


def work_of(project: Project, dataset: str = "mine_sites", **about: Any) -> SiteWork:
    values = {"id": str(uuid.uuid4()), "label": "矿", "fields": {}, **about}
    return site_work(project, [EntityUpdate(dataset, **values)], place="POINT (117.2 29.3)")


@pytest.mark.parametrize("identifier", ["", "no-uuid", "123", "'; DROP TABLE mine"])
@pytest.mark.parametrize("action", ["create", "update"])
def test_an_id_that_is_no_uuid_is_said_at_its_question(
    project: Project, identifier: str, action: str
) -> None:
    asked = work_of(project, id=identifier, refs={"@id": "/data/id"}, **{action: True})
    assert [p.ref for p in asked.problems] == ["/data/id"]
    assert asked.edits == []
    silent = work_of(project, id=identifier, **{action: True})
    assert (silent.edits, silent.problems, len(silent.notes)) == ([], [], 1)


def test_a_uuid_in_openrosa_spelling_is_the_same(project: Project) -> None:
    site = a_mine(project)
    work = work_of(project, id=f"uuid:{site.upper()}", update=True, fields={"mineral": "煤"})
    assert [e.subject for e in work.edits] == [site]


def test_a_site_of_another_kind_is_not_changed(project: Project) -> None:
    site = a_mine(project)
    work = work_of(project, "geohazard_points", id=site, update=True)
    assert work.edits == []
    assert site in work.notes[0]


def test_an_unknown_site_is_not_updated_and_a_known_one_not_made_twice(project: Project) -> None:
    assert len(work_of(project, update=True).notes) == 1
    site = a_mine(project)
    twice = work_of(project, id=site, create=True)
    assert (twice.edits, len(twice.notes)) == ([], 1)
    both = work_of(project, id=site, create=True, update=True, fields={"mineral": "煤"})
    assert both.edits[0].fields == {"name": "矿", "mineral": "煤"}


def test_an_unknown_list_is_nobody_s_site(project: Project) -> None:
    assert work_of(project, "no_such_list", create=True) == site_work(project, [], place=None)
    assert kind_of_list("no_such_list") is None


def test_a_property_that_sites_do_not_have_is_noted_and_the_rest_is_taken(
    project: Project,
) -> None:
    site = a_mine(project)
    work = work_of(project, id=site, update=True, fields={"colour": "red", "mineral": "煤"})
    assert work.edits[0].fields["mineral"] == "煤"
    assert "colour" in work.notes[0]
    assert work.problems == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("area_m2", "many"), ("area_m2", "nan-"), ("geometry", "here"), ("geometry", "95 200 0 0")],
)
def test_a_value_that_a_field_cannot_hold_is_said_at_its_question(
    project: Project, name: str, text: str
) -> None:
    site = a_mine(project)
    work = work_of(project, id=site, update=True, fields={name: text}, refs={name: "/data/q"})
    assert [(p.ref, p.kind) for p in work.problems] == [("/data/q", "entity")]


def test_a_point_is_no_line(project: Project) -> None:
    work = work_of(
        project,
        "geohazard_points",
        create=True,
        fields={"geometry": "29 117 0 0; 29.1 117 0 0"},
        refs={"geometry": "/data/g"},
    )
    assert [p.ref for p in work.problems] == ["/data/g"]


def test_labels_of_codes_become_codes_and_strange_codes_go_to_the_office(
    project: Project,
) -> None:
    fields = {"kind_code": "滑坡"}
    made = work_of(project, "geohazard_points", create=True, fields=fields)
    assert made.edits[0].fields["kind_code"] == "01"
    odd = work_of(project, "geohazard_points", create=True, fields={"kind_code": "77"})
    assert odd.edits[0].fields["kind_code"] == "77"


# ---- lists that live in records


def test_a_register_and_a_follow_up_of_any_list_work_offline(project: Project) -> None:
    made = fill(project, "register_tree", {"species": "杉木", "at": HERE}).record
    assert made is not None
    assert made.site is None
    tree = entity(project, made).get("id") or ""
    session = open_session(project, "update_tree")
    assert [(c.value, c.label) for c in session.choices("/data/tree")] == [(tree, "杉木")]
    first = fill(project, "update_tree", {"tree": tree, "girth": "31"}).record
    second = fill(project, "update_tree", {"tree": tree, "girth": "33"}).record
    assert first is not None
    assert second is not None
    base, trunk, branch = versions(project, first)
    assert (base, trunk) == ("1", "")
    assert versions(project, second) == ("2", "", branch)
    (row,) = foreign_rows(project, "trees") or []
    assert row == {
        "name": tree,
        "label": "杉木 33",
        "__version": "3",
        "__trunkVersion": "",
        "__branchId": branch,
        "species": "杉木",
        "geometry": "29.4 117.3 55.0 4.0",
        "girth_cm": "33",
    }


def test_what_the_centre_has_of_a_list_is_its_trunk(project: Project) -> None:
    made = fill(project, "register_tree", {"species": "杉木"}).record
    assert made is not None
    tree = entity(project, made).get("id") or ""
    before = fill(project, "update_tree", {"tree": tree, "girth": "31"}).record
    Desk().sync(project)
    after = fill(project, "update_tree", {"tree": tree, "girth": "33"}).record
    assert before is not None
    assert after is not None
    base, trunk, branch = versions(project, after)
    assert (base, trunk) == ("2", "2")
    assert branch != versions(project, before)[2]


def test_two_devices_make_the_same_list_of_the_same_records(tmp_path: Path) -> None:
    desk = Desk()
    one, two = quick_project(tmp_path / "1"), quick_project(tmp_path / "2", author="李四")
    with one, two:
        for device in (one, two):
            forms.add(device, forms.REGISTER_TREE)
            forms.add(device, forms.UPDATE_TREE)
        made = fill(one, "register_tree", {"species": "杉木"}).record
        assert made is not None
        desk.sync(one)
        desk.sync(two)
        tree = entity(one, made).get("id") or ""
        fill(two, "update_tree", {"tree": tree, "girth": "40"})
        for device in (two, one):
            desk.sync(device)
        rows = [
            [{**row, "__branchId": ""} for row in foreign_rows(device, "trees") or []]
            for device in (one, two)
        ]
        assert rows[0] == rows[1]
        assert rows[0][0]["girth_cm"] == "40"


def test_a_correction_stands_in_the_place_of_what_it_corrects(project: Project) -> None:
    made = fill(project, "register_tree", {"species": "杉木"}).record
    assert made is not None
    tree = entity(project, made).get("id") or ""
    fill(project, "update_tree", {"tree": tree, "girth": "31"})
    fill(project, "register_tree", {"species": "马尾松"}, replaces=made.id)
    (row,) = foreign_rows(project, "trees") or []
    assert (row["name"], row["species"], row["girth_cm"]) == (tree, "马尾松", "31")


def test_a_list_file_is_the_start_of_a_list(project: Project) -> None:
    tree = str(uuid.uuid4())
    start = from_rows([{"name": tree, "label": "旧", "__version": "5", "species": "樟"}])
    form = parse_form(project.form_xml("update_tree") or "")
    (row,) = lists_of(project, form, media={"trees": start})["trees"]  # type: ignore[misc]
    assert (row["__version"], row["__trunkVersion"], row["species"]) == ("5", "5", "樟")
    fill(project, "register_tree", {"species": "杉木"})
    rows = lists_of(project, form, media={"trees": start})["trees"]
    assert [r["species"] for r in rows] == ["樟", "杉木"]  # type: ignore[union-attr, index]


def test_a_list_that_no_form_writes_to_is_left_to_its_file(project: Project) -> None:
    assert foreign_rows(project, "rocks") is None
    assert foreign_rows(project, "trees") == []


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("a", "b", "no-uuid", "")),
        st.booleans(),
        st.booleans(),
        st.dictionaries(st.sampled_from("xyz"), st.text(max_size=3), max_size=2),
        st.booleans(),
    ),
    max_size=12,
)
_IDS = {"a": str(uuid.UUID(int=1)), "b": f"uuid:{uuid.UUID(int=2)}".upper()}


@given(_STEPS)
def test_a_fold_follows_the_specification(
    steps: list[tuple[str, bool, bool, dict[str, str], bool]],
) -> None:
    made = [
        (EntityUpdate("t", _IDS.get(i, i), "l", fields, create=create, update=update), received)
        for i, create, update, fields, received in steps
    ]
    found = fold(made)
    assert set(found) <= {str(uuid.UUID(int=1)), str(uuid.UUID(int=2))}
    for name, entity_ in found.items():
        mine = [m for m, _r in made if entity_id(m.id) == name]
        first = next(at for at, m in enumerate(mine) if m.create)
        updates = [m for at, m in enumerate(mine) if m.update and at != first]
        assert entity_.version == 1 + len(updates)
        assert entity_.trunk <= entity_.version
        latest: dict[str, str] = {}
        for m in (mine[first], *updates):
            latest |= m.fields
        assert entity_.fields == latest
    # What comes later never changes what came before.
    assert fold(made[: len(made) // 2]).keys() <= found.keys()


def _visit(number: int, **about: Any) -> Record:
    finished = f"2026-01-{number:02d}T00:00:00.000Z"
    return Record(f"r{number}", "f", "1", {}, "甲", finished, finished, **about)


def test_records_count_in_their_order_without_what_was_replaced_or_rejected() -> None:
    records = [
        _visit(4, replaces="r1"),
        _visit(3, review="rejected"),
        _visit(2),
        _visit(1),
        _visit(5, replaces="gone"),
        _visit(6, replaces="r2", review="rejected"),
    ]
    assert [r.id for r in in_order(records)] == ["r4", "r2", "r5"]


def test_corrections_that_name_each_other_end() -> None:
    assert in_order([_visit(1, replaces="r2"), _visit(2, replaces="r1")]) == []


def test_lists_are_kept_until_anything_changes(project: Project) -> None:
    site = a_mine(project)
    form = parse_form(project.form_xml("update_mine") or "")
    first = lists_of(project, form)["mine_sites"]
    assert lists_of(project, form)["mine_sites"] is first
    project.edit("mine", site, {"mineral": "煤"})
    (row,) = lists_of(project, form)["mine_sites"]  # type: ignore[misc]
    assert row["mineral"] == "煤"
    trees = foreign_rows(project, "trees")
    assert foreign_rows(project, "trees") is trees
    fill(project, "register_tree", {"species": "杉木"})
    assert len(foreign_rows(project, "trees") or []) == 1
    desk = Desk()
    desk.push(project)
    lists_of(project, form)
    desk.pull(project)
    (pulled,) = lists_of(project, form)["mine_sites"]  # type: ignore[misc]
    assert pulled["__trunkVersion"] == str(project.site(site).version)
    assert pulled["__branchId"] != row["__branchId"]


# ---- the last record


LAST = """
| survey |
| | type | name | label | default |
| | text | town | Town | ${last-saved#town} |
| settings |
| | form_id | version |
| | last | {} |
"""


def test_the_last_finished_record_of_a_form_feeds_the_next(project: Project) -> None:
    forms.add(project, LAST.replace("{}", "1"))
    first = Filling.start(project, "last")
    assert first.session.node("/data/town").value == ""
    first.session.answer("/data/town", "瑶里镇")
    project.save_draft(first.draft(project))
    assert Filling.start(project, "last").session.node("/data/town").value == ""
    first.finalize(project)
    assert Filling.start(project, "last").session.node("/data/town").value == "瑶里镇"
    forms.add(project, LAST.replace("{}", "2"))
    newer = Filling.start(project, "last")
    assert newer.session.form.version == "2"
    assert newer.session.node("/data/town").value == "瑶里镇"


def test_somebody_else_s_record_is_not_the_last(project: Project) -> None:
    forms.add(project, LAST.replace("{}", "1"))
    fill(project, "last", {"town": "瑶里镇"})
    project.set_setting("author", "李四")
    assert Filling.start(project, "last").session.node("/data/town").value == ""
