"""GPX tracks, whole, damaged and hostile."""

from __future__ import annotations

import math
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.geo.tracks import Track, distance_m, read_track
from tests.photos.tracks import START, Point, gpx, moment, point_xml, walk


def points(track: Track) -> list[list[Point]]:
    return [list(zip(s.times, s.lons, s.lats, s.heights, strict=True)) for s in track.segments]


@pytest.mark.parametrize("version", ["1.0", "1.1", ""])
def test_every_version_is_read(read: Any, version: str) -> None:
    track = read(gpx(walk(30), version=version))
    began = START.timestamp()
    assert points(track) == [[(began + t, x, y, z) for t, x, y, z in walk(30)]]
    assert (track.points, track.start, track.end) == (4, moment(0), moment(30))
    assert (track.skipped, track.cut_off) == (0, None)


def test_segments_and_tracks_stay_apart(read: Any) -> None:
    text = gpx(walk(10), walk(20), []).replace("</trk>", "</trk><trk><trkseg>", 1)
    text = text.replace("</gpx>", point_xml((99, 117.0, 29.0, None)) + "</trkseg></trk></gpx>")
    assert [len(s.times) for s in read(text).segments] == [2, 3, 1]


def test_a_prefix_is_no_hindrance(read: Any) -> None:
    body = point_xml((1, 117.0, 29.0, 5.0), "g:")
    xml = f'<g:gpx xmlns:g="http://www.topografix.com/GPX/1/1"><g:trk><g:trkseg>{body}'
    assert read(xml + "</g:trkseg></g:trk></g:gpx>").segments[0].heights[0] == 5.0


def test_longitude_first_comments_and_spaces_are_no_hindrance(read: Any) -> None:
    xml = (
        "<gpx><trk><trkseg><!-- <trkpt lat='1' lon='1'><time>2026-05-01T02:00:00Z</time></trkpt>"
        " --><trkpt\n lon = '117.5'\tlat='29.5' ><extensions><time>1999-01-01T00:00:00Z</time>"
        "<x><ele>1</ele></x></extensions><time>\n 2026-05-01T02:00:05Z </time><ele> 7 </ele>"
        "</trkpt></trkseg></trk></gpx>"
    )
    assert points(read(xml)) == [[(START.timestamp() + 5, 117.5, 29.5, 7.0)]]


@pytest.mark.parametrize("hide", ["<!--{}-->", "<![CDATA[{}]]>", "<?x {}?>"])
def test_points_that_are_no_elements_are_not_taken(read: Any, hide: str) -> None:
    hidden = hide.format("\n".join(map(point_xml, walk(90))))
    track = read(gpx(walk(30)).replace("<trkseg>", "<trkseg>" + hidden))
    assert (track.points, track.skipped) == (4, 0)


@pytest.mark.parametrize(
    ("bad", "points", "skipped"),
    [
        ('<trkpt lat="0" lon="0">', 9, 1),
        ('<trkpt lat="0" lon="9">', 10, 0),
        ('<trkpt lat="1.2.3" lon="9">', 9, 1),
        ('<trkpt lat="99" lon="9">', 9, 1),
        ('<trkpt lat="9" lon="-181">', 9, 1),
    ],
)
def test_one_bad_point_among_good_ones_does_no_harm(
    read: Any, bad: str, points: int, skipped: int
) -> None:
    good = f'<trkpt lat="{walk()[5][2]!r}" lon="{walk()[5][1]!r}">'
    track = read(gpx(walk(90)).replace(good, bad))
    assert (track.points, track.skipped) == (points, skipped)


def test_a_month_that_is_none_does_no_harm_to_the_others(read: Any) -> None:
    track = read(gpx(walk(90)).replace("2026-05-01T02:00:50Z", "2026-13-01T02:00:50Z"))
    assert (track.points, track.skipped) == (9, 1)


def test_what_follows_the_time_of_a_point_does_no_harm(read: Any) -> None:
    more = "<hdop>1.2</hdop><extensions><a:b><time>x</time></a:b></extensions></trkpt>"
    text = gpx(walk(90)).replace("</trkpt>", more)
    assert points(read(text)) == points(read(gpx(walk(90))))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-05-01T02:00:30Z", 30),
        ("2026-05-01T02:00:30", 30),
        ("2026-05-01T10:00:30+08:00", 30),
        ("2026-05-01T02:00:30.250Z", 30.25),
        ("2026-05-01T02:00:30.1234567Z", 30.123456),
    ],
)
def test_times_in_their_spellings(read: Any, text: str, seconds: float) -> None:
    xml = gpx(walk(0)).replace("2026-05-01T02:00:00Z", text)
    assert read(xml).segments[0].times[0] - START.timestamp() == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    "bad",
    [
        '<trkpt lat="29.3" lon="117.2"></trkpt>',
        '<trkpt lat="29.3" lon="117.2"><time>soon</time></trkpt>',
        '<trkpt lat="29.3"><time>2026-05-01T02:00:00Z</time></trkpt>',
        '<trkpt lat="north" lon="117.2"><time>2026-05-01T02:00:00Z</time></trkpt>',
        '<trkpt lat="nan" lon="117.2"><time>2026-05-01T02:00:00Z</time></trkpt>',
        '<trkpt lat="inf" lon="117.2"><time>2026-05-01T02:00:00Z</time></trkpt>',
        '<trkpt lat="91" lon="117.2"><time>2026-05-01T02:00:00Z</time></trkpt>',
        '<trkpt lat="0" lon="0"><time>2026-05-01T02:00:00Z</time></trkpt>',
    ],
)
def test_a_point_without_time_or_place_is_counted_and_left_out(read: Any, bad: str) -> None:
    track = read(gpx(walk(30)).replace("<trkseg>", "<trkseg>" + bad))
    assert (track.points, track.skipped) == (4, 1)


