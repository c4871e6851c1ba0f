"""OpenRosa XML out of stored answers and back: nothing lost, what cannot be sent is said."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.safe_xml import read_xml
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.submission import Received, read_submission, typed_text, write_submission
from jdz_field.xforms.tree import Def
from tests.xforms.tools import form, raw_xform

ORX = "http://openrosa.org/xforms"
TYPES = (
    *("string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint"),
    *("geotrace", "geoshape", "binary", "barcode", "select1", "select", "odk:rank"),
)


def back(made: FormDefinition, xml: str) -> Received:
    return read_submission(made, read_xml(xml, "It"))


# ---- random forms

_Tree = dict[str, Any]
_NAMES = st.sampled_from(("a", "b", "名", "d-e", "f.g", "h_1"))
_LEAVES = st.tuples(st.just("leaf"), st.sampled_from(TYPES), st.booleans())


def _holders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    kids = st.dictionaries(_NAMES, inner, min_size=1, max_size=4)
    return st.tuples(st.sampled_from(("group", "repeat")), kids, st.booleans())


_KIDS = st.dictionaries(
    _NAMES, st.recursive(_LEAVES, _holders, max_leaves=8), min_size=1, max_size=4
)


def _form(tree: _Tree, namespace: str, prefix: str) -> FormDefinition:
    binds: list[str] = []
    bodies: list[str] = []

    def element(name: str, node: Any, above: str) -> str:
        kind, what, mark = node
        path = f"{above}/{name}"
        sign = ' mark="" orx:sign=""' if mark else ""
        if kind == "leaf":
            binds.append(f'<bind nodeset="{path}" type="{what}"/>')
            return f"<{name}{sign}/>"
        if kind == "repeat":
            bodies.append(f'<group ref="{path}"><repeat nodeset="{path}"/></group>')
        inside = "".join(element(n, k, path) for n, k in what.items())
        return f"<{name}{sign}>{inside}</{name}>"

    meta = f"<{prefix}meta><{prefix}instanceID/><{prefix}audit/></{prefix}meta>"
    inside = "".join(element(name, node, "/data") for name, node in tree.items())
    default = f' xmlns="{namespace}"' if namespace else ""
    instance = (
        f'<instance><data id="r" version="2" xmlns:orx="{ORX}"{default}>{inside}{meta}</data>'
        "</instance>"
    )
    # Repeats inside repeats nest in the body too: the outermost first is enough for the parser.
    return parse_form(raw_xform(instance + "".join(binds), "".join(bodies)))


_FORMS = st.builds(
    _form, _KIDS, st.sampled_from(("", "http://example.org/f")), st.sampled_from(("", "orx:"))
)
_SENDABLE = st.characters(
    exclude_categories=("Cs",),
    exclude_characters="".join(chr(c) for c in range(32) if chr(c) not in "\t\n\r")
    + "\ufffe\uffff",
)
_TEXT = st.text(_SENDABLE, min_size=1, max_size=12)
_CODE = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=4)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-(2**31), 2**31 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200),
    "boolean": st.booleans(),
    "select": st.lists(_CODE, min_size=1, max_size=3),
    "rank": st.lists(_CODE, min_size=1, max_size=3),
}


def _answers(draw: Any, definition: Def, top: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, inner in definition.children.items():
        if name[0] == "@":
            if not top and draw(st.booleans()):
                found[name] = draw(_TEXT)
        elif inner.repeat:
            count = draw(st.integers(0, 3))
            found[name] = [_answers(draw, inner, top=False) for _n in range(count)]
        elif draw(st.integers(0, 5)):  # else irrelevant: not in the record
            found |= _leaf(draw, inner) if inner.leaf else {name: _answers(draw, inner, top=False)}
    return found


def _leaf(draw: Any, inner: Def) -> dict[str, Any]:
    found = {inner.name: draw(st.none() | _VALUES.get(inner.bind.type, _TEXT))}
    for sign in inner.children:
        if draw(st.booleans()):
            found[f"{inner.name}{sign}"] = draw(_TEXT)
    return found


@st.composite
def _records(draw: Any) -> tuple[FormDefinition, dict[str, Any]]:
    made = draw(_FORMS)
    return made, _answers(draw, made.root)


@settings(deadline=None, max_examples=150)
@given(_records())
def test_any_record_comes_back_from_its_xml_as_it_was(
    both: tuple[FormDefinition, dict[str, Any]],
) -> None:
    made, answers = both
    written = write_submission(made, answers)
    assert written.replaced == ()
    received = back(made, written.xml)
    assert received.answers == answers
    assert received.unknown == ()
    assert write_submission(made, received.answers).xml == written.xml
    root = etree.fromstring(written.xml)
    assert etree.QName(root).namespace == (made.root.namespace or None)
    assert (root.get("id"), root.get("version")) == ("r", "2")


_ANY = st.text(st.characters(), max_size=8)


@given(_ANY, _ANY)
def test_what_xml_cannot_hold_is_said_and_never_breaks_it(one: str, two: str) -> None:
    made = form("| survey |\n| | type | name | label |\n| | text | t | T |\n| | text | u | U |")
    written = write_submission(made, {"t": one or None, "u": two or None})
    received = back(made, written.xml).answers
    assert [received["t"] or "", received["u"] or ""] == [
        text if f"/data/{name}" not in written.replaced else (received[name] or "")
        for name, text in (("t", one), ("u", two))
    ]
    for name, text in (("t", one), ("u", two)):
        assert len(received[name] or "") == len(text)
        assert (received[name] or "") == text or f"/data/{name}" in written.replaced


def test_control_characters_become_their_pictures_and_are_named() -> None:
    made = form(
        "| survey |\n| | type | name | label |\n| | begin_repeat | r | R |\n"
        "| | text | t | T |\n| | end_repeat | | |"
    )
    rows = [{"t": "ok\t\n"}, {"t": "a\x00b\x0b\ufffe\ud800"}]
    written = write_submission(made, {"r": rows})
    assert written.replaced == ("/data/r[2]/t",)
    assert back(made, written.xml).answers["r"] == [
        {"t": "ok\t\n"},
        {"t": "a\u2400b\u240b\ufffd\ufffd"},
    ]


# ---- meta

PLAIN = form("| survey |\n| | type | name | label |\n| | text | t | T |")
BARE = parse_form(
    raw_xform('<instance><data id="b" version="1"><t/></data></instance>', '<input ref="/data/t"/>')
)


def _meta(xml: str) -> dict[str, str]:
    root = etree.fromstring(xml)
    (meta,) = [e for e in root if etree.QName(e).localname == "meta"]
    return {etree.QName(e).localname: e.text or "" for e in meta}


def test_an_edit_names_what_it_replaces_though_the_form_has_no_place_for_it() -> None:
    kept = {"t": "x", "meta": {"instanceID": "uuid:new"}}
    xml = write_submission(PLAIN, kept, instance_id="uuid:no", deprecated_id="uuid:old").xml
    assert _meta(xml) == {"instanceID": "uuid:new", "deprecatedID": "uuid:old"}
    assert back(PLAIN, xml).answers == kept


def test_a_form_without_meta_gets_one_in_the_openrosa_namespace() -> None:
    xml = write_submission(BARE, {"t": "x"}, instance_id="uuid:1", deprecated_id="uuid:0").xml
    assert _meta(xml) == {"instanceID": "uuid:1", "deprecatedID": "uuid:0"}
    assert etree.fromstring(xml).find(f"{{{ORX}}}meta") is not None
    received = back(BARE, xml)
    assert (received.answers, received.unknown) == ({"t": "x"}, ())
    assert "meta" not in write_submission(BARE, {"t": "x"}).xml


def test_start_end_name_and_audit_travel() -> None:
    made = form(
        "| survey |\n| | type | name | label |\n| | start | start | |\n| | end | end | |\n"
        "| | audit | audit | |\n| | text | t | T |\n"
        "| settings |\n| | form_id | version | instance_name |\n| | m | 1 | ${t} |"
    )
    filling = FormSession(made)
    filling.answer("/data/t", "瑶里")
    filling.answer("/data/meta/audit", "audit.csv")
    filling.finish()
    stored = filling.submission()
    received = back(made, write_submission(made, stored).xml)
    assert received.answers == stored
    assert _meta(filling.to_xml())["instanceName"] == "瑶里"
    assert received.files == {"/data/meta/audit": "audit.csv"}
    assert stored["start"]
    assert stored["end"]


def test_nothing_is_evaluated_when_stored_answers_are_written() -> None:
    made = form(
        "| survey |\n| | type | name | label | calculation |\n| | text | t | T | |\n"
        "| | calculate | c | | once(random()) |\n"
        "| | calculate | l | | pulldata('gone', 'a', 'b', ${t}) |\n"
    )
    stored = {"t": "1", "c": "0.25", "l": "kept", "meta": {"instanceID": "uuid:1"}}
    assert back(made, write_submission(made, stored).xml).answers == stored


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "007", 7),
        ("int", "1.5", "1.5"),
        ("int", "99999999999", "99999999999"),
        ("int", " ", " "),
        ("decimal", "1.50", 1.5),
        ("decimal", "5", 5.0),
        ("decimal", "x", "x"),
        ("decimal", "Infinity", "Infinity"),
        ("boolean", "1", True),
        ("boolean", "0", False),
        ("select", " a  b ", ["a", "b"]),
        ("string", " a ", " a "),
        ("date", "2026-04-05", "2026-04-05"),
        ("string", "", None),
        ("int", "", None),
    ],
)
def test_texts_are_typed_as_the_store_keeps_them(kind: str, text: str, value: Any) -> None:
    found = typed_text(kind, text)
    assert found == value
    assert type(found) is type(value)


def test_large_and_small_numbers_are_written_without_an_exponent() -> None:
    made = form("| survey |\n| | type | name | label |\n| | decimal | d | D |")
    for number in (1e-9, 1e21, -2.5e-7, 0.1, 5e-324):
        xml = write_submission(made, {"d": number}).xml
        assert "e" not in (etree.fromstring(xml).findtext("d") or "")
        assert back(made, xml).answers["d"] == number
    assert back(made, write_submission(made, {"d": math.inf}).xml).answers["d"] == "inf"


# ---- what comes from outside


@pytest.mark.parametrize(
    ("xml", "unknown"),
    [
        ('<data id="data"><t>x</t><u>y</u></data>', ("/data/u",)),
        ('<data id="data"><t>x</t><t>y</t></data>', ("/data/t",)),
        ('<data id="data"><t q="1">x</t></data>', ("/data/t/@q",)),
        ('<data id="data"><t>x<b/></t></data>', ("/data/t/b",)),
        ('<other id="data"><formhub><uuid>1</uuid></formhub><t>x</t></other>', ()),
        ("<data><t>x</t><meta><deprecatedID>uuid:0</deprecatedID></meta></data>", ()),
    ],
)
def test_what_the_form_does_not_have_is_named(xml: str, unknown: tuple[str, ...]) -> None:
    received = back(PLAIN, xml)
    assert received.answers["t"] == "x"
    assert received.unknown == unknown


@pytest.mark.parametrize("xml", ["<other/>", '<data id="other"/>', '<x id=""/>'])
def test_a_submission_of_another_form_is_refused(xml: str) -> None:
    with pytest.raises(BadInput):
        back(PLAIN, xml)


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"<data>{t}</data>".encode()))
def test_hostile_bytes_are_refused_or_read_never_worse(data: bytes) -> None:
    try:
        element = read_xml(data, "It")
    except BadInput:
        return
    try:
        assert isinstance(read_submission(PLAIN, element).answers, dict)
    except BadInput:
        assert element.tag != "data" or element.get("id")
