from __future__ import annotations

import uuid

from lxml import etree

from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form

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
