"""Every function of the ODK documentation ("Form operators and functions"): 69 entries.

The results were worked out by hand or with other tools (``md5sum``, a calculator), not with this
engine. That JavaRosa gives the same is asked in ``test_oracle``.
"""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormError
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.xpath.compiler import known_functions
from tests.xforms.samples import VALUES
from tests.xforms.tools import calculations, noon, xform

ANY = 99
SQUARE = "'0 0; 0 1; 1 1; 1 0; 0 0'"


@dataclass(frozen=True)
class Entry:
    """A documented function: how many arguments it takes, and calls with their results."""

    least: int
    most: int
    cases: tuple[tuple[str, str], ...] = ()
    #: An argument of the right kind.
    argument: str = "'1'"


def entry(least: int, most: int, *cases: tuple[str, str], argument: str = "'1'") -> Entry:
    """An entry with its calls."""
    return Entry(least, most, cases, argument)


NODES = "/data/in"
FUNCTIONS = {
    # control flow
    "if": entry(3, 3, ("if(2 > 1, 'a', 'b')", "a"), ("if('', 'a', 'b')", "b")),
    "position": entry(0, 1, ("position(/data/in)", "1"), argument=NODES),
    "once": entry(1, 1, ("once('first')", "first")),
    # choices
    "selected": entry(2, 2, ("selected('a b', 'b')", "1"), ("selected('ab', 'b')", "0")),
    "selected-at": entry(2, 2, ("selected-at('a b', 1)", "b"), ("selected-at('a b', 2)", "")),
    "count-selected": entry(1, 1, ("count-selected('a b c')", "3"), ("count-selected('')", "0")),
    "jr:choice-name": entry(2, 2, argument="'/data/in'"),
    # repeats
    "indexed-repeat": entry(3, 11, argument=NODES),
    "count": entry(1, 1, ("count(/data/in)", "1"), ("count(/data/none)", "0"), argument=NODES),
    "count-non-empty": entry(
        1, 1, ("count-non-empty(/data/in)", "1"), ("count-non-empty(/data/em)", "0"), argument=NODES
    ),
    "sum": entry(1, 1, ("sum(/data/de)", "2.5"), ("sum(/data/em)", "0"), argument=NODES),
    "max": entry(0, ANY, ("max(3, 12, 7)", "12"), ("max(-3, -5)", "-3"), ("max('')", "")),
    "min": entry(0, ANY, ("min(3, 12, 7)", "3"), ("min('x', 4)", "4"), ("min('')", "")),
    # texts
    "regex": entry(
        2, 2, ("regex('ab12', '[a-z]+[0-9]{2}')", "1"), ("regex('ab1x', '[a-z]+')", "0")
    ),
    "contains": entry(2, 2, ("contains('landslide', 'slide')", "1"), ("contains('a', 'b')", "0")),
    "starts-with": entry(
        2, 2, ("starts-with('abc', 'ab')", "1"), ("starts-with('abc', 'bc')", "0")
    ),
    "ends-with": entry(2, 2, ("ends-with('abc', 'bc')", "1"), ("ends-with('abc', 'ab')", "0")),
    "substr": entry(
        2, 3, ("substr('abcde', 1, 3)", "bc"), ("substr('abcde', 2)", "cde"), argument="1"
    ),
    "substring-before": entry(
        2, 2, ("substring-before('36.1', '.')", "36"), ("substring-before('a', '.')", "")
    ),
    "substring-after": entry(
        2, 2, ("substring-after('36.1', '.')", "1"), ("substring-after('a', '.')", "")
    ),
    "translate": entry(3, 3, ("translate('bar', 'abc', 'AB')", "BAr")),
    "string-length": entry(0, 1, ("string-length('景德镇')", "3")),
    "normalize-space": entry(0, 1, ("normalize-space('  a   b ')", "a b")),
    "concat": entry(0, ANY, ("concat('a', 1, 'b')", "a1b")),
    "join": entry(1, ANY, ("join('-', 'a', 'b', 'c')", "a-b-c")),
    "boolean-from-string": entry(
        1,
        1,
        ("boolean-from-string('1')", "1"),
        ("boolean-from-string('true')", "1"),
        ("boolean-from-string('yes')", "0"),
    ),
    "string": entry(0, 1, ("string(2.50)", "2.5"), ("string(1 = 1)", "true")),
    "digest": entry(
        2,
        3,
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "digest('abc', 'SHA-256', 'hex')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "substr(digest('abc', 'SHA-384', 'hex'), 0, 32)",
            "cb00753f45a35e8bb5a03d699ac65007",
        ),
        (
            "substr(digest('abc', 'SHA-512', 'hex'), 0, 32)",
            "ddaf35a193617abacc417349ae204131",
        ),
        ("digest('abc', 'MD5', 'base64')", "kAFQmDzST7DWlj99KOF/cg=="),
        ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="),
        argument="'MD5'",
    ),
    "base64-decode": entry(1, 1, ("base64-decode('5pmv5b636ZWH')", "景德镇")),
    "extract-signed": entry(2, 2, ("extract-signed('bm90IHNpZ25lZA==', 'a2V5')", "")),
    # numbers
    "round": entry(1, 2, ("round(2.345, 2)", "2.35"), ("round(1234, -2)", "1200"), argument="1"),
    "int": entry(1, 1, ("int(3.9)", "3"), ("int(-3.9)", "-3")),
    "number": entry(0, 1, ("number('12.5')", "12.5"), ("number(true())", "1"), ("number('x')", "")),
    "pow": entry(2, 2, ("pow(2, 10)", "1024"), ("pow(4, 0.5)", "2")),
    "log": entry(1, 1, ("round(log(10), 6)", "2.302585")),
    "log10": entry(1, 1, ("log10(1000)", "3")),
    "abs": entry(1, 1, ("abs(-2.5)", "2.5")),
    "sin": entry(1, 1, ("round(sin(1), 6)", "0.841471")),
    "cos": entry(1, 1, ("round(cos(1), 6)", "0.540302")),
    "tan": entry(1, 1, ("round(tan(1), 6)", "1.557408")),
    "asin": entry(1, 1, ("round(asin(1), 6)", "1.570796"), ("asin(2)", "")),
    "acos": entry(1, 1, ("acos(1)", "0"), ("round(acos(0), 6)", "1.570796")),
    "atan": entry(1, 1, ("round(atan(1), 6)", "0.785398")),
    "atan2": entry(2, 2, ("round(atan2(1, -1), 6)", "2.356194")),
    "sqrt": entry(1, 1, ("sqrt(1764)", "42"), ("sqrt(-1)", "")),
    "exp": entry(1, 1, ("round(exp(1), 6)", "2.718282")),
    "exp10": entry(1, 1, ("exp10(3)", "1000")),
    "pi": entry(0, 0, ("round(pi(), 6)", "3.141593")),
    # dates and times (the clock stands at 2026-04-05T04:00Z)
    "today": entry(0, 0, ("string(today()) = string(date(now()))", "1")),
    "now": entry(0, 0, ("round(decimal-date-time(now()), 4)", "20548.1667")),
    "decimal-date-time": entry(
        1, 1, ("decimal-date-time('1970-01-02T12:00:00Z')", "1.5"), argument="'2026-01-01'"
    ),
    "date": entry(1, 1, ("string(date(20548))", "2026-04-05"), argument="1"),
    "decimal-time": entry(
        1, 1, ("decimal-time('18:00')", "0.75"), ("decimal-time('06:00')", "0.25"), argument="1"
    ),
    "format-date": entry(
        2, 2, ("format-date('2026-04-05', '%d.%m.%Y %y %n %e')", "05.04.2026 26 4 5"), argument="''"
    ),
    "format-date-time": entry(
        2,
        2,
        ("format-date-time('2026-04-05T07:08:09.010', '%H:%M:%S.%3 %h')", "07:08:09.010 7"),
        argument="''",
    ),
    # places (a degree of the equator is 111,319 m on this sphere)
    "area": entry(1, 1, (f"round(area({SQUARE}) div 1000000, 0)", "12391"), argument="'1 1'"),
    "distance": entry(1, ANY, ("round(distance('0 0', '0 1'), 0)", "111319"), argument="'1 1'"),
    "geofence": entry(
        2,
        2,
        (f"geofence('0.5 0.5', {SQUARE})", "1"),
        (f"geofence('1.5 0.5', {SQUARE})", "0"),
        ("geofence('', '0 0; 1 1')", "0"),
        argument="'1 1'",
    ),
    "intersects": entry(
        1,
        1,
        ("intersects('0 0; 1 1; 0 1; 1 0')", "1"),
        (f"intersects({SQUARE})", "0"),
        argument="'1 1'",
    ),
    # others
    "random": entry(0, 0, ("random() >= 0 and random() < 1", "1")),
    "randomize": entry(1, 2, ("count(randomize(/data/in, 7))", "1"), argument=NODES),
    "uuid": entry(0, 1, ("string-length(uuid())", "36"), ("string-length(uuid(8))", "8")),
    "boolean": entry(
        1, 1, ("boolean(3)", "1"), ("boolean(0)", "0"), ("boolean('x')", "1"), ("boolean('')", "0")
    ),
    "not": entry(1, 1, ("not(1 > 2)", "1"), ("not('x')", "0")),
    "coalesce": entry(2, ANY, ("coalesce('', 'b')", "b"), ("coalesce('a', 'b')", "a")),
    "checklist": entry(
        2,
        ANY,
        ("checklist(1, 2, 'yes', '', 'yes')", "1"),
        ("checklist(-1, 1, 1, 1)", "0"),
        ("checklist(2, -1, 1, 1, 1)", "1"),
    ),
    "weighted-checklist": entry(
        2,
        ANY,
        ("weighted-checklist(5, 9, 'yes', 2, '', 10, 'yes', 4)", "1"),
        ("weighted-checklist(7, 9, 'yes', 2, '', 10, 'yes', 4)", "0"),
        ("weighted-checklist(-1, 5, 'yes', 6)", "0"),
        ("weighted-checklist(5, -1, 'yes', 6)", "1"),
    ),
    "true": entry(0, 0, ("true()", "1")),
    "false": entry(0, 0, ("false()", "0")),
}
OPERATORS = (
    ("7 + 5", "12"),
    ("7 - 5", "2"),
    ("7 * 5", "35"),
    ("7 div 2", "3.5"),
    ("7 mod 5", "2"),
    ("1 = 1 and 'a' = 'a'", "1"),
    ("1 != 2", "1"),
    ("3 > 2", "1"),
    ("3 >= 3", "1"),
    ("2 < 3", "1"),
    ("3 <= 2", "0"),
    ("1 = 1 and 1 = 2", "0"),
    ("1 = 1 or 1 = 2", "1"),
    ("count(..)", "1"),
    ("/data/em + 1", ""),
)


