"""A tablet that replaces another of the same person: all work comes back, each change once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from jdz_field.core.hashing import sha256_file
from jdz_field.core.sites import Draft
from jdz_field.operations.photo_space import fetch
from jdz_field.store.project import Project
from tests.store.tools import MOMENT, record
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_photo, add_site, project, shown

FULIANG = "360222"


def changes(hub: Centre) -> Counter[str]:
    """How often each change stands at the centre, over all subjects."""
    with hub.office.database.read() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT subject FROM versions")]
    return Counter(
        e.change for one in set(ids) for e in hub.office.history(one) if e.change and not e.decision
    )


def begun(device: Project, site: str) -> str:
    """A draft that was begun and not finished."""
    one = Draft(
        "01980000-0000-7000-8000-000000000009", "geohazard_inspection", "1", {}, "张三",
        MOMENT, MOMENT, site,
    )  # fmt: skip
    device.save_draft(one)
    return one.id


def test_records_photos_and_corrections_come_back_and_drafts_do_not(
    tmp_path: Path, hub: Centre
) -> None:
    hub.office.add_user("张三", "field", [FULIANG])
    with project(tmp_path / "first", "张三") as first:
        hub.admit(first)
        site = add_site(first, "瑶里", county_code=FULIANG)
        reports = [record(site=site), record(site=site)]
        for one in reports:
            first.finalize(one, draft=None)
        photos = [add_photo(first, site) for _n in range(2)]
        first.edit("geohazard", site, {"remarks": "改过"})
        draft = begun(first, site)
        sent = synced(first, hub.url).pushed
        before = changes(hub)
        want = shown(first, site)
    hub.office.revoke(hub.office.devices()[0]["id"])
    with project(tmp_path / "second", "张三") as second:
        hub.admit(second)
        synced(second, hub.url)
        assert shown(second, site) == want
        assert all(second.record(one.id) is not None for one in reports)
        assert second.draft(draft) is None, "what was not finished is only where it was written"
        assert {a.sha256 for a in second.attachments()} == set(photos)
        assert second.pending_attachments() == []
        with client_of(second, hub.url) as client:
            fetched = fetch(second, second.attachments(), client)
        assert fetched.refused == []
        files = [p for p in (second.path / "files").rglob("*.jpg") if p.stem in photos]
        assert sorted(sha256_file(p) for p in files) == sorted(photos)
        # Work goes on from there, and every change was counted once.
        second.edit("geohazard", site, {"remarks": "接着写"})
        done = synced(second, hub.url)
        assert (done.pushed, done.counts["conflicts"], done.refused) == (1, 0, [])
        after = changes(hub)
        assert (set(before) <= set(after), set(after.values())) == (True, {1})
        kept = hub.office.info()["changes"]
        assert (kept, len(after) - len(before)) == (sent + 1, 1)
        assert second.check() == []


def test_both_tablets_of_one_person_go_on_beside_each_other(tmp_path: Path, hub: Centre) -> None:
    with project(tmp_path / "first", "张三") as first, project(tmp_path / "b", "张三") as second:
        hub.admit(first)
        hub.admit(second)
        site = add_site(first)
        synced(first, hub.url)
        synced(second, hub.url)
        first.edit("geohazard", site, {"remarks": "甲板", "monitor_name": "王五"})
        second.edit("geohazard", site, {"remarks": "乙板", "shelter": "祠堂"})
        synced(first, hub.url)
        done = synced(second, hub.url)
        assert done.counts["conflicts"] == 1, "one person on two tablets has not seen it either"
        (conflict,) = hub.office.conflicts()
        hub.office.decide(conflict["id"], "incoming", why="本人确认")
        for _round in range(2):
            synced(first, hub.url)
            synced(second, hub.url)
        assert shown(first, site) == shown(second, site)
        assert shown(first, site)["remarks"] == "乙板"
        assert set(changes(hub).values()) == {1}
