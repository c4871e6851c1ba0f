"""What goes along with a form: its log, attached at the end, and sound in the background."""

from __future__ import annotations

import csv
import time
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jdz_field.core.errors import Unavailable
from jdz_field.gnss.fix import Fix
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.recorder import length_of
from tests.ui.form.conftest import Desk
from tests.ui.form.forms import HEAD
from tests.ui.form.voices import Voice

LEFT = Qt.MouseButton.LeftButton
PLACED = 'odk:location-priority="balanced" odk:location-min-interval="1" odk:location-max-age="60"'
ALL = (
    PLACED + ' odk:track-changes="true" odk:identify-user="true"'
    ' odk:track-changes-reasons="on-form-edit"'
)
FORM = (
    HEAD
    + """<h:head><h:title>记录</h:title><model><instance><data id="NAME" version="1">
<name/><age/><tree jr:template=""><high/></tree><talk/>
<meta><audit/><instanceID/></meta></data></instance>
<bind nodeset="/data/name" type="string"/><bind nodeset="/data/age" type="int"
 constraint=". &lt; 150"/><bind nodeset="/data/tree/high" type="decimal"/>
<bind nodeset="/data/talk" type="binary"/>AUDIO
<bind nodeset="/data/meta/audit" type="binary" RULES/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/></model></h:head><h:body>
<input ref="/data/name"><label>姓名</label></input>
<input ref="/data/age"><label>年龄</label></input>
<group ref="/data/tree"><label>树</label><repeat nodeset="/data/tree">
<input ref="/data/tree/high"><label>高</label></input></repeat></group></h:body></h:html>"""
)
TALK = '<odk:recordaudio ref="/data/talk" event="odk-instance-load" odk:quality="voice-only"/>'


@pytest.fixture
def open_form(app, settle):
    made = []

    def start(rules="", audio="", **how):
        name = f"log{len(made)}"
        form = FORM.replace("NAME", name).replace("RULES", rules).replace("AUDIO", audio)
        with Project.open(app.path) as project:
            project.add_form(name, "1", "记录", form, None)
        desk = Desk(app, name, **how)
        made.append(desk)
        settle()
        return desk

    yield start
    for desk in made:
        desk.sheet.close_by_person()
        settle()
        desk.close()
        desk.deleteLater()


def finished(desk, settle):
    """Finish; the record's log as rows."""
    desk.page.finalize()
    settle()
    settle()
    (record,) = [r for r in desk.app.reader.records() if r.id == desk.page.filling.id]
    assert record.answers["meta"]["audit"] == "audit.csv"
    kept = [a for a in desk.app.reader.attachments(record=record.id) if a.filename == "audit.csv"]
    assert [a.path for a in kept] == ["/data/meta/audit"]
    with file_of(desk.app.path, kept[0].sha256).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_a_form_without_them_shows_nothing(desk):
    assert desk.page.companions.isHidden()


def test_questions_and_changes_are_logged_and_attached(open_form, settle):
    desk = open_form('odk:track-changes="true"')
    assert not desk.page.companions.audit.isVisible()
    desk.editor("name").take_focus()
    QTest.keyClicks(desk.editor("name").line, "Li, Si")
    desk.editor("age").take_focus()
    QTest.keyClicks(desk.editor("age").line, "41")
    desk.page.overview.wanted.emit("/data/tree")
    desk.page.driver.add_repeat("/data/tree")
    desk.page.driver.remove_repeat("/data/tree[1]")
    rows = finished(desk, settle)
    events = [row["event"] for row in rows]
    assert events[0] == "form start"
    assert events[-4:] == ["end screen", "form save", "form exit", "form finalize"]
    assert {"add repeat", "delete repeat", "jump"} <= set(events)
    asked = {row["node"]: row for row in rows if row["new-value"]}
    assert asked["/data/name"]["new-value"] == "Li, Si"
    assert asked["/data/age"]["new-value"] == "41"
    assert int(asked["/data/name"]["end"]) >= int(asked["/data/name"]["start"]) > 1e12
    assert not list((desk.app.path / "audits").glob("*"))


def test_the_log_goes_on_after_a_kill(open_form, app, settle, qtbot):
    desk = open_form()
    desk.page.driver.answer("/data/name", "A")
    desk.page.driver.answer("/data/age", "7")
    qtbot.waitUntil(lambda: not desk.page.driver.unsaved(), timeout=3000)
    draft = desk.page.filling.id
    # What a kill leaves: nobody says goodbye.
    desk.sheet.hide()
    again = Desk(app, desk.page.filling.head.form)
    again.sheet.pop_quietly()
    again.page = FormPage(app, "", None, draft)
    again.sheet.push(again.page)
    settle()
    rows = finished(again, settle)
    events = [row["event"] for row in rows]
    assert events.count("form start") == 1
    assert "form resume" in events
    assert events.index("question") < events.index("form resume")
    again.close()
    again.deleteLater()
    desk.page.driver.closed = True


