"""How a change goes through the rules; where we differ from JavaRosa on purpose."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import CALCULATE
from jdz_field.xforms.runner import dump
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form, session, value

CHAIN = "| survey |\n| | type | name | label | calculation |\n| | integer | a | A | |\n" + "".join(
    f"| | calculate | c{at} | | ${{{'a' if at == 0 else f'c{at - 1}'}}} + 1 |\n" for at in range(60)
)


def test_only_what_changes_is_evaluated() -> None:
    made = form(CHAIN.replace("${c9} + 1", "if(${c9} > 100, 1, 0)"))
    asked: list[str] = []
    for rule in made.rules:
        if rule.kind == CALCULATE:
            rule.run = _counting(rule.run, rule.definition.name, asked)
    filling = FormSession(made)
    asked.clear()
    filling.answer("/data/a", "1")
    assert asked == [f"c{at}" for at in range(11)]
    asked.clear()
    filling.answer("/data/a", "200")
    assert len(asked) == 60
    assert len(set(asked)) == 60


def _counting(run: object, name: str, asked: list[str]) -> object:
    def counted(context: object) -> object:
        asked.append(name)
        return run(context)  # type: ignore[operator]

    return counted


def test_rules_are_in_the_order_of_what_they_read() -> None:
    made = form(
        """
        | survey |
        | | type | name | label | calculation | relevant |
        | | calculate | last | | ${middle} + 1 | |
        | | begin_group | g | G | | ${a} > 1 |
        | | calculate | middle | | ${first} + 1 | |
        | | end_group | | | | |
        | | calculate | first | | ${a} + 1 | |
        | | integer | a | A | | |
        """
    )
    order = [rule.definition.name for rule in made.rules if rule.definition.name != "instanceID"]
    assert order.index("first") < order.index("middle") < order.index("last")
    assert order.index("g") < order.index("last")
    filling = FormSession(made)
    filling.answer("/data/a", "2")
    assert value(filling, "/data/last") == "5"
    filling.answer("/data/a", "1")
    assert value(filling, "/data/last") == ""


TREES = """
| survey |
| | type | name | label | calculation | relevant |
| | begin_repeat | tree | Tree | | |
| | integer | w | W | | |
| | begin_group | g | G | | ${w} != 13 |
| | integer | h | H | | |
| | calculate | share | | round(${w} div sum(../../../tree/w), 2) | |
| | end_group | | | | |
| | end_repeat | | | | |
| | calculate | hs | | count(${h}) | |
| | calculate | total | | sum(${h}) | |
| | calculate | greatest | | max(${w}) | |
"""


def test_other_instances_do_not_stay_stale() -> None:
    filling = session(TREES)
    filling.answer("/data/tree[1]/w", "1")
    filling.add_repeat("/data/tree")
    assert value(filling, "/data/hs") == "2"
    filling.answer("/data/tree[2]/w", "3")
    assert value(filling, "/data/tree[1]/g/share") == "0.25"
    filling.remove_repeat("/data/tree[2]")
    assert value(filling, "/data/tree[1]/g/share") == "1"
    assert value(filling, "/data/hs") == "1"


def test_the_greatest_negative_number() -> None:
    filling = session(TREES)
    filling.answer("/data/tree[1]/w", "-5")
    assert value(filling, "/data/greatest") == "-5"


def test_relevance_decides_what_counts() -> None:
    filling = session(TREES)
    filling.answer("/data/tree[1]/g/h", "7")
    assert value(filling, "/data/total") == "7"
    filling.answer("/data/tree[1]/w", "13")
    assert (value(filling, "/data/total"), value(filling, "/data/hs")) == ("0", "0")
    filling.answer("/data/tree[1]/w", "14")
    assert value(filling, "/data/total") == "7"


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.integers(1, 3), st.sampled_from(["w", "g/h"]), st.sampled_from(["", "1", "13", "40"])
        ),
        st.tuples(st.just(0), st.sampled_from(["add", "remove"]), st.just("")),
    ),
    max_size=15,
)
_TREES = form(TREES)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_changing_step_by_step_is_evaluating_everything_anew(
    steps: list[tuple[int, str, str]],
) -> None:
    filling = FormSession(_TREES)
    for place, what, text in steps:
        kin = filling.node("/data/tree").children
        if what == "add":
            filling.add_repeat("/data/tree")
        elif what == "remove" and kin:
            filling.remove_repeat(kin[-1])
        elif 0 < place <= len(kin):
            filling.answer(f"/data/tree[{place}]/{what}", text)
    afresh = FormSession(_TREES, answers=filling.answers())
    assert dump(afresh.root) == dump(filling.root)


OVERRIDDEN = """
| survey |
| | type | name | label | calculation |
| | integer | a | A | |
| | calculate | step | | if(${a} > 5, 1, 0) |
| | integer | b | B | ${step} + 1 |
"""


def test_an_answer_to_a_calculated_question_stands_until_its_source_is_answered() -> None:
    filling = session(OVERRIDDEN)
    filling.answer("/data/b", "40")
    assert value(filling, "/data/b") == "40"
    filling.answer("/data/a", "1")
    assert value(filling, "/data/b") == "1"


def test_a_failing_rule_leaves_the_others_alone() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation | relevant | required | constraint |
        | | text | t | T | | | date(${t}) > 1 | date(.) > 1 |
        | | text | u | U | | date(${t}) > 1 | | |
        | | calculate | n | | string-length(${t}) | | | |
        """
    )
    filling.answer("/data/t", "xyz")
    assert value(filling, "/data/n") == "3"
    assert [problem.kind for problem in filling.problems()] == ["rule"]
    filling.answer("/data/t", "2026-01-01")
    assert filling.faults() == []
    assert filling.problems() == []


def test_numbers_in_predicates_are_positions() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | calculation |
        | | begin_repeat | r | R | |
        | | text | x | X | |
        | | end_repeat | | | |
        | | calculate | second | | /data/r[2]/x |
        | | calculate | at | | /data/r[number(/data/n)]/x |
        | | integer | n | N | |
        """
    )
    filling.add_repeat("/data/r")
    filling.answer("/data/r[2]/x", "two")
    filling.answer("/data/r[1]/x", "one")
    filling.answer("/data/n", "1")
    assert (value(filling, "/data/second"), value(filling, "/data/at")) == ("two", "one")


def test_a_form_can_be_filled_twice_at_once() -> None:
    made = parse_form(_xml())
    one, other = FormSession(made), FormSession(made)
    one.answer("/data/a", "1")
    other.answer("/data/a", "7")
    assert (value(one, "/data/b"), value(other, "/data/b")) == ("1", "2")


def _xml() -> str:
    from tests.xforms.tools import xform

    return xform(OVERRIDDEN)
