"""The newest photos of the cards in the machine."""

from __future__ import annotations

import os

from jdz_field.ui.photos.cards import card_roots, newest_photos


def photo(folder, name, age):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(b"\xff\xd8")
    os.utime(file, (1_000_000 - age, 1_000_000 - age))
    return file


def test_the_newest_come_first_from_every_card(tmp_path):
    old = photo(tmp_path / "a" / "DCIM" / "100", "old.JPG", 50)
    new = photo(tmp_path / "b" / "DCIM", "new.jpg", 1)
    photo(tmp_path / "b" / "DCIM", "._hidden.jpg", 0)
    photo(tmp_path / "b" / "DCIM", "film.mp4", 0)
    roots = [tmp_path / "a", tmp_path / "b"]
    assert newest_photos(lambda: roots) == [new, old]
    assert newest_photos(lambda: roots, limit=1) == [new]


def test_no_card_is_told_apart_from_an_empty_one(tmp_path):
    (tmp_path / "DCIM").mkdir()
    assert newest_photos(list) is None
    assert newest_photos(lambda: [tmp_path]) == []


def test_the_machines_own_disks_are_no_cards():
    assert all((root / "DCIM").is_dir() for root in card_roots())
