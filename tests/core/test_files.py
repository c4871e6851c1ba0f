"""A file takes its name in one step, also while a scanner looks at it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jdz_field.core import files


class Held(PermissionError):
    """What Windows says while another program has the file open."""

    winerror = 32


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    files.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "new"
    assert not (tmp_path / "a").exists()


def test_a_file_that_is_held_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("new")
    tries: list[int] = []
    real = os.replace

    def held(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Held(13, "used by another process")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    files.replace(tmp_path / "a", tmp_path / "b")
    assert len(tries) == 3
    assert (tmp_path / "b").read_text() == "new"


def test_a_file_that_stays_held_is_an_error_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")

    def held(source: Path, target: Path) -> None:
        raise Held(13, "used by another process")

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(files, "PAUSES", (0.001, 0.001))
    with pytest.raises(PermissionError):
        files.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_text() == "new"
    assert (tmp_path / "b").read_text() == "old"


def test_what_no_waiting_helps_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PAUSES", (60.0,))
    with pytest.raises(FileNotFoundError):
        files.replace(tmp_path / "missing", tmp_path / "b")

    def refused(source: Path, target: Path) -> None:
        raise PermissionError(13, "no right")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(PermissionError):
        files.replace(tmp_path / "missing", tmp_path / "b")
