"""The newest photos of the cards in the machine."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt

from jdz_field.ui.photos.cards import card_roots, newest_photos, telephone_roots
from jdz_field.ui.photos.gathering import Gathering


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


def test_telephones_are_found_by_their_storages(tmp_path):
    for place in ("mtp:host=Xiaomi/内部存储/DCIM", "mtp:host=Xiaomi/SD卡/DCIM", "gphoto2/DCIM"):
        (tmp_path / "gvfs" / place).mkdir(parents=True)
    (tmp_path / "gvfs" / "sftp:host=x" / "home").mkdir(parents=True)
    found = telephone_roots([tmp_path / "gvfs", tmp_path / "nothing"])
    assert sorted(root.name for root in found) == ["SD卡", "gphoto2", "内部存储"]


def test_with_several_roots_the_person_says_of_which(app, tmp_path, qtbot):
    roots = [tmp_path / "卡", tmp_path / "手机"]
    for root in roots:
        (root / "DCIM").mkdir(parents=True)
    strip, wanted = Gathering(app, lambda: roots), []
    qtbot.addWidget(strip)
    strip.files_wanted.connect(wanted.append)
    menu = strip.menu(roots)
    assert [action.text() for action in menu.actions()] == ["卡", "手机", "全部"]
    menu.actions()[1].trigger()
    menu.actions()[2].trigger()
    assert wanted == [[roots[1] / "DCIM"], [roots[0] / "DCIM", roots[1] / "DCIM"]]


def test_one_card_is_taken_and_none_is_said(app, tmp_path, qtbot):
    strip, wanted, said = Gathering(app, lambda: [tmp_path]), [], []
    qtbot.addWidget(strip)
    strip.files_wanted.connect(wanted.append)
    app.toast_wanted.connect(lambda words, _undo: said.append(words))
    qtbot.mouseClick(strip.card, Qt.MouseButton.LeftButton)
    assert wanted == [[tmp_path / "DCIM"]]
    none = Gathering(app, list)
    qtbot.addWidget(none)
    qtbot.mouseClick(none.card, Qt.MouseButton.LeftButton)
    assert len(said) == 1
