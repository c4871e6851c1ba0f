"""``sites list`` and ``sites search``: filters, orders, wrong ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from jdz_field.cli.root import run as main
from jdz_field.core.clock import utc_now
from jdz_field.store.editing import Edit
from tests.store.tools import quick_project

TODAY = utc_now().date()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("find") / "p"
    with quick_project(path, device="d") as project:
        edits = []
        for n in range(12):
            fields = {
                "code": f"36022201{n:04d}",
                "name": f"白石塔{n}号",
                "county_code": "360222" if n % 2 else "360281",
                "town": "瑶里镇" if n % 3 else "鹅湖镇",
                "kind_code": "01" if n % 4 else "02",
                "threatened_people": n * 60,
                "status": "closed" if n == 5 else "active",
                "monitor_phone": f"1380000{n:04d}",
            }
            if n % 2:
                fields["last_inspected"] = str(TODAY - timedelta(days=n * 10))
            if n != 7:
                fields["geometry"] = f"POINT (117.{n:02d}5 29.3)"
            edits.append(Edit("geohazard", f"00000000-0000-5000-8000-{n:012d}", fields))
        project.edit_many(edits, origin="import:1")
    return path


Run = Callable[..., str]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``sites`` with words; what it prints, its sentence when it fails."""

    def run_(*words: str, code: int = 0) -> str:
        assert main(["--project", str(folder), "--lang", "zh", "sites", *words]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return run_


def numbers(run: Run, *words: str) -> list[int]:
    return [int(site["code"][-4:]) for site in json.loads(run(*words, "--json"))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), list(range(12))),
        (("--county", "360222"), [1, 3, 5, 7, 9, 11]),
        (("--county", "浮梁县"), [1, 3, 5, 7, 9, 11]),
        (("--town", "鹅湖镇"), [0, 3, 6, 9]),
        (("--kind-code", "02"), [0, 4, 8]),
        (("--grade", "B"), [9, 10, 11]),
        (("--grade", "大型"), [9, 10, 11]),
        (("--status", "已核销"), [5]),
        (("--unvisited", "never"), [0, 2, 4, 6, 8, 10]),
        (("--unvisited", "75"), [0, 2, 4, 6, 8, 9, 10, 11]),
        (("--placed", "unplaced"), [7]),
        (("--unsent", "--limit", "2"), [0, 1]),
        (("--conflict",), []),
        (("--at-office",), []),
        (("--mine",), []),
        (("--sort", "grade", "--limit", "1"), [10]),
        (("--sort", "visited", "--placed", "unplaced"), [7]),
        (("--sort", "distance", "--near", "117.085,29.3", "--limit", "1"), [8]),
        (("--county", "360222", "--town", "鹅湖镇", "--grade", "B", "--overdue"), [9]),
        (("--kind", "mine"), []),
    ],
)
def test_filters_and_orders(run, words, expected) -> None:
    assert numbers(run, "list", *words) == expected


def test_overdue_leaves_closed_and_lately_inspected_ones_out(run) -> None:
    found = numbers(run, "list", "--overdue")
    assert 5 not in found
    assert {0, 2, 11} <= set(found)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("220100",), 12),
        (("00000011",), 1),
        (("bst",), 12),
        (("baishita1",), 0),
        (("瑶里 塔11",), 1),
        (("塔", "--county", "360222"), 6),
        (("塔", "--sort", "visited", "--limit", "3"), 3),
        (("，",), 0),
    ],
)
def test_search_combines_with_filters(run, words, expected) -> None:
    assert len(numbers(run, "search", *words)) == expected


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--county", "北京"), "北京"),
        (("--grade", "Z"), "Z"),
        (("--status", "x"), "x"),
        (("--unvisited", "-3"), "-3"),
        (("--unvisited", "soon"), "soon"),
        (("--near", "117"), "117"),
        (("--near", "x,y"), "x,y"),
        (("--near", "117,91"), "117,91"),
        (("--sort", "distance"), "--near"),
    ],
)
def test_wrong_filters_are_wrong_usage_in_one_sentence(run, words, told) -> None:
    said = run("list", *words, code=2)
    assert told in said
    assert len(said.strip().splitlines()) == 1


def test_lists_say_when_nothing_is_found(run) -> None:
    assert "没有找到" in run("search", "没有这样的点")
