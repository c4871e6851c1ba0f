"""The ways in which other programs lose data in the field, each shown not to happen here.

``docs/guarantees.md`` lists the classes and their tests; those that had no test of their own
elsewhere are here. Everything goes through real projects and a real centre.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput
from jdz_field.store.project import Project
from jdz_field.sync.transfer import holds
from tests.conftest import ROOT
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_photo, add_site, project, shown


@pytest.fixture
def pair(tmp_path: Path, hub: Centre) -> Iterator[tuple[Project, Project]]:
    with project(tmp_path / "one", "张三") as one, project(tmp_path / "two", "李四") as two:
        hub.admit(one)
        hub.admit(two)
        yield one, two


def test_pull_wipes_unsent(hub: Centre, pair: tuple[Project, Project]) -> None:
    """A pull that brings a newer row overwrites what was not sent (QFieldCloud, ODK Entities)."""
    one, two = pair
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"remarks": "未发"})
    for number in range(3):
        two.edit("geohazard", site, {"remarks": f"李四 {number}", "village": str(number)})
        synced(two, hub.url)
        synced(one, hub.url, pull_only=True)
        assert shown(one, site)["remarks"] == "未发"
        assert one.unsent_changes()[0].fields["remarks"][1] == "未发"
    synced(one, hub.url)
    (conflict,) = hub.office.conflicts()
    assert (conflict["central"], conflict["incoming"]) == ("李四 2", "未发")


def test_last_sync_wins(hub: Centre, pair: tuple[Project, Project]) -> None:
    """Whoever syncs last overwrites the others (Esri, geodiff, ODK, SMASH)."""
    one, two = pair
    site = add_site(one, village="x")
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"village": "one"})
    two.edit("geohazard", site, {"village": "two"})
    synced(one, hub.url)
    synced(two, hub.url)
    (conflict,) = hub.office.conflicts()
    assert {conflict["central"], conflict["incoming"]} == {"one", "two"}


def test_geometry_unchecked(hub: Centre, pair: tuple[Project, Project]) -> None:
    """Geometry is left out of the comparison (QFieldCloud: commented out)."""
    one, two = pair
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"geometry": "POINT (117.3 29.3)"})
    two.edit("geohazard", site, {"geometry": "POINT (117.4 29.4)"})
    synced(one, hub.url)
    synced(two, hub.url)
    # Where a site lies is the office's to say: both wait, and the second meets the first.
    first, second = hub.office.proposals()
    hub.office.settle("proposals", first["id"], "approve")
    hub.office.settle("proposals", second["id"], "approve")
    (conflict,) = hub.office.conflicts()
    assert conflict["field"] == "geometry"
    assert (conflict["central"], conflict["incoming"]) == ("POINT (117.3 29.3)", second["value"])


def test_conflict_forgotten(hub: Centre, pair: tuple[Project, Project]) -> None:
    """A conflict is gone with the next good sync (db-sync#152)."""
    one, two = pair
    site = add_site(one, village="x")
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"village": "one"})
    two.edit("geohazard", site, {"village": "two"})
    synced(one, hub.url)
    for number in range(4):
        two.edit("geohazard", site, {"remarks": str(number)})
        synced(two, hub.url)
        one.edit("geohazard", site, {"shelter": str(number)})
        synced(one, hub.url)
    assert len(hub.office.conflicts()) == 1
    assert [c.own for c in two.conflicts()] == ["two"]


def test_wrong_row(hub: Centre, pair: tuple[Project, Project]) -> None:
    """Local and central row numbers differ and another site is overwritten (QFieldCloud#570)."""
    one, two = pair
    first = [add_site(one, f"一 {n}") for n in range(5)]
    second = [add_site(two, f"二 {n}") for n in range(5)]
    for _round in range(2):
        synced(one, hub.url)
        synced(two, hub.url)
    for number, site in enumerate([*first, *second]):
        two.edit("geohazard", site, {"remarks": f"{number}"})
    synced(two, hub.url)
    synced(one, hub.url)
    for number, site in enumerate([*first, *second]):
        assert shown(one, site)["remarks"] == f"{number}"
    assert [shown(one, s)["name"] for s in (first[0], second[0])] == ["一 0", "二 0"]


def test_unique_breaks_sync(hub: Centre, pair: tuple[Project, Project]) -> None:
    """Two with one number stop the whole merge (geodiff#210, mobile#2933)."""
    one, two = pair
    for device in pair:
        add_site(device, device.author, code="360222000001")
        add_site(device, f"{device.author} 2")
        synced(device, hub.url)
    synced(one, hub.url)
    assert hub.office.info()["sites"]["geohazard"] == 4
    assert [c["type"] for c in hub.office.conflicts()] == ["duplicate"]
    assert (one.counts()["unsent"], two.counts()["unsent"]) == (0, 0)


