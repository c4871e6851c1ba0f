"""Which files are photos, where a photo belongs, and work in several threads."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from jdz_field.geo.tracks import read_track
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.faults import Fault
from jdz_field.photos.match import Matcher
from jdz_field.photos.place import Timing, in_parallel, photo_files, place
from tests.photos.tracks import walk, write_gpx

TAKEN = datetime(2026, 5, 1, 10, 0, 25)  # noqa: DTZ001 - a camera's time
INFO = PhotoInfo(Path("a.jpg"), taken=TAKEN)


@pytest.fixture
def matcher(tmp_path: Path) -> Matcher:
    """The walk of ten minutes from ten o'clock in Beijing."""
    return Matcher([read_track(write_gpx(tmp_path / "t.gpx", walk()))], 60)


def test_beijing_time_is_meant_when_nothing_is_said(matcher: Matcher) -> None:
    placed = place(INFO, matcher, Timing(max_gap=60))
    assert placed.moment == datetime(2026, 5, 1, 2, 0, 25, tzinfo=UTC)
    assert placed.match is not None
    assert placed.match.lon == pytest.approx(117.20025)
    assert placed.gap_s == 5


def test_the_clock_offset_is_added_to_the_cameras_time(matcher: Matcher) -> None:
    placed = place(INFO, matcher, Timing(clock_offset=-20, max_gap=60))
    assert placed.match is not None
    assert placed.match.lon == pytest.approx(117.20005)


def test_another_zone_finds_another_place_or_none(matcher: Matcher) -> None:
    placed = place(INFO, matcher, Timing(zone=timezone(timedelta(hours=7)), max_gap=60))
    assert placed.match is None
    assert placed.gap_s == 3025
    assert placed.problem is not None
    assert "50 min" in placed.problem
    assert "60 s" in placed.problem


@pytest.mark.parametrize("fault", [Fault.BAD_TIME, Fault.CLOCK_NOT_SET, Fault.CLOCK_AHEAD])
def test_a_clock_that_cannot_be_trusted_gives_no_place(matcher: Matcher, fault: Fault) -> None:
    placed = place(PhotoInfo(Path("a.jpg"), taken=TAKEN, faults=(fault,)), matcher, Timing())
    assert placed.match is None
    assert placed.problem


def test_no_time_gives_no_place(matcher: Matcher) -> None:
    placed = place(PhotoInfo(Path("a.jpg")), matcher, Timing())
    assert placed.problem == "图片没有拍摄时间，无法按轨迹定位。"


@pytest.mark.parametrize("offset", [1e15, -1e15])
def test_an_absurd_clock_offset_gives_no_place(matcher: Matcher, offset: float) -> None:
    assert place(INFO, matcher, Timing(clock_offset=offset)).match is None


def test_folders_give_the_photos_below_them_in_order_and_each_once(tmp_path: Path) -> None:
    names = ("B/2.JPG", "B/1.jpeg", "A/ä 景.jpg", "A/movie.mp4", "A/.trashed-1.jpg", "A/notes.txt")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    named = tmp_path / "A" / "movie.mp4"
    found = photo_files([named, tmp_path, tmp_path / "B" / "2.JPG"])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == [
        "A/movie.mp4",
        "A/ä 景.jpg",
        "B/1.jpeg",
        "B/2.JPG",
    ]


def test_results_come_in_order_whatever_takes_longer() -> None:
    def work(number: int) -> int:
        time.sleep(0.01 if number % 3 == 0 else 0)
        return number

    assert list(in_parallel(range(50), work, stopped=lambda: False)) == list(range(50))


def test_stopping_begins_nothing_more_and_keeps_what_was_begun() -> None:
    begun: list[int] = []
    stop = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number == 5:
            stop.set()
        return number

    done = list(in_parallel(range(1000), work, stopped=stop.is_set))
    assert done == sorted(begun)
    assert 6 <= len(done) < 100


def test_what_the_work_raises_is_raised_after_the_others_ended() -> None:
    running: set[int] = set()

    def work(number: int) -> int:
        running.add(number)
        time.sleep(0.005)
        if number == 7:
            raise ValueError("seven")
        running.discard(number)
        return number

    with pytest.raises(ValueError, match="seven"):
        list(in_parallel(range(100), work, stopped=lambda: False))
    assert running == {7}
