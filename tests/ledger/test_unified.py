"""Unified numbers: wrong ones are told and never mended in silence."""

from __future__ import annotations

import pytest

from jdz_field.ledger.unified import number_faults, proposal, uses_unified
from tests.ledger.conftest import HEAD, Check, MakeBook


@pytest.mark.parametrize(
    ("number", "kind", "code", "word"),
    [
        ("36O222O1OOO1", "01", "bad_number", "360222010001"),
        ("36022201000l", "01", "bad_number", "360222010001"),
        ("36022201001", "01", "bad_number", "36022201001"),
        ("3602220100011", "01", "bad_number", "12"),
        ("浮-12", "01", "bad_number", "浮-12"),
        ("360222020001", "01", "kind_mismatch", "360222020001"),
    ],
)
def test_a_wrong_number_is_told(number: str, kind: str, code: str, word: str) -> None:
    (issue,) = number_faults(number, kind)
    assert issue.code == code
    assert word in issue.message


@pytest.mark.parametrize("kind", ["01", None])
def test_a_sound_number(kind: str | None) -> None:
    assert number_faults("360222010001", kind) == []
    assert proposal("360222010001") == ""


def test_what_no_digits_make_whole_is_not_proposed() -> None:
    assert proposal("99O222O1OOO1") == ""
    assert proposal("abc") == ""


def test_a_slip_in_a_table_of_unified_numbers_is_a_warning(book: MakeBook, check: Check) -> None:
    rows = [
        [f"36022201000{i}", f"点{i}", "浮梁县", "滑坡", 117.4 + i / 1000, 29.5, 1]
        for i in range(1, 6)
    ]
    odd = ["36O222O1OO09", "丙", "浮梁县", "滑坡", 117.41, 29.5, 1]
    other = ["360222020007", "丁", "浮梁县", "滑坡", 117.42, 29.5, 1]
    checked = check(book([HEAD, *rows, odd, other]))
    assert [row.status for row in checked] == [*["ok"] * 5, "warning", "warning"]
    assert checked[5].code == "36O222O1OO09"
    assert [issue.code for issue in checked[6].issues] == ["kind_mismatch"]


def test_a_county_with_its_own_numbers_is_left_alone(book: MakeBook, check: Check) -> None:
    rows = [
        [f"FL-{i:03d}", f"点{i}", "浮梁县", "滑坡", 117.4 + i / 1000, 29.5, 1] for i in range(1, 6)
    ]
    assert not uses_unified([row[0] for row in rows])  # type: ignore[misc]
    assert {row.status for row in check(book([HEAD, *rows]))} == {"ok"}
