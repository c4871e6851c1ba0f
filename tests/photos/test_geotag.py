"""Geotagging files: in place, as copies, as a preview; killed at any instant."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.geo.tracks import Track, read_track
from jdz_field.photos.exif import read_photo
from jdz_field.photos.geotag import Geotagging, geotag
from jdz_field.photos.journal import NAME
from jdz_field.photos.place import Timing
from tests.photos.pictures import (
    ASCII,
    HERE,
    LON,
    camera,
    exiftool,
    image_data,
    jpeg,
    other_tags,
)
from tests.photos.tracks import START, walk, write_gpx

#: The pictures' time, 10:00:30 in Beijing, is 30 s into the walk.
LON_30, LAT_30 = 117.2003, 29.30024


@pytest.fixture
def tracks(tmp_path: Path) -> list[Track]:
    """A walk of ten minutes."""
    return [read_track(write_gpx(tmp_path / "t.gpx", walk()))]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Five pictures: both byte orders, one that has a position, one without time, one cut off."""
    folder = tmp_path / "照片"
    folder.mkdir()
    contents = [camera("<"), camera(">"), camera("<", HERE), jpeg(), camera()[:-9]]
    files = [folder / f"{number}.jpg" for number in range(len(contents))]
    for file, data in zip(files, contents, strict=True):
        file.write_bytes(data)
    return files


def states(report: Any) -> list[tuple[bool, str | None, bool]]:
    return [(p.written is not None, p.method, p.problem is not None) for p in report.files]


EXPECTED = [
    (True, "interpolated", False),
    (True, "interpolated", False),
    (False, "exif", False),
    (False, None, True),
    (False, None, True),
]


def test_in_place_only_what_can_be_placed_is_written(
    photos: list[Path], tracks: list[Track], tool: Any
) -> None:
    before = {file: file.read_bytes() for file in photos}
    old = exiftool(tool("exiftool"), photos)
    report = geotag(photos, tracks, Geotagging(in_place=True))
    assert states(report) == EXPECTED
    assert (report.tagged, report.skipped, report.refused) == (2, 3, True)
    new = exiftool(tool("exiftool"), photos)
    for file, one, other in zip(photos[:2], old, new, strict=False):
        assert other_tags(one) == other_tags(other)
        assert image_data(file.read_bytes()) == image_data(before[file])
        assert other["Composite:GPSLongitude"] == pytest.approx(LON_30, abs=1e-7)
        assert other["Composite:GPSLatitude"] == pytest.approx(LAT_30, abs=1e-7)
        assert other["EXIF:GPS:GPSAltitude"] == 103
        assert other["Composite:GPSDateTime"] == f"{START + timedelta(seconds=30):%Y:%m:%d %TZ}"
    for file in photos[2:]:
        assert file.read_bytes() == before[file]
    assert sorted(photos[0].parent.glob("*.jpg")) == photos
    assert {p.name for p in photos[0].parent.iterdir()} - {p.name for p in photos} == {NAME}


def test_again_it_changes_nothing(photos: list[Path], tracks: list[Track]) -> None:
    geotag(photos, tracks, Geotagging(in_place=True))
    before = {file: file.read_bytes() for file in photos}
    report = geotag(photos, tracks, Geotagging(in_place=True))
    assert report.tagged == 0
    assert {file: file.read_bytes() for file in photos} == before


def test_copies_leave_the_photos_as_they_are(
    photos: list[Path], tracks: list[Track], tmp_path: Path
) -> None:
    before = {file: file.read_bytes() for file in photos}
    out = tmp_path / "out" / "新"
    report = geotag(photos, tracks, Geotagging(out=out))
    assert states(report) == EXPECTED
    assert {file: file.read_bytes() for file in photos} == before
    assert sorted(p.name for p in out.iterdir()) == ["0.jpg", "1.jpg"]
    assert read_photo(out / "0.jpg").lon == pytest.approx(LON_30, abs=1e-7)
    again = geotag(photos, tracks, Geotagging(out=out))
    assert states(again) == EXPECTED


def test_a_copy_never_overwrites_another_file(
    photos: list[Path], tracks: list[Track], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "0.jpg").write_bytes(b"mine")
    report = geotag(photos[:1], tracks, Geotagging(out=out))
    assert report.tagged == 0
    assert report.files[0].problem is not None
    assert (out / "0.jpg").read_bytes() == b"mine"


def test_two_photos_of_one_name_get_two_copies(
    photos: list[Path], tracks: list[Track], tmp_path: Path
) -> None:
    second = tmp_path / "card" / "0.JPG"
    second.parent.mkdir()
    second.write_bytes(camera(">"))
    report = geotag([photos[0], second], tracks, Geotagging(out=tmp_path / "out"))
    assert [p.written.name for p in report.files if p.written] == ["0.jpg", "0-2.JPG"]


def test_a_preview_writes_nothing(photos: list[Path], tracks: list[Track]) -> None:
    before = {file: file.stat().st_mtime_ns for file in photos}
    report = geotag(photos, tracks, Geotagging())
    assert (report.preview, report.tagged, report.skipped) == (True, 0, 3)
    assert report.files[0].lon == pytest.approx(LON_30)
    assert {file: file.stat().st_mtime_ns for file in photos} == before


