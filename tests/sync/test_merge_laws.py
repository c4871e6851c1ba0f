"""Laws of the merge over any history: hypothesis plays devices, an office and late batches."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from jdz_field.core.changes import Change, Outcome
from jdz_field.sync.merge import merge
from jdz_field.sync.merge_types import ConflictType, World
from tests.sync.loop import Centre, Device

NAMES = ("A", "B", "C")
VALUES = {
    "town": st.sampled_from(["a", "b", "c", None]),
    "village": st.sampled_from(["x", "y"]),
    "measures": st.sampled_from(["", "1", "1 2", "2 3", "9"]),
    "threatened_people": st.sampled_from([1, 2, -5]),
    "deleted": st.booleans(),
}
device = st.sampled_from(NAMES)
fields = st.dictionaries(
    st.sampled_from(list(VALUES)), st.integers(0, 99), min_size=1, max_size=2
).flatmap(lambda picked: st.fixed_dictionaries({name: VALUES[name] for name in picked}))
action = st.one_of(
    st.tuples(st.just("edit"), device, st.sampled_from(["s", "t"]), fields),
    st.tuples(st.just("push"), device, st.integers(1, 4)),
    st.tuples(st.just("pull"), device),
    st.tuples(st.just("sync"), device),
    st.tuples(st.just("decide"), st.sampled_from(["central", "incoming", "base"])),
    st.tuples(st.just("late"), device),
)
histories = st.lists(action, max_size=40)


class Story:
    """Three devices around one centre; B and C are field roles."""

    def __init__(self, centre: Centre | None = None) -> None:
        self.centre = centre or Centre()
        self.devices = {n: Device(n, "office" if n == "A" else "field") for n in NAMES}
        self.stray: list[tuple[Change, str]] = []
        first = self.devices["A"]
        for subject in ("s", "t"):
            first.edit(subject, name=subject, town="a", measures="1", threatened_people=1)
        first.push(self.centre)
        for one in self.devices.values():
            one.pull(self.centre)

    def play(self, history) -> None:
        for what, *rest in history:
            getattr(self, f"do_{what}")(*rest)

    def do_edit(self, name, subject, values) -> None:
        self.devices[name].edit(subject, **values)

    def do_push(self, name, most) -> None:
        self.devices[name].push(self.centre, most)

    def do_pull(self, name) -> None:
        self.devices[name].pull(self.centre)

    def do_sync(self, name) -> None:
        self.do_push(name, 1000)
        self.do_pull(name)

    def do_late(self, name) -> None:
        """The next change goes astray on a stick and arrives at the very end."""
        one = self.devices[name]
        if one.sent < len(one.log):
            self.stray.append((one.log[one.sent], one.role))
            one.sent += 1

    def do_decide(self, take) -> None:
        if self.centre.open():
            self.decide_one(take)

    def decide_one(self, take) -> None:
        conflict = self.centre.open()[0]
        if conflict.type in (ConflictType.FIELD, ConflictType.DELETE):
            self.centre.settle(conflict, take)
        else:
            self.centre.settle(conflict)

    def end(self) -> None:
        """Everything arrives, the office settles everything, everyone pulls."""
        for change, role in self.stray:
            self.centre.receive([change], role)
        for one in self.devices.values():
            one.push(self.centre)
        for _round in range(60):
            if not self.settle_once():
                break
        for one in self.devices.values():
            one.pull(self.centre)

    def settle_once(self) -> bool:
        if self.centre.open():
            self.decide_one("central")
        elif proposals := self.centre.held(Outcome.PROPOSED):
            self.centre.approve(*proposals[0])
        else:
            return False
        return True


@settings(max_examples=60, deadline=None)
@given(histories)
def test_when_all_is_settled_all_copies_are_equal(history):
    story = Story()
    story.play(history)
    story.end()
    assert not story.centre.open()
    for one in story.devices.values():
        assert one.copy == story.centre.values()
        assert one.values() == story.centre.values()


@settings(max_examples=60, deadline=None)
@given(histories)
def test_every_value_ever_sent_is_kept_with_what_became_of_it(history):
    story = Story()
    story.play(history)
    known = story.centre.world.known
    rivals = {(r.change, r.field) for c in story.centre.open() for r in c.rivals}
    for one in story.devices.values():
        stray = {change.id for change, _ in story.stray}
        for change in one.log[: one.sent]:
            if change.id in stray:
                continue
            assert known[change.id].change == change
            for name, (_base, value) in change.fields.items():
                fate = known[change.id].fates[name]
                assert fate.value == value
                if fate.outcome is Outcome.CONFLICT and fate.replaced_by is None:
                    assert (change.id, name) in rivals
                if fate.outcome is Outcome.APPLIED and fate.replaced_by is None:
                    assert written(story, change, name)


def written(story, change, name) -> bool:
    version = story.centre.world.known[change.id].fates[name].version
    return any(
        v.subject == change.subject and v.version == version and name in v.fields
        for v in story.centre.feed
    )


@settings(max_examples=80, deadline=None)
@given(histories)
def test_no_value_is_overwritten_that_its_author_had_not_seen(history):
    """Checked against what each device had on its screen, not against the merge's own books."""
    story = Story()
    story.play(history)
    owners = {c.id: one for one in story.devices.values() for c in one.log}
    last: dict[tuple[str, str], tuple[int, str | None]] = {}
    for version in story.centre.feed:
        for name in version.fields:
            key = (version.subject, name)
            known = story.centre.world.known.get(version.change or "")
            blind = name == "measures" or version.decision or known is None
            if not blind and key in last and name in known.fates:
                link = first_link(story, known.change, name)
                assert seen(story, owners, link, name, last[key]), (version, last[key])
            last[key] = (version.version, version.change)


