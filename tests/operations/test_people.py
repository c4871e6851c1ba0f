"""Several persons on one tablet: names, PINs, waits over restarts, forgotten PINs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.operations import people as module
from jdz_field.operations import people_pins
from jdz_field.operations.people import Entered, People, masked, moment_left, owner_of
from jdz_field.operations.people_pins import LONGEST_WAIT, wait_after


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is another test's."""
    monkeypatch.setattr(people_pins, "_N", 16)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> People:
    return People(tmp_path / "config", clock)


def acts(people: People) -> list[str]:
    return [str(note["act"]) for note in people.file.notes()]


def test_the_first_projects_author_is_the_first_person(people: People) -> None:
    first = people.begin("余小敏")
    assert first is not None
    assert (first.name, first.pin) == ("余小敏", None)
    assert people.begin("余小敏") == first
    assert people.last() == first


def test_an_invented_project_brings_nobody(people: People) -> None:
    assert people.begin("示例人员", invented=True) is None
    assert people.begin("") is None
    assert people.everybody() == ()


def test_a_project_from_another_tablet_is_worked_on_by_who_is_here(people: People) -> None:
    mine = people.begin("余小敏")
    assert people.begin("王某") == mine
    assert [one.name for one in people.everybody()] == ["余小敏"]


def test_who_worked_last_goes_before_who_was_added_first(people: People) -> None:
    people.begin("余小敏")
    second = people.add("汪晓兰", phone=" 138 0000 0001 ", unit="浮梁县林业局")
    assert second.phone == "138 0000 0001"
    people.enter(second.id, "")
    assert people.begin("王某") == people.person(second.id)
    assert acts(people) == ["added", "added", "changed person"]


@pytest.mark.parametrize("name", ["", "  ", "\n", "x" * 61, "a\x00b"])
def test_what_is_no_name_is_refused(people: People, name: str) -> None:
    with pytest.raises(BadInput):
        people.add(name)
    assert people.everybody() == ()


def test_one_name_is_one_person(people: People) -> None:
    one = people.add("余小敏")
    with pytest.raises(BadInput, match="已有"):
        people.add(" 余小敏 ")
    people.change(one.id, name="余晓敏")
    # The earlier name still stands beside entries.
    with pytest.raises(BadInput, match="已有"):
        people.add("余小敏")
    assert owner_of("余小敏", people.everybody()) == people.person(one.id)


def test_a_name_may_go_back(people: People) -> None:
    one = people.add("余小敏")
    people.change(one.id, name="余晓敏", phone="1", unit="二队")
    again = people.change(one.id, name="余小敏", phone="2")
    assert (again.name, again.earlier, again.phone, again.unit) == ("余小敏", ("余晓敏",), "2", "")


def test_switching_takes_the_pin(people: People) -> None:
    one = people.add("余小敏")
    two = people.add("汪晓兰", pin="2580")
    assert people.last() == one
    assert people.enter(two.id, "2581") == Entered(right=False, wait=0)
    assert people.last() == one
    assert people.enter(two.id, "2580") == Entered(right=True)
    assert people.last() is not None
    assert people.last().id == two.id  # type: ignore[union-attr]


def test_waits_grow_over_restarts(people: People, clock: Clock, tmp_path: Path) -> None:
    one = people.add("余小敏", pin="2580")
    for _try in range(4):
        entered = people.enter(one.id, "0000")
    assert entered == Entered(right=False, wait=30)
    restarted = People(tmp_path / "config", clock)
    # During a wait the right digits are not looked at either.
    assert restarted.enter(one.id, "2580") == Entered(right=False, wait=30, asked=False)
    clock.pass_(29)
    assert restarted.wait(one.id) == 1
    clock.pass_(1)
    assert restarted.enter(one.id, "1111").wait == 60
    clock.pass_(60)
    assert restarted.enter(one.id, "2580").right
    # The right digits set the count back.
    assert restarted.enter(one.id, "1111").wait == 0
    assert acts(restarted).count("wrong PIN") == 6


