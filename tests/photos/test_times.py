"""Times and offsets as cameras and people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadUsage
from jdz_field.photos.times import camera_time, offset_zone, zone_of

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "hours"),
    [("+08:00", 8), ("+0800", 8), ("+8", 8), (" -05:30 ", -5.5), ("Z", 0), ("+00:00", 0)],
)
def test_offsets_in_their_spellings(text: str, hours: float) -> None:
    zone = offset_zone(text)
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["", "   :  ", "08:00", "+25:00", "+14:30", "+08:99", "China", "+"]
)
def test_what_is_no_offset(text: str) -> None:
    assert offset_zone(text) is None


def test_a_zone_by_name() -> None:
    moment = datetime(2026, 5, 1, 10, tzinfo=zone_of("Asia/Shanghai"))
    assert moment.utcoffset() == timedelta(hours=8)
    assert zone_of("utc") is UTC


@pytest.mark.parametrize("text", ["", "Nowhere/Here", "../etc/passwd", "+99:00", "\0"])
def test_an_unknown_zone_is_wrong_usage(text: str) -> None:
    with pytest.raises(BadUsage, match=r"\+08:00"):
        zone_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026:05:01 10:00:30",
        "2026-05-01 10:00:30",
        "2026/05/01 10:00:30",
        "2026:05:01T10:00:30",
        " 2026:5:1  10:0:30 ",
    ],
)
def test_camera_times_in_their_spellings(text: str) -> None:
    assert camera_time(text) == datetime(2026, 5, 1, 10, 0, 30)  # noqa: DTZ001


def test_fraction_and_offset_from_their_own_tags() -> None:
    assert camera_time("2026:05:01 10:00:30", "07 ", "+08:00") == datetime(
        2026, 5, 1, 10, 0, 30, 70_000, tzinfo=CHINA
    )


def test_fraction_and_offset_at_the_end_of_the_time() -> None:
    assert camera_time("2026:05:01 10:00:30.1234567+08:00") == datetime(
        2026, 5, 1, 10, 0, 30, 123_456, tzinfo=CHINA
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "2026:13:01 10:00:00",
        "2026:02:30 10:00:00",
        "2026:05:01 25:00:00",
        "2026:05:01",
        "yesterday",
        "２０２６:05:01 10:00:00",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert camera_time(text) is None


@given(st.text(max_size=40), st.text(max_size=6), st.text(max_size=8))
def test_any_text_is_a_time_or_none(text: str, fraction: str, offset: str) -> None:
    assert camera_time(text, fraction, offset) is None or text.strip()[:4].isdigit()
    camera_time("2026:05:01 10:00:30", fraction, offset)
