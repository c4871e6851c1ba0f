"""``people``: list, add, remove, reset, log, drafts, disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jdz_field.cli.root import root
from jdz_field.core.errors import JdzError
from jdz_field.operations import people_pins
from jdz_field.operations.people import People
from jdz_field.operations.projects import create_project


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setattr(people_pins, "_N", 16)
    return tmp_path / "config"


def run(*words: str) -> Result:
    return CliRunner().invoke(root, ["people", *words])


def told(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_person_is_added_listed_and_removed() -> None:
    assert "尚未" in run("list").output
    made = told("add", "余小敏", "--unit", "浮梁县自然资源局")
    assert made["pin"] is False
    told("add", "汪晓兰")
    assert [one["name"] for one in told("list")] == ["余小敏", "汪晓兰"]
    told("remove", "汪晓兰")
    assert [one["name"] for one in told("list")] == ["余小敏"]
    assert [note["act"] for note in told("log")] == ["added", "added", "removed"]


def test_a_forgotten_pin_is_taken_away_and_noted(place: Path) -> None:
    people = People(place)
    one = people.add("余小敏", pin="2580")
    assert not people.enter(one.id, "1111").right
    assert "余小敏" in run("reset", "余小敏").output
    assert people.enter(one.id, "").right
    assert people.seen(one.id)
    reset = next(note for note in told("log") if note["act"] == "PIN reset")
    assert reset["by"] == "command line"
    assert "2580" not in (place / "people.json").read_text("utf-8")


@pytest.mark.parametrize(
    "words", [["reset", "无此人"], ["remove", "无此人"], ["remove", "余小敏"], ["add", " "]]
)
def test_what_cannot_be_is_one_sentence(words: list[str]) -> None:
    told("add", "余小敏")
    done = run(*words)
    assert isinstance(done.exception, JdzError)
    assert [one["name"] for one in told("list")] == ["余小敏"]


def test_the_office_sets_the_rule_for_drafts(tmp_path: Path) -> None:
    create_project(tmp_path / "p", name="试点", author="余小敏").close()
    base = ["--project", str(tmp_path / "p"), "people"]
    runner = CliRunner()
    assert runner.invoke(root, [*base, "drafts"]).output.strip() == "take-over"
    done = runner.invoke(root, [*base, "drafts", "--rule", "name-only", "--json"])
    assert json.loads(done.stdout) == {"rule": "name-only", "handovers": []}
    assert runner.invoke(root, [*base, "drafts"]).output.strip() == "name-only"
    assert runner.invoke(root, [*base, "drafts", "--rule", "x"]).exit_code == 2


def test_the_disk_is_told(tmp_path: Path) -> None:
    create_project(tmp_path / "p", name="试点", author="余小敏").close()
    done = CliRunner().invoke(root, ["--project", str(tmp_path / "p"), "people", "disk", "--json"])
    assert json.loads(done.stdout)["state"] in ("yes", "no", "unknown")
