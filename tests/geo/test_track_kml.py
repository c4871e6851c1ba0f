"""KML and KMZ with times."""

from __future__ import annotations

import math
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.geo.tracks import Track, read_track
from tests.geo.test_tracks import points
from tests.photos.track_files import kml, kml_places, kml_track, kmz
from tests.photos.tracks import START, walk


def wanted(*walks: Any) -> list[list[Any]]:
    began = START.timestamp()
    return [[(began + t, x, y, z) for t, x, y, z in one] for one in walks]


@pytest.mark.parametrize("mixed", [False, True])
def test_a_track_is_read(read: Any, mixed: bool) -> None:
    track = read(kml(kml_track(walk(90), mixed)))
    assert points(track) == wanted(walk(90))
    assert (track.skipped, track.cut_off) == (0, None)


def test_several_tracks_are_segments_apart(read: Any) -> None:
    inner = kml_track(walk(30)) + kml_track(walk(20))
    track = read(kml(f"<gx:MultiTrack><gx:interpolate>1</gx:interpolate>{inner}</gx:MultiTrack>"))
    assert points(track) == wanted(walk(30), walk(20))


def test_the_track_of_kml_2_3_needs_no_prefix(read: Any) -> None:
    text = kml(kml_track(walk(30))).replace("gx:", "").replace("xmlns:gx", "xmlns:g")
    assert points(read(text)) == wanted(walk(30))


def test_timed_places_of_a_folder_are_a_track(read: Any) -> None:
    text = kml(kml_places(walk(90))).replace(
        "</Folder>", f"</Folder><Folder>{kml_places(walk(10))}</Folder>"
    )
    assert points(read(text)) == wanted(walk(90), walk(10))


def test_a_time_span_counts_by_its_begin(read: Any) -> None:
    text = kml(kml_places(walk(20))).replace("TimeStamp", "TimeSpan").replace("when>", "begin>")
    assert points(read(text)) == wanted(walk(20))


def test_places_and_lines_without_a_time_are_no_track(read: Any) -> None:
    line = "<Placemark><LineString><coordinates>117,29,1 118,30,2</coordinates></LineString>"
    with pytest.raises(BadInput, match="时间"):
        read(kml(line + "</Placemark>"))


def test_what_is_not_known_is_left_out(read: Any) -> None:
    text = kml(kml_track(walk(90)))
    text = text.replace(f"<gx:coord>{walk()[2][1]!r} ", "<gx:coord>999 ").replace(
        "T02:00:10Z", "T99:00:10Z"
    )
    track = read(text)
    assert (track.points, track.skipped) == (8, 2)


def test_heights_over_the_ground_and_zeros_are_no_heights(read: Any) -> None:
    mode = "<gx:Track><altitudeMode>relativeToGround</altitudeMode>"
    track = read(kml(kml_track(walk(30)).replace("<gx:Track>", mode)))
    assert all(map(math.isnan, track.segments[0].heights))
    flat = [(t, x, y, None) for t, x, y, _z in walk(30)]
    assert all(map(math.isnan, read(kml(kml_track(flat))).segments[0].heights))


def test_a_different_number_of_times_and_places_pairs_what_there_is(read: Any) -> None:
    text = kml(kml_track(walk(90)))
    track = read(text.replace("<when>2026-05-01T02:01:30Z</when>\n", ""))
    assert (track.points, track.skipped) == (9, 1)


def test_cut_off_the_points_before_are_kept(read: Any) -> None:
    text = kml(kml_track(walk(90), mixed=True))
    half = text[: text.index("02:00:50Z")]
    track = read(half)
    assert track.points in (4, 5)
    assert track.cut_off is not None


@pytest.mark.parametrize("name", ["doc.kml", "轨迹/我的.KML"])
def test_a_packed_one_is_read(read: Any, name: str) -> None:
    assert points(read(kmz(kml(kml_track(walk(90))), name))) == wanted(walk(90))


@pytest.mark.parametrize(
    "data",
    [
        kmz("x" * 9, "a.txt"),
        kmz("<gpx/>"),
        kmz(kml())[:-30],
        kmz("<kml>" + " " * 80_000_000),
        kmz(kml(kml_track(walk(90)))).replace(b"<", b">"),
    ],
    ids=["none", "other", "cut", "bomb", "bytes"],
)
def test_a_pack_with_no_track_or_a_bomb_is_refused_quickly(read: Any, data: bytes) -> None:
    began = time.perf_counter()
    with suppress(BadInput):
        assert read(data).points == 10
    assert time.perf_counter() - began < 5


def test_damage_inside_a_pack_is_one_sentence(tmp_path: Path) -> None:
    data = bytearray(kmz(kml(kml_track(walk(3000)))))
    path = tmp_path / "a.kmz"
    for at in range(60, len(data) - 200, 211):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        path.write_bytes(broken)
        try:
            assert isinstance(read_track(path), Track)
        except BadInput:
            continue
    assert zipfile.is_zipfile(path)
