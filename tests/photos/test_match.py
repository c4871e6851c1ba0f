"""Matching by time, held against exiftool's geotagging."""

from __future__ import annotations

import os
import random
import subprocess
from array import array
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.geo.tracks import Segment, Track, read_track
from jdz_field.photos.exif import read_photo
from jdz_field.photos.match import INTERPOLATED, NEAREST, Matcher
from jdz_field.photos.place import Timing, place
from tests.photos.pictures import ASCII, block, exiftool, jpeg, with_exif
from tests.photos.track_files import kml, kml_track, nmea
from tests.photos.tracks import START, Point, gpx, moment, walk, write_gpx


def track(*segments: list[Point]) -> Track:
    began = START.timestamp()
    made = []
    for points in segments:
        columns = [array("d", column) for column in zip(*points, strict=True)]
        columns[0] = array("d", [began + seconds for seconds in columns[0]])
        made.append(Segment(*columns))
    return Track(Path("t.gpx"), tuple(made))


LINE: list[Point] = [(0, 117.0, 29.0, 100), (100, 117.1, 29.2, 300), (1000, 118.0, 30.0, 500)]


def test_between_two_points_it_is_linear_in_time() -> None:
    found = Matcher([track(LINE)], max_gap=100).match(moment(25))
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(117.025), pytest.approx(29.05))
    assert (found.altitude, found.gap_s, found.method) == (150, 25, INTERPOLATED)


def test_on_a_point_it_is_that_point() -> None:
    found = Matcher([track(LINE)], max_gap=10).match(moment(100))
    assert found is not None
    assert (found.lon, found.gap_s, found.method) == (117.1, 0, INTERPOLATED)


@pytest.mark.parametrize(
    ("seconds", "lon"), [(-9, 117.0), (110, 117.1), (995, 118.0), (1010, 118.0)]
)
def test_beyond_a_gap_it_is_the_nearest_point_within_the_limit(seconds: float, lon: float) -> None:
    found = Matcher([track(LINE)], max_gap=10).match(moment(seconds))
    assert found is not None
    assert (found.lon, found.method) == (lon, NEAREST)


@pytest.mark.parametrize("seconds", [-11, 111, 500, 1011, 1e9, -1e9])
def test_further_away_there_is_none(seconds: float) -> None:
    matcher = Matcher([track(LINE)], max_gap=10)
    assert matcher.match(moment(seconds)) is None
    assert matcher.gap(moment(seconds)) == pytest.approx(
        min(abs(seconds - at) for at in (0, 100, 1000))
    )


def test_two_segments_are_never_joined() -> None:
    matcher = Matcher([track(LINE[:1], LINE[1:2])], max_gap=200)
    found = matcher.match(moment(40))
    assert found is not None
    assert (found.lon, found.method) == (117.0, NEAREST)


def test_a_segment_that_holds_the_moment_beats_a_nearer_end_of_another() -> None:
    inside: list[Point] = [(0, 10.0, 10.0, 0), (100, 20.0, 20.0, 0)]
    other: list[Point] = [(51, 50.0, 50.0, 0), (52, 51.0, 51.0, 0)]
    found = Matcher([track(other), track(inside)], max_gap=300).match(moment(50))
    assert found is not None
    assert found.lon == 15.0


def test_a_long_segment_is_found_behind_many_short_ones() -> None:
    long: list[Point] = [(0, 10.0, 10.0, 0), (10_000, 20.0, 20.0, 0)]
    short: list[list[Point]] = [[(s, 1.0, 1.0, 0), (s + 1, 1.0, 1.0, 0)] for s in range(10, 99, 2)]
    found = Matcher([track(long, *short)], max_gap=20_000).match(moment(5000))
    assert found is not None
    assert found.lon == 15.0


def test_over_the_date_line_it_goes_the_short_way() -> None:
    points: list[Point] = [(0, 179.0, 0.0, 0), (100, -179.0, 0.0, 0)]
    matcher = Matcher([track(points)])
    lons = [matcher.match(moment(seconds)).lon for seconds in (25, 75)]  # type: ignore[union-attr]
    assert lons == [pytest.approx(179.5), pytest.approx(-179.5)]


def test_a_missing_height_gives_none() -> None:
    nan = float("nan")
    points: list[Point] = [(0, 1.0, 1.0, nan), (10, 2.0, 2.0, 5), (20, 3.0, 3.0, 7)]
    matcher = Matcher([track(points)])
    assert [matcher.match(moment(s)).altitude for s in (0, 5, 15)] == [  # type: ignore[union-attr]
        None,
        None,
        6,
    ]


def test_without_tracks_nothing_is_found() -> None:
    assert Matcher([]).match(moment(0)) is None
    assert Matcher([]).gap(moment(0)) is None


@given(
    st.lists(st.integers(0, 5000), min_size=1, max_size=40, unique=True),
    st.integers(-500, 5500),
    st.integers(0, 400),
)
def test_what_is_found_lies_between_its_neighbours_and_within_the_limit(
    times: list[int], seconds: int, max_gap: int
) -> None:
    points: list[Point] = [(t, t / 100, t / 200, t) for t in sorted(times)]
    found = Matcher([track(points)], max_gap).match(moment(seconds))
    gap = min(abs(t - seconds) for t in times)
    before = max((t for t in times if t <= seconds), default=None)
    after = min((t for t in times if t >= seconds), default=None)
    bridged = before is not None and after is not None and after - before <= max_gap
    assert (found is not None) == (bridged or gap <= max_gap)
    if found is not None:
        assert found.gap_s == gap
        if bridged:
            assert found.lon == pytest.approx(seconds / 100)
            assert found.altitude == pytest.approx(seconds)
        else:
            assert round(found.lon * 100) in times


