"""What a picture says about where, when and with what it was taken."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.clock import BEIJING
from jdz_field.photos.exif import PhotoInfo, read_photo
from jdz_field.photos.faults import Fault, sentence
from tests.photos.pictures import (
    ASCII,
    BYTE,
    HERE,
    LAT,
    LON,
    RATIONAL,
    SHORT,
    SRATIONAL,
    TIMES,
    block,
    camera,
    exiftool,
    jpeg,
    with_exif,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """``read(data)``: what is said of a file with these bytes."""
    numbers = iter(range(10_000))

    def go(data: bytes) -> PhotoInfo:
        path = tmp_path / f"照片{next(numbers)}.jpg"
        path.write_bytes(data)
        return read_photo(path, now=lambda: NOW)

    return go


def gps(**changes: Any) -> bytes:
    """A picture at the usual place with some GPS tags changed (``t2=None`` removes tag 2)."""
    values = {**HERE, **{int(name[1:]): value for name, value in changes.items()}}
    return with_exif(jpeg(), block("<", {}, TIMES, {k: v for k, v in values.items() if v}))


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_camera_picture_is_read_whole(read: Any, order: str) -> None:
    info = read(camera(order, HERE))
    assert info.problem is None
    assert (info.lon, info.lat) == (pytest.approx(LON, abs=1e-9), pytest.approx(LAT, abs=1e-9))
    assert (info.gps.altitude, info.gps.accuracy) == (88.5, 3.2)
    assert (info.gps.direction, info.gps.direction_reference) == (271.25, "true")
    assert (info.make, info.model) == ("Canon", "Canon EOS 5D")
    assert (info.width, info.height) == (64, 48)
    assert info.to_json()["taken"] == "2026-05-01T10:00:30"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("lat_ref", "lat_sign"), [("N", 1), ("S", -1)])
@pytest.mark.parametrize(("lon_ref", "lon_sign"), [("E", 1), ("W", -1)])
@pytest.mark.parametrize(("height_ref", "height_sign"), [(0, 1), (1, -1)])
def test_every_reference_agrees_with_exiftool(
    tmp_path: Path,
    tool: Any,
    order: str,
    lat_ref: str,
    lat_sign: int,
    lon_ref: str,
    lon_sign: int,
    height_ref: int,
    height_sign: int,
) -> None:
    values = {
        **HERE,
        1: (ASCII, lat_ref),
        3: (ASCII, lon_ref),
        5: (BYTE, bytes([height_ref])),
    }
    path = tmp_path / "a.jpg"
    path.write_bytes(camera(order, values))
    info = read_photo(path)
    (told,) = exiftool(tool("exiftool"), [path])
    assert info.lat == pytest.approx(lat_sign * LAT, abs=1e-9)
    assert info.lon == pytest.approx(lon_sign * LON, abs=1e-9)
    assert info.gps.altitude == height_sign * 88.5
    assert told["Composite:GPSLatitude"] == pytest.approx(info.lat, abs=1e-9)
    assert told["Composite:GPSLongitude"] == pytest.approx(info.lon, abs=1e-9)
    assert told["Composite:GPSAltitude"] == info.gps.altitude


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_read(read: Any, orientation: int) -> None:
    assert read(camera(orientation=orientation)).orientation == orientation


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_impossible_orientation_counts_as_upright(read: Any, orientation: int) -> None:
    assert read(camera(orientation=orientation)).orientation == 1


@pytest.mark.parametrize(
    "parts",
    [
        [(2930201389, 10**8)],
        [(29, 1), (1812083334, 10**8)],
        [(29, 1), (1812083334, 10**8), (0, 0)],
        [(29, 1), (1812083334, 10**8), (0, 1)],
    ],
)
def test_degrees_and_minutes_may_carry_the_fraction(read: Any, parts: Any) -> None:
    info = read(gps(t2=(RATIONAL, parts)))
    assert info.lat == pytest.approx(LAT, abs=1e-8)
    assert info.problem is None


def test_signed_degrees_keep_their_sign(read: Any) -> None:
    info = read(gps(t1=None, t2=(SRATIONAL, [(-29, 1), (18, 1), (725, 100)])))
    assert info.lat == pytest.approx(-LAT, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"t2": (RATIONAL, [(0, 1)] * 3), "t4": (RATIONAL, [(0, 1)] * 3)}, Fault.NULL_POSITION),
        ({"t2": (RATIONAL, [(0, 0)] * 3), "t4": (RATIONAL, [(0, 0)] * 3)}, Fault.EMPTY_POSITION),
        ({"t2": (RATIONAL, [(29, 1), (0, 0), (7, 1)])}, Fault.EMPTY_POSITION),
        ({"t2": None}, Fault.EMPTY_POSITION),
        ({"t4": (ASCII, "117.2")}, Fault.EMPTY_POSITION),
        ({"t2": (RATIONAL, [(291, 1), (0, 1), (0, 1)])}, Fault.BAD_POSITION),
        ({"t4": (RATIONAL, [(180, 1), (0, 1), (1, 1)])}, Fault.BAD_POSITION),
    ],
)
def test_a_position_that_is_none_is_ignored_and_said(
    read: Any, changes: dict[str, Any], fault: Fault
) -> None:
    info = read(gps(**changes))
    assert (info.lon, info.lat) == (None, None)
    assert info.faults == (fault,)
    assert not info.broken
    assert info.problem == sentence(fault)
    assert info.problem.endswith("。")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"t1": None}, Fault.NO_REFERENCE),
        ({"t3": (ASCII, b"\0\0")}, Fault.NO_REFERENCE),
        ({"t2": (RATIONAL, [(29, 1), (18, 1), (0, 0)])}, Fault.NO_SECONDS),
        ({"t18": (ASCII, "TOKYO")}, Fault.OTHER_DATUM),
        ({"t6": (RATIONAL, [(4_000_000_000, 1)])}, Fault.BAD_ALTITUDE),
        ({"t17": (RATIONAL, [(999, 1)])}, Fault.BAD_DIRECTION),
    ],
)
def test_a_doubtful_value_is_said(read: Any, changes: dict[str, Any], fault: Fault) -> None:
    info = read(gps(**changes))
    assert info.lat == pytest.approx(LAT, abs=0.003)
    assert info.faults == (fault,)


@pytest.mark.parametrize(
    "changes",
    [
        {"t6": (RATIONAL, [(0, 0)])},
        {"t17": (RATIONAL, [(0, 0)])},
        {"t31": (RATIONAL, [(0, 0)])},
        {"t31": (RATIONAL, [(0, 1)])},
        {"t18": (ASCII, "WGS-84")},
        {"t18": (ASCII, "wgs 84   ")},
        {"t18": (ASCII, "CGCS2000")},
    ],
)
def test_what_is_merely_unknown_is_no_problem(read: Any, changes: dict[str, Any]) -> None:
    assert read(gps(**changes)).problem is None


def test_north_at_360_degrees_is_0(read: Any) -> None:
    assert read(gps(t17=(RATIONAL, [(360, 1)]))).gps.direction == 0


def test_a_magnetic_direction_is_called_so(read: Any) -> None:
    assert read(gps(t16=(ASCII, "M"))).gps.direction_reference == "magnetic"


@pytest.mark.parametrize("value", [1, 3])
def test_heights_below_by_exif_3_are_negative(read: Any, value: int) -> None:
    assert read(gps(t5=(BYTE, bytes([value])))).gps.altitude == -88.5


def test_the_receivers_time_is_utc(read: Any) -> None:
    when = {"t7": (RATIONAL, [(2, 1), (0, 1), (301, 10)]), "t29": (ASCII, "2026:05:01")}
    info = read(gps(**when))
    assert info.gps.moment == datetime(2026, 5, 1, 2, 0, 30, 100_000, tzinfo=UTC)
    assert info.to_json()["gps_time"] == "2026-05-01T02:00:30.100+00:00"


@pytest.mark.parametrize(
    "changes",
    [
        {"t29": (ASCII, "2026:05:01")},
        {"t7": (RATIONAL, [(2, 1), (0, 1), (0, 0)]), "t29": (ASCII, "2026:05:01")},
        {"t7": (RATIONAL, [(99, 1), (0, 1), (0, 1)]), "t29": (ASCII, "2026:05:01")},
        {"t7": (RATIONAL, [(2, 1), (0, 1), (0, 1)]), "t29": (ASCII, "1980:01:06")},
        {"t7": (RATIONAL, [(2, 1), (0, 1), (0, 1)]), "t29": (ASCII, "2026:99:99")},
    ],
)
def test_a_receivers_time_that_is_none_is_ignored(read: Any, changes: dict[str, Any]) -> None:
    assert read(gps(**changes)).gps.moment is None


def timed(exif: dict[int, Any], first: dict[int, Any] | None = None) -> bytes:
    return with_exif(jpeg(), block(">", first or {}, exif))


def test_time_with_offset_and_fraction(read: Any, tmp_path: Path, tool: Any) -> None:
    data = timed({**TIMES, 0x9011: (ASCII, "+08:00"), 0x9291: (ASCII, "25")})
    info = read(data)
    assert info.taken == datetime(2026, 5, 1, 10, 0, 30, 250_000, timezone(timedelta(hours=8)))
    assert info.to_json()["taken"] == "2026-05-01T10:00:30.250+08:00"
    (told,) = exiftool(tool("exiftool"), [info.file])
    assert told["Composite:SubSecDateTimeOriginal"] == "2026:05:01 10:00:30.25+08:00"


def test_a_time_without_offset_gets_one_only_when_asked(read: Any) -> None:
    info = read(timed(TIMES))
    assert info.to_json()["taken"] == "2026-05-01T10:00:30"
    assert info.to_json(BEIJING)["taken"] == "2026-05-01T10:00:30+08:00"
    assert info.moment(BEIJING) == datetime(2026, 5, 1, 2, 0, 30, tzinfo=UTC)
    assert info.moment(BEIJING, -20.5) == datetime(2026, 5, 1, 2, 0, 9, 500_000, tzinfo=UTC)


def test_a_known_offset_is_stronger_than_the_asked_one(read: Any) -> None:
    info = read(timed({**TIMES, 0x9011: (ASCII, "+07:00")}))
    assert info.moment(BEIJING) == datetime(2026, 5, 1, 3, 0, 30, tzinfo=UTC)


def test_the_next_best_time_is_taken(read: Any) -> None:
    digitized = read(timed({0x9003: (ASCII, "0000:00:00 00:00:00"), 0x9004: TIMES[0x9004]}))
    assert (digitized.taken_from, digitized.taken.second) == ("digitized", 31)
    modified = read(timed({}, {0x0132: (ASCII, "2026:05:01 10:00:32")}))
    assert (modified.taken_from, modified.taken.second) == ("modified", 32)
    assert digitized.problem is modified.problem is None


def test_no_time_is_no_problem_but_an_unreadable_one_is(read: Any) -> None:
    assert read(timed({0x9003: (ASCII, "    :  :     :  :  ")})).problem is None
    assert read(timed({0x9003: (ASCII, "yesterday")})).faults == (Fault.BAD_TIME,)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2000:01:01 00:03:12", Fault.CLOCK_NOT_SET),
        ("1970:01:01 08:00:00", Fault.CLOCK_NOT_SET),
        ("2031:01:01 00:00:00", Fault.CLOCK_AHEAD),
        ("9999:12:31 23:59:59", Fault.CLOCK_AHEAD),
    ],
)
def test_a_clock_that_cannot_be_right_is_said_and_gives_no_moment(
    read: Any, text: str, fault: Fault
) -> None:
    info = read(timed({0x9003: (ASCII, text)}))
    assert info.faults == (fault,)
    assert info.moment(BEIJING) is None
    assert info.to_json()["taken"] is not None


def test_a_picture_without_exif_has_no_problem(read: Any) -> None:
    info = read(jpeg())
    assert info.problem is None
    assert info.to_json()["taken"] is None


@pytest.mark.parametrize("tiff", [b"", b"rubbish!", b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08"])
def test_damaged_exif_is_said_and_the_picture_is_not_broken(read: Any, tiff: bytes) -> None:
    info = read(with_exif(jpeg(), tiff))
    assert info.faults == (Fault.BAD_EXIF,)
    assert not info.broken


def test_a_pointer_to_nowhere_is_said(read: Any) -> None:
    info = read(with_exif(jpeg(), block("<", {0x8769: (4, 60_000), 0x010F: (ASCII, "Acme")})))
    assert info.faults == (Fault.BAD_EXIF,)
    assert info.make == "Acme"


def test_wrong_types_are_left_out(read: Any) -> None:
    info = read(with_exif(jpeg(), block("<", {0x0112: (ASCII, "6"), 0x8825: (SHORT, 8)})))
    assert info.orientation == 1
    assert info.problem is None


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"no picture", Fault.NO_PICTURE),
        (camera()[:-2], Fault.CUT_OFF),
        (camera()[:100], Fault.CUT_OFF),
    ],
)
def test_a_broken_file_is_said_in_one_sentence(read: Any, data: bytes, fault: Fault) -> None:
    info = read(data)
    assert info.faults[0] is fault
    assert info.broken
    assert info.problem.startswith(sentence(fault))


def test_a_cut_off_picture_still_says_where_and_when(read: Any) -> None:
    info = read(camera("<", HERE)[:-40])
    assert info.broken
    assert info.lat == pytest.approx(LAT, abs=1e-9)
    assert info.taken is not None


def test_no_file_and_a_folder_are_said(tmp_path: Path) -> None:
    assert read_photo(tmp_path / "没有.jpg").faults == (Fault.MISSING,)
    assert read_photo(tmp_path).faults == (Fault.UNREADABLE,)
    assert read_photo(tmp_path / "a\0b").faults == (Fault.UNREADABLE,)


def test_every_fault_has_its_sentence() -> None:
    assert all(sentence(fault) for fault in Fault)


@settings(max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 3),
)
def test_damaged_pictures_never_raise_and_never_hang(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], which: int
) -> None:
    pictures = (camera("<", HERE), camera(">", HERE), gps(), timed(TIMES))
    data = bytearray(pictures[which])
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "fuzz.jpg"
    path.write_bytes(data)
    info = read_photo(path)
    assert info.lon is None or (abs(info.lon) <= 180 and abs(info.lat or 0) <= 90)
    info.to_json()
    info.moment(BEIJING)


def test_a_thousand_reads_of_hostile_files_stay_fast(tmp_path: Path) -> None:
    path = tmp_path / "hostile.jpg"
    path.write_bytes(with_exif(jpeg(), b"II*\0\x08\0\0\0" + b"\xff" * 65_000))
    began = time.perf_counter()
    for _turn in range(20):
        read_photo(path)
    assert time.perf_counter() - began < 5
