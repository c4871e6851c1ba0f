"""``sample``: a project of invented sites and visits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jdz_field.cli.root import run
from jdz_field.store.project import Project


def test_it_makes_a_marked_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "示例"
    assert run(["sample", str(folder), "--visits", "10", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sites"], told["records"], told["tracks"]) == (3951, 10, 1)
    assert told["photos"] >= 8
    with Project.open(folder, read_only=True) as project:
        assert project.sample
        assert len(project.records(limit=100)) == 10


def test_a_project_that_is_there_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    assert run(["init", str(folder)]) == 0
    assert run(["sample", str(folder), "--visits", "0"]) == 3
    assert run(["sample", str(folder), "--visits", "-1"]) == 2
