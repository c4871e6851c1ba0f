"""The root command: exit codes, languages, sentences instead of tracebacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jdz_field.cli.root import COMMANDS, run, run_guarded

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_wrong_option_is_exit_code_2_and_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["info", "--nonsense"]) == 2
    out = capsys.readouterr()
    assert "用法不对" in out.err
    assert "Traceback" not in out.err


def test_an_unknown_command_is_exit_code_2() -> None:
    assert run(["nonsense"]) == 2


def test_help_is_chinese_by_default_and_english_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    assert "项目" in capsys.readouterr().out


def test_help_in_english() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jdz_field", "--lang", "en", "info", "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    assert "Say what the project holds." in done.stdout


def test_no_project_here_is_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["info"]) == 2
    assert "init" in capsys.readouterr().err


def test_a_folder_that_is_no_project_is_exit_code_3(tmp_path: Path) -> None:
    assert run_guarded(["--project", str(tmp_path), "info"]) == 3


def test_init_then_info_counts_nothing_as_zero_sites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "项目 一")
    assert run(["init", folder, "--author", "张三", "--json"]) == 0
    capsys.readouterr()
    assert run(["--project", folder, "info", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["sites"]["geohazard"] == 0
    assert data["unsent"] == 0
    assert len(data["forms"]) >= 3


def test_a_second_init_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    folder = str(tmp_path / "p")
    assert run(["init", folder]) == 0
    assert run(["init", folder]) == 3


@pytest.mark.parametrize(
    "words", [["report", "progress", "-o", "x.pdf"], ["report", "card", "1", "-o", "x.pdf"]]
)
def test_what_comes_later_says_so_with_exit_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_command_of_the_contract_is_there() -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
