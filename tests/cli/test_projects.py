"""Backups on the command line: made, listed, encrypted, looked into, restored; wrong words too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from jdz_field.cli.root import run
from jdz_field.store.project import Project
from tests.store.tools import add_site, quick_project

WORDS = "four good long words"
Command = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with quick_project(tmp_path / "p") as project:
        add_site(project)
    return tmp_path / "p"


@pytest.fixture
def words(tmp_path: Path) -> str:
    file = tmp_path / "words.txt"
    file.write_text(WORDS + "\nsecond line\n", encoding="utf-8")
    return str(file)


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """``command("backup")`` gives its JSON, or the sentence when the exit code is another."""

    def go(*arguments: str, code: int = 0) -> Any:
        assert run(["--project", str(folder), *arguments, "--json"]) == code
        said = capsys.readouterr()
        return said.err if code else json.loads(said.out)

    return go


def test_a_backup_says_where_and_how_large(command: Command) -> None:
    made = command("backup")
    assert Path(made["backup"]).stat().st_size == made["bytes"]


def test_backups_are_listed_newest_first(command: Command) -> None:
    first, second = command("backup"), command("backup")
    rows = command("backup", "--list")
    assert [row["backup"] for row in rows] == [second["backup"], first["backup"]]
    assert rows[0]["reason"] == "command"
    assert rows[0]["made"].endswith("Z")
    assert not rows[0]["encrypted"]


def test_a_project_without_backups_lists_none(command: Command) -> None:
    assert command("backup", "--list") == []


def test_a_preview_changes_nothing(command: Command, folder: Path) -> None:
    made = command("backup")["backup"]
    before = (folder / "field.gpkg").read_bytes()
    held = command("restore", made, "--preview")
    assert held["sites"]["geohazard"] == 1
    assert (held["name"], held["author"], held["unsent"]) == ("示例", "张三", 1)
    assert (folder / "field.gpkg").read_bytes() == before


def test_an_encrypted_backup_goes_there_and_back(
    command: Command, folder: Path, words: str
) -> None:
    made = command("backup", "--encrypt", "--passphrase-file", words)["backup"]
    assert made.endswith(".gpkg.age")
    assert b"SQLite format" not in Path(made).read_bytes()
    assert command("backup", "--list")[0]["encrypted"]
    with Project.open(folder) as project:
        add_site(project, 2)
    held = command("restore", made, "--preview", "--passphrase-file", words)
    assert held["backup"] == made
    command("restore", made, "--passphrase-file", words)
    assert command("info")["sites"]["geohazard"] == 1
    assert command("check")["sound"]


def test_a_key_of_the_office_opens_it(command: Command, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# made today\n\n{key}\n", encoding="utf-8")
    made = command("backup", "--recipient", str(key.to_public()))["backup"]
    held = command("restore", made, "--preview", "--identity", str(tmp_path / "key.txt"))
    assert held["sites"]["geohazard"] == 1


def test_wrong_words_and_keys_are_a_sentence_and_change_nothing(
    command: Command, folder: Path, tmp_path: Path, words: str
) -> None:
    made = command("backup", "--encrypt", "--passphrase-file", words)["backup"]
    before = (folder / "field.gpkg").read_bytes()
    (tmp_path / "wrong").write_text("not these words\n", encoding="utf-8")
    (tmp_path / "comments").write_text("# only\n", encoding="utf-8")
    wrong, comments = str(tmp_path / "wrong"), str(tmp_path / "comments")
    assert "口令" in command("restore", made, "--passphrase-file", wrong, code=3)
    assert "密钥" in command("restore", made, "--identity", comments, code=2)
    missing = str(tmp_path / "missing")
    assert missing in command("restore", made, "--passphrase-file", missing, code=3)
    assert (folder / "field.gpkg").read_bytes() == before


@pytest.mark.parametrize("content", ["", "short\n"])
def test_a_short_passphrase_makes_no_backup(
    command: Command, folder: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "short").write_text(content, encoding="utf-8")
    command("backup", "--encrypt", "--passphrase-file", str(tmp_path / "short"), code=2)
    assert list((folder / "backups").iterdir()) == []


def test_a_wrong_recipient_makes_no_backup(command: Command, folder: Path) -> None:
    assert "age1" in command("backup", "--recipient", "somebody", code=2)
    assert list((folder / "backups").iterdir()) == []


@pytest.mark.parametrize("content", [None, b"rubbish" * 1000])
def test_what_is_no_backup_is_a_sentence(
    command: Command, tmp_path: Path, content: bytes | None
) -> None:
    bad = tmp_path / "bad.gpkg"
    if content is not None:
        bad.write_bytes(content)
    command("restore", str(bad), "--preview", code=3)
    command("restore", str(bad), code=3)