def first_link(story, change, name):
    """The oldest change of the fold: its fates say that this one replaced it."""
    found = change
    parent = change.parent
    while parent:
        known = story.centre.world.known[parent]
        if name in known.fates and known.fates[name].replaced_by == change.id:
            found = known.change
        parent = known.change.parent
    return found


def seen(story, owners, change, name, before) -> bool:
    version, writer = before
    shown, own = owners[change.id].seen[change.id, name]
    if own is None:
        return version <= shown
    fate = story.centre.world.known[own].fates[name]
    return own == writer or (fate.settled and (fate.version or 0) >= version)


@settings(max_examples=40, deadline=None)
@given(histories)
def test_a_push_repeated_changes_nothing(history):
    story = Story()
    story.play(history)
    centre = story.centre
    for one in story.devices.values():
        again = merge(centre.world, one.log[: one.sent], role=one.role)
        stray = {change.id for change, _ in story.stray}
        fresh = [c for c in one.log[: one.sent] if c.id in stray]
        if not fresh:
            assert not again.versions
            assert not again.conflicts
            assert not again.known
            assert all(r == centre.receipt(r.change) for r in again.receipts)


@settings(max_examples=50, deadline=None)
@given(fields, fields)
@example({"town": "b"}, {"village": "x"})
def test_independent_fields_commute(one, two):
    two = {name: value for name, value in two.items() if name not in one}
    if "deleted" in {**one, **two} or not two:
        return
    ends = []
    for order in ("AB", "BA"):
        story = Story()
        story.do_edit("A", "s", one)
        story.do_edit("B", "s", two)
        for name in order:
            story.do_push(name, 9)
        assert not story.centre.open()
        ends.append(story.centre.values())
    assert ends[0] == ends[1]


@settings(max_examples=50, deadline=None)
@given(fields, st.permutations(NAMES))
def test_equal_edits_are_no_conflict_whatever_the_order(values, order):
    story = Story()
    for name in NAMES:
        story.devices[name].role = "office"
        story.do_edit(name, "s", values)
    for name in order:
        story.do_push(name, 9)
    assert not story.centre.open()


@settings(max_examples=80, deadline=None)
@given(st.lists(fields, min_size=1, max_size=6), st.data())
def test_the_order_of_arrival_of_one_chain_does_not_matter(edits, data):
    """Late or early, in one batch or in many: the chain ends where it would have ended."""
    story = Story()
    one = story.devices["A"]
    # Rules judge the folded result: a good value before a bad one shows only one by one.
    edits = [e for e in edits if e.get("threatened_people") != -5]
    for values in edits:
        one.edit("s", **values)
    chain = one.log[2:]
    wanted = merge(story.centre.world, chain, role="office")
    for change in data.draw(st.permutations(chain)):
        story.centre.receive([change], "office")
    story.centre.receive([], "office")
    now = story.centre.world.subjects["s"]
    end = wanted.subjects.get("s", story.centre.world.subjects["s"])
    assert not story.centre.open()
    for name in {name for values in edits for name in values}:
        # Deleted and restored within one fold leaves no trace; one by one it does.
        assert (now.value(name) or None) == (end.value(name) or None)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "a", "b", "c"]))))
def test_any_parents_are_survived(links):
    changes = [
        Change(i + str(n), "d", "p", "h", "geohazard", "s", {"name": (None, i)}, parent=p or None)
        for n, (i, p) in enumerate(links)
    ]
    merged = merge(World(), changes, role="office")
    assert len(merged.receipts) == len(changes)
