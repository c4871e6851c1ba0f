"""Stamps: in a font that has the letters, at the foot, never wider than the picture."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from jdz_field.core.errors import Unavailable
from jdz_field.photos import stamp

WORDS = ("瑶里镇示例滑坡 360222010001", "CGCS2000 117.512345°E 29.512345°N", "2026-11-23 09:10")


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(before, after).getbbox()
    assert box is not None
    return box


def test_the_words_stand_at_the_foot_and_the_picture_is_another() -> None:
    plain = Image.new("RGB", (800, 600), (90, 120, 90))
    made = stamp.stamped(plain, WORDS)
    assert made.size == plain.size
    left, top, right, low = changed(plain, made)
    assert (left, right, low) == (0, 800, 600)
    assert 400 < top < 560
    assert plain.getextrema() == ((90, 90), (120, 120), (90, 90))
    assert made.crop((0, top, 800, 600)).getextrema()[0][1] == 255


@pytest.mark.parametrize("size", [(60, 900), (900, 40), (16, 16)])
def test_narrow_and_low_pictures_are_stamped_too(size) -> None:
    made = stamp.stamped(Image.new("RGB", size, (90, 120, 90)), WORDS)
    assert made.size == size


def test_long_words_are_made_smaller() -> None:
    font = stamp._fitting(["很长的名字" * 40], 30, 500)
    assert font.size < 30


def test_chinese_letters_are_no_boxes() -> None:
    font = stamp.font_of(40)
    assert bytes(font.getmask("瑶")) != bytes(font.getmask("里"))


def test_no_words_no_band() -> None:
    plain = Image.new("RGB", (80, 60), (1, 2, 3))
    assert ImageChops.difference(plain, stamp.stamped(plain, ["", ""])).getbbox() is None


def test_a_machine_without_such_a_font_says_so(monkeypatch) -> None:
    monkeypatch.setattr(stamp, "_folders", lambda: iter(()))
    for cached in (stamp.font_file, stamp.font_of):
        cached.cache_clear()
    try:
        with pytest.raises(Unavailable):
            stamp.stamped(Image.new("RGB", (80, 60)), WORDS)
    finally:
        for cached in (stamp.font_file, stamp.font_of):
            cached.cache_clear()
