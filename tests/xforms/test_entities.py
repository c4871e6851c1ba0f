from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.entities import (
    branch_id,
    check_version,
    datasets_read,
    entity_id,
    updates_of,
    version_of,
)
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import EntityUpdate
from tests.xforms.tools import form, raw_xform, xform

CREATE = form(
    """
    | survey |
    | | type | name | label | relevant | save_to |
    | | text | name | Name | | site_name |
    | | integer | people | People | ${name} != '' | threatened_people |
    | entities |
    | | list_name | label | create_if |
    | | geohazard_points | ${name} | ${name} != 'no' |
    """
)
UPSERT = form(
    """
    | survey |
    | | type | name | label | save_to |
    | | csv-external | mine_sites | | |
    | | text | id | Id | |
    | | text | who | Who | monitor_name |
    | entities |
    | | list_name | label | entity_id | update_if | create_if |
    | | mine_sites | ${who} | ${id} | ${id} != '' | ${id} = '' |
    """
)


def test_an_entity_is_created_with_an_id_of_its_own() -> None:
    filling = FormSession(CREATE)
    filling.answer("/data/name", "新点")
    made = filling.entity_updates()[0]
    assert (made.dataset, made.label, made.create, made.update) == (
        "geohazard_points",
        "新点",
        True,
        False,
    )
    assert uuid.UUID(made.id)
    assert dict(made.fields) == {"site_name": "新点", "threatened_people": ""}
    again = FormSession(CREATE, answers=filling.answers())
    assert again.entity_updates()[0].id == made.id
    block = etree.fromstring(filling.to_xml()).find("meta/entity")
    assert block is not None
    assert (block.get("id"), block.get("dataset")) == (made.id, "geohazard_points")
    assert block.findtext("label") == "新点"


def test_irrelevant_answers_and_refused_conditions_change_nothing() -> None:
    filling = FormSession(CREATE)
    filling.answer("/data/name", "no")
    assert filling.entity_updates() == []
    filling.answer("/data/name", "")
    assert dict(filling.entity_updates()[0].fields) == {"site_name": ""}


def test_an_entity_is_updated_from_its_version() -> None:
    rows = [{"name": "m1", "label": "Mine", "__version": "7", "monitor_name": "old"}]
    filling = FormSession(UPSERT, instances={"mine_sites": rows})
    filling.answer("/data/who", "张三")
    (nameless,) = filling.entity_updates()
    assert (nameless.id, nameless.create, nameless.refs["@id"]) == ("", True, "/data/id")
    filling.answer("/data/id", "m1")
    made = filling.entity_updates()[0]
    assert (made.id, made.update, made.create, made.base_version) == ("m1", True, False, "7")
    assert dict(made.fields) == {"monitor_name": "张三"}


def test_stored_answers_say_the_same_as_the_running_form() -> None:
    rows = [{"name": str(uuid.UUID(int=1)), "__version": "7", "__trunkVersion": "6"}]
    for made in (CREATE, UPSERT):
        filling = FormSession(made, instances={"mine_sites": rows})
        for ref, value in (
            ("name", "新点"),
            ("people", "3"),
            ("who", "甲"),
            ("id", rows[0]["name"]),
        ):
            if f"/data/{ref}" in made.nodes:
                filling.answer(f"/data/{ref}", value)
        live = [replace(one, refs={}) for one in filling.entity_updates()]
        assert live
        assert updates_of(made, filling.submission()) == live


IN_REPEATS = form(
    """
    | survey |
    | | type | name | label | relevant | save_to |
    | | text | house | House | | houses#address |
    | | begin_group | g | G | | |
    | | begin_repeat | person | P | | |
    | | text | called | Name | | people#called |
    | | integer | age | Age | | people#age |
    | | begin_group | job | Job | ${age} > 15 | |
    | | text | title | Title | | people#job |
    | | end_group | | | | |
    | | end_repeat | | | | |
    | | end_group | | | | |
    | entities |
    | | list_name | label | create_if |
    | | houses | ${house} | |
    | | people | ${called} | ${age} != 99 |
    """
)


