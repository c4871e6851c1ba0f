"""Where a site is and how that was found: whatever two tablets and the office do in what order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.changes import Outcome
from jdz_field.core.positions import HOW, Provenance, provenance_at, with_point
from jdz_field.core.sites import point_of, point_wkt
from tests.sync.loop import Centre, Device

PLACES = [(117 + n / 1000, 29.3) for n in range(5)]
ORIGIN = point_wkt(117.9, 29.9)
device = st.sampled_from(["A", "B"])
action = st.one_of(
    st.tuples(st.just("move"), device, st.integers(0, len(PLACES) - 1)),
    st.tuples(st.just("again"), device),
    st.tuples(st.just("name"), device),
    st.tuples(st.just("push"), device),
    st.tuples(st.just("pull"), device),
    st.tuples(st.just("decide"), st.sampled_from(["central", "incoming", "base"])),
    st.tuples(st.just("approve")),
)
histories = st.lists(action, max_size=30)


class Story:
    """Two tablets and the office; ``said`` is everything that was entered, by its place."""

    def __init__(self) -> None:
        self.centre = Centre()
        self.devices = {"A": Device("A"), "B": Device("B", "field")}
        self.said: dict[str, set[Provenance]] = {}
        self.count = 0
        self.devices["A"].edit("s", geometry=ORIGIN, name="s")
        self.devices["A"].push(self.centre)
        for one in self.devices.values():
            one.pull(self.centre)

    def play(self, history) -> None:
        for what, *rest in history:
            getattr(self, f"do_{what}")(*rest)

    def _enter(self, name: str, wkt: str) -> None:
        one = self.devices[name]
        self.count += 1
        how = Provenance(method="average", samples=self.count, note=f"{name} {self.count}")
        kept = with_point(one.shown("s", HOW), wkt, how)
        one.edit("s", **{"geometry": wkt, HOW: kept})
        self.said.setdefault(wkt, set()).add(how)

    def do_move(self, name, place) -> None:
        self._enter(name, point_wkt(*PLACES[place]))

    def do_again(self, name) -> None:
        """The same place is measured once more."""
        self._enter(name, self.devices[name].shown("s", "geometry") or ORIGIN)

    def do_name(self, name) -> None:
        self.devices[name].edit("s", name=f"{name}{len(self.devices[name].log)}")

    def do_push(self, name) -> None:
        self.devices[name].push(self.centre)

    def do_pull(self, name) -> None:
        self.devices[name].pull(self.centre)

    def do_decide(self, take) -> None:
        if self.centre.open():
            self.centre.settle(self.centre.open()[0], take)

    def do_approve(self) -> None:
        held = self.centre.held(Outcome.PROPOSED)
        if held:
            self.centre.approve(*held[0])

    def end(self) -> None:
        for one in self.devices.values():
            one.push(self.centre)
        while self.centre.open() or self.centre.held(Outcome.PROPOSED):
            self.do_decide("central")
            self.do_approve()
        for one in self.devices.values():
            one.pull(self.centre)

    def right(self, geometry, kept) -> None:
        """What is shown beside the position was entered for exactly that position."""
        how = provenance_at(kept, *point_of(geometry))
        entered = self.said.get(geometry, set())
        assert how in entered if entered else how is None


@settings(max_examples=120, deadline=None)
@given(histories)
def test_what_is_said_of_a_position_was_entered_for_exactly_that_one(history) -> None:
    story = Story()
    for step in history:
        story.play([step])
        for one in story.devices.values():
            geometry = one.shown("s", "geometry")
            if geometry != ORIGIN:
                how = provenance_at(one.shown("s", HOW), *point_of(geometry))
                assert how is None or how in story.said[geometry]
    story.end()
    values = story.centre.values()["s"]
    story.right(values["geometry"], values.get(HOW))
    for one in story.devices.values():
        story.right(one.shown("s", "geometry"), one.shown("s", HOW))
        assert one.values() == story.centre.values()


@settings(max_examples=80, deadline=None)
@given(histories)
def test_nothing_that_was_entered_is_lost_from_the_history(history) -> None:
    story = Story()
    story.play(history)
    story.end()
    told = {
        (wkt, how)
        for known in story.centre.world.known.values()
        if (pair := known.change.fields.get(HOW))
        for wkt in story.said
        if (how := provenance_at(pair[1], *point_of(wkt))) is not None
    }
    assert {(wkt, how) for wkt, every in story.said.items() for how in every} <= told


@settings(max_examples=60, deadline=None)
@given(histories)
def test_how_positions_were_found_is_never_a_conflict(history) -> None:
    story = Story()
    story.play(history)
    assert all(conflict.field != HOW for conflict in story.centre.world.conflicts.values())
    assert not [name for _change, name in story.centre.held(Outcome.QUARANTINED) if name == HOW]
