"""A device of one county against a real centre: what it gets, what leaves, what is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.central import snapshot
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.operations.sync_area import Area, set_area
from jdz_field.store.project import Project
from jdz_field.sync import pulling
from jdz_field.sync.area import GOING
from jdz_field.sync.link import Refused
from tests.store.tools import record
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_site, project, shown
from tests.sync.proxy import Proxy, proxied

FULIANG, LEPING = "360222", "360281"


@pytest.fixture
def office(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    """A device that sees everything."""
    with project(tmp_path / "office", "主任") as device:
        hub.admit(device, "office")
        yield device


@pytest.fixture
def field(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    """A device of a person of Fuliang."""
    hub.office.add_user("张三", "field", [FULIANG])
    with project(tmp_path / "field", "张三") as device:
        hub.admit(device)
        yield device


def central(hub: Centre, subject: str) -> dict[str, Any]:
    """What stands at the centre."""
    values: dict[str, Any] = {}
    for entry in hub.office.history(subject):
        values |= entry.fields
    return values


def report(device: Project, site: str) -> str:
    """A finished record of a site; its id."""
    one = record(site=site)
    device.finalize(one, draft=None)
    return one.id


def states(device: Project, *sites: str) -> list[str]:
    """``here``, ``left`` (only to read) or ``none`` of each."""
    found = []
    for site in sites:
        known = "none" if device.site(site) is None else "here"
        found.append("left" if device.has_left(site) else known)
    return found


def test_a_person_of_one_county_gets_that_county_only(
    hub: Centre, office: Project, field: Project
) -> None:
    here = add_site(office, "浮梁", county_code=FULIANG)
    there = add_site(office, "乐平", county_code=LEPING)
    nowhere = add_site(office, "未定县")
    own, foreign = report(office, here), report(office, there)
    synced(office, hub.url)
    assert synced(field, hub.url).pulled == 2
    assert states(field, here, there, nowhere) == ["here", "none", "none"]
    assert field.record(own) is not None
    assert field.record(foreign) is None


def test_what_the_person_made_without_a_county_stays_theirs(hub: Centre, field: Project) -> None:
    site = add_site(field, "未定县")
    synced(field, hub.url)
    field.edit("geohazard", site, {"remarks": "后"})
    assert synced(field, hub.url).counts["applied"] == 1
    assert states(field, site) == ["here"]


def test_a_site_moves_out_and_stays_to_be_read(
    hub: Centre, office: Project, field: Project
) -> None:
    site = add_site(office, "界上", county_code=FULIANG)
    synced(office, hub.url)
    synced(field, hub.url)
    field.edit("geohazard", site, {"remarks": "我写的"})
    mine = report(field, site)
    synced(field, hub.url)
    synced(office, hub.url)
    before = shown(field, site)
    office.edit("geohazard", site, {"county_code": LEPING})
    synced(office, hub.url)
    synced(field, hub.url)
    assert states(field, site) == ["left"]
    # Everything entered is there still, and nothing can be written.
    assert shown(field, site) == before
    assert field.record(mine) is not None
    with pytest.raises(BadInput):
        field.edit("geohazard", site, {"remarks": "x"})
    office.edit("geohazard", site, {"remarks": "他们的"})
    synced(office, hub.url)
    assert synced(field, hub.url).pulled == 0
    assert shown(field, site)["remarks"] == "我写的"
    assert field.check() == []


def test_unsent_edits_of_a_site_that_left_meanwhile_go_in(
    hub: Centre, office: Project, field: Project
) -> None:
    site = add_site(office, "界上", county_code=FULIANG)
    synced(office, hub.url)
    synced(field, hub.url)
    field.edit("geohazard", site, {"remarks": "离开前写的"})
    mine = report(field, site)
    office.edit("geohazard", site, {"county_code": LEPING})
    synced(office, hub.url)
    done = synced(field, hub.url)
    assert done.refused == []
    assert done.counts["merged"] + done.counts["applied"] == 2
    assert central(hub, site)["remarks"] == "离开前写的"
    assert states(field, site) == ["left"]
    assert shown(field, site)["remarks"] == "离开前写的"
    assert field.record(mine) is not None
    assert field.counts()["unsent"] == 0
    synced(office, hub.url)
    assert shown(office, site)["remarks"] == "离开前写的"


def test_a_report_begun_before_its_site_left_is_finished_and_arrives(
    hub: Centre, office: Project, field: Project
) -> None:
    site = add_site(office, "界上", county_code=FULIANG)
    synced(office, hub.url)
    synced(field, hub.url)
    office.edit("geohazard", site, {"county_code": LEPING})
    synced(office, hub.url)
    synced(field, hub.url)
    late = record(site=site, site_kind="geohazard")
    field.finalize(late, draft=None, site_fields={"remarks": "草稿里的"})
    done = synced(field, hub.url)
    assert done.refused == []
    synced(office, hub.url)
    assert office.record(late.id) is not None
    asked = [p["value"] for p in hub.office.proposals()]
    assert "草稿里的" in [central(hub, site).get("remarks"), *asked]


def test_a_site_moves_in_with_all_that_was_before(
    hub: Centre, office: Project, field: Project
) -> None:
    site = add_site(office, "一", county_code=LEPING)
    synced(office, hub.url)
    old = report(office, site)
    for name in ("二", "三"):
        office.edit("geohazard", site, {"name": name})
        synced(office, hub.url)
    assert synced(field, hub.url).pulled == 0
    office.edit("geohazard", site, {"county_code": FULIANG})
    synced(office, hub.url)
    assert synced(field, hub.url).pulled == 5, "three names, the move, the record"
    assert shown(field, site) == shown(office, site)
    assert field.record(old) is not None
    told = [entry.change.id for entry in reversed(field.site_history(site))]
    assert told == [entry.change for entry in hub.office.history(site)]
    field.edit("geohazard", site, {"remarks": "接手"})
    assert synced(field, hub.url).counts["applied"] == 1


def test_a_site_that_comes_back_can_be_written_again(
    hub: Centre, office: Project, field: Project
) -> None:
    site = add_site(office, "界上", county_code=FULIANG)
    synced(office, hub.url)
    synced(field, hub.url)
    for county, name in ((LEPING, "其间"), (FULIANG, "回来")):
        office.edit("geohazard", site, {"county_code": county, "name": name})
        synced(office, hub.url)
        synced(field, hub.url)
    assert states(field, site) == ["here"]
    assert shown(field, site) == shown(office, site)
    field.edit("geohazard", site, {"remarks": "可以"})
    assert synced(field, hub.url).counts["applied"] == 1


def test_another_county_given_at_the_centre_brings_a_snapshot(
    hub: Centre, office: Project, field: Project
) -> None:
    here = add_site(office, "浮梁", county_code=FULIANG)
    there = add_site(office, "乐平", county_code=LEPING)
    synced(office, hub.url)
    synced(field, hub.url)
    field.edit("geohazard", here, {"remarks": "未发"})
    hub.office.set_user("张三", counties=[LEPING])
    done = synced(field, hub.url)
    # The base is not theirs to see any more: the office decides, nothing is thrown away.
    assert done.counts["proposed"] == 1
    assert states(field, here, there) == ["left", "here"]
    assert shown(field, there) == shown(office, there)
    (asked,) = hub.office.proposals()
    assert asked["value"] == "未发"
    assert field.counts()["unsent"] == 0
    hub.office.set_user("张三", counties=[FULIANG, LEPING])
    synced(field, hub.url)
    assert states(field, here, there) == ["here", "here"]


def test_a_right_that_changes_between_two_pages_is_found_at_once(
    hub: Centre, office: Project, field: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [add_site(office, f"浮梁{n}", county_code=FULIANG) for n in range(4)]
    there = add_site(office, "乐平", county_code=LEPING)
    synced(office, hub.url)
    monkeypatch.setattr(pulling, "PAGE", 2)
    asked: list[int] = []

    def told(_done: int, _total: int) -> None:
        asked.append(1)
        if len(asked) == 1:
            hub.office.set_user("张三", counties=[LEPING])

    with client_of(field, hub.url) as client:
        hello = client.hello(field.device_epoch)
        field.begin_feed(hello.epoch)
        pulling.pull(field, client, hello, told, lambda _entries: None)
    assert states(field, there) == ["here"]
    assert "here" not in states(field, *here)
    assert set(states(field, *here)) == {"left", "none"}


def test_rights_that_never_stand_still_end_in_a_sentence(
    hub: Centre, office: Project, field: Project
) -> None:
    add_site(office, "浮梁", county_code=FULIANG)
    synced(office, hub.url)
    counties = [[FULIANG], [LEPING]]
    with client_of(field, hub.url) as client:
        real = client.hello

        def restless(*words: Any) -> Any:
            found = real(*words)
            counties.reverse()
            hub.office.set_user("张三", counties=counties[0])
            return found

        client.hello = restless  # type: ignore[method-assign]
        hub.office.set_user("张三", counties=counties[0])
        hello = restless(field.device_epoch)
        field.begin_feed(hello.epoch)
        with pytest.raises(Refused):
            pulling.pull(field, client, hello, lambda *_n: None, lambda _e: None)
    assert synced(field, hub.url).stopped is False


def test_a_device_away_for_months_gets_what_stands(
    hub: Centre, office: Project, field: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [add_site(office, f"浮梁{n}", county_code=FULIANG) for n in range(3)]
    synced(office, hub.url)
    synced(field, hub.url)
    field.edit("geohazard", sites[0], {"monitor_name": "王五"})
    for number in range(5):
        office.edit("geohazard", sites[0], {"remarks": str(number)})
        synced(office, hub.url)
    gone = add_site(office, "乐平", county_code=LEPING)
    synced(office, hub.url)
    monkeypatch.setattr("jdz_field.sync.area.FAR", 3)
    done = synced(field, hub.url)
    synced(office, hub.url)
    assert done.pulled == 4, "three sites, and the last of five edits"
    for site in sites:
        assert shown(field, site) == shown(office, site)
    assert shown(office, sites[0])["monitor_name"] == "王五"
    assert states(field, gone) == ["none"]
    assert synced(field, hub.url).pulled == 0


@pytest.mark.parametrize("page", [1, 3])
def test_a_snapshot_cut_at_any_page_goes_on_there(
    page: int, hub: Centre, office: Project, field: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = [add_site(office, f"浮梁{n}", county_code=FULIANG) for n in range(4)]
    synced(office, hub.url)
    monkeypatch.setattr("jdz_field.sync.area.FAR", 0)
    monkeypatch.setattr(pulling, "PAGE", 1)
    with proxied("127.0.0.1", hub.port) as proxy:
        _cut_at_snapshot(proxy, page)
        with pytest.raises(Unavailable):
            synced(field, proxy.url, patience=0.5)
    assert states(field, *sites).count("here") == page - 1
    going = field.get_setting(GOING)
    assert (going["last"] == "") is (page == 1)
    own = add_site(field, "断线后写的", county_code=FULIANG)
    done = synced(field, hub.url)
    assert done.pulled == 4 - (page - 1)
    assert states(field, *sites, own) == ["here"] * 5
    assert field.get_setting(GOING) is None
    synced(office, hub.url)
    for site in (*sites, own):
        assert shown(field, site) == shown(office, site)


def _cut_at_snapshot(proxy: Proxy, page: int) -> None:
    """Nothing comes through from the ``page``-th question for a snapshot on."""
    asked = [0]

    def fault(passage: Any, data: bytes) -> bytes | None:
        if passage.up:
            asked[0] += data.count(b"GET /v1/snapshot")
        return None if asked[0] >= page else data

    proxy.fault = fault


def test_what_changes_between_the_pages_of_a_snapshot_is_not_missed(
    hub: Centre, office: Project, field: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = sorted(add_site(office, f"浮梁{n}", county_code=FULIANG) for n in range(4))
    synced(office, hub.url)
    monkeypatch.setattr("jdz_field.sync.area.FAR", 0)
    monkeypatch.setattr(pulling, "PAGE", 1)
    with proxied("127.0.0.1", hub.port) as proxy:
        _cut_at_snapshot(proxy, 3)
        with pytest.raises(Unavailable):
            synced(field, proxy.url, patience=0.5)
    office.edit("geohazard", sites[0], {"remarks": "读过的页"})
    office.edit("geohazard", sites[1], {"county_code": LEPING})
    office.edit("geohazard", sites[3], {"remarks": "未读的页"})
    synced(office, hub.url)
    synced(field, hub.url)
    assert states(field, *sites) == ["here", "left", "here", "here"]
    for site in (sites[0], sites[2], sites[3]):
        assert shown(field, site) == shown(office, site)


def test_narrower_and_wider_again(hub: Centre, office: Project, field: Project) -> None:
    hub.office.set_user("张三", counties=[])
    here = add_site(office, "浮梁", county_code=FULIANG)
    there = add_site(office, "乐平", county_code=LEPING)
    synced(office, hub.url)
    synced(field, hub.url)
    field.edit("geohazard", there, {"remarks": "未发的"})
    set_area(field, Area(counties=(FULIANG,)))
    assert synced(field, hub.url).pushed == 1
    assert states(field, here, there) == ["here", "left"]
    assert shown(field, there)["remarks"] == "未发的"
    office.edit("geohazard", there, {"name": "其间"})
    synced(office, hub.url)
    assert synced(field, hub.url).pulled == 0
    set_area(field, Area(kinds=("plot",)))
    synced(field, hub.url)
    assert states(field, here, there) == ["left", "left"]
    set_area(field, Area())
    synced(field, hub.url)
    synced(office, hub.url)
    assert states(field, here, there) == ["here", "here"]
    for site in (here, there):
        assert shown(field, site) == shown(office, site)
    assert synced(field, hub.url).pulled == 0
    assert field.check() == []


def test_own_new_sites_outside_the_area_are_sent_and_kept(
    hub: Centre, office: Project, field: Project
) -> None:
    set_area(field, Area(counties=(FULIANG,)))
    there = add_site(field, "顺路看到的", county_code=LEPING)
    synced(field, hub.url)
    synced(office, hub.url)
    assert shown(office, there)["name"] == "顺路看到的"
    assert shown(field, there)["name"] == "顺路看到的"
    assert states(field, there) == ["left"]


def test_no_page_of_a_snapshot_is_larger_than_asked_for(hub: Centre, office: Project) -> None:
    for number in range(3):
        add_site(office, str(number), county_code=FULIANG)
    synced(office, hub.url)
    with client_of(office, hub.url) as client:
        page = client.snapshot("", 0, 2, "", client.hello(office.device_epoch).scope)
    assert len({entry.subject for entry in page.entries}) == 2
    assert page.more
    assert snapshot.MAX_SUBJECTS >= 2