def test_a_try_counts_before_it_is_looked_at(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = people.add("余小敏", pin="2580")

    def killed(_pin: object, _digits: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.Pin, "opens_with", killed)
    with pytest.raises(KeyboardInterrupt):
        people.enter(one.id, "0000")
    assert people.person(one.id).tries == 1  # type: ignore[union-attr]


def test_a_clock_turned_back_makes_wait_once_more_and_no_longer(
    people: People, clock: Clock
) -> None:
    one = people.add("余小敏", pin="2580")
    clock.pass_(10 * 365 * 86400)
    for _try in range(5):
        people.enter(one.id, "0000")
        clock.pass_(40)
    clock.pass_(-10 * 365 * 86400)
    assert people.enter(one.id, "2580") == Entered(right=False, wait=60, asked=False)
    clock.pass_(60)
    assert people.enter(one.id, "2580").right


def test_a_disk_that_refuses_keeps_nobody_out_and_counts_anyway(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = people.add("余小敏", pin="2580")

    def full(_file: object, _state: object) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(module.PeopleFile, "write", full)
    assert people.enter(one.id, "2580").right
    for _try in range(4):
        people.enter(one.id, "0000")
    assert people.enter(one.id, "2580") == Entered(right=False, wait=30, asked=False)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-7200, 7200)), max_size=12))
def test_no_series_of_tries_and_clocks_locks_out_for_long(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int]]
) -> None:
    clock = Clock()
    people = People(tmp_path_factory.mktemp("people"), clock)
    with pytest.MonkeyPatch.context() as patch:
        # The cost of scrypt is another test's.
        patch.setattr(module.Pin, "opens_with", lambda _pin, digits: digits == "2580")
        one = people.add("余小敏", pin="2580")
        wrong = 0
        for right, seconds in steps:
            clock.pass_(seconds)
            entered = people.enter(one.id, "2580" if right else "0000")
            assert 0 <= entered.wait <= LONGEST_WAIT
            if entered.asked:
                wrong = 0 if right else wrong + 1
                assert entered.right == right
                assert entered.wait == (0 if right else wait_after(wrong))
        clock.pass_(people.enter(one.id, "0000").wait)
        clock.pass_(people.wait(one.id))
        assert people.enter(one.id, "2580").right


def test_a_pin_is_set_changed_and_taken_away(people: People) -> None:
    one = people.add("余小敏")
    with pytest.raises(BadInput):
        people.set_pin(one.id, "1234")
    people.set_pin(one.id, "2580")
    assert not people.enter(one.id, "2581").right
    people.set_pin(one.id, "")
    assert people.enter(one.id, "anything").right


def test_another_vouches_for_a_forgotten_pin(people: People) -> None:
    one = people.add("余小敏", pin="2580")
    two = people.add("汪晓兰", pin="1379")
    assert not people.vouch(one.id, two.id, "2580").right
    assert people.person(one.id).pin is not None  # type: ignore[union-attr]
    assert people.vouch(one.id, two.id, "1379").right
    # Vouching is not coming in.
    assert people.last().id == one.id  # type: ignore[union-attr]
    assert people.enter(one.id, "").right
    assert people.seen(one.id) == "2026-11-22T04:00:00.000Z"
    assert people.seen(one.id) == ""
    reset = [note for note in people.file.notes() if note["act"] == "PIN reset"]
    assert [(note["person"], note["by"]) for note in reset] == [("余小敏", "汪晓兰")]


def test_nobody_vouches_for_themselves_or_without_a_pin(people: People) -> None:
    one = people.add("余小敏", pin="2580")
    two = people.add("汪晓兰")
    for voucher in (one, two):
        with pytest.raises(BadUsage):
            people.vouch(one.id, voucher.id, "2580")


def test_wrong_vouching_makes_wait_too(people: People) -> None:
    one = people.add("余小敏", pin="2580")
    two = people.add("汪晓兰", pin="1379")
    for _try in range(4):
        entered = people.vouch(one.id, two.id, "0000")
    assert entered.wait == 30
    assert people.vouch(one.id, two.id, "1379").asked is False


def test_the_last_person_stays(people: People) -> None:
    one = people.add("余小敏")
    with pytest.raises(BadUsage):
        people.remove(one.id)
    two = people.add("汪晓兰")
    people.remove(one.id)
    assert people.last() == people.person(two.id)
    with pytest.raises(BadUsage):
        people.remove(one.id)


@pytest.mark.parametrize("act", ["enter", "wait", "set_pin", "remove", "reset_pin"])
def test_a_person_who_is_not_here_is_said(people: People, act: str) -> None:
    people.add("余小敏")
    more = {"enter": ["2580"], "set_pin": ["2580"], "reset_pin": ["x"]}.get(act, [])
    with pytest.raises(BadUsage, match="没有"):
        getattr(people, act)("nobody", *more)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "13•••••5678"), ("", ""), ("110", "•••"), ("0798-8221234", "07••••••1234")],
)
def test_phones_are_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown


def test_waits_are_said_in_their_unit() -> None:
    assert (moment_left(30), moment_left(120), moment_left(3600)) == ("30 秒", "2 分钟", "60 分钟")
