"""The demo: the whole loop, headless, every figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jdz_field.cli import demo as demo_command
from jdz_field.cli.demo_loop import Figures
from jdz_field.cli.root import run
from jdz_field.operations.sample_work import SMALL
from jdz_field.store.project import Project


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Set here, so that what the demo sets is taken back.
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


def test_the_whole_loop_ends_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "演示"
    assert run(["demo", "--headless", "--json", "--dir", str(folder)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["sites"]["geohazard"] == 3037
    assert data["sites"]["mine"] > 0
    assert data["sites"]["plot"] > 0
    assert data["records"] == 1 + SMALL.visits
    assert data["photos"] >= 2 + SMALL.visits * 3 // 4
    assert (data["conflicts"], data["decided"]) == (1, 1)
    assert data["equal"] is True
    with Project.open(Path(data["project"]), read_only=True) as project:
        assert project.sample
        assert project.counts()["unsent"] == 0
    assert run(["demo", "--headless", "--dir", str(folder)]) == 3


def test_a_figure_that_is_wrong_is_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong:
        project = tmp_path

        def __init__(self, *_arguments: object) -> None:
            pass

        def run(self, **_how: object) -> Figures:
            figures = Figures()
            figures.must("geohazard", 3036, 3037)
            return figures

    monkeypatch.setattr(demo_command, "Loop", Wrong)
    assert run(["demo", "--headless", "--dir", str(tmp_path / "x")]) == 1
