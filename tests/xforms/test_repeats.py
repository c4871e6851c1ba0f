"""Counted repeats in the running form, and the limits of what a form may set off."""

from __future__ import annotations

import time

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormError
from jdz_field.xforms.repeats import MAX_INSTANCES
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import evaluate, raw_xform, value

#: Far more than each of these takes, even on a slow machine, and far less than hours.
SECONDS = 60.0
COUNTED = (
    '<input ref="/data/n"/><group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/n">'
    '<input ref="/data/r/a"/></repeat></group>'
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the work that is allowed otherwise."""
    monkeypatch.setattr("jdz_field.xforms.engine.WORK", 300_000)
    monkeypatch.setattr("jdz_field.xforms.engine.RUN_WORK", 600_000)


def counted(calculation: str) -> FormSession:
    """A counted repeat with a calculation inside and a sum outside."""
    model = (
        '<instance><data id="f"><n/><r><a/><b/></r><s/></data></instance>'
        '<bind nodeset="/data/n" type="int"/><bind nodeset="/data/s" calculate="sum(/data/r/b)"/>'
        f'<bind nodeset="/data/r/b" calculate="{calculation}"/>'
    )
    return FormSession(parse_form(raw_xform(model, COUNTED)))


def test_instances_of_a_steady_count_are_made_at_once() -> None:
    filling = counted("position(..)")
    start = time.perf_counter()
    filling.answer("/data/n", "1000000000")
    assert len(filling.root.named("r")) == MAX_INSTANCES
    assert value(filling, "/data/s") == str(MAX_INSTANCES * (MAX_INSTANCES + 1) // 2)
    assert filling.faults() == [f"/data: 表单要求的重复超过 {MAX_INSTANCES} 个。"]
    assert time.perf_counter() - start < SECONDS
    filling.answer("/data/n", "2")
    assert value(filling, "/data/s") == "3"


def test_sums_over_all_instances_in_every_instance_are_done_in_one_go() -> None:
    filling = counted("position(..) + count(../../r)")
    filling.answer("/data/n", "300")
    assert value(filling, "/data/r[300]/b") == "600"
    assert filling.faults() == []


@pytest.mark.usefixtures("impatient")
def test_work_without_end_is_stopped_and_told() -> None:
    filling = counted("count(../../r[count(../r[a = current()/../a]) > -1])")
    start = time.perf_counter()
    filling.answer("/data/n", "2000")
    assert filling.faults()
    assert time.perf_counter() - start < SECONDS
    filling.answer("/data/r[1]/a", "still usable")
    assert value(filling, "/data/r[1]/a") == "still usable"


def test_the_product_of_nested_counts_is_limited() -> None:
    model = (
        '<instance><data id="f"><n/><r><q><a/></q></r></data></instance>'
        '<bind nodeset="/data/n" type="int"/>'
    )
    body = (
        '<input ref="/data/n"/><group ref="/data/r"><repeat nodeset="/data/r" jr:count="/data/n">'
        '<group ref="/data/r/q"><repeat nodeset="/data/r/q" jr:count="/data/n">'
        '<input ref="/data/r/q/a"/></repeat></group></repeat></group>'
    )
    filling = FormSession(parse_form(raw_xform(model, body)))
    filling.answer("/data/n", "4000")
    made = filling.root.named("r")
    assert len(made) + sum(len(one.named("q")) for one in made) <= 2 * MAX_INSTANCES + 1
    assert filling.problems()


def test_texts_that_double_one_another_are_stopped() -> None:
    nodes = "".join(f"<c{at}/>" for at in range(60))
    binds = "".join(
        f'<bind nodeset="/data/c{at}" calculate="concat({one}, {one})"/>'
        for at, one in enumerate(["/data/a", *(f"/data/c{at}" for at in range(59))])
    )
    filling = FormSession(
        parse_form(raw_xform(f'<instance><data id="f"><a>xy</a>{nodes}</data></instance>{binds}'))
    )
    assert len(value(filling, "/data/c15")) == 2**17
    assert any("1000000" in fault for fault in filling.faults())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "expression",
    [
        "count(/data/g//*[count(/data/g//*) > 0])",
        "count(/data/g/*[count(preceding-sibling::*) > 3])",
        "count(/data/g/*[count(/data/g/*[count(/data/g/*) > 1]) > 1])",
    ],
)
def test_expressions_over_every_pair_of_many_nodes_are_stopped(expression: str) -> None:
    nodes = "".join(f"<q{at}>1</q{at}>" for at in range(3000))
    escaped = expression.replace(">", "&gt;")
    model = (
        f'<instance><data id="f"><g>{nodes}</g><e/></data></instance>'
        f'<bind nodeset="/data/e" calculate="{escaped}"/>'
    )
    start = time.perf_counter()
    filling = FormSession(parse_form(raw_xform(model)))
    assert len(filling.faults()) == 1
    assert time.perf_counter() - start < SECONDS


def test_a_node_is_in_a_set_once() -> None:
    nodes = "".join(f"<q{at}>1</q{at}>" for at in range(50))
    model = (
        f'<instance><data id="f"><g>{nodes}</g><e/><p/></data></instance>'
        '<bind nodeset="/data/e" calculate="count(/data/g/*/../*)"/>'
        '<bind nodeset="/data/p" calculate="count(/data/g/*/ancestor::*)"/>'
    )
    filling = FormSession(parse_form(raw_xform(model)))
    assert value(filling, "/data/e") == "50"
    assert value(filling, "/data/p") == "2"


def test_wildcards_in_thousands_of_rules_are_refused() -> None:
    nodes = "".join(f"<q{at}/>" for at in range(1500))
    binds = "".join(
        f'<bind nodeset="/data/q{at}" required="count(../*[. != \'a\']) &gt; {at}"/>'
        for at in range(1500)
    )
    with pytest.raises(FormError):
        parse_form(raw_xform(f'<instance><data id="f">{nodes}</data></instance>{binds}'))


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("string-length(substr(/data/t, 1, 999999))", "399998"),
        ("string-length(translate(/data/t, 'a', 'b'))", "399999"),
        ("count-selected(/data/t)", "200000"),
        ("string-length(normalize-space(/data/t))", "399999"),
    ],
)
def test_long_texts_cost_what_their_length_is(expression: str, result: str) -> None:
    start = time.perf_counter()
    assert evaluate(expression, t=("string", "a " * 200_000)) == result
    assert time.perf_counter() - start < SECONDS


def test_a_hundred_thousand_choices_are_shuffled() -> None:
    items = "".join(f"<item><name>c{at}</name></item>" for at in range(100_000))
    model = (
        '<instance><data id="f"><a/></data></instance>'
        f'<instance id="l"><root>{items}</root></instance>'
    )
    body = (
        '<select1 ref="/data/a"><itemset nodeset="randomize(instance(\'l\')/root/item, 42)">'
        '<value ref="name"/><label ref="name"/></itemset></select1>'
    )
    filling = FormSession(parse_form(raw_xform(model, body)))
    offered = filling.choices("/data/a")
    assert len({choice.value for choice in offered}) == 100_000
    assert offered[0].value != "c0" or offered[1].value != "c1"


def test_a_counted_repeat_takes_no_entries_by_hand() -> None:
    filling = counted("1")
    with pytest.raises(BadInput):
        filling.add_repeat("/data/r")
