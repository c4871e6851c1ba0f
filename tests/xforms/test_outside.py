"""Forms as other tools and people write them: what ``pyxform`` never makes but ODK allows."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.test_oracle import agree
from tests.xforms.tools import raw_xform, value, xform


def instance(nodes: str) -> str:
    """The primary instance."""
    return f'<instance><data id="f">{nodes}</data></instance>'


RELATIVE = raw_xform(
    instance("<count>2</count><g><a/></g><r><name/></r><s><x/></s>"),
    '<group ref="/data/g"><input ref="a"/></group>'
    '<group ref="/data/r"><repeat nodeset="/data/r" jr:count="current()/../count">'
    '<input ref="name"/></repeat></group>'
    '<group ref="/data/s"><repeat nodeset="/data/s"><input ref="current()/x"/></repeat></group>',
)
BY_ID = raw_xform(
    instance("<a/><b/>")
    + '<bind id="first" nodeset="/data/a" type="int"/><bind id="second" nodeset="/data/b"/>'
    + '<setvalue bind="second" event="odk-instance-first-load">set</setvalue>',
    '<input bind="first"/><input bind="second"/>',
)
ELSEWHERE = raw_xform(
    instance("<g><a/></g><h><k><b/></k></h><r><c/></r>")
    + '<bind nodeset="/data/h/k" relevant="/data/g/a != \'\'"/>',
    '<group ref="/data/g"><input ref="/data/g/a"/>'
    '<group ref="/data/h/k"><input ref="/data/h/k/b"/></group>'
    '<repeat nodeset="/data/r"><input ref="/data/r/c"/></repeat></group>',
)
WITHOUT_TEMPLATE = raw_xform(
    instance("<r><a>1</a></r><r><a>2</a></r><t jr:template=''><b>new</b></t><t><b>old</b></t>"),
    '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat>'
    '<repeat nodeset="/data/t"><input ref="/data/t/b"/></repeat>',
)
EMPTY_VALUE = raw_xform(
    instance("<a/><b>kept</b><c>kept</c>"),
    '<input ref="/data/b"/><input ref="/data/c"/><input ref="/data/a">'
    '<setvalue ref="/data/b" event="xforms-value-changed" value="">text</setvalue>'
    '<setvalue ref="/data/c" event="xforms-value-changed"/></input>',
)
OF_OUTER_REPEAT = xform(
    """
    | survey |
    | | type | name | label | choice_filter |
    | | begin_repeat | house | House | |
    | | begin_repeat | member | Member | |
    | | text | name | Name | |
    | | integer | age | Age | |
    | | begin_repeat | adult | Adult | |
    | | select_one ${name} | who | Who | ${age} > 18 |
    | | end_repeat | | | |
    | | end_repeat | | | |
    | | end_repeat | | | |
    """
)
CASES = {
    "relative": (RELATIVE, ["dump", "answer\t/data/r[2]/name\tx", "dump", "validate"]),
    "by id": (BY_ID, ["dump", "answer\t/data/a\t7", "dump"]),
    "elsewhere": (ELSEWHERE, ["dump", "answer\t/data/g/a\tx", "dump", "validate"]),
    "without template": (
        WITHOUT_TEMPLATE,
        ["dump", "repeat\t/data/r", "repeat\t/data/t", "dump", "validate"],
    ),
    "empty value": (EMPTY_VALUE, ["answer\t/data/a\tx", "dump"]),
    "of an outer repeat": (
        OF_OUTER_REPEAT,
        [
            "answer\t/data/house[1]/member[1]/name\tLi",
            "answer\t/data/house[1]/member[1]/age\t40",
            "choices\t/data/house[1]/member[1]/adult[1]/who",
            "repeat\t/data/house[1]/member",
            "answer\t/data/house[1]/member[2]/name\tWu",
            "answer\t/data/house[1]/member[2]/age\t4",
            "choices\t/data/house[1]/member[1]/adult[1]/who",
            "answer\t/data/house[1]/member[2]/age\t44",
            "choices\t/data/house[1]/member[1]/adult[1]/who",
        ],
    ),
    "a range with a list": (
        xform(
            """
            | survey |
            | | type | name | label | parameters | required |
            | | range | q | Q | start=0 end=10 step=1 tick_labelset=l | yes |
            | choices |
            | | list_name | name | label |
            | | l | 0 | none |
            | | l | 10 | all |
            """
        ),
        ["answer\t/data/q\t3", "validate", "dump"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_such_forms_answer_as_javarosa_does(name: str, oracle: Oracle) -> None:
    agree(oracle, *CASES[name])


def test_a_question_that_is_shown_in_a_strange_group_can_be_reached() -> None:
    filling = FormSession(parse_form(ELSEWHERE))
    (group,) = filling.outline()
    assert group.children == ("/data/g/a", "/data/h/k", "/data/r")
    assert filling.node("/data/h/k").children == ("/data/h/k/b",)
    assert filling.node("/data/r").children == ("/data/r[1]",)
    assert not filling.node("/data/h/k").relevant


def test_a_form_may_ask_inside_a_repeat_from_outside() -> None:
    xml = raw_xform(
        instance("<r><a/><b/></r>"),
        '<repeat nodeset="/data/r"><input ref="/data/r/a"/></repeat><input ref="/data/r/b"/>',
    )
    filling = FormSession(parse_form(xml))
    assert [node.ref for _control, node in filling.questions()] == ["/data/r[1]/a", "/data/r[1]/b"]
    filling.remove_repeat("/data/r[1]")
    assert filling.problems() == []
    assert len(filling.outline()) == 2


def test_the_file_of_a_list_goes_before_what_stands_in_the_form() -> None:
    model = (
        instance("<a/>") + '<instance id="l" src="jr://file/l.xml"><root><item><name>_</name>'
        "</item></root></instance>"
    )
    body = (
        '<select1 ref="/data/a"><itemset nodeset="instance(\'l\')/root/item">'
        '<value ref="name"/><label ref="name"/></itemset></select1>'
    )
    form = parse_form(raw_xform(model, body))
    assert FormSession(form).choices("/data/a") == []
    filling = FormSession(form, instances={"l": [{"name": "x"}]})
    assert [choice.value for choice in filling.choices("/data/a")] == ["x"]


@pytest.mark.parametrize(
    "body",
    ['<input bind="none"/>', '<input ref="none"/>', '<group ref="a"><input ref="b"/></group>'],
)
def test_what_is_bound_to_nothing_is_refused(body: str) -> None:
    with pytest.raises(BadInput):
        parse_form(raw_xform(instance("<a/>"), body))


def test_instances_by_id_are_typed() -> None:
    filling = FormSession(parse_form(BY_ID))
    filling.answer("/data/a", "x")
    assert [problem.kind for problem in filling.problems()] == ["type"]
    assert value(filling, "/data/b") == "set"


def test_a_question_with_a_list_that_is_no_choice_keeps_its_answer() -> None:
    form, _commands = CASES["a range with a list"]
    filling = FormSession(parse_form(form))
    lines = list(Runner(filling).run(["answer\t/data/q\t3", "validate"]))
    assert lines == ['{"valid": true}']
    assert value(filling, "/data/q") == "3"
