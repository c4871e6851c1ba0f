"""``receiver``: ports and listening from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jdz_field.cli.root import root, run_guarded
from jdz_field.operations.projects import create_project
from tests.gnss.logs_made import log


def run(*words: str, project: Path | None = None) -> tuple[int, str]:
    first = ("--project", str(project)) if project is not None else ()
    found = CliRunner().invoke(root, ["--lang", "en", *first, "receiver", *words])
    return found.exit_code, found.output


def test_ports_are_a_list() -> None:
    code, output = run("ports", "--json")
    assert code == 0
    for port in json.loads(output)["ports"]:
        assert port["source"].startswith("serial:")


def test_a_log_is_listened_to(tmp_path: Path) -> None:
    file = tmp_path / "way.nmea"
    file.write_bytes(log("modern", 4))
    code, output = run("listen", f"replay:{file}?speed=100", "--seconds", "20", "--json")
    told = json.loads(output)
    assert code == 0
    assert told["fixes"] == 20
    assert told["trouble"] == "ended"
    assert told["last"]["systems"]["beidou"] == {"used": 9, "seen": 14}
    assert told["last"]["origin"] == "replay"


def test_without_a_position_the_command_says_so() -> None:
    code, output = run("listen", "tcp://127.0.0.1:1", "--seconds", "0.5")
    assert code == 1
    assert "127.0.0.1" in output


def test_what_names_no_receiver_is_refused() -> None:
    found = CliRunner().invoke(root, ["receiver", "listen", "COM5"])
    assert found.exit_code != 0
    assert "COM5" in str(found.exception)


def test_what_comes_is_recorded(tmp_path: Path) -> None:
    file = tmp_path / "way.nmea"
    file.write_bytes(log("common", 3))
    logs = tmp_path / "logs"
    code, output = run(
        "listen", f"replay:{file}?speed=100", "--record", str(logs), "--seconds", "20", "--json"
    )
    assert code == 0
    assert Path(json.loads(output)["log"]).read_bytes() == file.read_bytes()


def test_the_offset_to_the_1985_datum_is_set_said_and_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with create_project(folder, name="试点", author="余小敏"):
        pass
    at = "height"
    assert run(at, "--offset", "-8.25", "--source", "市测绘院", "--json", project=folder)[0] == 0
    code, said = run(at, "--json", project=folder)
    assert (code, json.loads(said)) == (0, {"offset": -8.25, "source": "市测绘院"})
    _code, said = run(at, "--forget", "--json", project=folder)
    assert json.loads(said)["offset"] is None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--offset", "121", "--source", "x"), 3),
        (("--offset", "nan", "--source", "x"), 3),
        (("--offset", "3"), 3),
        (("--offset", "3", "--source", "  "), 3),
        (("--offset", "3", "--source", "x" * 121), 3),
        (("--offset", "3", "--forget"), 2),
        (("--offset", "high"), 2),
    ],
)
def test_an_offset_that_is_none_is_refused_and_not_kept(
    tmp_path: Path, words: tuple[str, ...], wanted: int
) -> None:
    folder = tmp_path / "project"
    with create_project(folder, name="试点", author="余小敏"):
        pass
    at = "height"
    where = ["--project", str(folder), "receiver", "height", *words]
    assert run_guarded(where) == wanted
    assert json.loads(run(at, "--json", project=folder)[1])["offset"] is None
