"""A second process reads what this one would read, and is never needed for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.ledger import apart
from jdz_field.ledger.apart import Recipe, rows_of
from jdz_field.ledger.options import NO_CHOICE

HEAD = "统一编号,名称,县(市、区),乡镇,灾害类型,经度,纬度,威胁人口(人),稳定性\n"
NEVER = 1 << 60


def ledger(path: Path, count: int = 30) -> Path:
    """A ledger with doubles, unreadable cells, a sum row and an unknown kind."""
    lines = [
        f"3602220{n % 27:05d},示例点{n},浮梁县,示例镇,{('滑坡', '塌方体', '?')[n % 3]},"
        f"117.2{n % 10},29.4{n % 7},{('12', '若干', '约30人')[n % 3]},好\n"
        for n in range(count)
    ]
    path.write_text(HEAD + "".join(lines) + "合计,,,,,,,99,\n", encoding="utf-8")
    return path


def recipe(file: Path) -> Recipe:
    return Recipe(file, "geohazard", NO_CHOICE, sample=False)


def read(made: Recipe, least: int) -> tuple[Any, ...]:
    checker = made.checker()
    rows = list(rows_of(made, checker, least=least))
    return rows, checker.skipped, checker.unmatched


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every second process that was started."""
    processes: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def seen(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        processes.append(start(*args, **kwargs))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", seen)
    return processes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_apart_and_here_give_the_same_rows(tmp_path, started, monkeypatch, language) -> None:
    monkeypatch.setattr(apart, "_BLOCK", 7)
    set_language(language)
    made = recipe(ledger(tmp_path / "a.csv"))
    here = read(made, NEVER)
    assert not started
    assert read(made, 0) == here
    rows, skipped, unmatched = here
    assert len(rows) == 30
    assert {issue.code for row in rows for issue in row.issues} >= {"duplicate_code", "bad_value"}
    assert any(row.notes for row in rows)
    assert skipped
    assert unmatched
    assert started[0].returncode is not None


def test_a_small_file_is_read_here(tmp_path, started) -> None:
    made = recipe(ledger(tmp_path / "a.csv"))
    assert len(list(rows_of(made, made.checker()))) == 30
    assert not started


def test_a_fault_far_down_the_file_is_told_as_ever(tmp_path, started) -> None:
    file = ledger(tmp_path / "a.csv", 22_000)
    with file.open("a", encoding="utf-8") as more:
        more.write("360222000001," + "长" * 200_000 + "\n")
    told = []
    for least in (NEVER, 0):
        with pytest.raises(BadInput) as caught:
            read(recipe(file), least)
        told.append(str(caught.value))
    assert started
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        "import sys; sys.stdout.buffer.write((5).to_bytes(8, 'little') + b'hello')",
        "import sys; sys.stdout.buffer.write((500).to_bytes(8, 'little') + b'cut')",
        "import sys; sys.stdout.buffer.write(b'12')",
    ],
)
def test_a_process_that_fails_is_done_without(tmp_path, monkeypatch, program) -> None:
    made = recipe(ledger(tmp_path / "a.csv"))
    here = read(made, NEVER)
    monkeypatch.setattr(apart, "_START", program)
    assert read(made, 0) == here


def test_a_process_that_ends_half_way_is_gone_on_from(tmp_path, started, monkeypatch) -> None:
    made = recipe(ledger(tmp_path / "a.csv", 25_000))
    here = read(made, NEVER)
    checker = made.checker()
    rows = rows_of(made, checker, least=0)
    some = [next(rows) for _ in range(10)]
    started[0].kill()
    assert [*some, *rows] == here[0]
    assert (checker.skipped, checker.unmatched) == here[1:]


def test_without_a_program_to_start_or_a_recipe_to_send_it_is_read_here(
    tmp_path, monkeypatch
) -> None:
    file = ledger(tmp_path / "a.csv")
    here = read(recipe(file), NEVER)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    assert read(recipe(file), 0) == here


def test_who_stops_listening_leaves_no_process_and_no_thread(tmp_path, started) -> None:
    made = recipe(ledger(tmp_path / "a.csv", 60_000))
    before = threading.active_count()
    rows = rows_of(made, made.checker(), least=0)
    next(rows)
    rows.close()
    assert threading.active_count() == before
    assert started[0].poll() is not None


def test_a_number_is_double_over_any_number_of_rows(tmp_path) -> None:
    file = tmp_path / "a.csv"
    line = "{:012d},示例点,浮梁县,示例镇,滑坡,117.25,29.45,12,好\n"
    numbers = [*range(360222000000, 360222000000 + 41_000), 360222000005, 360222040999]
    file.write_text(HEAD + "".join(map(line.format, numbers)), encoding="utf-8")
    rows, _skipped, _unmatched = read(recipe(file), NEVER)
    doubles = [r.row for r in rows if any(i.code == "duplicate_code" for i in r.issues)]
    assert doubles == [41_002, 41_003]
    assert "7" in rows[-2].issues[0].message
