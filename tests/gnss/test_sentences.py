"""Only lines that arrived whole count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jdz_field.gnss.sentences import LONGEST, Lines, checksum_holds, read_sentence
from tests.gnss.sentences_made import gga, gsv, sentence


def test_a_whole_sentence_is_read() -> None:
    read = read_sentence(gga("021500.00", 117.21, 29.29))
    assert read is not None
    assert (read.msgID, read.talker, read.quality) == ("GGA", "GN", 1)
    assert abs(read.lon - 117.21) < 1e-7
    assert abs(read.lat - 29.29) < 1e-7


def test_beidou_talkers_are_read() -> None:
    for talker in ("BD", "GB", "GA", "GL", "GP", "GQ"):
        read = read_sentence(gsv(talker, 9))
        assert read is not None
        assert int(read.numSV) == 9


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
    stream = b"".join(
        b"$" + line.replace(b"\n", b"").replace(b"\r", b"") + b"\r\n" for line in lines
    )
    whole = Lines().feed(stream)
    cutter, found, at = Lines(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 30))
        found += cutter.feed(stream[at : at + step])
        at += step
    assert found == whole
    assert len(whole) == len(lines)


def test_a_line_without_end_is_thrown_away() -> None:
    lines = Lines()
    assert lines.feed(b"$" + b"A" * 10 * LONGEST) == []
    assert lines.feed(b"\n" + gga("021500.00", 117.21, 29.29)) == [
        gga("021500.00", 117.21, 29.29).strip()
    ]
