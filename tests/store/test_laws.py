"""Whatever people edit, push, pull and decide: the store stays sound and all copies end equal."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.changes import Outcome
from jdz_field.core.grades import effective
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Desk, quick_project

SITES = tuple(f"00000000-0000-5000-8000-{n:012d}" for n in range(3))
NAMES = ("A", "B")
VALUES = {
    "town": st.sampled_from(["瑶里镇", "鹅湖镇", None]),
    "village": st.sampled_from(["x", "y", ""]),
    "measures": st.sampled_from(["", "1", "1 2", "2 3", "9"]),
    "threatened_people": st.sampled_from([1, 2, -5]),
    "length": st.sampled_from([1, 2.5, None]),
    "geometry": st.sampled_from(["POINT (117.2 29.3)", "POINT (117.25 29.3)", None]),
    "deleted": st.booleans(),
}
device = st.sampled_from(NAMES)
fields = st.sets(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in sorted(names)})
)
action = st.one_of(
    st.tuples(st.just("edit"), device, st.sampled_from(SITES), fields),
    st.tuples(st.just("edit"), device, st.sampled_from(SITES), fields),
    st.tuples(st.just("push"), device, st.integers(1, 3)),
    st.tuples(st.just("pull"), device),
    st.tuples(st.just("sync"), device),
    st.tuples(st.just("decide"), st.sampled_from(["central", "incoming", "base"])),
    st.tuples(st.just("approve"), st.integers(0, 5)),
    st.tuples(st.just("reopen"), device),
)
histories = st.lists(action, max_size=25)


class Story:
    """Two devices, one of them with a field role, and an office."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk()
        self.folder = folder
        self.roles = {"A": "office", "B": "field"}
        self.projects = {n: quick_project(folder / n, n, n) for n in NAMES}

    def play(self, history: list[tuple]) -> None:
        for what, *rest in history:
            getattr(self, f"do_{what}")(*rest)

    def do_edit(self, name, subject, values) -> None:
        self.projects[name].edit("geohazard", subject, values)

    def do_push(self, name, most) -> None:
        self.desk.push(self.projects[name], self.roles[name], most)

    def do_pull(self, name) -> None:
        self.desk.pull(self.projects[name])

    def do_sync(self, name) -> None:
        self.desk.sync(self.projects[name], self.roles[name])

    def do_decide(self, take) -> None:
        for conflict in self.desk.centre.open()[:1]:
            self.desk.centre.settle(conflict, take)

    def do_approve(self, which) -> None:
        held = self.desk.centre.held(Outcome.PROPOSED)
        if held:
            self.desk.centre.approve(*held[which % len(held)])

    def do_reopen(self, name) -> None:
        self.projects[name].close()
        self.projects[name] = Project.open(self.folder / name)

    def settle_everything(self) -> None:
        for _round in range(3):
            for name in NAMES:
                self.do_sync(name)
            while conflicts := self.desk.centre.open():
                self.desk.centre.settle(conflicts[0], "central")
            while held := self.desk.centre.held(Outcome.PROPOSED):
                self.desk.centre.approve(*held[0])
        for name in NAMES:
            self.do_sync(name)


@contextmanager
def story() -> Iterator[Story]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        told = Story(Path(folder))
        stack.callback(lambda: [project.close() for project in told.projects.values()])
        yield told


def shown(project: Project) -> dict[str, dict]:
    found = project.search(SiteQuery(include_deleted=True, order="code"), limit=100)
    return {
        s.id: {n: v for n, v in s.fields.items() if v is not None}
        | {"geometry": s.geometry, "deleted": s.deleted, "version": s.version}
        for s in found
    }


@settings(max_examples=25, deadline=None)
@given(histories)
def test_check_finds_nothing_after_any_history(history) -> None:
    with story() as told:
        told.play(history)
        for project in told.projects.values():
            assert project.check() == []


@settings(max_examples=25, deadline=None)
@given(histories)
def test_all_copies_are_equal_once_everything_is_settled(history) -> None:
    with story() as told:
        told.play(history)
        told.settle_everything()
        known = told.desk.centre.world.known
        held = {known[c].change.subject for c, _n in told.desk.centre.held(Outcome.QUARANTINED)}
        views = [shown(project) for project in told.projects.values()]
        for subject, values in told.desk.centre.values().items():
            held_now = values | effective("geohazard", values)
            wanted = {n: v for n, v in held_now.items() if v not in (None, "", False)}
            for view in views if subject not in held else []:
                there = {n: v for n, v in view[subject].items() if v not in (None, "", False)}
                assert there == wanted | {"version": there["version"]}
            if subject not in held:
                assert views[0][subject] == views[1][subject]
        for project in told.projects.values():
            assert project.check() == []
            assert project.conflicts() == []
            assert project.counts()["unsent"] == 0


@settings(max_examples=25, deadline=None)
@given(histories)
def test_every_value_a_person_set_stays_in_the_history(history) -> None:
    with story() as told:
        said: set[tuple] = set()
        for step in history:
            if step[0] == "edit":
                _what, name, subject, values = step
                change = told.projects[name].edit("geohazard", subject, values)
                if change:
                    said |= {(name, subject, f, str(new)) for f, (_b, new) in change.fields.items()}
            else:
                told.play([step])
        kept = {
            (name, subject, f, str(new))
            for name, project in told.projects.items()
            for subject in SITES
            for one in project.site_history(subject)
            for f, (_base, new) in one.change.fields.items()
        }
        assert said <= kept
