"""The camera program is opened and its picture is waited for."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.sample_photos import sample_photo
from jdz_field.ui.photos.camera import Camera, camera_folders
from jdz_field.ui.photos.camera_setting import CameraSetting
from jdz_field.ui.preferences import Preferences


def programs(folder: Path, monkeypatch, *names):
    folder.mkdir()
    for name in names:
        program = folder / name
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_machine_without_a_camera_says_so(tmp_path, qtbot, monkeypatch):
    programs(tmp_path / "bin", monkeypatch)
    camera = Camera(tmp_path)
    assert not camera.start()
    assert not camera.waiting()
    camera.deleteLater()


def test_the_next_picture_is_told_once_it_is_whole(tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr("jdz_field.ui.photos.camera._LOOK_MS", 20)
    programs(tmp_path / "bin", monkeypatch, "cheese")
    folder = tmp_path / "Pictures"
    (folder / "Camera Roll").mkdir(parents=True)
    old = sample_photo(folder / "old.jpg", datetime(2026, 1, 1, tzinfo=UTC))
    os.utime(old, (1, 1))
    (folder / "notes.txt").write_text("no picture")
    camera = Camera(folder)
    assert camera.start()
    with qtbot.waitSignal(camera.taken, timeout=5000) as taken:
        sample_photo(folder / "Camera Roll" / "new.jpg", datetime(2026, 11, 22, tzinfo=UTC))
    assert taken.args[0].name == "new.jpg"
    camera.stop()
    camera.deleteLater()


def test_a_folder_that_is_not_there_is_no_fault(tmp_path, qtbot):
    camera = Camera(tmp_path / "nothing")
    camera.wait()
    camera._look()
    camera.stop()
    camera.deleteLater()


def test_waiting_ends(tmp_path, qtbot, monkeypatch):
    camera = Camera(tmp_path)
    monkeypatch.setattr("jdz_field.ui.photos.camera._GIVE_UP_S", -1)
    camera.wait()
    camera._look()
    assert not camera.waiting()
    camera.deleteLater()


@pytest.fixture
def heard(tmp_path):
    """A camera that goes on, and what it told."""
    camera, told = Camera(tmp_path, several=True), []
    camera.taken.connect(told.append)
    camera.wait()
    yield camera, told
    camera.stop()
    camera.deleteLater()


def looks(camera, times=3):
    for _time in range(times):
        camera._look()


def test_several_pictures_are_told_once_each_in_all_formats(tmp_path, heard):
    camera, told = heard
    sample_photo(tmp_path / "1.jpg", datetime(2026, 11, 22, tzinfo=UTC))
    looks(camera)
    assert [path.name for path in told] == ["1.jpg"]
    sample_photo(tmp_path / "2.jpg", datetime(2026, 11, 22, tzinfo=UTC))
    (tmp_path / "本机照片").mkdir()
    sample_photo(tmp_path / "本机照片" / "3.jpg", datetime(2026, 11, 22, tzinfo=UTC))
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / ".4.jpg").write_bytes(b"hidden")
    looks(camera)
    assert sorted(path.name for path in told) == ["1.jpg", "2.jpg", "3.jpg"]
    assert camera.waiting()


def test_a_picture_that_is_still_written_is_waited_for(tmp_path, heard):
    camera, told = heard
    whole = sample_photo(tmp_path / "whole.png", datetime(2026, 11, 22, tzinfo=UTC)).read_bytes()
    (tmp_path / "whole.png").unlink()
    path = tmp_path / "new.jpg"
    path.write_bytes(whole[:2000])
    looks(camera, 4)
    assert told == []
    path.write_bytes(whole)
    looks(camera, 2)
    assert told == [path]


def test_a_picture_that_stays_cut_off_is_told_in_the_end(tmp_path, heard):
    camera, told = heard
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8broken")
    looks(camera, 12)
    assert [path.name for path in told] == ["cut.jpg"]


def test_the_folder_is_the_persons_choice(app, answers, qtbot, tmp_path):
    setting = CameraSetting(app)
    qtbot.addWidget(setting)
    kept = Preferences.load()
    app.preference_wanted.connect(lambda name, value: (setattr(kept, name, value), kept.save()))
    answers.files = [tmp_path / "Kamera"]
    qtbot.mouseClick(setting.choose, Qt.MouseButton.LeftButton)
    assert camera_folders() == [tmp_path / "Kamera"]
    assert "Kamera" in setting.folder.text()
    qtbot.mouseClick(setting.usual, Qt.MouseButton.LeftButton)
    assert camera_folders() != [tmp_path / "Kamera"]
    assert camera_folders()
