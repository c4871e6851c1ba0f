"""Lines and rings that are being drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.trace import Trace

A, B, C, D = (
    Vertex(117.2, 29.3),
    Vertex(117.21, 29.3),
    Vertex(117.21, 29.31),
    Vertex(117.2, 29.31),
)
METRE = 1 / 111_200


def made(*vertices: Vertex, closed: bool = True) -> Trace:
    trace = Trace(closed=closed)
    for vertex in vertices:
        trace.add(vertex)
    return trace


def test_a_square_measures_what_it_should() -> None:
    trace = made(A, B, C, D)
    assert trace.area() == pytest.approx(971.3 * 1108.6, rel=2e-3)
    assert trace.length() == pytest.approx(2 * (971.3 + 1108.6), rel=2e-3)
    line = made(A, B, C, closed=False)
    assert line.length() == pytest.approx(971.3 + 1108.6, rel=2e-3)
    assert line.area() == 0


def test_every_change_can_be_undone_and_done_again() -> None:
    trace = made(A, B, C)
    texts = [trace.text()]
    for change in (
        lambda: trace.insert(1, D),
        lambda: trace.move(0, D),
        lambda: trace.delete(2),
        lambda: trace.replace([C, A]),
        lambda: trace.cut_from(1),
        lambda: trace.add(B, gap=True),
    ):
        change()
        texts.append(trace.text())
    for text in texts[-2::-1]:
        assert trace.undo()
        assert trace.text() == text
    for text in texts[1:]:
        assert trace.redo()
        assert trace.text() == text
    assert not trace.redo()
    assert not trace.can_redo


def test_undo_ends_at_the_answer_that_was_there() -> None:
    trace = Trace()
    assert trace.load("29.3 117.2 0 0; 29.4 117.2 0 0")
    assert not trace.undo()
    assert not trace.can_undo
    assert not trace.load("no line at all")
    assert trace.vertices == []


changes = st.lists(
    st.tuples(st.sampled_from("aimd"), st.integers(0, 30), st.integers(0, 40)), max_size=30
)


@given(changes, st.booleans())
def test_undoing_everything_gives_nothing_and_redoing_all(steps, closed) -> None:
    trace = Trace(closed=closed)
    for kind, at, where in steps:
        vertex = Vertex(117 + where / 100, 29.3)
        count = len(trace.vertices)
        if kind == "a" or not count:
            trace.add(vertex)
        elif kind == "i":
            trace.insert(at % (count + 1), vertex)
        elif kind == "m":
            trace.move(at % count, vertex)
        else:
            trace.delete(at % count)
        assert trace.chosen is None or trace.chosen < len(trace.vertices)
    text = trace.text()
    while trace.undo():
        pass
    assert trace.text() == ""
    while trace.redo():
        pass
    assert trace.text() == text


def test_choosing_goes_round() -> None:
    trace = made(A, B, C)
    assert [trace.step(1) for _n in range(4)] == [0, 1, 2, 0]
    assert trace.step(-1) == 2
    trace.choose(7)
    assert trace.chosen is None
    assert trace.step(-1) == 2
    assert Trace().step(1) is None


def test_deleting_all_leaves_nothing_chosen() -> None:
    trace = made(A)
    trace.choose(0)
    trace.delete(0)
    assert trace.chosen is None
    assert trace.text() == ""


@pytest.mark.parametrize(
    ("closed", "count", "said"),
    [(True, 0, ""), (True, 2, "2"), (True, 3, ""), (False, 1, "1"), (False, 2, "")],
)
def test_too_few_vertices_are_kept_and_said(closed, count, said) -> None:
    trace = made(*(A, B, C)[:count], closed=closed)
    assert (said in trace.missing()) if said else trace.missing() == ""
    assert len(trace.vertices) == count


def test_the_same_place_twice_counts_once() -> None:
    assert made(A, B, A).missing()


def test_a_ring_that_crosses_itself_says_where() -> None:
    assert made(A, C, B, D).crossings()
    assert made(A, B, C, D).crossings() == []


def walked(*north: float) -> Trace:
    trace = Trace()
    for metres in north:
        trace.add(Vertex(117.2, 29.3 + metres * METRE, 0, 3.0))
    return trace


def test_a_long_straight_of_a_walk_is_taken_for_a_gap() -> None:
    trace = walked(0, 5, 10, 15, 300, 305)
    assert trace.gaps() == [4]
    trace.bridge(4)
    assert trace.gaps() == []


def test_a_marked_gap_is_asked_about_however_short() -> None:
    trace = walked(0, 5)
    trace.add(Vertex(117.2, 29.3 + 12 * METRE, 0, 3.0), gap=True)
    assert trace.gaps() == [2]


def test_gaps_survive_being_written_and_read() -> None:
    text = walked(0, 5, 10, 15, 300, 305).text()
    again = Trace()
    again.load(text)
    assert again.gaps() == [4]


def test_drawn_vertices_have_no_gaps() -> None:
    trace = Trace()
    for metres in (0, 5, 10, 4000, 4005):
        trace.add(Vertex(117.2, 29.3 + metres * METRE))
    assert trace.gaps() == []