def test_nobody_fills_it_in_without_a_name(open_form, settle):
    desk = open_form('odk:identify-user="true"')
    strip = desk.page.companions.audit
    assert not desk.page.area.isEnabled()
    strip.who.setText("  ")
    QTest.mouseClick(strip.begin, LEFT)
    assert not desk.page.area.isEnabled()
    strip.who.setFocus()
    strip.who.setText("张三")
    QTest.keyClick(strip.who, Qt.Key.Key_Return)
    assert desk.page.area.isEnabled()
    assert not strip.isVisible()
    rows = finished(desk, settle)
    assert {row["user"] for row in rows} == {"张三"}


def fix(lon, lat, accuracy):
    return Fix(lon, lat, 80.0, accuracy, 1.2, 9, 12, "single", datetime.now(UTC), time.monotonic())


def test_positions_are_logged_until_the_person_says_no(open_form, settle):
    desk = open_form(PLACED)
    strip = desk.page.companions.audit
    assert strip.place_row.isVisible()
    desk.app.receiver.put(fix(117.2, 29.3, 4.0))
    desk.page.driver.answer("/data/name", "A")
    desk.page.driver.answer("/data/age", "7")
    QTest.mouseClick(strip.stay, LEFT)
    desk.app.receiver.put(fix(117.9, 29.9, 1.0))
    rows = finished(desk, settle)
    asked = next(row for row in rows if row["node"] == "/data/name")
    assert asked["latitude"].startswith("29.3")
    after = [row for row in rows if row["event"] == "location tracking disabled"]
    assert len(after) == 1
    assert rows[-1]["latitude"] == ""


def test_a_finished_record_is_changed_only_with_a_reason(open_form, app, settle):
    desk = open_form(ALL)
    desk.page.companions.audit.identify()
    desk.page.driver.answer("/data/name", "A")
    finished(desk, settle)
    old, form = desk.page.filling.id, desk.page.filling.head.form
    again = Desk(app, form)
    again.sheet.pop_quietly()
    again.page = FormPage(app, form, None, replaces=old)
    again.sheet.push(again.page)
    strip = again.page.companions.audit
    strip.identify()
    assert strip.why_row.isVisible()
    again.page.driver.answer("/data/name", "B")
    again.page.finalize()
    settle()
    assert "修改原因" in again.page.foot.saved.text()
    assert len(app.reader.records()) == 1
    strip.why.setText("读错了")
    rows = finished(again, settle)
    (reason,) = [row for row in rows if row["event"] == "change reason"]
    assert reason["change-reason"] == "读错了"
    assert rows[0]["event"] == "form resume"
    again.close()
    again.deleteLater()


def test_sound_is_recorded_from_start_to_end_when_one_agrees(open_form, settle):
    desk = open_form(audio=TALK)
    voice = Voice()
    (strip,) = desk.page.companions.sounds
    strip.microphones = lambda: [voice]
    assert strip.isVisible()
    QTest.mouseClick(strip.agree, LEFT)
    assert voice.rate == 8000
    voice.say(1)
    QTest.mouseClick(strip.pause, LEFT)
    voice.say(4)
    QTest.mouseClick(strip.pause, LEFT)
    voice.say(0.5)
    rows = finished(desk, settle)
    assert [r["event"] for r in rows].count("background audio enabled") == 2
    (sound,) = [
        a
        for a in desk.app.reader.attachments(record=desk.page.filling.id)
        if a.path == "/data/talk"
    ]
    assert length_of(file_of(desk.app.path, sound.sha256)) == 1.5
    record = desk.app.reader.record(desk.page.filling.id)
    assert record.answers["talk"] == sound.filename


def test_sound_is_not_recorded_when_one_declines(open_form, settle):
    desk = open_form(audio=TALK)
    (strip,) = desk.page.companions.sounds
    QTest.mouseClick(strip.decline, LEFT)
    assert not strip.isVisible()
    rows = finished(desk, settle)
    assert "background audio disabled" in [row["event"] for row in rows]
    assert [a.path for a in desk.app.reader.attachments(record=desk.page.filling.id)] == [
        "/data/meta/audit"
    ]


def test_without_a_microphone_the_form_is_filled_in_all_the_same(open_form, settle):
    desk = open_form(audio=TALK)
    (strip,) = desk.page.companions.sounds

    def none():
        raise Unavailable("没有麦克风")

    strip.microphones = none
    QTest.mouseClick(strip.agree, LEFT)
    assert strip.words.text() == "没有麦克风"
    assert finished(desk, settle)


def test_a_full_disk_at_the_end_is_said_and_the_form_stays_open(open_form, settle, monkeypatch):
    desk = open_form()

    def full(_out, _block):
        raise OSError(28, "full")

    monkeypatch.setattr("jdz_field.photos.keep._write", full)
    desk.page.finalize()
    settle()
    assert "磁盘" in desk.page.foot.saved.text()
    assert desk.page.area.isEnabled()
    assert desk.app.reader.records() == []
    monkeypatch.undo()
    assert finished(desk, settle)
