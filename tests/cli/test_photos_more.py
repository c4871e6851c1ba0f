"""``photos list|set|export``: what they print and how they exit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from tests.photos.pictures import HERE, camera, jpeg


@pytest.fixture
def go(capsys: pytest.CaptureFixture[str]) -> Any:
    """``go("list", …)``: exit code, what was printed as JSON (or as text), standard error."""

    def call(*arguments: object) -> tuple[int, Any, str]:
        code = run([str(one) for one in arguments])
        told = capsys.readouterr()
        return code, json.loads(told.out) if "--json" in arguments else told.out, told.err

    return call


@pytest.fixture
def project(go: Any, tmp_path: Path) -> Path:
    """A project with two photos."""
    path = tmp_path / "p"
    go("init", path, "--author", "张三")
    for number in (1, 2):
        (tmp_path / f"IMG_{number}.jpg").write_bytes(
            camera("<", HERE, taken="2026:11:22 14:05:06", pixels=jpeg(200 + number, 150))
        )
    go("--project", path, "photos", "add", tmp_path / "IMG_1.jpg", tmp_path / "IMG_2.jpg")
    return path


def test_what_is_set_is_listed_and_leaves_blurred(go: Any, project: Path, tmp_path: Path) -> None:
    code, told, _err = go(
        *("--project", project, "photos", "set", "IMG_1.jpg", "--view", "全貌"),
        *("--caption", "坡顶", "--sensitive", "people", "--areas", "0 0 0.5 0.5", "--json"),
    )
    assert (code, told) == (0, {"changed": 1})
    code, rows, _err = go("--project", project, "photos", "list", "--sensitive", "--json")
    (row,) = rows
    assert (row["view"], row["caption"], row["sensitive"]) == ("overview", "坡顶", "people")
    assert row["here"] is True
    out = tmp_path / "out"
    code, done, _err = go("--project", project, "photos", "export", out, "--stamp", "--json")
    assert (code, done["written"], done["blurred"], done["left_out"]) == (0, 2, 1, 0)
    assert {file.name for file in out.iterdir()} == {"photos.csv", "photos.kml", *done["files"]}
    less = tmp_path / "less"
    go("--project", project, "photos", "export", less, "--sensitive", "leave-out")
    assert len(list(less.glob("*.jpg"))) == 1


def test_a_view_chooses(go: Any, project: Path, tmp_path: Path) -> None:
    go("--project", project, "photos", "set", "IMG_2.jpg", "--view", "damage")
    code, rows, _err = go("--project", project, "photos", "list", "--view", "受损", "--json")
    assert (code, [row["filename"] for row in rows]) == (0, ["IMG_2.jpg"])
    code, text, _err = go("--project", project, "photos", "list")
    assert "受损" in text
    code, done, _err = go(
        "--project", project, "photos", "export", tmp_path / "o", "--view", "damage", "--json"
    )
    assert done["written"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "IMG_1.jpg"), 2),
        (("set", "IMG_9.jpg", "--caption", "x"), 3),
        (("set", "IMG_1.jpg", "--view", "sideways"), 3),
        (("set", "IMG_1.jpg", "--sensitive", "secret"), 3),
        (("set", "IMG_1.jpg", "--areas", "1 2"), 3),
        (("list", "--view", "sideways"), 3),
        (("list", "--site", "999"), 3),
        (("export", "out", "--sensitive", "keep"), 2),
        (("export", ".", "--json"), 2),
    ],
)
def test_slips_are_one_sentence(
    go: Any, project: Path, monkeypatch: Any, words: Any, code: int
) -> None:
    monkeypatch.chdir(project)
    told, _out, err = go("--project", project, "photos", *(w for w in words if w != "--json"))
    assert told == code
    assert err.strip()
    assert "Traceback" not in err


def test_a_photo_that_is_gone_is_listed_and_the_exit_says_so(
    go: Any, project: Path, tmp_path: Path
) -> None:
    for file in (project / "files").rglob("*.jpg"):
        file.unlink()
        break
    code, done, _err = go("--project", project, "photos", "export", tmp_path / "o", "--json")
    assert (code, done["written"], len(done["refused"])) == (1, 1, 1)


def test_space_says_what_may_go_and_nothing_goes_before_it_was_sent(go: Any, project: Path) -> None:
    code, told, _err = go("--project", project, "photos", "space", "--json")
    assert (code, told["here"], told["can_go"], told["unsent"]) == (0, 2, 0, 2)
    assert (told["policy"], told["files"]) == ("at-once", [])
    code, told, _err = go("--project", project, "photos", "space", "--free", "--json")
    assert (code, told["freed"]["files"]) == (0, 0)
    assert len(list((project / "files").rglob("*.jpg"))) == 2
    code, told, _err = go(
        "--project", project, "photos", "space", "--policy", "small-first", "--json"
    )
    assert told["policy"] == "small-first"
    assert go("--project", project, "photos", "space", "--policy", "never")[0] == 2
    code, _text, err = go("--project", project, "photos", "fetch")
    assert (code, bool(err)) == (2, True)
