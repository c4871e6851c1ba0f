"""Forms that are read, and forms that are refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormError
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import calculations, form, raw_xform, value, xform

MODEL = '<instance><data id="f" version="1"><a/><b/></data></instance>'


def refusal(xml: str | bytes) -> str:
    set_language("en")
    with pytest.raises(BadInput) as refused:
        parse_form(xml)
    return str(refused.value)


def test_a_form_says_who_it_is() -> None:
    made = form(
        """
        | survey |
        | | type | name | label |
        | | text | who | Who |
        | settings |
        | | form_id | version | form_title |
        | | patrol | 3 | 巡查 |
        """
    )
    assert (made.form_id, made.version, made.title) == ("patrol", "3", "巡查")
    assert made.nodes["/data/who"].bind.type == "string"
    assert made.problems == []


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("", "no well-formed XML"),
        ("hello", "no well-formed XML"),
        ("<a><b></a>", "no well-formed XML"),
        ("<a/>", "no XForm"),
        (raw_xform("<instance/>"), "instance is empty"),
        (raw_xform(MODEL, '<input ref="/data/c"/>'), "/data/c"),
        (raw_xform(MODEL, '<group ref="/data/c"><input ref="/data/a"/></group>'), "/data/c"),
        (raw_xform(MODEL + '<setvalue event="x" ref="/data/c"/>'), "/data/c"),
        (raw_xform(MODEL + '<instance id="l"/><instance id="l"/>'), "twice"),
        (
            raw_xform(MODEL + '<itext><translation lang="a"/><translation lang="a"/></itext>'),
            "twice",
        ),
        (raw_xform(MODEL + '<bind nodeset="/data/a" calculate="nope(1)"/>'), "nope()"),
        (raw_xform(MODEL + '<bind nodeset="/data/a" relevant="1 +"/>'), "character 4"),
        (
            raw_xform(
                MODEL,
                '<select1 ref="/data/a"><itemset nodeset="1"><value ref="x"/></itemset></select1>',
            ),
            "reference",
        ),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(xml: str, said: str) -> None:
    sentence = refusal(xml)
    assert said in sentence
    assert "\n" not in sentence


def test_entities_and_dtds_are_refused_unread() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + raw_xform(MODEL)
    outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + raw_xform(MODEL)
    for xml in (bomb, outside, bomb.encode("utf-16"), '<?xml version="1.0"?>' + outside):
        started = time.monotonic()
        assert refusal(xml.encode() if isinstance(xml, str) else xml)
        assert time.monotonic() - started < 2


def test_deep_and_wide_documents_are_refused() -> None:
    assert refusal("<a>" * 200 + "</a>" * 200)
    nested = "<g>" * 150 + "</g>" * 150
    assert refusal(raw_xform(f'<instance><data id="f">{nested}</data></instance>'))
    assert "MB" in refusal(b" " * 60_000_001)


def test_a_cycle_is_refused_with_its_path() -> None:
    xml = calculations({"a": ("int", "")}, ["/data/e2 + 1", "/data/e0 * 2", "/data/e1", "/data/e2"])
    set_language("en")
    with pytest.raises(FormError) as refused:
        parse_form(xml)
    assert "/data/e0 → /data/e1 → /data/e2 → /data/e0" in str(refused.value)
    assert refused.value.column == "calculation"


@pytest.mark.parametrize(
    "rows",
    [
        "| | integer | a | A | | ${a} > 1 |\n",
        "| | begin_group | g | G | | ${a} > 1 |\n| | integer | a | A | | |\n"
        "| | end_group | | | | |\n",
        "| | integer | a | A | | ${b} > 1 |\n| | calculate | b | | ${a} + 1 | |\n",
    ],
)
def test_relevance_that_needs_itself_is_refused(rows: str) -> None:
    head = "| survey |\n| | type | name | label | calculation | relevant |\n"
    with pytest.raises(FormError):
        form(head + rows)


def test_required_and_constraint_may_name_their_own_question() -> None:
    made = form(
        """
        | survey |
        | | type | name | label | required | constraint | read_only |
        | | text | a | A | ${a} = '' | string-length(.) < 3 | ${a} = 'x' |
        """
    )
    filling = FormSession(made)
    assert filling.node("/data/a").required
    filling.answer("/data/a", "x")
    assert filling.node("/data/a").readonly
    filling.answer("/data/a", "long")
    assert filling.node("/data/a").error


def test_rules_for_nothing_and_undeclared_lists_are_reported() -> None:
    set_language("en")
    made = parse_form(
        raw_xform(
            MODEL
            + '<bind nodeset="/data/gone" required="true()"/>'
            + '<bind nodeset="/data/a" calculate="instance(\'x\')/root/item[name = 1]/b"/>'
        )
    )
    messages = [problem.message for problem in made.problems]
    assert len(messages) == 2
    assert "/data/gone" in messages[0]
    assert "x" in messages[1]


def test_templates_and_first_instances_are_told_apart() -> None:
    model = (
        '<instance><data id="f"><t jr:template=""><x>new</x></t><t><x>first</x></t>'
        "<t><x>second</x></t><u><y>kept</y></u></data></instance>"
    )
    body = (
        '<repeat nodeset="/data/t"><input ref="/data/t/x"/></repeat>'
        '<group><repeat nodeset="/data/u"><input ref="/data/u/y"/></repeat></group>'
    )
    filling = FormSession(parse_form(raw_xform(model, body)))
    filling.add_repeat("/data/t")
    filling.add_repeat("/data/u")
    assert [value(filling, f"/data/t[{at}]/x") for at in (1, 2, 3)] == ["first", "second", "new"]
    assert value(filling, "/data/u[2]/y") == ""


def test_paths_may_be_relative_to_the_root_and_hold_spaces() -> None:
    made = parse_form(
        raw_xform(
            MODEL + '<bind nodeset=" /data/a " type="xsd:int"/><bind nodeset="b" type="odd"/>',
            '<input ref="a"/>',
        )
    )
    assert made.nodes["/data/a"].bind.type == "int"
    assert made.nodes["/data/b"].bind.type == "string"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        parse_form(data)


_PIECES = st.sampled_from(
    [
        "<a/>",
        "<group>",
        "</group>",
        '<input ref="/data/a"/>',
        '<repeat nodeset="/data/b">',
        "</repeat>",
    ]
)


@given(st.lists(_PIECES, max_size=8))
def test_any_body_is_a_form_or_refused(pieces: list[str]) -> None:
    try:
        made = parse_form(raw_xform(MODEL, "".join(pieces)))
    except BadInput:
        return
    FormSession(made).outline()


TYPES = (
    "text integer decimal range geopoint geotrace geoshape date time dateTime image audio video "
    "file barcode acknowledge note hidden calculate start end today deviceid username email "
    "phonenumber start-geopoint background-audio"
)
LISTS = """
| | select_one ab | s1 | S | |
| | select_multiple ab or_other | s2 | S | |
| | rank ab | s3 | S | |
| | csv-external | places | | |
| | xml-external | more | | |
| | select_one_from_file trees.csv | s4 | S | |
| | select_one_from_file p.geojson | s5 | S | |
| choices |
| | list_name | name | label |
| | ab | a | A |
"""


def test_every_question_type_of_the_xlsform_reference_is_read() -> None:
    rows = ""
    for at, kind in enumerate(TYPES.split()):
        label = "" if kind in ("hidden", "calculate") else kind
        rows += f"| | {kind} | q{at} | {label} | {'1' if kind == 'calculate' else ''} |\n"
    head = "| survey |\n| | type | name | label | calculation |\n"
    made = parse_form(xform(head + rows + LISTS.lstrip()))
    filling = FormSession(made, metadata={"username": "zhang"})
    kinds = {control.tag for control in made.questions()}
    assert kinds == {"input", "select1", "select", "rank", "upload", "trigger", "range"}
    assert filling.wanted_positions
    assert filling.to_xml()


def test_an_unreadable_reference_in_a_label_shows_nothing_and_is_told() -> None:
    body = '<input ref="/data/a"><label>A <output value="1 +"/>.</label></input>'
    made = parse_form(raw_xform(MODEL, body))
    assert FormSession(made).node("/data/a").label == "A ."
    (problem,) = made.problems
    assert (problem.ref, problem.column) == ("/data/a", "label")


def test_what_pyxform_escapes_twice_in_a_label_is_read() -> None:
    lists = '<instance id="l"><root><item><n>1</n><t>one</t></item></root></instance>'
    source = "instance('l')/root/item[n &amp;lt; 2]/t"
    body = f'<input ref="/data/a"><label><output value="{source}"/></label></input>'
    made = parse_form(raw_xform(MODEL + lists, body))
    assert made.problems == []
    assert FormSession(made).node("/data/a").label == "one"
