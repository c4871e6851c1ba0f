"""Thirty kills by chance; ``python -m tests.faults.kills --count 300`` runs more."""

from __future__ import annotations

import pytest

from tests.faults import kills


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_nothing_that_was_reported_saved_is_lost_by_a_kill(tmp_path, seed) -> None:
    *_before, found = kills.run(10, seed, tmp_path)
    assert found.lost == []
    assert found.kills == 10
    assert found.saves.total() > 20


def test_a_loss_would_be_noticed(tmp_path) -> None:
    """The watcher itself: what is taken away behind the program's back is told."""
    import random
    from contextlib import closing

    from jdz_field.store.db import connect

    found = kills.Run()
    life = kills.Life(tmp_path / "p", random.Random(1), found)
    kills.quick_project(life.path).close()
    sites: list[str] = []
    for number in range(1, 20):
        # A busy machine may not have come to a site before the kill.
        life.one(number)
        sites = [i for i, (what, _fields) in life.saved.items() if what == "site"]
        if sites:
            break
    assert found.lost == []
    lost = sites[0]
    with closing(connect(life.path / "field.gpkg")) as thief:
        thief.execute("INSERT INTO jdz_writer VALUES (1)")
        thief.execute("UPDATE geohazard SET name = 'x', remarks = 'x' WHERE id = ?", (lost,))
        thief.execute("DELETE FROM jdz_writer")
    life._look(None)
    assert any(lost in one for one in found.lost)
    assert any(one.startswith("check: ") for one in found.lost)
