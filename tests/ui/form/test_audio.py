"""Sound as an answer: recorded, paused, kept, thrown away, found again, attached."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from jdz_field.core.errors import Unavailable
from jdz_field.store.check import file_of
from jdz_field.ui.form.audio import AudioEditor
from jdz_field.ui.form.recorder import length_of
from tests.ui.form.voices import Voice

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def voice():
    return Voice()


@pytest.fixture
def editor(desk, voice):
    made = desk.editor("sound")
    made._find = lambda: [voice]
    return made


def kept(desk):
    ref = "/data/sound"
    found = [a for a in desk.app.reader.attachments(record=desk.page.filling.id) if a.path == ref]
    return file_of(desk.app.path, found[0].sha256) if found else None


def test_a_voice_is_recorded_by_touch(desk, editor, voice, settle, qtbot):
    QTest.mouseClick(editor.record, LEFT)
    assert voice.rate == 8000
    voice.say(1.5)
    qtbot.waitUntil(lambda: "0:01" in editor.now.text(), timeout=2000)
    assert editor.meter.level > 0.5
    QTest.mouseClick(editor.pause, LEFT)
    voice.say(3)
    qtbot.waitUntil(lambda: "暂停" in editor.now.text(), timeout=2000)
    assert editor.pause.text() == "继续"
    QTest.mouseClick(editor.pause, LEFT)
    voice.say(0.5)
    QTest.mouseClick(editor.end, LEFT)
    settle()
    assert desk.value("sound").startswith("recording-")
    assert length_of(kept(desk)) == 2.0
    assert "0:02" in editor.about.text()
    assert not list((desk.app.path / "recordings").glob("*/*"))
    assert editor.panel.isHidden()


def test_a_voice_is_recorded_by_keyboard(desk, editor, voice, settle, qtbot):
    editor.take_focus()
    QTest.keyClick(editor.record, Qt.Key.Key_Space)
    qtbot.waitUntil(editor.end.hasFocus, timeout=1000)
    voice.say(0.3)
    QTest.keyClick(editor.end, Qt.Key.Key_Space)
    settle()
    assert desk.value("sound")


def test_a_recording_is_thrown_away_and_had_back(desk, editor, voice, settle):
    editor.start()
    voice.say(1)
    QTest.mouseClick(editor.discard, LEFT)
    settle()
    assert desk.value("sound") == ""
    assert voice.open_streams == 0
    QTest.mouseClick(desk.toast.undo, LEFT)
    assert "0:01" in editor.now.text()
    QTest.mouseClick(editor.end, LEFT)
    settle()
    assert length_of(kept(desk)) == 1.0


def test_nothing_said_is_nothing_kept(desk, editor, voice, settle):
    editor.start()
    editor.finish()
    settle()
    assert desk.value("sound") == ""
    assert "什么也没有录到" in editor.fault.text()


def test_a_piece_that_a_kill_left_is_offered_next_time(desk, editor, voice, settle):
    editor.start()
    voice.say(2)
    # What a kill leaves: the piece, and nobody who stopped it.
    editor._running[0].stop()
    editor._running.clear()
    again = AudioEditor(desk.page.shelf, "/data/sound")
    again.resize(600, 400)
    again.show()
    assert "0:02" in again.now.text()
    assert again.pause.isHidden()
    assert again.end.text() == "保存"
    said = []
    again.answered.connect(said.append)
    again.end.click()
    settle()
    assert said[0].startswith("recording-")
    again.close()
    again.deleteLater()


def test_a_form_that_is_left_while_recording_keeps_the_piece(desk, voice, settle, qtbot):
    left = AudioEditor(desk.page.shelf, "/data/sound", "low", lambda: [voice])
    left.start()
    assert voice.rate == 16_000
    voice.say(1)
    left.deleteLater()
    qtbot.waitUntil(lambda: voice.open_streams == 0, timeout=2000)
    again = AudioEditor(desk.page.shelf, "/data/sound")
    assert again._piece is not None
    again.throw_away()
    again.deleteLater()


def test_a_machine_without_a_microphone_says_so_and_takes_files(desk, editor, tmp_path, settle):
    def none():
        raise Unavailable("没有麦克风")

    editor._find = none
    editor.start()
    assert editor.fault.text() == "没有麦克风"
    file = tmp_path / "口述.mp3"
    file.write_bytes(b"ID3\4" + bytes(900))
    desk.app.questions.files = [file]
    editor.pick.click()
    settle()
    assert desk.value("sound") == "口述.mp3"


def test_several_microphones_are_listed_by_name(desk, editor, voice, settle):
    headset = Voice("蓝牙耳机")
    editor._find = lambda: [voice, headset]
    editor.start()
    editor.throw_away()
    assert editor.device.isVisible()
    assert [editor.device.itemText(i) for i in range(2)] == ["内置麦克风", "蓝牙耳机"]
    editor.device.setCurrentIndex(1)
    editor.start()
    assert headset.open_streams == 1
    editor.throw_away()


def test_a_full_disk_while_recording_keeps_what_was_said(
    desk, editor, voice, settle, qtbot, monkeypatch
):
    editor.start()
    voice.say(1)
    qtbot.waitUntil(lambda: editor.recording.seconds >= 1, timeout=2000)

    def full(_out, _size):
        raise OSError(28, "full")

    monkeypatch.setattr("jdz_field.ui.form.recorder._settle", full)
    voice.say(2)
    qtbot.waitUntil(lambda: "磁盘" in editor.fault.text(), timeout=3000)
    monkeypatch.undo()
    settle()


def test_the_forms_own_recorder_is_not_offered_for_external(desk):
    outside = AudioEditor(desk.page.shelf, "/data/sound", "external")
    assert outside.record.isHidden()
    assert not outside.pick.isHidden()
    assert outside.rule.text()
    outside.deleteLater()


def test_without_a_loudspeaker_the_systems_player_is_asked(
    desk, editor, voice, settle, monkeypatch
):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url)) or True)

    def silent(_file):
        raise Unavailable("no loudspeaker")

    monkeypatch.setattr("jdz_field.ui.form.audio.Player", silent)
    editor.start()
    voice.say(0.5)
    editor.finish()
    settle()
    QTest.mouseClick(editor.play, LEFT)
    settle()
    assert opened[0].toLocalFile().endswith(".wav")


def test_while_it_records_nothing_else_is_offered(desk, editor, voice):
    editor.start()
    assert editor.record.isHidden()
    assert editor.pick.isHidden()
    editor.throw_away()
    assert not editor.record.isHidden()
