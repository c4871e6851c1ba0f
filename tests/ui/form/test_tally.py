"""Counting only what changed says the same as counting everything."""

from __future__ import annotations

import random

import pytest

from jdz_field.ui.form.tally import Counter
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.ui.form.forms import EVERY, STYLED

ANSWERS = ("", "1", "-3", "slide", "fall", "yes", "no", "crack", "3000", "约30")


def states(counter: Counter) -> list[tuple[str, str]]:
    return [(one.ref, one.state) for one in counter.tally().asked]


@pytest.mark.parametrize("form", [EVERY, STYLED], ids=["every", "styled"])
@pytest.mark.parametrize("seed", range(4))
def test_what_changed_is_enough_to_look_at(form, seed):
    dice = random.Random(seed)
    session = FormSession(parse_form(form))
    counter = Counter(session)
    refs = [node.ref for _control, node in session.questions()]
    for _step in range(60):
        changed = session.answer(dice.choice(refs), dice.choice(ANSWERS))
        if not counter.follow(changed):
            counter.count()
        assert states(counter) == states(Counter(session))


def test_entries_that_come_and_go_are_counted_anew():
    session = FormSession(parse_form(EVERY))
    counter = Counter(session)
    made = session.add_repeat("/data/crack")
    assert not counter.follow(session.take_changes())
    counter.count()
    assert (f"{made}/gap", "empty") in states(counter)
    assert not counter.follow(session.remove_repeat(made))
    counter.count()
    assert f"{made}/gap" not in dict(states(counter))


def test_the_figures_of_a_form():
    session = FormSession(parse_form(EVERY))
    session.answer("/data/people", "-3")
    session.answer("/data/kind", "slide")
    session.answer("/data/slide/width", "3")
    tally = Counter(session, ["/data/who"]).tally()
    assert (tally.done, tally.missing, tally.wrong) == (3, 0, 1)
    assert tally.open == ["/data/people"]
    part = next(one.part for one in tally.asked if one.ref == "/data/slide/width")
    assert tally.of_part(part) == (1, 1)
