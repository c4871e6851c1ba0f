"""Small upright pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from jdz_field.core.errors import BadInput
from jdz_field.photos.thumbnail import Thumbnail, thumbnail
from tests.photos.containers import dng_with_preview
from tests.photos.pictures import camera, jpeg


def opened(small: Thumbnail) -> Image.Image:
    return Image.open(io.BytesIO(small.jpeg))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_as_pillow_turns_it(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "照片.jpg"
    path.write_bytes(camera(orientation=orientation))
    small = thumbnail(path, 48)
    with Image.open(path) as picture:
        upright = (
            ImageOps.exif_transpose(picture).convert("RGB").resize((small.width, small.height))
        )
    assert (small.width, small.height) == ((48, 36) if orientation < 5 else (36, 48))
    with opened(small) as shown:
        for at in ((4, 4), (small.width - 5, 4), (4, small.height - 5)):
            pairs = zip(shown.getpixel(at), upright.getpixel(at), strict=True)
            assert max(abs(a - b) for a, b in pairs) < 60


def test_it_fits_the_edge_and_has_no_exif(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(2000, 500))
    small = thumbnail(path, 320)
    assert (small.width, small.height) == (320, 80)
    assert b"Exif" not in small.jpeg


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(20, 10))
    assert thumbnail(path).width == 20


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_colour_model_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.jpg"
    Image.new(mode, (100, 80)).save(path)
    with opened(thumbnail(path)) as shown:
        assert shown.mode == "RGB"


def test_a_cut_off_picture_shows_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    data = jpeg(800, 600)
    path.write_bytes(data[: len(data) * 2 // 3])
    with opened(thumbnail(path, 100)) as shown:
        red, green, _blue = shown.getpixel((5, 5))
        assert red > green + 100


def huge(frame: int, width: int, height: int) -> bytes:
    """A picture that claims a size it does not have."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 1] = frame
    data[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


@pytest.mark.parametrize("data", [huge(0xC0, 65_500, 65_500), huge(0xC2, 16_000, 16_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(BadInput, match="百万像素"):
        thumbnail(path)


@pytest.mark.parametrize("data", [b"", b"no picture", camera()[:200], b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(BadInput):
        thumbnail(path)


def test_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        thumbnail(tmp_path / "no.jpg")


@settings(
    max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(2, 3000), st.integers(0, 255)), min_size=1, max_size=8))
def test_damaged_pictures_give_a_thumbnail_or_one_sentence(
    tmp_path: Path, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(camera())
    for at, value in changes:
        data[at % len(data)] = value
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    try:
        small = thumbnail(path, 100)
    except BadInput:
        return
    assert 0 < small.width <= 100


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_raw_picture_shows_the_largest_preview_of_its_subdirectories(
    tmp_path: Path, order: str
) -> None:
    red, green = (io.BytesIO() for _colour in range(2))
    Image.new("RGB", (800, 600), "red").save(red, "JPEG")
    Image.new("RGB", (160, 120), "green").save(green, "JPEG")
    path = tmp_path / "a.dng"
    path.write_bytes(dng_with_preview(order, red.getvalue(), green.getvalue()))
    small = thumbnail(path, 320)
    assert (small.width, small.height) == (240, 320)  # turned upright
    with opened(small) as shown:
        red_part, green_part, _blue = shown.getpixel((100, 100))
        assert red_part > 200 > 60 > green_part


def test_a_raw_picture_whose_preview_lies_behind_its_end_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.dng"
    whole = dng_with_preview("<", jpeg(800, 600), jpeg(160, 120))
    path.write_bytes(whole[: -len(jpeg(160, 120)) - len(jpeg(800, 600))])
    with pytest.raises(BadInput):
        thumbnail(path, 320)
