"""The TIFF block that EXIF data are."""

from __future__ import annotations

import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.photos.tiff import Tiff
from tests.photos.pictures import ASCII, LONG, RATIONAL, SHORT, SRATIONAL, block


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_of_both_byte_orders_are_read(order: str) -> None:
    tiff = Tiff(
        block(
            order,
            {
                1: (SHORT, 7),
                2: (LONG, [1, 2, 3]),
                3: (RATIONAL, [(1, 4), (1, 0), (0, 0)]),
                4: (SRATIONAL, [(-1, 2)]),
                5: (ASCII, "瑶里 Yaoli"),
            },
        )
    )
    first = tiff.first()
    assert first.whole
    assert [tiff.numbers(first.entries[tag]) for tag in (1, 2, 3, 4)] == [
        [7.0],
        [1.0, 2.0, 3.0],
        [0.25, None, None],
        [-0.5],
    ]
    assert tiff.text(first.entries[5]) == "瑶里 Yaoli"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("景德镇".encode("gb18030"), "景德镇"),
        (b"  Acme \0 left over", "Acme"),
        (b"a\x07b\x1b[31m", "ab[31m"),
        (b"\xff\xfe\xff", "ÿþÿ"),
        (b"", ""),
    ],
)
def test_texts_are_decoded_and_cleaned(raw: bytes, text: str) -> None:
    tiff = Tiff(block("<", {1: (ASCII, raw)}))
    assert tiff.text(tiff.first().entries.get(1)) == text


def test_a_long_text_is_cut() -> None:
    tiff = Tiff(block("<", {1: (ASCII, "x" * 50_000)}))
    assert len(tiff.text(tiff.first().entries[1])) == 1024


@pytest.mark.parametrize("data", [b"", b"II", b"II*\1\x08\0\0\0", b"XX*\0", b"II\0*\x08\0\0\0"])
def test_no_tiff_header_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="header"):
        Tiff(data)


@pytest.mark.parametrize("at", [0, 4, 7, 9999, 0xFFFFFFFF])
def test_a_directory_at_an_impossible_place_is_empty(at: int) -> None:
    tiff = Tiff(b"II*\0" + struct.pack("<I", at) + b"\0" * 40)
    assert not tiff.first().whole
    assert tiff.first().raw == []


def test_a_directory_longer_than_the_block_gives_what_is_there() -> None:
    data = bytearray(block("<", {1: (SHORT, 7), 2: (SHORT, 8)}))
    data[8:10] = struct.pack("<H", 5000)
    first = Tiff(bytes(data)).first()
    assert not first.whole
    assert sorted(first.entries) == [1, 2]


@pytest.mark.parametrize("count", [0, 1 << 20, 0xFFFFFFFF])
def test_a_value_beyond_the_block_is_left_out(count: int) -> None:
    entry = struct.pack("<HHII", 1, RATIONAL, count, 8)
    tiff = Tiff(b"II*\0\x08\0\0\0\1\0" + entry + b"\0" * 4)
    assert tiff.first().entries == {}


def test_a_directory_that_points_to_itself_is_read_once() -> None:
    tiff = Tiff(b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 0x8769, LONG, 1, 8) + b"\0" * 4)
    below = tiff.below(tiff.first(), 0x8769)
    assert below is not None
    assert below.at == 8


def test_thousands_of_large_values_cost_little_memory() -> None:
    count = 5000
    entries = b"".join(struct.pack("<HHII", tag, 7, 5000, 8) for tag in range(count))
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries + b"\0\0\0\0"
    tracemalloc.start()
    assert len(Tiff(data).first().entries) == count
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


@given(st.sampled_from([b"II*\0", b"MM\0*"]), st.binary(max_size=300))
def test_any_bytes_can_be_read(header: bytes, data: bytes) -> None:
    tiff = Tiff(header + data)
    first = tiff.first()
    for entry in first.entries.values():
        tiff.numbers(entry)
        tiff.text(entry)
        tiff.below(first, entry.tag)