def test_the_documentation_has_69_functions() -> None:
    assert len(FUNCTIONS) == 69
    assert set(FUNCTIONS) <= known_functions()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_give_what_the_documentation_says(name: str) -> None:
    made = FUNCTIONS[name]
    assert _values([call for call, _result in made.cases]) == [result for _, result in made.cases]


def test_operators_give_what_the_documentation_says() -> None:
    assert _values([text for text, _result in OPERATORS]) == [result for _, result in OPERATORS]


def _values(expressions: list[str]) -> list[str]:
    session = FormSession(parse_form(calculations(VALUES, expressions)), now=noon)
    assert session.faults() == []
    return [session.node(f"/data/e{at}").value for at in range(len(expressions))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_take_the_documented_numbers_of_arguments(name: str) -> None:
    made = FUNCTIONS[name]
    for count in range(made.least, min(made.most, made.least + 4) + 1):
        if name == "indexed-repeat" and count % 2 == 0:
            continue
        parse_form(calculations(VALUES, [_call(name, made, count)]))
    wrong = [made.least - 1] if made.least else []
    wrong += [made.most + 1] if made.most < ANY else []
    for count in wrong:
        with pytest.raises(FormError, match=r"参数个数"):
            parse_form(calculations(VALUES, [_call(name, made, count)]))


def _call(name: str, made: Entry, count: int) -> str:
    arguments = [made.argument] * count
    if name == "indexed-repeat":
        arguments = [NODES if at == 0 else ("1" if at % 2 == 0 else "/data") for at in range(count)]
    return f"{name}({', '.join(arguments)})"


def test_a_signed_text_comes_out_only_with_the_right_key() -> None:
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    message = "瑶里镇 36020001".encode()
    signed = base64.b64encode(key.sign(message) + message).decode()
    broken = base64.b64encode(key.sign(message) + message + b"!").decode()
    calls = [f"extract-signed('{signed}', '{public}')", f"extract-signed('{signed}', '{other}')"]
    calls += [f"extract-signed('{broken}', '{public}')", f"extract-signed('{signed}', 'x')"]
    assert _values(calls) == [message.decode(), "", "", ""]


def test_random_texts_are_of_their_kind() -> None:
    one, other, short = _values(["uuid()", "uuid()", "uuid(12)"])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
    assert one != other
    assert re.fullmatch(r"[0-9A-Z]{12}", short)


def test_a_month_is_named_in_the_language_of_the_form() -> None:
    form = parse_form(
        xform(
            """
            | survey |
            | | type | name | label::中文 (zh) | label::English (en) | calculation |
            | | text | a | 甲 | A | |
            | | calculate | day | | | format-date('2026-04-05', concat('%b %a', ${a})) |
            | settings |
            | | default_language |
            | | 中文 (zh) |
            """
        )
    )
    session = FormSession(form, now=noon)
    assert session.node("/data/day").value == "4月 周日"
    session.set_language("en")
    session.answer("/data/a", "!")
    assert session.node("/data/day").value == "Apr Sun!"


def test_without_languages_a_month_is_named_as_the_program_speaks() -> None:
    form = parse_form(calculations({}, ["format-date('2026-12-06', '%b %a')"]))
    assert FormSession(form).node("/data/e0").value == "12月 周日"
    assert FormSession(form, date_language="en").node("/data/e0").value == "Dec Sun"


def test_an_infinite_result_is_the_greatest_whole_number() -> None:
    form = parse_form(calculations({"i": ("int", "")}, ["1 div 0"]))
    bind = '<bind nodeset="/data/e0" type="string"'
    xml = calculations({"i": ("int", "")}, ["1 div 0"])
    assert math.isinf(float(FormSession(form).node("/data/e0").value))
    whole = parse_form(xml.replace(bind, bind.replace("string", "int")))
    assert FormSession(whole).node("/data/e0").value == "2147483647"


@pytest.mark.parametrize(
    "expression",
    ["weighted-checklist(1, 2, 'yes')", "digest('a', 'CRC')", "format-date('2026-01-01', '%Q')"],
)
def test_wrong_arguments_are_a_fault_of_the_question(expression: str) -> None:
    session = FormSession(parse_form(calculations({}, [expression])))
    assert len(session.faults()) == 1
    assert "/data/e0" in session.faults()[0]