def test_a_position_is_replaced_only_when_asked(photos: list[Path], tracks: list[Track]) -> None:
    assert read_photo(photos[2]).lon == pytest.approx(LON, abs=1e-9)
    report = geotag(photos[2:3], tracks, Geotagging(in_place=True, overwrite=True))
    assert report.tagged == 1
    info = read_photo(photos[2])
    assert info.lon == pytest.approx(LON_30, abs=1e-9)
    assert info.gps.accuracy is None
    assert info.gps.direction == 271.25


def test_both_places_to_write_are_wrong_usage(
    photos: list[Path], tracks: list[Track], tmp_path: Path
) -> None:
    with pytest.raises(BadUsage):
        geotag(photos, tracks, Geotagging(in_place=True, out=tmp_path / "out"))


def test_a_folder_that_cannot_be_made_is_unavailable(
    photos: list[Path], tracks: list[Track]
) -> None:
    with pytest.raises(Unavailable):
        geotag(photos, tracks, Geotagging(out=photos[0]))


def test_times_zone_offset_and_gap_are_used(photos: list[Path], tracks: list[Track]) -> None:
    late = geotag(photos[:1], tracks, Geotagging(Timing(clock_offset=600, max_gap=60)))
    assert (late.files[0].method, late.files[0].gap_s) == ("nearest", 30)
    never = geotag(photos[:1], tracks, Geotagging(Timing(clock_offset=600, max_gap=20)))
    assert (never.files[0].method, never.files[0].gap_s) == (None, 30)
    assert never.refused


def test_a_damaged_track_is_said(photos: list[Path], tmp_path: Path) -> None:
    path = write_gpx(tmp_path / "cut.gpx", walk())
    path.write_bytes(path.read_bytes()[:-400])
    report = geotag(photos[:1], [read_track(path)], Geotagging())
    assert "cut.gpx" in report.warnings[0]
    assert report.files[0].lon == pytest.approx(LON_30)


def test_progress_is_told_and_it_can_be_stopped(tmp_path: Path, tracks: list[Track]) -> None:
    files = [tmp_path / f"{number}.jpg" for number in range(60)]
    for file in files:
        file.write_bytes(camera())
    seen: list[tuple[int, int]] = []
    report = geotag(
        files,
        tracks,
        Geotagging(in_place=True),
        progress=lambda done, total: seen.append((done, total)),
        cancelled=lambda: len(seen) >= 10,
    )
    assert seen == [(n, 60) for n in range(1, len(seen) + 1)]
    assert report.stopped
    assert 10 <= report.tagged < 60
    rest = geotag(files, tracks, Geotagging(in_place=True))
    assert (rest.tagged, rest.stopped) == (60 - report.tagged, False)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_for_each_file(photos: list[Path], tracks: list[Track]) -> None:
    photos[0].parent.chmod(0o500)
    report = geotag(photos[:2], tracks, Geotagging(in_place=True))
    photos[0].parent.chmod(0o700)
    assert [p.problem is not None for p in report.files] == [True, True]


GO = """
import sys
from pathlib import Path
from jdz_field.geo.tracks import read_track
from jdz_field.photos.geotag import Geotagging, geotag
folder = Path(sys.argv[1])
print("begin", flush=True)
geotag(sorted(folder.glob("*.jpg")), [read_track(Path(sys.argv[2]))], Geotagging(in_place=True))
"""


def test_killed_at_any_instant_every_file_is_old_or_new(tmp_path: Path) -> None:
    track = write_gpx(tmp_path / "t.gpx", walk())
    folder = tmp_path / "photos"
    folder.mkdir()
    old = camera() + b"\0" * 300_000
    source = random.Random(1)
    for _turn in range(6):
        for number in range(40):
            (folder / f"{number}.jpg").write_bytes(old)
        command = [sys.executable, "-c", GO, str(folder), str(track)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(source.uniform(0, 0.15))
            process.kill()
        for file in folder.glob("*.jpg"):
            data = file.read_bytes()
            if data != old:
                assert image_data(data) == image_data(old)
                assert read_photo(file).lon == pytest.approx(LON_30, abs=1e-9)
        report = geotag(
            sorted(folder.glob("*.jpg")), [read_track(track)], Geotagging(in_place=True)
        )
        assert {p.method for p in report.files} <= {"interpolated", "exif"}
        assert not report.refused


def test_a_time_with_offset_needs_no_zone(tmp_path: Path, tracks: list[Track]) -> None:
    file = tmp_path / "a.jpg"
    from tests.photos.pictures import TIMES, block, with_exif

    file.write_bytes(with_exif(jpeg(), block("<", {}, {**TIMES, 0x9011: (ASCII, "+07:00")})))
    report = geotag([file], tracks, Geotagging(Timing(clock_offset=-3600)))
    assert report.files[0].lon == pytest.approx(LON_30)
