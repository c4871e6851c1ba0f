"""A track while it grows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from jdz_field.operations.tracks_filter import (
    INACCURATE,
    PAUSE,
    RESTART,
    SLEEP,
    START,
    plan_named,
)
from jdz_field.operations.tracks_log import read_log
from jdz_field.operations.tracks_recording import Recording, day_of
from tests.operations.tracks_made import MORNING, fix, walk

USUAL = plan_named("usual")


def begun(folder: Path, seconds: int = 60) -> Recording:
    made = Recording(folder, "余小敏", USUAL)
    for one in walk(seconds):
        made.feed(one)
    return made


def test_nothing_is_on_the_disk_before_the_first_position(tmp_path: Path) -> None:
    made = Recording(tmp_path, "余小敏", USUAL)
    made.feed(fix(0, accuracy=900))
    assert made.path is None
    assert not (tmp_path / "tracks").exists()
    assert made.left_out == {INACCURATE: 1}
    made.end(MORNING)
    assert made.close()


def test_what_it_shows_is_what_the_file_holds(tmp_path: Path) -> None:
    made = begun(tmp_path, 300)
    made.end(MORNING + timedelta(seconds=300))
    assert made.close()
    assert made.path is not None
    log = read_log(made.path)
    assert made.kept == made.points == log.points > 50
    assert made.length == pytest.approx(299 * 1.2, rel=0.03)
    assert log.head.person == "余小敏"
    assert log.head.day == day_of(MORNING) == "2026-11-23"
    assert log.left_out == dict(made.left_out)
    assert log.ended


def test_a_pause_keeps_nothing_and_begins_a_new_stretch(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.pause()
    assert made.feed(fix(61, 400)) == PAUSE
    before = made.length
    made.resume()
    made.feed(fix(70, 500))
    made.feed(fix(76, 508))
    assert made.close()
    assert made.reasons == [START, PAUSE]
    assert made.length == pytest.approx(before + 8, abs=0.5)
    assert made.path is not None
    assert [one.reason for one in read_log(made.path).stretches] == [START, PAUSE]


def test_sleep_is_marked(tmp_path: Path) -> None:
    made = begun(tmp_path)
    made.slept()
    made.feed(fix(4000, 300))
    assert made.close()
    assert made.reasons[-1] == SLEEP


def test_a_killed_one_goes_on_in_its_file(tmp_path: Path) -> None:
    made = begun(tmp_path, 120)
    made.call("西线")
    assert made.close()
    assert made.path is not None
    path = made.path
    path.write_bytes(path.read_bytes()[:-3])
    log = read_log(path)
    again = Recording.go_on(log, USUAL)
    assert (again.points, again.title) == (log.points, "")
    for one in walk(30, start=MORNING + timedelta(seconds=600)):
        again.feed(one)
    assert again.close()
    found = read_log(path)
    assert found.damaged == 0
    assert [one.reason for one in found.stretches] == [START, RESTART]
    assert found.points == again.points > log.points


def test_twelve_hours_at_one_a_second_stay_small(tmp_path: Path) -> None:
    """The worst: every position kept. Measured: 72 bytes a point on the disk, 32 in memory."""
    made = Recording(tmp_path, "余小敏", USUAL)
    for one in walk(43_200 // 12, 10):
        made.feed(one)
    assert made.points == 3600
    assert made.close()
    assert made.path is not None
    assert made.path.stat().st_size < 3600 * 80
    held = sum(len(column) for s in made.segments for column in (s.times, s.lons, s.lats))
    assert held == 3 * 3600
