from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.xforms.functions import nodes as functions
from jdz_field.xforms.functions.nodes import seed_of, shuffled
from tests.xforms.tools import evaluate, session


def test_sums_and_counts_leave_out_what_is_no_number() -> None:
    values = {"a": ("string", "4"), "b": ("string", "x"), "c": ("string", "")}
    assert evaluate("sum(../a | ../b | ../c)", **values) == "4"
    assert evaluate("count(../a | ../b | ../c)", **values) == "3"
    assert evaluate("count-non-empty(../a | ../b | ../c)", **values) == "2"


def test_uuids() -> None:
    assert uuid.UUID(functions.uuid())
    assert len(functions.uuid(12.0)) == 12
    assert functions.uuid() != functions.uuid()


@given(st.lists(st.integers(), max_size=30), st.integers(-(2**62), 2**62))
def test_a_seed_gives_the_same_order_again(items: list[int], seed: int) -> None:
    once = shuffled(items, None, seed)  # type: ignore[arg-type]
    assert once == shuffled(items, None, seed)  # type: ignore[arg-type]
    assert sorted(once) == sorted(items)


def test_seeds_come_from_numbers_and_texts() -> None:
    assert seed_of("42") == 42
    assert seed_of("") == 0
    assert seed_of("text") == seed_of("text") != seed_of("other")


RANDOM = """
| survey |
| | type | name | label | parameters |
| | select_one ab | one | One | randomize=true, seed=42 |
| | select_one ab | other | Other | randomize=true |
| choices |
| | list_name | name | label |
""" + "".join(f"| | ab | c{at} | C{at} |\n" for at in range(12))


def test_choices_in_a_seeded_order() -> None:
    filling = session(RANDOM)
    first = [choice.value for choice in filling.choices("/data/one")]
    assert first == [choice.value for choice in filling.choices("/data/one")]
    assert sorted(first) == sorted(choice.value for choice in filling.choices("/data/other"))
    assert first != sorted(first)


def test_what_the_form_is_asked() -> None:
    assert evaluate("version()") == "7"
    assert evaluate("depend(/data/a, 2)", a=("int", "5")) == "5"
    assert evaluate("property('deviceid')") is None
    assert evaluate("random() < 1") == "1"
    assert evaluate("string-length(uuid())") == "36"
    assert evaluate("jr:itext('x')") is None