def test_every_entry_of_a_repeat_is_an_entity_with_an_id_of_its_own() -> None:
    filling = FormSession(IN_REPEATS)
    filling.answer("/data/house", "村口")
    for at, (name, age) in enumerate((("甲", "30"), ("乙", "9"), ("丙", "99")), 1):
        if at > 1:
            filling.add_repeat("/data/g/person")
        filling.answer(f"/data/g/person[{at}]/called", name)
        filling.answer(f"/data/g/person[{at}]/age", age)
        filling.answer(f"/data/g/person[{at}]/job/title", "农")
    live = filling.entity_updates()
    people = [one for one in live if one.dataset == "people"]
    (house,) = [one for one in live if one.dataset == "houses"]
    assert dict(house.fields) == {"address": "村口"}
    assert [dict(one.fields) for one in people] == [
        {"called": "甲", "age": "30", "job": "农"},
        {"called": "乙", "age": "9"},
    ]
    assert people[1].refs["age"] == "/data/g/person[2]/age"
    assert len({one.id for one in live}) == 3
    stored = updates_of(IN_REPEATS, filling.submission())
    assert stored == [replace(one, refs={}) for one in live]
    xml = etree.fromstring(filling.to_xml())
    assert [e.get("create") for e in xml.iterfind("g/person/meta/entity")] == ["1", "1", "0"]
    assert xml.find("meta/entity") is not None


@pytest.mark.parametrize("version", ["2022.1.0", "2023.1", "2024.1.0", "2025.1.9", "", "odd"])
def test_known_versions_of_the_specification_are_taken(version: str) -> None:
    check_version(version)


@pytest.mark.parametrize("version", ["2025.2.0", "2026.1", "2100.1.0"])
def test_a_newer_version_of_the_specification_is_refused(version: str) -> None:
    with pytest.raises(BadInput, match=version):
        check_version(version)
    xml = xform("| survey |\n| | type | name | label |\n| | text | t | T |")
    marked = xml.replace(
        "<model ", f'<model entities:entities-version="{version}" xmlns:entities="e" '
    )
    with pytest.raises(BadInput, match=version):
        parse_form(marked)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("-1", 0), ("1.5", 0), ("", 0), ("x", 0), ("９", 0), ("9" * 30, 0)],
)
def test_a_version_that_is_no_positive_whole_number_is_nought(text: str, number: int) -> None:
    assert version_of(text) == number


def test_ids_are_uuids_in_any_spelling() -> None:
    plain = "0b3f2c1a-0000-4000-8000-000000000001"
    assert entity_id(f" UUID:{plain.upper()} ") == plain
    for bad in ("", "x", plain[:-1], plain.replace("-", ""), f"{{{plain}}}"):
        assert entity_id(bad) == ""


@given(st.text(), st.text(), st.integers())
def test_a_branch_is_a_uuid_and_the_same_for_the_same_sequence(a: str, b: str, n: int) -> None:
    made = branch_id(a, b, n)
    assert uuid.UUID(made).version == 4
    assert branch_id(a, b, n) == made != branch_id(a, b, n + 1)


def test_only_true_and_1_are_true() -> None:
    made = _update_with("create='yes' update='TRUE'")
    assert made == []
    (made_one,) = _update_with("create='true' update='0'")
    assert (made_one.create, made_one.update) == (True, False)


def _update_with(attributes: str) -> list[EntityUpdate]:
    made = parse_form(
        raw_xform(
            "<instance><data id='e'><t/><meta>"
            f"<entity dataset='d' id='x' {attributes}><label/></entity></meta></data></instance>"
        )
    )
    return FormSession(made).entity_updates()


def test_lists_are_named_by_their_file() -> None:
    assert datasets_read(UPSERT.lists) == {"mine_sites": "mine_sites"}
    made = parse_form(
        raw_xform(
            "<instance><data id='e'><t/></data></instance>"
            "<instance id='own'><root><item><name>a</name></item></root></instance>"
            "<instance id='short' src='jr://file-csv/geohazard_points.csv'/>"
            "<instance id='__last-saved' src='jr://instance/last-saved'/>"
        )
    )
    assert datasets_read(made.lists) == {"short": "geohazard_points"}