def test_no_photo_reads_all_of_a_long_track() -> None:
    import time

    matcher = Matcher([track([(t, t / 1e4, t / 1e4, 0) for t in range(300_000)])])
    began = time.perf_counter()
    for number in range(1000):
        assert matcher.match(moment(number * 299.7)) is not None
    assert time.perf_counter() - began < 20


def test_it_agrees_with_exiftool_to_a_millionth_of_a_degree(tmp_path: Path, tool: Any) -> None:
    points = [(t * 1.5, x, y, z) for t, x, y, z in walk(600, 7)]
    path = write_gpx(tmp_path / "t.gpx", points, [(2000, 117.5, 29.5, 1.0)])
    files, moments = [], []
    for number in range(30):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(jpeg())
        files.append(file)
        moments.append(moment(number * 29.3 + 0.25))
    table = tmp_path / "times.csv"
    rows = [
        f"{f},{m + timedelta(hours=8):%Y:%m:%d %H:%M:%S}.{m.microsecond // 1000:03d}+08:00"
        for f, m in zip(files, moments, strict=True)
    ]
    table.write_text("\n".join(["SourceFile,SubSecDateTimeOriginal", *rows]), encoding="utf-8")
    program = tool("exiftool")
    names = [str(file) for file in files]
    subprocess.run([program, "-q", f"-csv={table}", *names], check=True)
    subprocess.run(
        [program, "-q", "-geotag", str(path), "-geotime<SubSecDateTimeOriginal", *names], check=True
    )
    told = {t["SourceFile"]: t for t in exiftool(program, files)}
    matcher = Matcher([read_track(path)])
    for file, when in zip(files, moments, strict=True):
        found = matcher.match(when)
        assert found is not None
        theirs = told[str(file)]
        assert theirs["Composite:GPSLongitude"] == pytest.approx(found.lon, abs=1e-6)
        assert theirs["Composite:GPSLatitude"] == pytest.approx(found.lat, abs=1e-6)
        assert theirs["Composite:GPSAltitude"] == pytest.approx(found.altitude, abs=1e-3)


def _shots(folder: Path, source: random.Random, count: int) -> list[Path]:
    """Photos over two hours, with and without offset and fractions, in several zones."""
    files = []
    for number in range(count):
        when = moment(source.uniform(-400, 7600))
        hours = source.choice([None, 8, 7, -3.5, 0])
        local = when + timedelta(hours=8 if hours is None else hours)
        exif: dict[int, tuple[int, Any]] = {0x9003: (ASCII, f"{local:%Y:%m:%d %H:%M:%S}")}
        if source.random() < 0.7:
            exif[0x9291] = (ASCII, f"{local.microsecond // 10_000:02d}")
        if hours is not None:
            minutes = round(hours * 60)
            sign = "-" if minutes < 0 else "+"
            exif[0x9011] = (ASCII, f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}")
        file = folder / f"{number:03d}.jpg"
        file.write_bytes(with_exif(jpeg(), block("<", {0x010F: (ASCII, "x")}, exif)))
        files.append(file)
    return files


def _wander(source: random.Random) -> list[Point]:
    """A walk with pauses of up to half an hour."""
    points: list[Point] = []
    t, x, y = 0.0, 117.2, 29.3
    while t < 7200:
        points.append((round(t, 2), x, y, round(100 + t / 50, 2)))
        t += source.choice([1, 1.5, 7, 30, 59, 61, 61, 200] * 4 + [1500])
        x += source.uniform(-1, 1) * 1e-3
        y += source.uniform(-1, 1) * 1e-3
    return points


@pytest.mark.parametrize("kind", ["gpx", "kml", "nmea"])
@pytest.mark.parametrize("seed", range(2))
def test_random_photos_on_random_tracks_agree_with_exiftool(
    tmp_path: Path, tool: Any, kind: str, seed: int
) -> None:
    source = random.Random(f"{kind}{seed}")
    points, shift, most = _wander(source), source.choice([0, 37, -12]), source.choice([60, 300])
    texts = {"gpx": gpx(points), "kml": kml(kml_track(points)), "nmea": nmea(points)}
    path = tmp_path / f"t.{kind}"
    path.write_text(texts[kind], encoding="utf-8")
    files = _shots(tmp_path, source, 40)
    timing = Timing(clock_offset=shift, max_gap=most)
    matcher = Matcher([read_track(path)], most)
    ours = [place(read_photo(file), matcher, timing) for file in files]
    limits = ["-api", f"GeoMaxIntSecs={most}", "-api", f"GeoMaxExtSecs={most}"]
    command = [tool("exiftool"), "-q", "-overwrite_original", *limits, "-geotag", str(path)]
    command += [f"-geosync={shift:+d}", "-geotime<DateTimeOriginal"]
    command += ["-geotime<SubSecDateTimeOriginal", *map(str, files)]
    zone = {**os.environ, "TZ": "Asia/Shanghai"}
    # It warns of those that lie too far from the track, and exits with 1 for them.
    subprocess.run(command, check=False, env=zone, stderr=subprocess.DEVNULL)
    theirs = exiftool(tool("exiftool"), files)
    placed = 0
    for mine, other in zip(ours, theirs, strict=True):
        assert (mine.match is None) == ("Composite:GPSLongitude" not in other), other
        if mine.match is not None:
            placed += 1
            assert other["Composite:GPSLongitude"] == pytest.approx(mine.match.lon, abs=1e-6)
            assert other["Composite:GPSLatitude"] == pytest.approx(mine.match.lat, abs=1e-6)
    assert 5 < placed < 40
