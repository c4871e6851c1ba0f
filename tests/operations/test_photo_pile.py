"""The pile and the journal: what outlasts a stop or a kill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jdz_field.operations import photo_pile
from jdz_field.operations.photo_pile import Choice, Journal, Pile, Stamp

PILE = Pile(
    (Choice("/卡/1.jpg", "r", "s", True), Choice("/卡/2.jpg")), ("/t.gpx",), -3.5, 60.0, 0.0
)


def test_a_pile_comes_back_as_it_was(tmp_path: Path) -> None:
    photo_pile.remember(tmp_path, PILE)
    assert photo_pile.recall(tmp_path) == PILE
    photo_pile.forget(tmp_path)
    assert photo_pile.recall(tmp_path) is None


def test_an_empty_pile_and_what_was_pasted_for_it_are_forgotten(tmp_path: Path) -> None:
    photo_pile.remember(tmp_path, PILE)
    pasted = tmp_path / photo_pile.FOLDER / photo_pile.PASTED / "a.png"
    pasted.parent.mkdir()
    pasted.write_bytes(b"x")
    photo_pile.remember(tmp_path, Pile(()))
    assert photo_pile.recall(tmp_path) is None
    assert not pasted.exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"photos": 1}', '{"photos": [{"a": 1}], "tracks": []}', '"x"', "null"]
)
def test_a_damaged_pile_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake" / "pile.json").write_text(text, encoding="utf-8")
    assert photo_pile.recall(tmp_path) is None


def test_the_journal_knows_a_file_until_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "1.jpg"
    file.write_bytes(b"photo")
    Journal(tmp_path).note({file: ("ab" * 32, Stamp.of(file))})
    assert Journal(tmp_path).hash_of(file) == "ab" * 32
    assert Journal(tmp_path).hash_of(tmp_path / "2.jpg") is None
    file.write_bytes(b"photo!")
    assert Journal(tmp_path).hash_of(file) is None


def test_torn_and_foreign_lines_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "1.jpg"
    file.write_bytes(b"photo")
    stamp = Stamp.of(file)
    assert stamp is not None
    line = json.dumps([str(file), "cd" * 32, stamp.size, stamp.mtime])
    (tmp_path / "intake").mkdir()
    journal = tmp_path / "intake" / "done.jsonl"
    journal.write_text(f"[1]\nnull\n{{}}\n\xff\n{line}\n{line[:20]}", encoding="utf-8")
    assert Journal(tmp_path).hash_of(file) == "cd" * 32
    Journal(tmp_path).clear()
    assert Journal(tmp_path).hash_of(file) is None
    Journal(tmp_path).clear()


def test_a_file_that_is_gone_has_no_stamp(tmp_path: Path) -> None:
    assert Stamp.of(tmp_path / "no.jpg") is None
    Journal(tmp_path).note({tmp_path / "no.jpg": ("ab" * 32, None)})
    assert Journal(tmp_path).hash_of(tmp_path / "no.jpg") is None
