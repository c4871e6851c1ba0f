"""``forms``: add, list, check, run."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from jdz_field.cli.root import run
from jdz_field.core.resources import folder
from tests.xforms.books import survey
from tests.xforms.tools import xform

FORM = """
| survey |
| | type | name | label | constraint | calculation |
| | integer | n | 人数 | . < 10 | |
| | calculate | twice | | | ${n} * 2 |
| | select_one_from_file trees.csv | tree | Tree | | |
"""
HEAD = ("type", "name", "label", "relevant")


class Result(NamedTuple):
    """What a command left behind."""

    exit_code: int
    stdout: str
    stderr: str


Command = Callable[..., Result]


@pytest.fixture
def jdz(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """``jdz("forms", …, text="…")`` runs a command with that on stdin."""

    def call(*arguments: object, text: str = "") -> Result:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        code = run(["--lang", "en", *map(str, arguments)])
        told = capsys.readouterr()
        return Result(code, told.out, told.err)

    return call


@pytest.fixture
def form(tmp_path: Path) -> Path:
    file = tmp_path / "form.xml"
    file.write_text(xform(FORM), encoding="utf-8")
    return file


def test_running_answers_one_json_line_for_each_question(
    jdz: Command, form: Path, tmp_path: Path
) -> None:
    (tmp_path / "trees.csv").write_text("name,label\n1,松\n", encoding="utf-8")
    made = jdz(
        "forms",
        "run",
        form,
        "--media",
        tmp_path,
        text="answer\t/data/n\t5\r\nchoices\t/data/tree\nbogus\nanswer\t/data/n\t12\nvalidate\ndump\n",
    )
    assert made.exit_code == 0
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    assert list(lines[0]) == ["load_ms"]
    assert lines[1] == {"choices": ["1"]}
    assert lines[2]["line"] == 3
    assert lines[3] == {"valid": False, "path": "/data/n[1]", "outcome": 2}
    assert lines[4]["leaves"]["/data/twice"]["value"] == "24"


def test_an_answer_line_comes_before_the_next_command(form: Path) -> None:
    command = [sys.executable, "-m", "jdz_field", "forms", "run", str(form)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert b"load_ms" in running.stdout.readline()
        for _turn in range(2):
            running.stdin.write(b"answer\t/data/n\t5\nvalidate\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline()) == {"valid": True}
        running.stdin.close()
        assert running.wait(30) == 0


@pytest.mark.parametrize("command", ["run", "check", "add"])
def test_no_file_is_one_sentence(jdz: Command, command: str, tmp_path: Path) -> None:
    project = tmp_path / "p"
    jdz("init", project)
    made = jdz("--project", project, "forms", command, tmp_path / "none.xlsx")
    assert made.exit_code == 3
    assert made.stdout == ""
    assert "none.xlsx" in made.stderr
    assert made.stderr.count("\n") == 1


def test_checking_names_sheet_row_and_column(jdz: Command, tmp_path: Path) -> None:
    path = survey(tmp_path / "f.xlsx", HEAD, ("text", "a", "A", "${b} = 1"))
    made = jdz("forms", "check", path, "--json")
    assert made.exit_code == 1
    assert json.loads(made.stdout) == {
        "valid": False,
        "problems": [
            {
                "sheet": "survey",
                "row": 2,
                "column": "relevant",
                "message": "There is no question b; check the name inside ${…}.",
                "severity": "error",
                "question": "a",
            }
        ],
    }
    plain = jdz("forms", "check", path)
    assert plain.stdout.startswith("Error: sheet survey row 2 column relevant: ")


def test_a_warning_leaves_the_form_valid(jdz: Command, tmp_path: Path) -> None:
    path = survey(tmp_path / "f.xlsx", HEAD, ("text", "a", "A"))
    made = jdz("forms", "check", path, "--json")
    assert made.exit_code == 0
    told = json.loads(made.stdout)
    assert told["valid"]
    assert {one["severity"] for one in told["problems"]} == {"warning"}
    plain = jdz("forms", "check", path).stdout
    assert plain.startswith("Warning: ")
    assert "The form can be used." in plain


def test_checking_a_good_form(jdz: Command, form: Path, tmp_path: Path) -> None:
    made = jdz("forms", "check", folder("forms") / "geohazard_inspection.xlsx", "--json")
    assert made.exit_code == 0
    assert json.loads(made.stdout) == {"valid": True, "problems": []}
    assert jdz("forms", "check", form).exit_code == 0
    assert "trees.csv" in jdz("forms", "check", form).stdout
    missing = jdz("forms", "check", form, "--media", tmp_path, "--json")
    assert missing.exit_code == 1
    (told,) = [one for one in json.loads(missing.stdout)["problems"] if "trees.csv" in str(one)]
    assert told["severity"] == "error"
    assert told["path"] == "/data/tree"


def test_checking_what_is_no_workbook(jdz: Command, tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"no")
    made = jdz("forms", "check", path, "--json")
    assert made.exit_code == 1
    assert not json.loads(made.stdout)["valid"]
    assert jdz("forms", "run", path).exit_code == 3


def test_forms_are_added_and_listed(jdz: Command, form: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    assert jdz("init", project).exit_code == 0
    added = jdz("--project", project, "forms", "add", form, "--json")
    assert added.exit_code == 0
    assert json.loads(added.stdout)["form"] == "data"
    listed = json.loads(jdz("--project", project, "forms", "list", "--json").stdout)
    assert {row["form"] for row in listed} >= {"data", "geohazard_inspection"}
    assert "geohazard_inspection" in jdz("--project", project, "forms", "list").stdout
    assert "data" in jdz("--project", project, "forms", "add", form).stdout
    titles = {row["form"]: row["title"] for row in listed}
    assert titles["geohazard_inspection"] == "Geohazard point inspection"


def test_a_form_brings_its_own_files(jdz: Command, form: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    jdz("init", project)
    folder = tmp_path / "form-media"
    folder.mkdir()
    (folder / "trees.csv").write_text("name,label\n1,One\n", encoding="utf-8")
    assert (
        json.loads(jdz("--project", project, "forms", "add", form, "--json").stdout)["files"] == 1
    )
    assert jdz("--project", project, "check").exit_code == 0
    none = jdz("--project", project, "forms", "add", form, "--media", tmp_path / "none")
    assert none.exit_code == 3
    assert none.stderr.count("\n") == 1
    (folder / "trees.csv").unlink()
    for kept in (project / "files").rglob("*.csv"):
        kept.unlink()
    told = jdz("--project", project, "check")
    assert told.exit_code == 1
    assert "trees.csv" in told.stdout
