"""Only lines that arrived whole count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynmeagps import NMEAReader

from jdz_field.gnss.sentences import LONGEST, Lines, Sentence, checksum_holds, read_sentence
from tests.gnss.sentences_made import gga, gsv, sentence


def test_a_whole_sentence_is_read() -> None:
    read = read_sentence(gga("021500.00", 117.21, 29.29))
    assert read is not None
    assert (read.kind, read.talker, read.text(5)) == ("GGA", "GN", "1")
    assert read.place(1) == pytest.approx((117.21, 29.29), abs=1e-7)


def test_beidou_talkers_are_read() -> None:
    for talker in ("BD", "GB", "GA", "GL", "GP", "GQ"):
        read = read_sentence(gsv(talker, 9))
        assert read is not None
        assert (read.talker, read.whole(2)) == (talker, 9)


def test_one_wrong_digit_is_noise() -> None:
    line = gga("021500.00", 117.21, 29.29)
    for at in range(1, len(line) - 5):
        other = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        assert read_sentence(other) is None


def test_what_is_no_sentence_is_noise() -> None:
    for line in (b"", b"$", b"$*", b"$GNGGA", b"!AIVDM,1*00", b"\xff\xfe$GP", b"$X*ZZ"):
        assert not checksum_holds(line)
        assert read_sentence(line) is None
    assert read_sentence(sentence("GNGGA," + "9" * LONGEST)) is None


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    assert read_sentence(data) is None or checksum_holds(data)


@given(st.lists(st.binary(min_size=1, max_size=40)), st.data())
def test_lines_do_not_depend_on_how_the_bytes_came(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"$GNGGA," + line.hex().encode() + b"*0F\r\n" + line for line in lines)
    whole = Lines().feed(stream)
    cutter, found, at = Lines(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 30))
        found += cutter.feed(stream[at : at + step])
        at += step
    assert found == whole


def test_binary_messages_between_sentences_are_passed_over() -> None:
    ubx = b"\xb5\x62\x01\x07\x5c\x00" + bytes(range(92)) + b"\x12\x34"
    rtcm = b"\xd3\x00\x13" + b"$\r\n*" * 5 + b"\x01\x02\x03"
    one, two = gga("021500.00", 117.21, 29.29), gsv("GB", 7)
    stream = ubx + one.strip() + rtcm + two + b"$GNGGA,0215" + one + ubx
    assert Lines().feed(stream) == [one.strip(), two.strip(), one.strip()]


_BODIES = {
    "GGA": "GPGGA,021500.250,2917.12345678,N,11712.87654321,E,4,24,0.5,61.5,M,3.2,M,1.5,0001",
    "RMC": "GNRMC,235959.90,A,2917.5,S,11712.25,W,12.5,271.3,221126,3.1,W,R,V",
    "GSA": "GNGSA,A,3,01,02,33,,,,,,,,,,1.6,0.9,1.3,4",
    "GSV": "GBGSV,1,1,02,01,40,083,46,02,30,110,,1",
    "GST": "GNGST,021500.00,1.0,2.0,1.0,45.0,0.6,0.8,1.5",
    "ZDA": "GNZDA,021500.00,22,11,2026,00,00",
    "GLL": "GNGLL,2917.12345678,N,11712.87654321,E,021500.00,A,D",
    "GNS": "GNGNS,021500.00,2917.1,N,11712.8,E,RRAN,20,0.6,61.5,3.2,1.0,0001,V",
}


@pytest.mark.parametrize("kind", list(_BODIES))
def test_the_fields_are_those_of_another_reader(kind: str) -> None:
    line = sentence(_BODIES[kind])
    ours, theirs = read_sentence(line), NMEAReader.parse(line)
    assert ours is not None
    assert (ours.talker, ours.kind) == (theirs.talker, theirs.msgID)
    at = {"GGA": 0, "RMC": 0, "GST": 0, "ZDA": 0, "GLL": 4, "GNS": 0}.get(kind)
    if at is not None:
        told = theirs.time
        seconds = (told.hour * 60 + told.minute) * 60 + told.second
        assert ours.time(at) == seconds * 1000 + told.microsecond // 1000
    where = {"GGA": 1, "RMC": 2, "GLL": 0, "GNS": 1}.get(kind)
    if where is not None:
        assert ours.place(where) == pytest.approx((theirs.lon, theirs.lat), abs=1e-9)


@pytest.mark.parametrize(
    "text", ["", "2400", "240000", "126000", "125961", "12:00:00", "1200000x", "nan", "-10000"]
)
def test_absurd_times_are_none(text: str) -> None:
    assert Sentence("GN", "GGA", (text,)).time(0) is None


def test_a_leap_second_is_the_next_days_first() -> None:
    assert Sentence("GN", "RMC", ("235960.00",)).time(0) == 86_400_000


@pytest.mark.parametrize(
    "fields",
    [
        ("9959.0", "N", "11712.0", "E"),
        ("2960.0", "N", "11712.0", "E"),
        ("2917.0", "E", "11712.0", "N"),
        ("2917.0", "", "11712.0", "E"),
        ("2917.0", "NS", "11712.0", "E"),
        ("-2917.0", "N", "11712.0", "E"),
        ("nan", "N", "inf", "E"),
        ("2917.0", "N"),
    ],
)
def test_absurd_places_are_none(fields: tuple[str, ...]) -> None:
    assert Sentence("GN", "GGA", fields).place(0) is None


def test_a_line_without_end_is_thrown_away() -> None:
    lines = Lines()
    assert lines.feed(b"$" + b"A" * 10 * LONGEST) == []
    assert lines.feed(b"\n" + gga("021500.00", 117.21, 29.29)) == [
        gga("021500.00", 117.21, 29.29).strip()
    ]
