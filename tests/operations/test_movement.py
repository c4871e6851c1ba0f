"""The table of changes adds up whatever happens to whichever point, and says so when it cannot."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.operations.movement import WAYS, Cell, Story, movement
from jdz_field.store.past import Course, Event

TOWNS, KINDS = ("瑶里镇", "鹅湖镇", ""), ("01", "02")
STATES = (None, "active", "closed", "reactivated", "provisional")


def everywhere(_cell: Cell) -> bool:
    return True


def at(second: int) -> str:
    return f"2026-06-01T00:00:{second:02d}.000Z"


fields = st.fixed_dictionaries(
    {},
    optional={
        "town": st.sampled_from(TOWNS),
        "kind_code": st.sampled_from(KINDS),
        "status": st.sampled_from(STATES),
        "deleted": st.booleans(),
        "merged_into": st.sampled_from((None, "another")),
        "name": st.text(max_size=3),
    },
)
events = st.lists(st.tuples(st.integers(0, 59), fields), max_size=8)


def story(number: int, told: list[tuple[int, dict[str, object]]], begin: str, end: str) -> Story:
    ordered = sorted(told, key=lambda one: one[0])
    course = Course(
        tuple(Event(at(s), f"{at(s)}-{n}", "a", "edit", f) for n, (s, f) in enumerate(ordered))
    )
    states: list[dict[str, object] | None] = []
    for moment in (begin, end):
        known = [event.fields for event in course.events if event.at <= moment]
        states.append({k: v for one in known for k, v in one.items()} if known else None)
    return Story(str(number), states[0], states[1], course)


@settings(max_examples=80)
@given(st.lists(events, max_size=5), st.integers(0, 59), st.integers(0, 59))
def test_opening_and_moves_are_the_closing(
    several: list[list[tuple[int, dict[str, object]]]], one: int, other: int
) -> None:
    begin, end = at(min(one, other)), at(max(one, other))
    stories = [story(n, told, begin, end) for n, told in enumerate(several)]
    found = movement(stories, begin, end, everywhere)
    assert found.adds_up
    for line in [*found.lines.values(), found.total(found.lines)]:
        assert line.adds_up
        assert len(line.closing) == len(set(line.closing))
    names = {move.site for move in found.moves}
    assert names <= set(found.sites)
    assert sum(len(line.moves[way]) for line in found.lines.values() for way in WAYS) == len(
        found.moves
    )


@settings(max_examples=50)
@given(events)
def test_a_town_s_table_is_its_lines_of_the_whole(
    told: list[tuple[int, dict[str, object]]],
) -> None:
    whole = movement([story(0, told, at(5), at(50))], at(5), at(50), everywhere)
    part = movement(
        [story(0, told, at(5), at(50))], at(5), at(50), lambda cell: cell.town == "瑶里镇"
    )
    assert part.adds_up == whole.adds_up
    assert dict(part.lines) == {c: x for c, x in whole.lines.items() if c.town == "瑶里镇"}


def test_what_does_not_lead_to_the_end_is_said() -> None:
    """A device that lacks a version cannot know who moved the point."""
    cells = ({"town": "瑶里镇"}, {"town": "鹅湖镇"})
    course = Course((), whole=False)
    found = movement([Story("1", *cells, course)], at(0), at(9), everywhere)
    assert not found.adds_up
    assert found.odd == {"1"}
    without = movement([Story("1", *cells, None)], at(0), at(9), everywhere)
    assert without.odd == {"1"}


def test_a_closed_point_that_is_deleted_later_moves_once() -> None:
    told: list[tuple[int, dict[str, object]]] = [
        (0, {"town": "瑶里镇"}),
        (10, {"status": "closed"}),
        (20, {"deleted": True}),
    ]
    found = movement([story(0, told, at(5), at(50))], at(5), at(50), everywhere)
    assert [move.way for move in found.moves] == ["closed"]