def test_a_bad_height_is_no_height(read: Any) -> None:
    track = read(gpx([(0, 117.0, 29.0, None), (1, 117.0, 29.0, math.nan), (2, 117.0, 29.0, 5)]))
    heights = track.segments[0].heights
    assert [math.isnan(height) for height in heights] == [True, True, False]


def test_points_are_put_in_order_and_of_one_time_the_last_counts(read: Any) -> None:
    mixed: list[Point] = [(20, 3.0, 3.0, 3), (0, 1.0, 1.0, 1), (10, 9.0, 9.0, 9), (10, 2.0, 2.0, 2)]
    segment = read(gpx(mixed)).segments[0]
    assert list(segment.lons) == [1.0, 2.0, 3.0]
    assert list(segment.times) == sorted(segment.times)


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GBK", "gb2312", "GB18030", "iso-8859-1"])
def test_encodings_that_chinese_programs_write(read: Any, encoding: str) -> None:
    text = gpx(walk(30), encoding=encoding)
    assert read(text.encode(encoding, "replace")).points == 4


def test_a_byte_order_mark_is_no_hindrance(read: Any) -> None:
    assert read(b"\xef\xbb\xbf" + gpx(walk(30)).encode()).points == 4


def test_cut_at_any_byte_the_points_before_are_kept(read: Any) -> None:
    data = gpx(walk(30)).encode()
    ends = [i for i in range(len(data)) if data[:i].endswith(b"</trkpt>")]
    for end in range(0, len(data) - 1, 7):
        whole = sum(at <= end for at in ends)
        if whole:
            track = read(data[:end])
            assert track.points == whole
            assert track.cut_off is not None
        else:
            with pytest.raises(BadInput, match="轨迹"):
                read(data[:end])


def test_damage_further_on_keeps_the_points_before(read: Any) -> None:
    track = read(gpx(walk(30)).replace("</trkseg>", "</oops>"))
    assert (track.points, track.cut_off) == (4, 6)


def test_two_documents_in_one_file_give_the_first(read: Any) -> None:
    assert read(gpx(walk(30)) + gpx(walk(30))).points == 4


@pytest.mark.parametrize(
    "content",
    [b"", b"no track", b"\xff\xd8\xff\xe1", b"PK\x03\x04", b"<html><body>", b"\0" * 1000],
)
def test_what_is_no_track_is_said(read: Any, content: bytes) -> None:
    with pytest.raises(BadInput, match="不是可以读取的轨迹"):
        read(content)


def test_a_track_without_times_is_said(read: Any) -> None:
    with pytest.raises(BadInput, match="时间"):
        read('<gpx><trk><trkseg><trkpt lat="29" lon="117"/></trkseg></trk></gpx>')


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有"):
        read_track(tmp_path / "no.gpx")
    with pytest.raises(Unavailable, match="无法读取"):
        read_track(tmp_path)


BOMB = "".join(f'<!ENTITY b{i} "{f"&b{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "document",
    [
        f'<!DOCTYPE gpx [<!ENTITY b0 "ha">{BOMB}]><gpx>&b9;</gpx>',
        '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><trk>&x;</trk></gpx>',
        '<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd"><gpx></gpx>',
        "<gpx>" + "<a>" * 100_000,
        '<gpx a="' + "x" * 4_000_000,
    ],
    ids=["bomb", "file", "network", "nesting", "token"],
)
def test_hostile_documents_are_refused_quickly_and_cheaply(read: Any, document: str) -> None:
    data = document.encode()
    began = time.perf_counter()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            read(data)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
    assert time.perf_counter() - began < 10


def test_a_long_text_in_a_point_is_not_kept(read: Any) -> None:
    long = "<time>" + "x &lt; " * 500_000
    track = read(gpx(walk(30)).replace("<time>", long, 1))
    assert (track.points, track.skipped) == (3, 1)


@settings(
    max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), min_size=1, max_size=6))
def test_any_damage_gives_a_track_or_one_sentence(
    read: Any, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(gpx(walk(60)).encode())
    for at, new in changes:
        data[at % len(data) : at % len(data) + len(new)] = new
    try:
        track = read(bytes(data))
    except BadInput:
        return
    for segment in track.segments:
        assert list(segment.times) == sorted(set(segment.times))
        assert all(abs(lon) <= 180 for lon in segment.lons)


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((117.2, 29.3), (117.2, 29.3), 0),
        ((117.2, 29.3), (117.2, 29.31), 1109),
        ((117.2, 29.3), (117.21, 29.3), 971),
        ((179.999, 0.0), (-179.999, 0.0), 222.6),
    ],
)
def test_distances_agree_with_the_ellipsoid_within_half_a_percent(
    a: tuple[float, float], b: tuple[float, float], metres: float
) -> None:
    assert distance_m(*a, *b) == pytest.approx(metres, rel=5e-3)
