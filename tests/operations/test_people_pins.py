"""PINs: kept as hashes, refused when everybody tries them first, waits that grow and end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.operations.people_pins import (
    FREE_TRIES,
    LONGEST_WAIT,
    Pin,
    require_good,
    wait_after,
    wait_left,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
moments = st.integers(946_684_800, 4_102_444_800).map(lambda s: datetime.fromtimestamp(s, UTC))


def test_a_pin_opens_with_its_digits_alone() -> None:
    pin = Pin.of("2580")
    assert pin.opens_with("2580")
    assert not pin.opens_with("2581")
    assert not pin.opens_with("")
    assert "2580" not in str(pin.to_json())


def test_two_equal_pins_are_kept_differently() -> None:
    assert Pin.of("7391").hash != Pin.of("7391").hash


def test_a_pin_survives_the_file() -> None:
    pin = Pin.of("739164")
    assert Pin.from_json(pin.to_json()) == pin


@pytest.mark.parametrize("digits", ["", "123", "1" * 13, "12a4", "١٢٣٩", " 1379", "-139"])
def test_what_is_no_pin_is_refused(digits: str) -> None:
    with pytest.raises(BadInput, match="4 到 12"):
        require_good(digits)


@pytest.mark.parametrize("digits", ["0000", "1234", "9876", "7890", "111111", "3210"])
def test_what_everybody_tries_first_is_refused(digits: str) -> None:
    with pytest.raises(BadInput, match="最先"):
        require_good(digits)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 1 << 30},
        {"n": 12345},
        {"n": True},
        {"n": "32768"},
        {"r": 0},
        {"r": 1000},
        {"p": 99},
        {"salt": "zz"},
        {"salt": ""},
        {"salt": "ab" * 500},
        {"hash": "00"},
        {"hash": None},
    ],
)
def test_a_file_cannot_ask_for_endless_work_or_an_empty_hash(change: dict[str, object]) -> None:
    data = Pin("ab" * 16, "cd" * 32, 1 << 15, 8, 1).to_json() | change
    with pytest.raises(ValueError, match=r"PIN|cost|hex"):
        Pin.from_json(data)


@given(st.integers(0, 10_000))
def test_waits_grow_and_never_exceed_an_hour(tries: int) -> None:
    assert 0 <= wait_after(tries) <= wait_after(tries + 1) <= LONGEST_WAIT
    assert (wait_after(tries) == 0) == (tries < FREE_TRIES)


@given(st.integers(0, 60), moments, moments)
def test_a_wait_is_bounded_whatever_the_clock_does(
    tries: int, tried: datetime, now: datetime
) -> None:
    left = wait_left(tries, to_text(tried), now)
    assert 0 <= left <= wait_after(tries)
    if now < tried - timedelta(seconds=1):
        assert left == wait_after(tries)


@settings(max_examples=200)
@given(st.integers(FREE_TRIES, 40), moments, st.floats(0, LONGEST_WAIT * 2))
def test_a_wait_ends_exactly_after_its_time(tries: int, tried: datetime, later: float) -> None:
    tried = tried.replace(microsecond=0)
    now = tried + timedelta(seconds=later)
    left = wait_left(tries, to_text(tried), now)
    over = (now - tried).total_seconds() >= wait_after(tries)
    assert (left == 0) == over
    # Waiting what is said is enough, and a second less is not.
    assert wait_left(tries, to_text(tried), now + timedelta(seconds=left)) == 0
    if left > 1:
        assert wait_left(tries, to_text(tried), now + timedelta(seconds=left - 1)) > 0
