"""``records check`` and ``--why``: the same findings and reasons as in the window."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.operations.projects import create_project

LINES = {"check": "answer\t/data/visit/position\t29.9 117.5 0 3"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    with create_project(tmp_path / "p", name="试", author="张三") as made:
        fields = {"code": "360222L0001", "name": "示例小班", "geometry": "POINT (117.5 29.5)"}
        made.edit("plot", "one", fields)
    return tmp_path / "p"


def call(project: Path, capsys: Any, *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(["--project", str(project), "records", *words, "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else None


def draft(project: Path, capsys: Any, *words: str) -> tuple[int, Any]:
    file = project.parent / "a.tsv"
    file.write_text(LINES["check"], encoding="utf-8")
    where = ["forest_works_check", "--site", "360222L0001", "--answers", str(file), "--draft"]
    return call(project, capsys, "new", *where, *words)


def test_a_draft_is_looked_at_and_its_reasons_kept(project: Path, capsys: Any) -> None:
    code, made = draft(project, capsys)
    assert code == 0
    assert [one["check"] for one in made["checks"]] == ["far", "view"]
    code, told = call(project, capsys, "check", made["id"])
    assert (code, told["state"]) == (1, "draft")
    assert told["checks"][0]["path"] == "/data/visit/position"
    assert told["checks"][0]["figures"]["limit"] == 200
    assert "千米" in told["checks"][0]["message"]
    why = ["--why", "far=路不通", "--why", "view:/data/photos/photo_overview=相机掉水里了"]
    code, told = call(project, capsys, "check", made["id"], *why)
    assert code == 0
    assert [one["reason"] for one in told["checks"]] == ["no_way", "other"]
    code, told = call(project, capsys, "check", made["id"])
    assert [one["note"] for one in told["checks"]] == ["", "相机掉水里了"]
    assert "/data/photos/photo_overview" in [one["path"] for one in told["problems"]]


def test_a_person_is_told_in_lines(project: Path, capsys: Any) -> None:
    _code, made = draft(project, capsys, "--why", "far=unsafe")
    capsys.readouterr()
    assert run(["--project", str(project), "records", "check", made["id"]]) == 1
    said = capsys.readouterr().out
    assert "离点位太远" in said
    assert "不能靠近" in said
    assert "未说明原因" in said


@pytest.mark.parametrize(
    ("why", "code"),
    [("far", 2), ("nothing=x", 2), ("=x", 2), ("clock=x", 3), ("far:/data/x=x", 3), ("far= ", 3)],
)
def test_a_reason_for_nothing_is_refused(project: Path, capsys: Any, why: str, code: int) -> None:
    assert draft(project, capsys, "--why", why)[0] == code


def test_an_unknown_id_is_refused(project: Path) -> None:
    assert run(["--project", str(project), "records", "check", "nothing"]) == 3
