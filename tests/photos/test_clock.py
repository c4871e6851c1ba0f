"""How far a camera's clock is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.photos.clock import PLACE, TIME, offset_from_clock, propose, span
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.faults import Fault
from jdz_field.photos.gps import Gps
from jdz_field.photos.match import Matcher
from tests.photos.test_match import track
from tests.photos.tracks import Point, moment

LOOP: list[Point] = [
    (t, 117.2 + 0.01 * (t % 900) / 900, 29.3 + 0.00002 * t, 100.0) for t in range(0, 3600, 5)
]


def shot(seconds: float, gps: Gps | None = None, make: str = "Canon") -> PhotoInfo:
    """A photo taken so long after the start by its camera's clock, Beijing time, no offset."""
    taken = moment(seconds).astimezone(BEIJING).replace(tzinfo=None)
    return PhotoInfo(Path("a.jpg"), taken=taken, gps=gps or Gps(), make=make)


@pytest.mark.parametrize(
    ("shown", "offset"),
    [
        ("10:00:30", 30),
        ("09:59:15.5", -44.5),
        ("10:02", 120),
        ("02:00:30Z", 30),
        ("02:00:30 +00:00", 30),
        ("2026-05-01 10:00:30", 30),
        ("2026-05-02 10:00:00", 86_400),
        ("2026:05:01 11:00:00 +09:00", 0),
        ("22:00:01", -43_199),
    ],
)
def test_a_photo_of_a_clock_gives_the_offset(shown: str, offset: float) -> None:
    assert offset_from_clock(shot(0), shown, BEIJING) == pytest.approx(offset)


def test_near_midnight_the_other_day_is_meant() -> None:
    late = replace(shot(0), taken=datetime.fromisoformat("2026-05-01T23:59:50"))
    assert offset_from_clock(late, "00:00:10", BEIJING) == 20
    early = replace(shot(0), taken=datetime.fromisoformat("2026-05-01T00:00:10"))
    assert offset_from_clock(early, "23:59:50", BEIJING) == -20


def test_the_cameras_own_zone_counts() -> None:
    aware = replace(shot(0), taken=datetime(2026, 5, 1, 11, tzinfo=timezone(timedelta(hours=9))))
    assert offset_from_clock(aware, "10:00:30", BEIJING) == 30


@pytest.mark.parametrize("shown", ["", "noon", "25:00:00", "10:61", "2026-02-30 10:00:00"])
def test_what_is_no_time_is_wrong_usage(shown: str) -> None:
    with pytest.raises(BadUsage):
        offset_from_clock(shot(0), shown, BEIJING)


def test_a_photo_without_a_time_is_bad_input() -> None:
    for info in (PhotoInfo(Path("b.jpg")), replace(shot(0), faults=(Fault.CLOCK_NOT_SET,))):
        with pytest.raises(BadInput, match=info.file.name):
            offset_from_clock(info, "10:00:00", BEIJING)


def test_the_receivers_time_tells_and_a_stale_one_does_no_harm() -> None:
    gps = [Gps(moment=moment(t + 95 + t % 3 / 10)) for t in range(9)]
    shots = [shot(t, one) for t, one in enumerate(gps)]
    shots.append(shot(500, Gps(moment=moment(0))))
    (found,) = propose(shots, [], BEIJING)
    assert (found.source, found.photos, found.known) == (TIME, 9, 10)
    assert found.offset == pytest.approx(95.1, abs=0.11)
    assert found.spread <= 0.1


def test_each_camera_has_its_own_clock() -> None:
    shots = [shot(0, Gps(moment=moment(60)), "Canon"), shot(0, Gps(moment=moment(-5)), "Nikon")]
    assert {one.camera: one.offset for one in propose(shots, [], BEIJING)} == {
        "Canon": 60,
        "Nikon": -5,
    }


@given(st.floats(-20_000, 20_000), st.lists(st.integers(60, 3500), min_size=4, unique=True))
def test_where_the_track_passes_tells_it_too(offset: float, times: list[int]) -> None:
    where = track(LOOP)
    matcher = Matcher([where])
    shots = []
    for time in times[:12]:
        match = matcher.match(moment(time))
        assert match is not None
        shots.append(shot(time - offset, Gps(lon=match.lon + 0.00005, lat=match.lat)))
    (found,) = propose(shots, [where], BEIJING)
    assert (found.source, found.known) == (PLACE, len(shots))
    assert found.photos == len(shots)
    assert found.offset == pytest.approx(offset, abs=8)


def test_two_photos_at_the_wrong_place_do_no_harm() -> None:
    where = track(LOOP)
    matcher = Matcher([where])
    shots = [shot(5, Gps(lon=110.0, lat=20.0)), shot(9, Gps(lon=117.2, lat=29.3))]
    for time in (300, 900, 1500, 2400, 3000):
        match = matcher.match(moment(time))
        assert match is not None
        shots.append(shot(time - 40, Gps(lon=match.lon, lat=match.lat)))
    (found,) = propose(shots, [where], BEIJING)
    assert found.photos in (5, 6)
    assert found.offset == pytest.approx(40, abs=3)


def test_too_little_proposes_nothing() -> None:
    where = track(LOOP)
    assert propose([], [where], BEIJING) == []
    assert propose([shot(0), shot(9)], [where], BEIJING) == []
    assert propose([shot(0, Gps(lon=117.2, lat=29.3))], [where], BEIJING) == []
    away = [shot(t, Gps(lon=100.0, lat=20.0)) for t in range(3)]
    assert propose(away, [where], BEIJING) == []


def test_the_days_of_the_photos() -> None:
    assert span([], BEIJING) is None
    assert span([PhotoInfo(Path("a"))], BEIJING) is None
    assert span([shot(60), shot(0)], BEIJING) == (moment(0), moment(60))
    assert span([shot(60)], UTC) == (moment(60 + 8 * 3600),) * 2
