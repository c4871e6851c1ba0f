"""What is loaded for a push is enough: the database gives what the whole world would give."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from jdz_field.central.database import Database
from jdz_field.central.deciding import Act, approve_proposal, settle_conflict
from jdz_field.central.feed import all_entries
from jdz_field.central.listing import list_conflicts, list_held, list_waiting
from jdz_field.central.worlds import Loader
from jdz_field.central.writing import Delivery, write_merged
from jdz_field.core.changes import Outcome
from jdz_field.core.clock import to_text, utc_now
from jdz_field.sync.merge import merge
from tests.sync.loop import Centre
from tests.sync.test_merge_laws import Story, histories


class Twin(Centre):
    """Does everything twice: in memory with the whole world, and through the database."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database

    def receive(self, changes, role):
        receipts = super().receive(changes, role)
        with self.database.write() as connection:
            world = Loader(connection).push(changes)
            merged = merge(world, changes, role=role)
            write_merged(connection, merged, Delivery(to_text(utc_now()), "b", "device"))
        assert list(merged.receipts) == receipts
        return receipts

    def settle(self, conflict, take="central", **how):
        merged = super().settle(conflict, take, **how)
        with self.database.write() as connection:
            act = Act(connection, utc_now, "office", "because")
            settle_conflict(act, conflict.id, take, seen=conflict.revision, **how)
        return merged

    def approve(self, change, name):
        merged = super().approve(change, name)
        with self.database.write() as connection:
            approve_proposal(Act(connection, utc_now, "office", "because"), f"{change}:{name}")
        return merged


def compare(story: Story, database: Database) -> None:
    centre = story.centre
    with database.read() as connection:
        entries = list(all_entries(connection, 0))
        shown = {c["id"]: c for c in list_conflicts(connection)}
        proposed = {p["id"] for p in list_held(connection, Outcome.PROPOSED)}
        waiting = {w["id"] for w in list_waiting(connection)}
        loader = Loader(connection)
        loader.load_subjects(centre.world.subjects)
        loader.load_changes(centre.world.known)
    told = [(e.subject, e.version, dict(e.fields), e.change) for e in entries]
    assert told == [(v.subject, v.version, dict(v.fields), v.change) for v in centre.feed]
    assert [e.position for e in entries] == sorted({e.position for e in entries})
    assert loader.subjects == centre.world.subjects
    assert loader.known == centre.world.known
    assert {i: c["seen_version"] for i, c in shown.items()} == {
        c.id: c.revision for c in centre.open()
    }
    assert proposed == {f"{c}:{n}" for c, n in centre.held(Outcome.PROPOSED)}
    assert waiting == {c for c, k in centre.world.known.items() if k.waiting}


@settings(max_examples=25, deadline=None)
@given(histories)
def test_the_database_and_the_whole_world_agree(history):
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder).as_posix()}/central.gpkg")
        try:
            story = Story(Twin(database))
            story.play(history)
            compare(story, database)
            story.end()
            compare(story, database)
        finally:
            database.close()


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path.as_posix()}/central.gpkg")
    yield opened
    opened.close()


def test_a_transaction_that_fails_leaves_nothing(database):
    story = Story(Twin(database))
    one = story.devices["A"]
    one.edit("s", town="z")

    def write_and_fail():
        with database.write() as connection:
            merged = merge(Loader(connection).push(one.log[2:]), one.log[2:], role="office")
            write_merged(connection, merged, Delivery(to_text(utc_now())))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    compare(story, database)


def test_a_reader_sees_one_state_while_another_writes(database):
    story = Story(Twin(database))
    with database.read() as reader:
        before = list(all_entries(reader, 0))
        story.devices["A"].edit("s", town="z")
        story.devices["A"].push(story.centre)
        assert list(all_entries(reader, 0)) == before
