"""Changed copies keep what the original says of its place and time."""

from __future__ import annotations

import pytest

from jdz_field.photos.copies import longest_side, write_copy
from jdz_field.photos.exif import read_photo
from tests.photos.pictures import HERE, LAT, LON, camera, jpeg, with_exif


@pytest.mark.parametrize("order", ["<", ">"])
def test_place_and_time_are_kept_and_the_copy_stands_upright(tmp_path, order):
    original, copy = tmp_path / "o.jpg", tmp_path / "c.jpg"
    original.write_bytes(camera(order, HERE, orientation=6))
    write_copy(jpeg(32, 64), original, copy)
    before, after = read_photo(original), read_photo(copy)
    assert (after.lon, after.lat) == pytest.approx((LON, LAT))
    assert (after.taken, after.make) == (before.taken, "Canon")
    assert (before.orientation, after.orientation) == (6, 1)
    assert (after.width, after.height) == (32, 64)
    assert after.problem is None


def test_a_copy_of_nothing_is_the_picture_itself(tmp_path):
    write_copy(jpeg(), None, tmp_path / "c.jpg")
    assert (tmp_path / "c.jpg").read_bytes() == jpeg()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n", jpeg(), with_exif(jpeg(), b"II*\0broken"), jpeg()[:40]],
    ids=["empty", "png", "no exif", "bad exif", "cut"],
)
def test_an_original_that_says_nothing_does_no_harm(tmp_path, content):
    original, copy = tmp_path / "o", tmp_path / "c.jpg"
    original.write_bytes(content)
    write_copy(jpeg(), original, copy)
    after = read_photo(copy)
    assert not after.broken
    assert after.lon is None


def test_sides(tmp_path):
    file = tmp_path / "a.jpg"
    file.write_bytes(jpeg(640, 480))
    assert longest_side(file) == 640
    file.write_bytes(b"no picture")
    assert longest_side(file) == 0