def test_one_bad_value_stops_all(hub: Centre, pair: tuple[Project, Project]) -> None:
    """One value that breaks a rule keeps a whole file of edits out (QField#6658)."""
    one, _two = pair
    site = add_site(one, threatened_people=3)
    one.edit("geohazard", site, {"threatened_people": -5, "remarks": "gut"})
    good = add_site(one, "good")
    report = synced(one, hub.url)
    assert report.counts["quarantined"] >= 1
    found = {s["id"]: s for s in hub.office.sites()}
    assert good in found
    assert hub.office.history(site)[0].fields["remarks"] == "gut"
    assert [q["value"] for q in hub.office.quarantine() if q["field"] == "threatened_people"] == [
        -5
    ]


def test_missing_file_counts_as_sent(hub: Centre, pair: tuple[Project, Project]) -> None:
    """A photo that is not there, or answered 404, is taken off the list (QField)."""
    one, _two = pair
    sha = add_photo(one, add_site(one))
    path = next((one.path / "files").rglob(f"{sha}.*"))
    data = path.read_bytes()
    path.unlink()
    report = synced(one, hub.url)
    assert [word for refused in report.refused for word in refused if word == "file"]
    assert [a.sha256 for a in one.pending_attachments()] == [sha]
    with client_of(one, hub.url) as client:
        assert not holds(client._link, sha)
    path.write_bytes(data)
    synced(one, hub.url)
    assert one.pending_attachments() == []
    assert hub.office.blobs.holds(sha)


def test_retry_doubles(hub: Centre, pair: tuple[Project, Project]) -> None:
    """A retry after a lost answer makes a second record (Survey123#389, kpi#5047)."""
    one, _two = pair
    site = add_site(one)
    synced(one, hub.url)
    (sealed,) = one.batches()
    stored = one.batch(sealed.id)
    assert stored is not None
    from jdz_field.sync.sealing import identity_of_project, stored_batch

    batch = stored_batch(stored.manifest, stored.changes, identity_of_project(one))
    before = hub.office.info()
    with client_of(one, hub.url) as client:
        answers = [client.put_batch(batch) for _time in range(5)]
    assert all(answer.receipts == answers[0].receipts for answer in answers)
    assert hub.office.info() == before
    assert len(hub.office.history(site)) == 1


def test_deleted_comes_back(hub: Centre, pair: tuple[Project, Project]) -> None:
    """What was deleted is there again after a sync (mobile#4335)."""
    one, two = pair
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"deleted": True})
    synced(one, hub.url)
    for proposed in hub.office.proposals():
        hub.office.settle("proposals", proposed["id"], "approve")
    for _round in range(2):
        synced(two, hub.url)
        synced(one, hub.url)
        assert [found.deleted for d in pair if (found := d.site(site))] == [True, True]


def test_edit_meets_deletion(hub: Centre, pair: tuple[Project, Project]) -> None:
    """An edit of what another deletes is lost without a word (geodiff)."""
    one, two = pair
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"remarks": "裂缝"})
    two.edit("geohazard", site, {"deleted": True})
    synced(one, hub.url)
    synced(two, hub.url)
    (conflict,) = hub.office.conflicts()
    assert conflict["type"] == "delete"
    assert hub.office.history(site)[-1].fields["remarks"] == "裂缝"


def test_same_name_merged(hub: Centre, pair: tuple[Project, Project]) -> None:
    """Two sites of one name become one (merge_excel.py of a Chinese survey program)."""
    for device in pair:
        add_site(device, "瑶里村")
        synced(device, hub.url)
    assert hub.office.info()["sites"]["geohazard"] == 2


def test_anyone_deletes(tmp_path: Path) -> None:
    """A deletion is the end of a row (schema.sql of the same program): here it is a version."""
    with Office(None, tmp_path / "files") as office:
        from tests.central.tablet import Tablet

        tablet = Tablet.enrol(office)
        office.receive(tablet.batch(tablet.change("s", name="a", remarks="b")))
        gone = tablet.change("s", deleted=True, base_version=1)
        office.receive(tablet.batch(gone))
        assert office.history("s")[0].fields["remarks"] == "b"
        office.set_values("s", {"deleted": False}, "又在")
        assert office.history("s")[-1].fields == {"deleted": False}


def test_log_rewritten(pair: tuple[Project, Project]) -> None:
    """The list of edits is one file that is truncated and written anew (QField deltas)."""
    import sqlite3

    one, _two = pair
    add_site(one)
    for sql in ("UPDATE jdz_change SET author = 'x'", "DELETE FROM jdz_change"):
        with pytest.raises((sqlite3.DatabaseError, BadInput)):
            one._db.connection.execute(sql)


def test_every_class_in_the_table_has_a_test_that_exists() -> None:
    """``docs/guarantees.md`` names tests by file and name."""
    text = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 20
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), (file, name)
