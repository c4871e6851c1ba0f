"""``report progress``, ``central progress``, ``figure`` and ``money`` on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jdz_field.central.office import Office
from jdz_field.cli.root import run
from tests.central.plan_work import fill
from tests.central.tablet import Tablet
from tests.sync.places import project

Told = Callable[..., Any]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command line; its JSON, or its text when it has none."""

    def ask(*words: str, code: int = 0) -> Any:
        assert run(list(words)) == code
        said = capsys.readouterr()
        if code:
            return said.err
        return json.loads(said.out) if "--json" in words else said.out

    return ask


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A centre."""
    place = tmp_path / "centre" / "files"
    with Office(None, place) as office:
        fill(office, Tablet.enrol(office))
    return place


def test_a_centre_shows_and_writes_its_progress(told: Told, files: Path, tmp_path: Path) -> None:
    at = ("--files", str(files))
    found = told("central", "progress", *at, "-o", str(tmp_path / "p.xlsx"), "--json")
    assert found["indicators"][15]["value"] == 3
    assert found["files"] == [str(tmp_path / "p.xlsx")]
    assert (tmp_path / "p.xlsx").stat().st_size > 10_000
    text = told("central", "progress", *at)
    assert "矿山恢复治理面积  0.063 平方公里" in text
    assert "未在本系统测量" in text
    assert "崩岗治理  — / 22.89 平方公里" in text
    past = told("central", "progress", *at, "--as-of", "2020-12-31", "--json")
    assert past["records"] == {}
    assert past["until"] == "2020-12-31T15:59:59.999Z"


def test_figures_and_money_are_entered_by_hand(told: Told, files: Path) -> None:
    at = ("--files", str(files), "--who", "王秀英")
    enter = ("central", "figure", "enter", *at, "--indicator", "7", "--year", "2024")
    source = ("--value", "90.1", "--source", "水利局", "--document", "公报", "--json")
    kept = told(*enter, *source)
    assert (kept["value"], kept["entered_by"]) == (90.1, "王秀英")
    project_ = told("central", "progress", *at, "--json")["projects"][0]["id"]
    money = ("central", "money", project_, *at)
    assert (
        told(*money, "planned_social=12.5", "performance=良", "budget=", "--json")["version"] == 2
    )
    found = told("central", "progress", *at, "--json")
    assert found["indicators"][6]["value"] == 90.1
    one = next(p for p in found["projects"] if p["id"] == project_)
    assert (one["budget"], one["performance"]) == (None, "良")
    assert one["sources"]["social"]["planned"] == 12.5
    told("central", "figure", "withdraw", kept["id"], "--why", "作废", *at)
    assert told("central", "progress", *at, "--json")["indicators"][6]["how"] == "none"


def test_wrong_words_are_one_sentence(told: Told, files: Path, tmp_path: Path) -> None:
    at = ("--files", str(files))
    for code, words in (
        (2, ("central", "progress", "--as-of", "soon")),
        (2, ("central", "progress", "--as-of", "2099-01-01")),
        (2, ("central", "progress", "-o", str(tmp_path / "p.docx"))),
        (2, ("central", "money", "x", "planned_central")),
        (2, ("central", "money", "x", "planned_central=viel")),
        (3, ("central", "money", "x", "planned_central=1")),
        (3, ("central", "money", "x", "name=1")),
        (3, ("central", "figure", "withdraw", "x", "--why", "x")),
    ):
        said = told(*words, *at, code=code)
        assert said.count("\n") == 1
        assert "Traceback" not in said


def test_a_project_reports_what_it_pulled(told: Told, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    with project(folder):
        pass
    there = ("--project", str(folder), "report", "progress")
    found = told(*there, "--json", "-o", str(tmp_path / "p.png"))
    assert (found["unsettled"], found["records"]) == (0, {})
    assert all(Path(file).read_bytes().startswith(b"\x89PNG") for file in found["files"])
    assert "未在本系统测量" in told(*there)
    assert "2026-11-22" in told(*there, "--as-of", "22.11.", code=2)
