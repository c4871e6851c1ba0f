"""By stick as over the network: another part in sight brings a snapshot, much that is new too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core import feed
from jdz_field.core.errors import BadInput
from jdz_field.operations.sync import apply_receipt_file, export_batches
from jdz_field.operations.sync_area import Area, set_area
from jdz_field.store.project import Project
from jdz_field.sync.engine import SyncReport
from tests.sync.centre import Centre, centre, synced
from tests.sync.places import add_site, project, shown

FULIANG, LEPING = "360222", "360281"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Centre]:
    with centre(tmp_path / "centre") as running:
        yield running


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


@pytest.fixture
def others(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "two", "李四") as device:
        hub.admit(device, "office")
        yield device


def carry(hub: Centre, device: Project, folder: Path, name: str) -> Path:
    """A stick goes to the office and its answer comes back, not yet taken."""
    export_batches(device, folder / f"{name}.jdzb")
    answer = folder / f"{name}.jdzr"
    hub.office.receive_file(folder / f"{name}.jdzb", answer)
    return answer


def round_trip(hub: Centre, device: Project, folder: Path, name: str) -> SyncReport:
    return apply_receipt_file(device, carry(hub, device, folder, name))


def test_a_narrower_and_a_wider_area_by_stick(
    tmp_path: Path, hub: Centre, one: Project, others: Project
) -> None:
    here = add_site(others, "浮梁", county_code=FULIANG)
    there = add_site(others, "乐平", county_code=LEPING)
    synced(others, hub.url)
    assert round_trip(hub, one, tmp_path, "a").pulled == 2
    set_area(one, Area(counties=(FULIANG,)))
    own = add_site(one, "自己的", county_code=FULIANG)
    round_trip(hub, one, tmp_path, "b")
    assert [one.has_left(site) for site in (here, there, own)] == [False, True, False]
    with pytest.raises(BadInput):
        one.edit("geohazard", there, {"remarks": "x"})
    others.edit("geohazard", there, {"remarks": "其间"})
    synced(others, hub.url)
    set_area(one, Area())
    round_trip(hub, one, tmp_path, "c")
    assert not one.has_left(there)
    assert shown(one, there) == shown(others, there)
    assert shown(one, there)["remarks"] == "其间"
    # The network goes on where the stick stopped.
    assert synced(one, hub.url).pulled == 0
    assert one.check() == []


def test_an_answer_of_before_takes_nothing_away(
    tmp_path: Path, hub: Centre, one: Project, others: Project
) -> None:
    add_site(others, "浮梁", county_code=FULIANG)
    synced(others, hub.url)
    round_trip(hub, one, tmp_path, "a")
    set_area(one, Area(counties=(FULIANG,)))
    late = carry(hub, one, tmp_path, "b")
    new = add_site(others, "新的", county_code=FULIANG)
    synced(others, hub.url)
    synced(one, hub.url)
    apply_receipt_file(one, late)
    assert not one.has_left(new)
    assert one.site(new) is not None


def test_a_device_away_for_long_gets_a_snapshot_by_stick(
    tmp_path: Path, hub: Centre, one: Project, others: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = add_site(others, "浮梁", county_code=FULIANG)
    synced(others, hub.url)
    for number in range(6):
        others.edit("geohazard", site, {"remarks": str(number)})
        synced(others, hub.url)
    monkeypatch.setattr("jdz_field.central.by_hand.FAR", 5)
    assert feed.FAR > 5
    draft = add_site(one, "未发出的", county_code=LEPING)
    export_batches(one, tmp_path / "a.jdzb")
    one.edit("geohazard", draft, {"remarks": "之后"})
    hub.office.receive_file(tmp_path / "a.jdzb", tmp_path / "a.jdzr")
    report = apply_receipt_file(one, tmp_path / "a.jdzr")
    assert report.pulled == 2, "the site's creation and its last edit"
    assert shown(one, site) == shown(others, site)
    assert shown(one, draft)["remarks"] == "之后"
    assert not one.has_left(draft)
    round_trip(hub, one, tmp_path, "b")
    synced(others, hub.url)
    assert shown(others, draft) == shown(one, draft)


def test_a_snapshot_of_a_restored_centre_marks_nothing_that_may_come_again(
    tmp_path: Path, hub: Centre, one: Project, others: Project
) -> None:
    site = add_site(others, "只在李四处", county_code=FULIANG)
    synced(others, hub.url)
    synced(one, hub.url)
    one.begin_feed("another epoch")
    one.begin_snapshot()
    one.end_snapshot(0, {})
    assert not one.has_left(site)
    one.edit("geohazard", site, {"remarks": "仍可改"})
