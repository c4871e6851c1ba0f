from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.i18n import set_language
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Filter,
    Negate,
    Number,
    Path,
    Step,
    String,
    has_call,
    walk,
)


def shape(expression: str) -> object:  # noqa: C901 (a table)
    """A tree without positions, for reading."""

    def show(tree: object) -> object:
        match tree:
            case Number(value=value) | String(value=value):
                return value
            case Binary():
                return (show(tree.left), tree.operator, show(tree.right))
            case Negate(operand=operand):
                return ("-", show(operand))
            case Call(name=name, arguments=arguments):
                return (name, *map(show, arguments))
            case Filter(operand=operand, predicates=predicates):
                return ("filter", show(operand), *map(show, predicates))
            case Path(start=start, steps=steps):
                begin = start if isinstance(start, str) else show(start)
                return ("path", begin, *map(show, steps))
            case Step(axis=axis, test=test, predicates=predicates):
                found = f"{axis}::{test}"
                return (found, *map(show, predicates)) if predicates else found
        raise AssertionError(tree)

    return show(parse(expression))


def test_operators_bind_as_the_grammar_says() -> None:
    assert shape("1 or 2 and 3 = 4 < 5 + 6 * 7") == (
        (1, "or", (2, "and", (3, "=", (4, "<", (5, "+", (6, "*", 7))))))
    )
    assert shape("8 - 3 - 2") == ((8, "-", 3), "-", 2)
    assert shape("8 div 4 mod 3 * 2") == (((8, "div", 4), "mod", 3), "*", 2)
    assert shape("(1 + 2) * 3") == ((1, "+", 2), "*", 3)


def test_minus_negates_what_follows() -> None:
    assert shape("-2 + 3") == (("-", 2), "+", 3)
    assert shape("7 - -2") == (7, "-", ("-", 2))
    assert shape("--a") == ("-", ("-", ("path", ".", "child::a")))


def test_paths_begin_anywhere() -> None:
    assert shape("/data/a") == ("path", "/", "child::data", "child::a")
    assert shape("../a/@id") == ("path", ".", "parent::node()", "child::a", "attribute::id")
    assert shape(".") == ("path", ".", "self::node()")
    assert shape("current()/../a") == ("path", ("current",), "parent::node()", "child::a")
    assert shape("//a") == ("path", "/", "descendant-or-self::node()", "child::a")
    assert shape("/") == ("path", "/")
    assert shape("ancestor::g") == ("path", ".", "ancestor::g")


def test_predicates_belong_to_their_step() -> None:
    assert shape("/data/a[. > 1][2]/b") == (
        (
            "path",
            "/",
            "child::data",
            ("child::a", (("path", ".", "self::node()"), ">", 1), 2),
            "child::b",
        )
    )
    assert shape("(a | b)[1]") == (
        ("filter", (("path", ".", "child::a"), "|", ("path", ".", "child::b")), 1)
    )


def test_calls_take_arguments() -> None:
    assert shape("f()") == ("f",)
    assert shape("f(1, 'x', g(a))") == ("f", 1, "x", ("g", ("path", ".", "child::a")))
    assert shape("node()") == ("path", ".", "child::node()")


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("(1", 2),
        ("1)", 1),
        ("f(1,)", 4),
        ("a[1", 3),
        ("a/", 2),
        ("a b", 2),
        ("/a//", 4),
        ("$x", 0),
        ("namespace::a", 0),
        ("a/1", 2),
        ("@", 1),
        ("1 = = 2", 4),
    ],
)
def test_what_is_no_expression_is_refused_at_its_place(expression: str, position: int) -> None:
    with pytest.raises(XPathError) as refused:
        parse(expression)
    assert refused.value.position == position


def test_refusals_say_what_is_wrong() -> None:
    set_language("en")
    with pytest.raises(XPathError, match=r"\) is missing"):
        parse("(1 + 2")
    with pytest.raises(XPathError, match="axis namespace"):
        parse("namespace::a")


def test_deep_nesting_is_refused_not_followed() -> None:
    with pytest.raises(XPathError):
        parse("(" * 5000 + "1" + ")" * 5000)
    with pytest.raises(XPathError):
        parse("a[" * 5000 + "1" + "]" * 5000)
    assert shape("-" * 5001 + "1") == ("-", 1)


def test_walking_a_tree_meets_everything_once() -> None:
    tree = parse("if(a[b > 1] = -c, instance('x')/root/d, 1 | 2)")
    names = [part.name for part in walk(tree) if isinstance(part, Call)]
    assert names == ["if", "instance"]
    assert has_call(tree, frozenset(("instance",)))
    assert not has_call(tree, frozenset(("random",)))


_LEAVES = st.sampled_from(["1", "'x'", "a", "../b", "/data/c", ".", "f()"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "and", "=", "<", "div"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda part: f"g({part}, {part})"),
        inner.map(lambda part: f"-({part})"),
        inner.map(lambda part: f"a[{part}]"),
    ),
    max_leaves=20,
)


@given(_TREES)
def test_every_well_formed_expression_is_read(expression: str) -> None:
    parse(expression)


@given(st.text(alphabet="ab1.'/[]()@,*=<>-+ ", max_size=30))
def test_any_text_is_read_or_refused_with_a_place(expression: str) -> None:
    position: int | None = 0
    try:
        parse(expression)
    except XPathError as error:
        position = error.position
    assert position is None or 0 <= position <= len(expression)
