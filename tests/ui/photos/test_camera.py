"""The camera program is opened and its picture is waited for."""

from __future__ import annotations

import os
from pathlib import Path

from jdz_field.operations.sample_photos import sample_photo
from jdz_field.ui.photos.camera import Camera


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
    camera.deleteLater()


def test_the_next_picture_is_told_once_it_is_whole(tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr("jdz_field.ui.photos.camera._LOOK_MS", 20)
    programs(tmp_path / "bin", monkeypatch, "cheese")
    folder = tmp_path / "Pictures"
    (folder / "Camera Roll").mkdir(parents=True)
    from datetime import UTC, datetime

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
    camera.wait()
    monkeypatch.setattr("jdz_field.ui.photos.camera._GIVE_UP_S", -1)
    camera._look()
    assert not camera._timer.isActive()
    camera.deleteLater()
