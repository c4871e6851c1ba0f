"""The segments of a JPEG file."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.photos.faults import Fault
from jdz_field.photos.jpeg import Layout, scan
from tests.photos.pictures import camera, jpeg, segment, with_exif


def layout(data: bytes) -> Layout:
    return scan(io.BytesIO(data))


def test_a_whole_picture_has_its_size_its_segments_and_no_fault() -> None:
    found = layout(camera())
    assert found.fault is None
    assert (found.width, found.height, found.frame) == (64, 48, 0xC0)
    assert [s.marker for s in found.segments][:2] == [0xE1, 0xE0]
    assert found.exif is not None
    assert found.exif[:4] == b"II*\0"


def test_a_progressive_picture_is_recognised() -> None:
    found = layout(jpeg(progressive=True))
    assert found.frame == 0xC2
    assert found.fault is None


@pytest.mark.parametrize("picture", [camera(), jpeg(), jpeg(progressive=True)], ids=len)
def test_cut_at_any_byte_it_is_called_cut_off(picture: bytes) -> None:
    assert layout(b"").fault is Fault.EMPTY
    for end in range(1, len(picture)):
        assert layout(picture[:end]).fault is Fault.CUT_OFF, end


def test_what_follows_the_image_is_not_missed_and_does_not_matter() -> None:
    assert layout(camera() + b"\0" * 5000 + b"motion photo").fault is None


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    picture = jpeg()
    assert layout(picture[:2] + b"\xff" * 300 + picture[2:]).fault is None


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"%PDF-1.7", b"\0" * 100, b"\xff\xd8\0\0"],
)
def test_other_files_are_no_jpeg(data: bytes) -> None:
    assert layout(data).fault is Fault.NO_PICTURE


def test_rubbish_between_segments_is_damage() -> None:
    picture = jpeg()
    assert layout(picture[:20] + b"rubbish" + picture[20:]).fault is Fault.DAMAGED


def test_a_length_below_two_is_damage() -> None:
    assert layout(b"\xff\xd8\xff\xe1\0\1" + jpeg()[2:]).fault is Fault.DAMAGED


def test_an_end_without_image_data_is_damage() -> None:
    assert layout(b"\xff\xd8\xff\xd9" + b"\0" * 9).fault is Fault.DAMAGED


def test_endless_segments_are_given_up() -> None:
    assert layout(b"\xff\xd8" + segment(0xE5, b"") * 20_000).fault is Fault.DAMAGED


def test_endless_fill_bytes_are_given_up() -> None:
    assert layout(b"\xff\xd8" + b"\xff" * 200_000).fault is Fault.DAMAGED


def test_exif_in_two_segments_is_read_from_the_first_and_called_odd() -> None:
    picture = with_exif(jpeg(), b"continued", b"Exif\0\0")
    whole = with_exif(picture, b"II*\0\x08\0\0\0\0\0")
    found = layout(whole)
    assert found.exif == b"II*\0\x08\0\0\0\0\0"
    assert found.odd_exif


def test_a_header_with_bytes_before_it_is_read_and_called_odd() -> None:
    found = layout(with_exif(jpeg(), b"MM\0*", b"\0\0Exif\0\0"))
    assert found.exif == b"MM\0*"
    assert found.odd_exif


def test_xmp_is_not_taken_for_exif() -> None:
    picture = jpeg()
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    assert layout(picture[:2] + xmp + picture[2:]).exif is None


@given(st.binary(max_size=400))
def test_any_bytes_give_a_layout(data: bytes) -> None:
    for start in (b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\0\x20Exif\0\0"):
        found = layout(start + data)
        assert found.size == len(start + data)


@given(st.integers(0, len(camera()) - 1), st.integers(0, 255))
def test_any_changed_byte_gives_a_layout(at: int, value: int) -> None:
    data = bytearray(camera())
    data[at] = value
    assert layout(bytes(data)).size == len(data)
