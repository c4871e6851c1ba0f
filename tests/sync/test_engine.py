"""One sync after another against a real centre: nothing lost, nothing twice, all equal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.store.project import Project
from jdz_field.sync.engine import Step
from jdz_field.sync.link import Refused
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_photo, add_site, project, shown


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


@pytest.fixture
def two(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "two", "李四") as device:
        hub.admit(device)
        yield device


def counts(report: Any) -> dict[str, int]:
    """What a report counts and is not zero."""
    return {name: n for name, n in report.to_json().items() if n and name != "bytes_sent"}


def test_a_first_sync_brings_everything_over(hub: Centre, one: Project) -> None:
    site = add_site(one)
    add_photo(one, site)
    report = synced(one, hub.url)
    assert counts(report) == {"pushed": 2, "applied": 2, "attachments": 1}
    assert report.bytes_sent > 2_000
    assert (one.counts()["unsent"], one.pending_attachments()) == (0, [])
    info = hub.office.info()
    assert (info["sites"]["geohazard"], info["attachments"]) == (1, 1)


def test_a_second_sync_finds_nothing_to_do(hub: Centre, one: Project) -> None:
    add_photo(one, add_site(one))
    synced(one, hub.url)
    assert counts(synced(one, hub.url)) == {}
    assert len(one.batches()) == 1


def test_the_other_device_gets_it(hub: Centre, one: Project, two: Project) -> None:
    site = add_site(one, "瑶里村后山")
    synced(one, hub.url)
    assert counts(synced(two, hub.url)) == {"pulled": 1}
    assert shown(two, site) == shown(one, site)
    assert synced(two, hub.url).pulled == 0


def test_different_fields_merge_and_the_same_field_conflicts(
    hub: Centre, one: Project, two: Project
) -> None:
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"remarks": "裂缝", "shelter": "祠堂"})
    two.edit("geohazard", site, {"monitor_name": "王五", "shelter": "小学"})
    assert counts(synced(one, hub.url)) == {"pushed": 1, "applied": 1}
    second = synced(two, hub.url)
    assert counts(second) == {"pushed": 1, "merged": 1, "conflicts": 1, "pulled": 1}
    assert shown(two, site)["shelter"] == "祠堂"
    assert [c.own for c in two.conflicts()] == ["小学"]
    (conflict,) = hub.office.conflicts()
    hub.office.decide(conflict["id"], take="incoming", why="现场核实")
    assert synced(one, hub.url).pulled == 2
    assert synced(two, hub.url).pulled == 1
    assert shown(one, site) == shown(two, site)
    assert shown(one, site)["shelter"] == "小学"
    assert two.conflicts() == []
    assert (one.counts()["unsent"], two.counts()["unsent"]) == (0, 0)


def test_a_controlled_field_is_proposed_and_comes_back_when_approved(
    hub: Centre, one: Project
) -> None:
    site = add_site(one)
    synced(one, hub.url)
    one.edit("geohazard", site, {"threatened_people": 5, "remarks": "裂缝"})
    assert counts(synced(one, hub.url)) == {"pushed": 1, "merged": 1, "proposed": 1}
    assert shown(one, site)["threatened_people"] is None
    (proposal,) = hub.office.proposals()
    hub.office.settle("proposals", proposal["id"], "approve", "")
    synced(one, hub.url)
    assert shown(one, site)["threatened_people"] == 5
    assert one.counts()["unsent"] == 0


def test_edits_made_meanwhile_go_in_the_next_batch(hub: Centre, one: Project) -> None:
    add_site(one, "一")
    again: list[str] = []

    def meanwhile(step: Step) -> None:
        if step.stage == "push" and not again:
            again.append(add_site(one, "二"))

    assert synced(one, hub.url, progress=meanwhile).pushed == 2
    assert [b.seq for b in one.batches()] == [2, 1]


def test_many_changes_go_in_several_batches(hub: Centre, one: Project) -> None:
    from jdz_field.core.ids import new_id
    from jdz_field.store.editing import Edit

    edits = [Edit("geohazard", new_id(), {"name": f"点{n}"}) for n in range(5_200)]
    one.edit_many(edits, origin="import:1")
    report = synced(one, hub.url, 30.0)
    assert report.pushed == 5_200
    assert len(one.batches()) > 2
    with client_of(one, hub.url) as client:
        page = client.changes(0, 500)
        assert (len(page.entries), page.more) == (500, True)


def test_pull_only_sends_nothing(hub: Centre, one: Project, two: Project) -> None:
    add_site(one)
    add_photo(one, add_site(one))
    add_site(two)
    synced(two, hub.url)
    report = synced(one, hub.url, pull_only=True)
    assert counts(report) == {"pulled": 1}
    assert (one.batches(), len(one.pending_attachments())) == ([], 1)


def test_progress_goes_from_nothing_to_everything(hub: Centre, one: Project) -> None:
    site = add_site(one)
    for _number in range(3):
        add_photo(one, site)
    steps: list[Step] = []
    synced(one, hub.url, progress=steps.append)
    assert [s.stage for s in steps] == sorted(
        (s.stage for s in steps), key=["push", "pull", "attachments"].index
    )
    last = steps[-1]
    assert (last.done, last.total) == (3, 3)
    assert last.bytes_done == last.bytes_total == 6_000


def test_stopping_keeps_what_is_done(hub: Centre, one: Project) -> None:
    site = add_site(one)
    for _number in range(3):
        add_photo(one, site)
    calls: list[Step] = []
    report = synced(
        one,
        hub.url,
        progress=calls.append,
        cancelled=lambda: any(s.stage == "attachments" and s.done for s in calls),
    )
    assert report.stopped
    assert report.pushed == 4
    left = len(one.pending_attachments())
    assert 0 < left < 3
    assert synced(one, hub.url).attachments == left


def test_a_missing_photo_is_listed_and_the_rest_goes(hub: Centre, one: Project) -> None:
    site = add_site(one)
    gone, _there = add_photo(one, site, name="gone.jpg"), add_photo(one, site)
    next((one.path / "files").rglob(f"{gone}.*")).unlink()
    report = synced(one, hub.url)
    assert [r["file"] for r in report.refused] == ["gone.jpg"]
    assert report.attachments == 1
    assert [a.sha256 for a in one.pending_attachments()] == [gone]


def test_an_altered_photo_never_counts_as_sent(hub: Centre, one: Project) -> None:
    sha = add_photo(one, add_site(one), b"original bytes", name="bad.jpg")
    path = next((one.path / "files").rglob(f"{sha}.*"))
    for bad in (b"altered! bytes", b"short", b"altered and longer than before"):
        path.write_bytes(bad)
        report = synced(one, hub.url)
        assert [r["file"] for r in report.refused] == ["bad.jpg"], bad
        assert report.attachments == 0
    path.write_bytes(b"original bytes")
    assert synced(one, hub.url).attachments == 1
    assert hub.office.blobs.holds(sha)


def test_one_photo_on_two_devices_travels_once(hub: Centre, one: Project, two: Project) -> None:
    data = b"x" * 500_000
    add_photo(one, add_site(one), data)
    add_photo(two, add_site(two), data)
    assert synced(one, hub.url).bytes_sent > 500_000
    report = synced(two, hub.url)
    assert report.attachments == 1
    assert report.bytes_sent < 100_000


def test_an_unknown_token_is_refused_in_one_sentence(hub: Centre, one: Project) -> None:
    from jdz_field.sync.client import CentralClient
    from jdz_field.sync.engine import sync

    add_site(one)
    with CentralClient(hub.url, "wrong", patience=2.0) as client, pytest.raises(Refused) as caught:
        sync(one, client)
    assert caught.value.status == 401
    assert "\n" not in str(caught.value)
    assert one.counts()["unsent"] == 1


def test_a_revoked_device_is_cut_off_and_keeps_its_work(hub: Centre, one: Project) -> None:
    add_site(one)
    hub.office.revoke(one.device)
    with pytest.raises(Refused):
        synced(one, hub.url)
    assert one.counts()["unsent"] == 1


def test_before_enrolment_there_is_nothing_to_sync_with(hub: Centre, tmp_path: Path) -> None:
    with project(tmp_path / "p") as device, pytest.raises(BadUsage):
        synced(device, hub.url)


def test_two_syncs_of_one_project_do_not_meet(hub: Centre, one: Project) -> None:
    add_site(one)
    with one.lock_sync(), pytest.raises(Unavailable):
        synced(one, hub.url)
    assert synced(one, hub.url).pushed == 1


def test_a_server_that_went_away_is_given_up_in_time(hub: Centre, one: Project) -> None:
    add_site(one)
    hub.server.stop()
    start = time.monotonic()
    with pytest.raises(Unavailable):
        synced(one, hub.url)
    assert time.monotonic() - start < 8
    assert one.counts()["unsent"] == 1
