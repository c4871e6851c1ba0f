"""``tracks``: list, show, import, export, delete, restore, recover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jdz_field.cli.root import root
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.geo.tracks import read_track
from jdz_field.operations import tracks
from jdz_field.store.project import Project
from tests.operations.test_tracks import gpx_file
from tests.operations.tracks_made import recorded
from tests.store.tools import quick_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    quick_project(tmp_path / "p").close()
    with Project.open(tmp_path / "p") as project:
        for person in ("余小敏", "汪晓兰"):
            tracks.seal(project, recorded(project.path, 120, person))
    return tmp_path / "p"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(root, ["--project", str(folder), "tracks", *words])


def told(folder: Path, *words: str, code: int = 0) -> Any:
    done = run(folder, *words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def test_the_list_is_by_day_and_person_and_has_what_runs(folder: Path) -> None:
    recorded(folder, 60, "李建国")
    every = told(folder, "list")
    assert next((one["person"], one["running"]) for one in every) == ("李建国", True)
    assert {one["person"] for one in every[1:]} == {"余小敏", "汪晓兰"}
    assert all(one["day"] == "2026-11-23" for one in every)
    assert len(told(folder, "list", "--person", "余小敏")) == 1
    assert told(folder, "list", "--day", "2026-11-24") == []
    assert "0.14 km" in run(folder, "list").output
    assert "没有" in run(folder, "list", "--day", "2026-11-24").output


def test_one_is_shown_with_its_stretches(folder: Path) -> None:
    one = told(folder, "list")[0]
    shown = told(folder, "show", one["id"])
    assert shown["points"] > 20
    assert shown["segments"][0]["start"] == "2026-11-23T01:00:00Z"
    assert str(shown["points"]) in run(folder, "show", one["id"]).output


def test_import_says_added_already_refused(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gpx"
    bad.write_text("nothing", "utf-8")
    file = gpx_file(tmp_path)
    first = told(folder, "import", str(file), str(bad), "--person", "外业队", code=1)
    assert (first["added"], first["refused"]) == (1, 1)
    assert told(folder, "import", str(file))["already"] == 1
    (one,) = told(folder, "list", "--person", "外业队")
    assert one["origin"] == "file"
    assert "bad.gpx" in run(folder, "import", str(bad)).output


def test_export_of_all_of_a_person_of_one(folder: Path, tmp_path: Path) -> None:
    every, hers, one = (tmp_path / name for name in ("a.gpx", "b.gpx", "c.gpx"))
    assert told(folder, "export", str(every)) == {"written": 2}
    assert told(folder, "export", str(hers), "--person", "汪晓兰") == {"written": 1}
    id_ = told(folder, "list")[0]["id"]
    told(folder, "export", str(one), "--id", id_)
    assert read_track(every).points == 2 * read_track(hers).points
    assert "c.gpx" in run(folder, "export", str(one), "--id", id_).output


def test_deleted_is_hidden_and_restored(folder: Path) -> None:
    id_ = told(folder, "list")[0]["id"]
    assert told(folder, "delete", id_)["deleted"]
    assert len(told(folder, "list")) == 1
    assert len(told(folder, "list", "--deleted")) == 2
    assert not told(folder, "restore", id_)["deleted"]
    assert len(told(folder, "list")) == 2


def test_what_was_left_behind_is_taken_in(folder: Path) -> None:
    recorded(folder, 60, "李建国")
    assert len(told(folder, "recover")["recovered"]) == 1
    assert told(folder, "recover")["recovered"] == []
    assert len(told(folder, "list")) == 3
    assert "没有" in run(folder, "recover").output


def test_recover_waits_for_the_window(folder: Path) -> None:
    path = recorded(folder, 60, "李建国")
    with Project.open(folder) as project:
        lock = project.lock_window()
        assert isinstance(run(folder, "recover").exception, Unavailable)
        lock.release(clean=True)
    assert path.exists()


@pytest.mark.parametrize("words", [("show", "x"), ("delete", "x"), ("list", "--day", "today")])
def test_what_is_not_there_is_a_sentence(folder: Path, words: tuple[str, ...]) -> None:
    error = run(folder, *words).exception
    assert isinstance(error, BadInput)


def test_nothing_to_export_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    done = run(folder, "export", str(tmp_path / "a.gpx"), "--person", "nobody")
    assert isinstance(done.exception, BadInput)
