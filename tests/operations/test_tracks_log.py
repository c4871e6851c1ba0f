"""The growing file of a track: whole lines stand, half ones fall."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import Unavailable
from jdz_field.operations import tracks_log as files
from jdz_field.operations.tracks_log import Head, Point, read_log
from tests.operations.tracks_made import recorded

HEAD = Head("0197-a", "余小敏", "2026-11-23", "2026-11-23T01:00:00.000Z", "上午 <巡查>")
POINTS = [
    Point(1000.5, 117.2, 29.3, 45.25, 2.5, 12, "single"),
    Point(1001.0, 117.2000001, 29.3000001, math.nan, math.nan, 0, ""),
]


def written(path: Path) -> bytes:
    data = files.head_line(HEAD) + files.stretch_line("start", 1000.5)
    data += b"".join(map(files.point_line, POINTS)) + files.counts_line({"still": 7})
    path.write_bytes(data)
    return data


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.track"
    data = written(path)
    log = read_log(path)
    assert log.head == HEAD
    assert [repr(p) for p in files.each_point(log)] == [repr(p) for p in POINTS]
    assert log.stretches[0].reason == "start"
    assert (log.left_out, log.damaged, log.good, log.ended) == ({"still": 7}, 0, len(data), False)


@pytest.mark.parametrize("cut", range(1, 250, 7))
def test_a_file_cut_anywhere_keeps_every_whole_line(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.track"
    data = written(path)
    path.write_bytes(data[:-cut])
    log = read_log(path)
    whole = data[:-cut].rfind(b"\n") + 1
    assert log.good == whole
    assert log.points == data[:whole].count(b"\nP")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_fault(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.track"
    path.write_bytes(data)
    assert read_log(path).points == 0


def test_a_block_of_zeros_after_a_power_cut_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.track"
    data = written(path)
    path.write_bytes(data + bytes(4096))
    log = read_log(path)
    assert (log.points, log.good, log.damaged) == (2, len(data), 1)


def test_a_changed_byte_costs_its_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.track"
    data = written(path)
    path.write_bytes(data.replace(b"117.2000000", b"118.2000000"))
    log = read_log(path)
    assert (log.points, log.damaged) == (1, 1)


def test_a_title_given_later_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.track"
    path.write_bytes(written(path) + files.title_line("下午"))
    assert read_log(path).head.title == "下午"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"none\.track"):
        read_log(tmp_path / "none.track")


def test_a_line_is_short(tmp_path: Path) -> None:
    path = recorded(tmp_path, 600)
    log = read_log(path)
    assert path.stat().st_size / log.points < 100
