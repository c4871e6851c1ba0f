"""The log writes changes and gives them back as they were."""

from __future__ import annotations

from jdz_field.core.changes import Change
from jdz_field.store import log
from tests.store.tools import add_site, told


def test_changes_come_back_as_they_were(project) -> None:
    fields = {"a": (None, [1, {"b": "文"}]), "b": (1.5, None), "deleted": (False, True)}
    change = Change("c1", "d", "张三", "h", "mine", "s", fields, 3, "c0", "import:x")
    with project._db.write():
        log.append(project._db, [change, Change("c2", "d", "a", "h", "mine", "s", {})])
        log.append(project._db, [])
    found = log.own_changes(project._db, ["c1", "c2", "c3"])
    assert found["c1"].change == change
    assert found["c2"].seq == found["c1"].seq + 1
    assert log.last_open(project._db, ["s", "t"]) == {"s": "c2"}
    assert [one.change.id for one in log.open_changes(project._db, ["s"])["s"]] == ["c1", "c2"]


def test_feed_entries_come_back_as_they_were(project) -> None:
    project.begin_feed("e")
    entries = [told(1, "s", 1, {"name": "文", "x": None}), told(2, "s", 2, {"name": "b"})]
    project.apply_feed(entries, 2)
    rows = project._db.rows(f"{log.FEED} ORDER BY position")
    assert [log.entry_of(row) for row in rows] == entries
    central = log.centrals(project._db, {"s", "t"})
    assert central["s"].version == 2
    assert central["s"].fields == {"name": ("b", 2), "x": (None, 1)}
    assert central["t"].version == 0


def test_a_log_without_open_changes_has_no_parents(project) -> None:
    add_site(project)
    assert log.last_open(project._db, ["nothing"]) == {}
    assert log.open_changes(project._db, []) == {}
