"""Writing a position: exiftool judges what else changed."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.photos.exif import read_photo
from jdz_field.photos.writer import Position, write_gps
from tests.photos.pictures import (
    ASCII,
    BYTE,
    HERE,
    RATIONAL,
    UNDEFINED,
    block,
    camera,
    exiftool,
    image_data,
    jpeg,
    other_tags,
    with_exif,
)

WHEN = datetime(2026, 5, 1, 2, 0, 30, 250_000, tzinfo=UTC)
SPOT = Position(117.2109876543, 29.3019876543, 123.456, 88.5, 4.2, WHEN)
NO_POSITION = {0: (BYTE, b"\2\3\0\0"), 16: (ASCII, "M"), 17: (RATIONAL, [(90, 1)]), 8: (ASCII, "7")}


def written(tmp_path: Path, data: bytes, position: Position = SPOT) -> tuple[Path, Path]:
    """The picture and its geotagged copy."""
    before, after = tmp_path / "前.jpg", tmp_path / "后.jpg"
    before.write_bytes(data)
    write_gps(before, position, after)
    assert before.read_bytes() == data
    return before, after


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("gps", [None, {}, NO_POSITION, HERE], ids=["none", "empty", "part", "own"])
def test_only_the_position_changes(tmp_path: Path, tool: Any, order: str, gps: Any) -> None:
    before, after = written(tmp_path, camera(order, gps))
    old, new = exiftool(tool("exiftool"), [before, after])
    assert other_tags(new) == other_tags(old)
    assert image_data(after.read_bytes()) == image_data(before.read_bytes())
    assert new["EXIF:ExifIFD:DateTimeOriginal"] == "2026:05:01 10:00:30"
    assert new["MakerNotes:Canon:CanonImageType"] == "IMG:JDZ JPEG"


def test_exiftool_reads_what_was_written(tmp_path: Path, tool: Any) -> None:
    _before, after = written(tmp_path, camera())
    (told,) = exiftool(tool("exiftool"), [after])
    told = {name.removeprefix("EXIF:GPS:"): value for name, value in told.items()}
    assert told["Composite:GPSLatitude"] == pytest.approx(SPOT.lat, abs=1e-9)
    assert told["Composite:GPSLongitude"] == pytest.approx(SPOT.lon, abs=1e-9)
    assert told["GPSLatitudeRef"], told["GPSLongitudeRef"] == ("N", "E")
    assert (told["GPSAltitude"], told["GPSAltitudeRef"]) == (123.456, 0)
    assert (told["GPSImgDirection"], told["GPSImgDirectionRef"]) == (88.5, "T")
    assert told["GPSHPositioningError"] == 4.2
    assert told["GPSMapDatum"] == "WGS-84"
    assert told["GPSProcessingMethod"] == "GPS"
    assert (told["GPSDateStamp"], told["GPSTimeStamp"]) == ("2026:05:01", "02:00:30.25")
    assert told["GPSVersionID"] == "2 3 0 0"


@pytest.mark.parametrize(
    "data",
    [camera("<"), camera(">", HERE), jpeg(), jpeg(progressive=True)],
    ids=["little", "big", "no exif", "progressive"],
)
def test_exiftool_finds_no_new_fault(tmp_path: Path, tool: Any, data: bytes) -> None:
    before, after = written(tmp_path, data)
    arguments = ["-validate", "-warning", "-error"]
    old, new = exiftool(tool("exiftool"), [before, after], *arguments)
    told = [{v for k, v in one.items() if "Warning" in k or "Error" in k} for one in (old, new)]
    assert told[1] == set()
    assert old["ExifTool:Validate"] == new["ExifTool:Validate"] == "0 0 0"


def test_a_picture_without_exif_gets_what_exif_demands_after_its_jfif_header(
    tmp_path: Path, tool: Any
) -> None:
    _before, after = written(tmp_path, jpeg(), Position(117.2, -29.3, -3))
    data = after.read_bytes()
    assert data[2:4] == b"\xff\xe0"
    assert data[20:30] == b"\xff\xe1" + data[22:24] + b"Exif\0\0"
    (told,) = exiftool(tool("exiftool"), [after])
    assert told["EXIF:ExifIFD:ExifImageWidth"] == 64
    assert told["EXIF:ExifIFD:ExifVersion"] == "0232"
    info = read_photo(after)
    assert (info.lon, info.lat, info.gps.altitude) == (117.2, -29.3, -3)


def test_tags_of_an_old_fix_go_with_its_position(tmp_path: Path, tool: Any) -> None:
    old = {**HERE, 8: (ASCII, "9"), 11: (RATIONAL, [(2, 1)]), 13: (RATIONAL, [(5, 1)])}
    _before, after = written(tmp_path, camera("<", old), Position(100.0, 20.0))
    (told,) = exiftool(tool("exiftool"), [after])
    gone = {"GPSSatellites", "GPSDOP", "GPSAltitude", "GPSHPositioningError"}
    assert not {f"EXIF:GPS:{name}" for name in gone} & set(told)
    assert told["EXIF:GPS:GPSSpeed"] == 5
    assert told["EXIF:GPS:GPSImgDirection"] == 271.25


def test_tags_of_a_gps_directory_without_position_stay(tmp_path: Path, tool: Any) -> None:
    _before, after = written(tmp_path, camera(">", NO_POSITION), Position(100.0, 20.0))
    (told,) = exiftool(tool("exiftool"), [after])
    assert told["EXIF:GPS:GPSSatellites"] == 7
    assert (told["EXIF:GPS:GPSImgDirection"], told["EXIF:GPS:GPSImgDirectionRef"]) == (90, "M")


def test_pillow_still_shows_the_same_picture(tmp_path: Path) -> None:
    from PIL import Image, ImageChops

    before, after = written(tmp_path, camera())
    with Image.open(before) as one, Image.open(after) as two:
        assert ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox() is None
        assert two.getexif()[0x010F] == "Canon"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    altitude=st.none() | st.floats(-500, 20_000),
    direction=st.none() | st.floats(0, 359.999),
)
def test_any_position_comes_back(
    tmp_path: Path, lon: float, lat: float, altitude: float | None, direction: float | None
) -> None:
    if abs(lon) < 1e-9 and abs(lat) < 1e-9:
        return
    position = Position(lon, lat, altitude, direction, None, WHEN)
    _before, after = written(tmp_path, camera(), position)
    info = read_photo(after)
    assert info.problem is None
    assert info.lon == pytest.approx(lon, abs=1e-9)
    assert info.lat == pytest.approx(lat, abs=1e-9)
    assert info.gps.moment == WHEN
    assert info.gps.altitude == (None if altitude is None else pytest.approx(altitude, abs=1e-3))


def test_in_place_keeps_permissions_times_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "山体滑坡 全貌.jpg"
    path.write_bytes(camera())
    path.chmod(0o640)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    write_gps(path, SPOT)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_mtime == 1_700_000_000
    assert read_photo(path).lon == pytest.approx(SPOT.lon, abs=1e-9)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.jpg", tmp_path / "link.jpg"
    path.write_bytes(camera())
    link.symlink_to(path)
    write_gps(link, SPOT)
    assert link.is_symlink()
    assert read_photo(path).lon is not None


def test_writing_again_and_again_stays_readable(tmp_path: Path, tool: Any) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    for number in range(20):
        write_gps(path, Position(117 + number / 100, 29.3))
    (told,) = exiftool(tool("exiftool"), [path])
    assert told["Composite:GPSLongitude"] == pytest.approx(117.19)
    assert not [k for k in told if "Warning" in k]


def full(room: int) -> bytes:
    """A picture whose EXIF segment has this much room left."""
    small = block("<", {0x927C: (UNDEFINED, b"x" * 100)})
    return with_exif(
        jpeg(), block("<", {0x927C: (UNDEFINED, b"x" * (100 + 65_527 - len(small) - room))})
    )


def test_exif_data_without_room_are_refused_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(full(100))
    before = path.read_bytes()
    with pytest.raises(BadInput, match="64 KB"):
        write_gps(path, SPOT)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_the_last_byte_of_the_segment_can_be_used(tmp_path: Path, tool: Any) -> None:
    path = tmp_path / "a.jpg"
    for room in range(320, 500):
        path.write_bytes(full(room))
        try:
            write_gps(path, SPOT)
        except BadInput:
            continue
        break
    assert int.from_bytes(path.read_bytes()[4:6], "big") in (65_534, 65_535)
    (told,) = exiftool(tool("exiftool"), [path])
    assert told["Composite:GPSLatitude"] == pytest.approx(SPOT.lat, abs=1e-9)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        camera()[:-1],
        camera()[:300],
        with_exif(jpeg(), b"rubbish"),
        with_exif(jpeg(), block()),
        with_exif(jpeg(), b"II*\0\xff\0\0\0"),
        with_exif(with_exif(jpeg(), b"continued"), block("<", {1: (ASCII, "x")})),
        with_exif(jpeg(), block("<", {1: (ASCII, "x")}), b"\0\0Exif\0\0"),
        camera() + b"AXS!\1\0\0\1\0\0\0\0",
    ],
    ids=[
        *("empty", "no jpeg", "no end", "cut", "no tiff", "no tag", "no directory", "two segments"),
        *("odd header", "trailer"),
    ],
)
def test_what_cannot_be_written_safely_is_refused_untouched(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        write_gps(path, SPOT)
    assert str(caught.value).endswith("。")
    assert path.read_bytes() == data
    assert len(list(tmp_path.iterdir())) == 1


def test_no_file_and_no_folder_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        write_gps(tmp_path / "no.jpg", SPOT)
    path = tmp_path / "a.jpg"
    path.write_bytes(camera())
    with pytest.raises(Unavailable):
        write_gps(path, SPOT, tmp_path / "no" / "b.jpg")


@settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=10))
def test_damaged_pictures_are_written_whole_or_refused(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(camera("<", HERE))
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    try:
        write_gps(path, SPOT)
    except BadInput:
        assert path.read_bytes() == data
    else:
        info = read_photo(path)
        assert info.lon == pytest.approx(SPOT.lon, abs=1e-9)
        assert not info.broken
