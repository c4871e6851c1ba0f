"""Preferences survive, and damage to them harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.ui.preferences import MOST_RECENT, Preferences


def test_what_was_chosen_is_there_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "window.json"
    made = Preferences.load(file)
    made.language, made.theme, made.scale = "en", "outdoor", 1.5
    made.save()
    assert Preferences.load(file) == made


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": 5, "scale": "big", "recent": "x", "file": "y"}'],
)
def test_a_damaged_file_means_the_defaults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "window.json"
    file.write_bytes(content)
    assert Preferences.load(file) == Preferences(file=file)


def test_recent_projects_are_few_newest_first_and_each_once(tmp_path: Path) -> None:
    made = Preferences.load(tmp_path / "window.json")
    for n in (*range(9), 5):
        made.remember(tmp_path / str(n))
    assert len(made.recent) == MOST_RECENT
    assert Path(made.recent[0]).name == "5"
    assert len(set(made.recent)) == MOST_RECENT


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = Preferences.load(tmp_path / "file" / "window.json")
    made.save()
