"""Clocks hours wrong: everything goes in and comes out; the difference is noted, then forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jdz_field.core.clock import utc_now
from jdz_field.store.project import Project
from jdz_field.sync.clocks import CLOCK_OFF, centre_time, compare
from tests.sync.centre import Centre, synced
from tests.sync.places import add_site, project, shown

HOURS = 7


@pytest.fixture
def right(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "right", "李四") as device:
        hub.admit(device, "office")
        yield device


@pytest.mark.parametrize("hours", [-HOURS, HOURS])
def test_a_tablet_hours_wrong_syncs_as_any_other(
    tmp_path: Path, hub: Centre, right: Project, hours: int
) -> None:
    folder = tmp_path / "wrong"
    project(folder, "张三").close()
    with Project.open(folder, now=lambda: utc_now() + timedelta(hours=hours)) as wrong:
        hub.admit(wrong)
        site = add_site(right, remarks="先")
        synced(right, hub.url)
        synced(wrong, hub.url)
        off = wrong.get_setting(CLOCK_OFF)
        assert abs(off + hours * 3600) < 60, "seconds that the centre is ahead"
        wrong.edit("geohazard", site, {"remarks": "快慢都一样"})
        done = synced(wrong, hub.url)
        assert done.refused == []
        assert done.counts["applied"] == 1
        synced(right, hub.url)
        assert right.get_setting(CLOCK_OFF) is None
        assert bool(right.get_setting("clock_skew")) is (hours > 0)
        right.edit("geohazard", site, {"remarks": "后"})
        assert synced(right, hub.url).counts["applied"] == 1
        synced(wrong, hub.url)
        assert shown(wrong, site) == shown(right, site)
        assert shown(wrong, site)["remarks"] == "后"
    with Project.open(folder) as mended:
        synced(mended, hub.url)
        assert mended.get_setting(CLOCK_OFF) is None


@pytest.mark.parametrize("said", ["", "gestern", "Mon, 99 Foo 2026", "Mon, 23 Nov 2026 12:00:00"])
def test_an_answer_without_a_good_time_says_nothing(said: str) -> None:
    moment = centre_time({"date": said})
    assert moment is None or moment.tzinfo is not None


def test_a_time_is_read_as_the_web_writes_it() -> None:
    found = centre_time({"date": "Mon, 23 Nov 2026 12:00:00 GMT"})
    assert found == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert centre_time({}) is None


def test_a_few_minutes_are_no_difference(tmp_path: Path) -> None:
    with project(tmp_path / "one") as one:
        compare(one, utc_now() + timedelta(minutes=4))
        assert one.get_setting(CLOCK_OFF) is None
        compare(one, utc_now() + timedelta(minutes=6))
        assert one.get_setting(CLOCK_OFF) > 300
        compare(one, None)
        assert one.get_setting(CLOCK_OFF) > 300, "no news is no news"
