"""What was blurred cannot be told apart, and nothing else comes along."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from jdz_field.core.errors import BadInput
from jdz_field.photos.blur import Area, areas_of, blurred, blurred_jpeg, text_of
from tests.photos.pictures import HERE, camera, jpeg


def stripes(wide: int = 400, high: int = 300) -> Image.Image:
    """Detail everywhere: black and white lines of two pixels."""
    image = Image.new("L", (wide, high))
    image.putdata([255 * (x // 2 % 2) for _y in range(high) for x in range(wide)])
    return image.convert("RGB")


def contrast(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    low, high = image.crop(box).convert("L").getextrema()
    return high - low


def test_a_whole_picture_keeps_no_detail() -> None:
    made = blurred(stripes())
    assert made.size == (400, 300)
    assert contrast(made, (0, 0, 400, 300)) < 40


def test_only_the_parts_that_are_marked_go() -> None:
    made = blurred(stripes(), [Area(0.25, 0.25, 0.25, 0.25)])
    assert contrast(made, (100, 75, 200, 150)) < 40
    assert contrast(made, (250, 0, 400, 300)) == 255


def test_a_part_at_the_edge_and_of_one_pixel_goes_too() -> None:
    made = blurred(stripes(40, 30), [Area(0.99, 0.99, 0.01, 0.01), Area(0, 0, 0.0001, 0.0001)])
    assert made.size == (40, 30)


def test_nothing_of_the_camera_comes_along(tmp_path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(camera("<", HERE, orientation=6, pixels=jpeg(80, 60)))
    with Image.open(io.BytesIO(blurred_jpeg(file))) as made:
        assert made.size == (60, 80)
        assert not made.getexif()
        assert "exif" not in made.info


def test_parts_are_written_and_read_the_same() -> None:
    areas = (Area(0.1, 0.2, 0.3, 0.4), Area(0.0, 0.5, 1.0, 0.5))
    assert areas_of(text_of(areas)) == areas
    assert (text_of(()), areas_of(None), areas_of(" ; ")) == (None, (), ())


@pytest.mark.parametrize(
    "text",
    [*("0.1 0.2 0.3", "a b c d", "0.1 0.1 0.1 0.1 0.1", "-0.1 0 0.5 0.5", "0 0 1.5 1"),
     *("0 0 0 0", "nan 0 0.1 0.1", "0 0 nan 1", "1 0 0.1 0.1", "; ".join(["0 0 .1 .1"] * 201))],
)  # fmt: skip
def test_what_is_no_part_is_refused(text) -> None:
    with pytest.raises(BadInput):
        areas_of(text)


def test_what_is_no_picture_is_refused(tmp_path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"no picture")
    with pytest.raises(BadInput):
        blurred_jpeg(file)
