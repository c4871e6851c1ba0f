"""Logs of NMEA 0183 sentences."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from tests.photos.track_files import gga, nmea, rmc, sentence
from tests.photos.tracks import START, moment, walk


def close(track: Any, points: Any) -> None:
    (segment,) = track.segments
    began = START.timestamp()
    assert list(segment.times) == [began + point[0] for point in points]
    assert list(segment.lons) == pytest.approx([p[1] for p in points], abs=1e-9)
    assert list(segment.lats) == pytest.approx([p[2] for p in points], abs=1e-9)
    assert list(segment.heights) == pytest.approx([p[3] for p in points], abs=1e-3)


@pytest.mark.parametrize("talker", ["GP", "GN", "BD", "GB", "GL", "GA"])
def test_every_talker_is_read(read: Any, talker: str) -> None:
    track = read(nmea(walk(), talker))
    close(track, walk())
    assert (track.skipped, track.cut_off) == (0, None)


def test_south_west_and_parts_of_seconds(read: Any) -> None:
    points = [(t / 4, -70.5 - t / 1e5, -33.25 + t / 1e5, 5.0 + t) for t in range(20)]
    close(read(nmea(points)), points)


def test_a_loggers_own_words_do_no_harm(read: Any) -> None:
    text = "# 手簿 v2\r\n" + nmea(walk()).replace("$", "NMEA,2026-05-01 10:00:00,$")
    close(read(text.replace("\r\n", ",1777600000000\r\n")), walk())


def test_without_a_height_sentence_the_place_counts(read: Any) -> None:
    track = read("".join(map(rmc, walk(50))))
    assert track.points == 6
    assert all(map(math.isnan, track.segments[0].heights))


def test_the_date_may_come_late_and_midnight_passes(read: Any) -> None:
    late = [(t, 117.0, 29.0, 5.0) for t in range(21 * 3600, 23 * 3600, 600)]
    text = "".join(map(gga, late))
    middle = text.index(gga(late[5]))
    text = text[:middle] + rmc(late[5]) + text[middle:]
    close(read(text), late)
    assert moment(late[0][0]).day == 1
    assert moment(late[-1][0]).day == 2


def test_the_date_of_zda_counts(read: Any) -> None:
    zda = sentence("GNZDA,020000.00,01,05,2026,00,00")
    close(read(zda + "".join(map(gga, walk(50)))), walk(50))


def test_a_log_without_a_date_is_said(read: Any) -> None:
    with pytest.raises(BadInput, match="RMC"):
        read("".join(map(gga, walk(50))))


@pytest.mark.parametrize(
    "bad",
    [
        rmc(walk()[3], status="V"),
        rmc(walk()[3], mode="E"),
        rmc(walk()[3], mode="N"),
        gga(walk()[3], quality=6),
        gga(walk()[3], quality=8),
        gga(walk()[3], quality=0) + rmc(walk()[3], status="V"),
    ],
)
def test_what_the_receiver_does_not_know_is_left_out(read: Any, bad: str) -> None:
    good = [point for point in walk(60) if point != walk()[3]]
    text = nmea(good[:3]) + bad + nmea(good[3:])
    track = read(text)
    close(track, good)
    assert track.skipped == 1


def test_a_wrong_checksum_is_left_out_and_a_missing_one_is_not(read: Any) -> None:
    text = nmea(walk(60))
    assert read(text.replace("117", "118", 1)).skipped == 1
    without = "\r\n".join(line.split("*")[0] for line in text.split("\r\n"))
    close(read(without), walk(60))


def test_the_receivers_error_is_kept(read: Any) -> None:
    gst = "".join(
        sentence(f"GNGST,{moment(p[0]):%H%M%S}.00,1.0,,,,3.0,4.0,9.0") + rmc(p) for p in walk(50)
    )
    assert list(read(gst).segments[0].errors) == [5.0] * 6


def test_a_day_before_satellites_had_one_is_no_date(read: Any) -> None:
    text = nmea(walk(30)).replace("010526", "060180")
    lines = [line.split("*")[0] for line in text.split("\r\n")]
    with pytest.raises(BadInput):
        read("\r\n".join(lines))
    assert datetime(2026, 5, 1, tzinfo=UTC).date() == START.date()


def test_cut_at_any_byte_the_points_before_are_kept(read: Any) -> None:
    data = nmea(walk(60)).encode()
    for end in range(200, len(data), 13):
        track = read(data[:end])
        assert abs(track.points - data[:end].count(b"RMC")) <= 1


def test_rubbish_between_sentences_does_no_harm(read: Any) -> None:
    lines = nmea(walk()).encode().split(b"\r\n")
    rubbish = [b"\xb5\x62\x01\x07" + bytes(range(256)), b"$" * 500, b"$GNRMC,,,,", b"$GNGGA*00"]
    mixed = [part for i, line in enumerate(lines) for part in (line, rubbish[i % 4])]
    close(read(b"\r\n".join(mixed)), walk())


@pytest.mark.parametrize(
    "data", [b"$GNRMC," * 400_000, b"$" * 3_000_000, nmea(walk()).encode() + b"A" * 3_000_000]
)
def test_hostile_logs_are_read_quickly(read: Any, data: bytes) -> None:
    began = time.perf_counter()
    with suppress(BadInput):
        read(data)
    assert time.perf_counter() - began < 5
