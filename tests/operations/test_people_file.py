"""The file of a tablet's persons: whole or the last good state, hostile content, its log."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.operations.people_file import PeopleFile, Person, State, state_of
from jdz_field.operations.people_pins import Pin
from jdz_field.store.lock import hold

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PIN = Pin("ab" * 16, "cd" * 32, 1 << 15, 8, 1)
TWO = State(
    (
        Person("p1", "余小敏", phone="13800000001", unit="浮梁县自然资源局", pin=PIN, tries=3),
        Person("p2", "汪晓兰", earlier=("汪小兰",), reset="2026-11-21T04:00:00.000Z"),
    ),
    "p2",
)


@pytest.fixture
def file(tmp_path: Path) -> PeopleFile:
    made = PeopleFile(tmp_path / "config" / "people.json")
    made.path.parent.mkdir()
    return made


def test_everybody_comes_back_as_written(file: PeopleFile) -> None:
    assert file.read(NOON) == State()
    file.write(TWO)
    assert file.read(NOON) == TWO
    assert not file.found_damaged


def test_names_are_found_also_by_those_before() -> None:
    assert TWO.named("汪小兰") == TWO.people[1]
    assert TWO.named("无此人") is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_file_is_its_owners_alone(file: PeopleFile) -> None:
    file.write(TWO)
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.path.chmod(0o666)
    assert file.read(NOON) == TWO
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.note(NOON, "added")
    assert file.log_file.stat().st_mode & 0o777 == 0o600


DAMAGED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"format": 1}',
    b'{"format": 1, "people": 3}',
    b'{"format": 1, "people": ["x"]}',
    b'{"format": 1, "people": [{"id": "a"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": ""}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x\\ny"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x", "tries": -1}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x", "tries": 1e999}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x", "tried": "yesterday"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x", "tried": "2026-11-22T00:00:00"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x", "pin": "2580"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]}',
    b'{"format": 1, "people": [{"id": "a", "name": "x"}, {"id": "b", "name": "x"}]}',
    b'{"format": 1, "last": 9, "people": []}',
    b" " * (2 << 20),
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_gives_way_to_the_last_good_state(file: PeopleFile, content: bytes) -> None:
    file.write(TWO)
    file.write(TWO)
    file.path.write_bytes(content)
    assert file.read(NOON) == TWO
    assert file.found_damaged
    aside = file.path.with_name("people.json.damaged-20261122-040000")
    assert aside.read_bytes() == content
    assert [entry["act"] for entry in file.notes()] == ["damaged"]


def test_both_damaged_is_nobody_and_both_are_kept(file: PeopleFile) -> None:
    file.path.write_bytes(b"{")
    file.last_good.write_bytes(b"}")
    assert file.read(NOON) == State()
    assert len(list(file.path.parent.glob("*.damaged-*"))) == 2


def test_a_file_taken_away_alone_frees_nobody_from_the_pin(file: PeopleFile) -> None:
    file.write(TWO)
    file.write(TWO)
    file.path.unlink()
    assert file.read(NOON).people[0].pin == PIN


def test_a_newer_file_is_refused_and_left_alone(file: PeopleFile) -> None:
    text = json.dumps({"format": 2, "people": [], "more": True})
    file.path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="较新版本"):
        file.read(NOON)
    assert file.path.read_text(encoding="utf-8") == text


@pytest.mark.skipif(
    os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="root reads everything",
)
def test_a_file_that_may_not_be_read_is_said(file: PeopleFile) -> None:
    file.write(TWO)
    file.path.parent.chmod(0)
    try:
        with pytest.raises(Unavailable, match="权限"):
            file.read(NOON)
    finally:
        file.path.parent.chmod(0o700)


def test_a_folder_in_the_files_place_is_said(file: PeopleFile) -> None:
    file.path.mkdir()
    with pytest.raises(Unavailable, match=r"people\.json"):
        file.read(NOON)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    file = PeopleFile(tmp_path / "taken" / "people.json")
    with pytest.raises(Unavailable, match=r"people\.json"), file.held():
        pass
    with pytest.raises(Unavailable, match=r"people\.json"):
        file.write(TWO)


def test_who_waits_too_long_for_the_file_is_told(
    file: PeopleFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[PeopleFile.__module__], "_TRIES", 1)
    with (
        hold(file.path.with_suffix(".lock"), "other", ""),
        pytest.raises(Unavailable, match=r"people\.json"),
        file.held(),
    ):
        pass


def test_the_log_goes_on_and_skips_what_is_no_line(file: PeopleFile) -> None:
    file.note(NOON, "added", person="余小敏")
    with file.log_file.open("ab") as stream:
        stream.write(b"half a li\n[1]\n\xff\xfe\n")
    file.note(NOON, "removed", person="余小敏")
    assert [(n["act"], n["person"]) for n in file.notes()] == [
        ("added", "余小敏"),
        ("removed", "余小敏"),
    ]
    assert file.notes()[0]["at"] == "2026-11-22T04:00:00.000Z"


def test_the_log_is_bounded(file: PeopleFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[PeopleFile.__module__], "LOG_LARGEST", 2000)
    for number in range(200):
        file.note(NOON, "wrong PIN", person="余小敏", tries=number)
    size = sum(one.stat().st_size for one in file.path.parent.glob("people.log*"))
    assert size < 2 * 2200
    assert file.notes()[-1]["tries"] == 199


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["people", "id", "name", "pin", "tries", "tried", "earlier", "last"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(values)
def test_no_content_is_a_fault(data: object) -> None:
    state = state_of(data)
    assert state is None or isinstance(state, State)
