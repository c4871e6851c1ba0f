"""Codes in pictures: which, in which character set, and none."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from jdz_field.core.errors import BadInput
from jdz_field.photos.barcode import one_code, read_codes

HAZARD = "浮梁县瑶里镇 隐患点 360222"


def drawn(content, name, scale=4):
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, name))
    return np.array(code.to_image(scale=scale))


@pytest.mark.parametrize(
    ("name", "text"),
    [("QRCode", "JDZ-1"), ("DataMatrix", "M/7"), ("EAN13", "6901234567892"), ("Code128", "B-042")],
)
def test_formats_of_the_trade_are_read(name, text):
    (code,) = read_codes(drawn(text, name))
    assert (code.text, code.format) == (text, name)


@pytest.mark.parametrize("name", ["QRCode", "DataMatrix", "PDF417", "Aztec"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", ""])
def test_chinese_is_right_in_every_character_set(name, encoding):
    content = HAZARD.encode(encoding) if encoding else HAZARD
    assert [code.text for code in read_codes(drawn(content, name))] == [HAZARD]


def test_latin_text_is_not_taken_for_chinese():
    assert read_codes(drawn("Höhe 12".encode("latin-1"), "QRCode"))[0].text == "Höhe 12"


def test_several_codes_are_told_from_top_to_bottom():
    one, two = drawn("first", "QRCode"), drawn("second", "QRCode")
    page = np.full((one.shape[0] + two.shape[0] + 60, 300), 255, np.uint8)
    page[: one.shape[0], : one.shape[1]] = one
    page[one.shape[0] + 60 :, 40 : 40 + two.shape[1]] = two
    codes = read_codes(page)
    assert [code.text for code in codes] == ["first", "second"]
    assert codes[0].y < codes[1].y
    assert one_code(codes) is None


def test_the_same_code_twice_is_one():
    one = drawn("same", "QRCode")
    codes = read_codes(np.hstack([one, one]))
    assert one_code(codes) == codes[0]


def test_a_turned_and_an_inverted_code_are_read():
    one = drawn("turned", "DataMatrix")
    assert read_codes(np.rot90(one))[0].text == "turned"
    assert read_codes(255 - one)[0].text == "turned"


def test_what_a_label_printer_adds_is_cut_off():
    assert read_codes(drawn("B-042\r\n", "QRCode"))[0].text == "B-042"


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8),
        np.full((300, 400), 255, np.uint8),
        np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8),
        drawn("cut in half", "QRCode")[:30],
    ],
    ids=["tiny", "white", "noise", "half"],
)
def test_a_picture_without_a_code_says_what_to_do(picture):
    codes = read_codes(picture)
    assert codes == []
    with pytest.raises(BadInput, match="没有找到"):
        one_code(codes)
