"""A restored centre, a restored device, a replacement tablet, sticks that come late or twice."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jdz_field.central.feed import all_entries
from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.operations.sync import (
    apply_receipt_file,
    enrol,
    enrol_from_file,
    export_batches,
)
from jdz_field.operations.sync_area import Area, area_of, set_area
from jdz_field.store.project import Project
from jdz_field.sync.keys import load_secret
from jdz_field.sync.link import Refused
from tests.sync.centre import Centre, centre, synced
from tests.sync.places import add_photo, add_site, project, shown


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        yield device


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "two", "李四") as device:
        yield device


def test_a_restored_centre_gets_back_what_it_lost(
    tmp_path: Path, one: Project, two: Project
) -> None:
    with centre(tmp_path / "centre") as hub:
        hub.admit(one)
        hub.admit(two)
        old = add_site(one, "之前")
        early = add_photo(one, old)
        away = next((one.path / "files").rglob(f"{early}.*")).rename(one.path / "away")
        synced(one, hub.url)
        synced(two, hub.url)
        hub.office.backup(tmp_path / "backup")
        away.rename(one.path / "files" / early[:2] / f"{early}.jpg")
        lost = add_site(one, "之后")
        photo = add_photo(one, lost)
        one.edit("geohazard", old, {"remarks": "改过"})
        synced(one, hub.url)
        other = add_site(two, "李四的")
        synced(two, hub.url)
        before = hub.office.epoch
    with centre(tmp_path / "centre2", tmp_path / "backup") as hub:
        assert hub.office.epoch != before
        assert hub.office.info()["sites"]["geohazard"] == 1
        assert not hub.office.blobs.holds(early)
        first = synced(one, hub.url)
        assert first.attachments == 2, "also the one of a batch that it still knows"
        assert first.pushed == 3, "only what came after the last batch it knows"
        synced(two, hub.url)
        synced(one, hub.url)
        for site in (old, lost, other):
            assert shown(one, site) == shown(two, site)
        assert shown(two, old)["remarks"] == "改过"
        assert hub.office.info()["sites"]["geohazard"] == 3
        assert [d.counts()["unsent"] for d in (one, two)] == [0, 0]
        assert [d.check() for d in (one, two)] == [[], []]
        again = synced(one, hub.url)
        assert (again.pushed, again.pulled, again.attachments) == (0, 0, 0)
        assert hub.office.blobs.holds(photo)
        assert hub.office.blobs.holds(early)


def test_a_restored_device_starts_a_new_count_and_doubles_nothing(
    tmp_path: Path, hub: Centre
) -> None:
    folder = tmp_path / "tablet"
    with project(folder) as device:
        hub.admit(device)
        site = add_site(device, "一")
        synced(device, hub.url)
        device.edit("geohazard", site, {"remarks": "未发"})
        backup = device.backup()
        epoch = device.device_epoch
        synced(device, hub.url)
        gone = add_site(device, "二")
        synced(device, hub.url)
    Project.restore(backup, folder)
    with Project.open(folder) as device:
        assert device.device_epoch != epoch
        report = synced(device, hub.url)
        assert report.pushed == 1
        assert device.batches()[0].seq == 1
        assert hub.office.info()["sites"]["geohazard"] == 2
        assert hub.office.conflicts() == []
        assert shown(device, gone)["name"] == "二"
        assert device.counts()["unsent"] == 0
        assert device.check() == []
        assert synced(device, hub.url).pushed == 0


def test_a_device_that_enrols_again_goes_on(hub: Centre, one: Project) -> None:
    hub.admit(one)
    site = add_site(one)
    synced(one, hub.url)
    one.edit("geohazard", site, {"remarks": "未发"})
    before = load_secret(one.device)
    enrol(one, hub.url, hub.office.device_code("张三"))
    after = load_secret(one.device)
    assert before is not None
    assert after is not None
    assert before.token != after.token
    assert before.sign_key.private_bytes_raw() == after.sign_key.private_bytes_raw()
    assert synced(one, hub.url).pushed == 1


def test_another_centre_gets_everything(tmp_path: Path, one: Project) -> None:
    with centre(tmp_path / "first") as hub:
        hub.admit(one)
        site = add_site(one)
        photo = add_photo(one, site)
        synced(one, hub.url)
        assert hub.office.blobs.holds(photo)
    with centre(tmp_path / "second") as hub:
        hub.admit(one)
        report = synced(one, hub.url)
        assert (report.pushed, report.attachments) == (2, 1)
        assert hub.office.blobs.holds(photo)
        assert hub.office.info()["sites"]["geohazard"] == 1
        assert one.check() == []


def test_a_used_code_and_a_wrong_code_are_refused(hub: Centre, one: Project) -> None:
    hub.office.add_user("张三", "field")
    code = hub.office.device_code("张三")
    enrol(one, hub.url, code.lower())
    for wrong in (code, "AAAAA-AAAAA", ""):
        with pytest.raises(BadInput):
            enrol(one, hub.url, wrong)


def test_sticks_may_come_late_twice_and_out_of_order(tmp_path: Path, one: Project) -> None:
    chance = random.Random(5)
    with Office(None, tmp_path / "centre") as office:
        office.add_user("张三", "field")
        office.issue_device("张三", tmp_path / "e.json")
        enrol_from_file(one, tmp_path / "e.json")
        site = add_site(one)
        sticks = []
        photos = set()
        for number in range(5):
            one.edit("geohazard", site, {"remarks": f"第{number}次"})
            photos.add(add_photo(one, site))
            sticks.append(tmp_path / f"{number}.jdzb")
            export_batches(one, sticks[-1])
        order = sticks * 2
        chance.shuffle(order)
        for number, stick in enumerate(order):
            office.receive_file(stick, tmp_path / f"{number}.jdzr")
        answers = [tmp_path / f"{n}.jdzr" for n in range(len(order))]
        chance.shuffle(answers)
        for answer in answers:
            # One that starts later in the feed than the device stands gives only its receipts.
            with suppress(BadInput):
                apply_receipt_file(one, answer)
        apply_receipt_file(one, tmp_path / f"{len(order) - 1}.jdzr")
        assert office.info()["sites"]["geohazard"] == 1
        assert all(office.blobs.holds(sha) for sha in photos)
        assert one.counts()["unsent"] == 0
        assert one.pending_attachments() == []
        assert shown(one, site)["remarks"] == "第4次"
        assert one.check() == []


def test_network_and_stick_may_mix(tmp_path: Path, hub: Centre, one: Project) -> None:
    hub.admit(one)
    site = add_site(one)
    export_batches(one, tmp_path / "a.jdzb")
    one.edit("geohazard", site, {"remarks": "二"})
    synced(one, hub.url)
    taken = hub.office.receive_file(tmp_path / "a.jdzb", tmp_path / "a.jdzr")
    assert taken["repeated"] == 1
    apply_receipt_file(one, tmp_path / "a.jdzr")
    assert hub.office.info()["sites"]["geohazard"] == 1
    assert shown(one, site)["remarks"] == "二"
    assert (one.counts()["unsent"], one.check()) == (0, [])


def every_change(hub: Centre) -> dict[str, int]:
    """How often the centre applied each change that it knows."""
    found: dict[str, int] = {}
    after = 0
    with hub.office.database.read() as connection:
        for entry in all_entries(connection, after):
            if entry.change is not None:
                found[entry.change] = found.get(entry.change, 0) + 1
    return found


def test_a_replacement_tablet_sends_what_the_lost_one_could_not_and_nothing_twice(
    tmp_path: Path, hub: Centre
) -> None:
    folder = tmp_path / "lost"
    with project(folder, "张三") as lost:
        hub.admit(lost)
        site = add_site(lost, "一")
        synced(lost, hub.url)
        lost.edit("geohazard", site, {"remarks": "发出过"})
        photo = add_photo(lost, site)
        unsent = lost.counts()["unsent"]
        assert unsent == 2
        backup = lost.backup()
        synced(lost, hub.url)
    kept = tmp_path / "new"
    shutil.copytree(folder / "files", kept / "files")
    Project.restore(backup, kept)
    (old,) = (d["id"] for d in hub.office.devices())
    hub.office.revoke(old)
    with Project.open(kept) as new:
        assert new.device_epoch
        with pytest.raises(Refused) as refused:
            synced(new, hub.url)
        assert refused.value.status in (401, 403)
        assert new.counts()["unsent"] == unsent, "a refusal takes nothing away"
        hub.admit(new)
        report = synced(new, hub.url)
        assert report.counts["conflicts"] == 0
        assert new.counts()["unsent"] == 0
        assert shown(new, site)["remarks"] == "发出过"
        assert hub.office.blobs.holds(photo)
        assert set(every_change(hub).values()) == {1}
        assert len(every_change(hub)) == 3
        assert new.check() == []


def test_a_second_tablet_gets_a_persons_own_work_back(
    tmp_path: Path, hub: Centre, one: Project
) -> None:
    hub.admit(one)
    sites = [add_site(one, f"点{n}") for n in range(3)]
    photos = [add_photo(one, site) for site in sites]
    one.edit("geohazard", sites[0], {"remarks": "第二次"})
    synced(one, hub.url)
    with project(tmp_path / "second", "张三") as second:
        hub.admit(second)
        synced(second, hub.url)
        assert [shown(second, site) for site in sites] == [shown(one, site) for site in sites]
        held = {a.sha256 for a in second.attachments()}
        assert held == set(photos)
        assert second.pending_attachments() == [], "what came from the centre is not sent again"
        assert second.counts()["unsent"] == 0
        assert second.check() == []


def test_batches_of_a_revoked_device_that_come_by_stick_are_held_and_counted(
    tmp_path: Path, hub: Centre, one: Project
) -> None:
    hub.admit(one)
    site = add_site(one)
    synced(one, hub.url)
    one.edit("geohazard", site, {"remarks": "停用前写的"})
    export_batches(one, tmp_path / "late.jdzb")
    (device,) = (d["id"] for d in hub.office.devices())
    hub.office.revoke(device)
    taken = hub.office.receive_file(tmp_path / "late.jdzb")
    assert taken["held"] == 1
    assert len(every_change(hub)) == 1, "held: kept, not merged"
    (held,) = (b for b in hub.office.batches() if b["state"] == "held")
    hub.office.release_batch(held["id"])
    assert len(every_change(hub)) == 2
    assert hub.office.receive_file(tmp_path / "late.jdzb")["repeated"] == 1
    assert set(every_change(hub).values()) == {1}


def test_another_area_reads_the_feed_anew_and_changes_nothing_that_is_here(
    hub: Centre, one: Project, two: Project
) -> None:
    hub.admit(one)
    hub.admit(two)
    site = add_site(one)
    synced(one, hub.url)
    synced(two, hub.url)
    one.edit("geohazard", site, {"remarks": "未发"})
    set_area(one, Area(counties=("360222",), kinds=("geohazard",)))
    report = synced(one, hub.url)
    assert report.pushed == 1
    assert shown(one, site)["remarks"] == "未发"
    assert (one.counts()["unsent"], one.check()) == (0, [])
    assert synced(one, hub.url).pulled == 0
    for wrong in (Area(counties=("1",)), Area(kinds=("bridge",))):
        with pytest.raises(BadUsage):
            set_area(one, wrong)
    assert area_of(one) == Area(("360222",), ("geohazard",))
