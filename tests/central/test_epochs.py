"""A restored centre numbers anew: no version that was lost comes again as another one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jdz_field.central.epochs import begin_epoch
from jdz_field.central.office import Office
from jdz_field.central.worlds import version_floor
from tests.sync.team import Team


def test_what_was_seen_in_the_lost_time_is_not_taken_for_what_stands_now() -> None:
    team = Team()
    try:
        team.back_up("centre")
        team.edit("B", 0, {"village": "lost"})
        team.sync("B")
        team.sync("A")
        team.restore("centre", 0)
        # C's value takes the place, and before would have taken the number, of B's.
        team.edit("C", 0, {"village": "unseen"})
        team.sync("C")
        team.edit("A", 0, {"village": "mine"})
        team.sync("A")
        found = team.office.conflicts()
        assert [(c["central"], c["incoming"]) for c in found] == [("unseen", "mine")]
        team.sync("B")
        team.end()
    finally:
        team.close()


def test_one_backup_restored_twice_gives_two_floors(tmp_path) -> None:
    early = datetime(2020, 1, 1, tzinfo=UTC)
    with Office(None, tmp_path / "files") as office, office.database.write() as connection:
        assert version_floor(connection) == 0
        # A clock that stands before 2026 still leaves room.
        first, low = begin_epoch(connection, lambda: early), version_floor(connection)
        second, high = begin_epoch(connection, office.now), version_floor(connection)
    assert first != second
    assert 0 < low < high


@pytest.mark.parametrize("number", [1, 2])
def test_a_change_of_the_lost_time_does_not_wait_for_its_number(number: int) -> None:
    team = Team()
    try:
        team.back_up("centre")
        for value in range(number):
            team.edit("A", 0, {"village": str(value)})
            team.sync("A")
        team.sync("B")
        team.restore("centre", 0)
        team.edit("B", 0, {"shelter": "school"})
        team.sync("B")
        assert team.office.waiting() == []
        assert team.office.conflicts() == []
        team.end()
    finally:
        team.close()
