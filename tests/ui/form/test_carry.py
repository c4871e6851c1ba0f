"""A newer version of the form, over an open draft and in the list of drafts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from jdz_field.core.i18n import set_language
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project
from jdz_field.ui.form.carry import CarryPage
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.records import RecordsPage
from jdz_field.ui.sheet import Sheet
from jdz_field.ui.theme import current
from tests.operations import entity_forms as forms
from tests.operations.test_versions import ONE, TWO


class Window(QWidget):
    """A sheet that opens forms as the frame does."""

    def __init__(self, app, draft):
        super().__init__()
        self.app, self.said = app, []
        self.resize(1000, 800)
        self.sheet = Sheet(self)
        app.page_pushed.connect(self.sheet.push)
        app.back_wanted.connect(self.sheet.pop)
        app.form_wanted.connect(self.open)
        app.toast_wanted.connect(self.hear)
        self.show()
        self.open("v", None, draft)

    def open(self, form, site, draft):
        self.sheet.push(FormPage(self.app, form, site, draft))

    def hear(self, words, _undo):
        self.said.append(words)

    @property
    def page(self):
        return self.sheet.page


@pytest.fixture
def draft(folder):
    with Project.open(folder) as project:
        forms.add(project, ONE)
        filling = Filling.start(project, "v")
        filling.session.answer("/data/town", "瑶里")
        filling.session.answer("/data/old", "旧")
        project.save_draft(filling.draft(project))
        forms.add(project, TWO)
        return filling.id


@pytest.fixture
def window(app, draft, settle):
    made = Window(app, draft)
    settle()
    yield made
    made.sheet.close_by_person()
    settle()
    made.close()
    made.deleteLater()


def words(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_fresh_form_says_nothing_about_versions(page):
    assert page.versions.isHidden()


def test_the_page_says_in_plain_words_what_would_change(window, settle):
    form = window.page
    assert form.versions.isVisible()
    QTest.mouseClick(form.versions.see, Qt.MouseButton.LeftButton)
    settle()
    shown = window.page
    assert isinstance(shown, CarryPage)
    said = words(shown)
    for one in ("Old", "旧", "People", "1 版", "2 版"):
        assert one in said
    assert "Town" not in said
    for target in (shown.go, shown.stay, form.versions.see):
        assert target.height() >= current().touch() or target.minimumHeight() >= 44


def test_carrying_over_opens_the_same_draft_on_the_new_version_and_back(window, settle, app, draft):
    answer = window.page.driver
    answer.answer("/data/town", "鹅湖")
    window.page.versions.show_changes()
    settle()
    window.page.go.click()
    settle()
    form = window.page
    assert isinstance(form, FormPage)
    assert form.filling.session.form.version == "2"
    assert form.driver.session.node("/data/town").value == "鹅湖"
    assert "2" in window.said[-1]
    assert not form.versions.see.isVisible()
    form.driver.answer("/data/people", "3")
    form.versions.undo.click()
    settle()
    again = window.page
    assert again.filling.session.form.version == "1"
    assert again.driver.session.node("/data/old").value == "旧"
    assert again.driver.session.node("/data/town").value == "鹅湖"
    kept = app.reader.draft(draft)
    assert kept.carried["answers"]["people"] == "3"
    assert again.versions.see.isVisible()


def test_staying_leaves_everything_as_it_is(window, settle, app, draft):
    before = app.reader.draft(draft)
    form = window.page
    form.versions.show_changes()
    settle()
    window.page.stay.click()
    settle()
    assert window.page is form
    assert form.versions.isHidden()
    assert app.reader.draft(draft).form_version == before.form_version == "1"


def test_by_keyboard_alone(window, settle, app, draft):
    form = window.page
    form.versions.see.setFocus()
    QTest.keyClick(form.versions.see, Qt.Key.Key_Space)
    settle()
    window.page.go.setFocus()
    QTest.keyClick(window.page.go, Qt.Key.Key_Space)
    settle()
    assert window.page.filling.session.form.version == "2"
    assert app.reader.draft(draft).form_version == "2"


def test_what_cannot_be_carried_is_said_and_the_form_goes_on(window, settle, folder, app, draft):
    form = window.page
    form.versions.show_changes()
    settle()
    with Project.open(folder) as project:
        project._db.connection.execute("DELETE FROM jdz_forms WHERE version = '2'")
        project._db.connection.commit()
    window.page.go.click()
    settle()
    assert window.page is form
    assert window.said
    assert form.isEnabled()
    form.driver.answer("/data/town", "寿安")
    settle()
    form.driver.save()
    settle()
    assert app.reader.draft(draft).answers["town"] == "寿安"


def test_the_list_of_drafts_marks_it(app, draft, settle):
    page = RecordsPage(app)
    page.show()
    settle()
    (row,) = [row for row in page.list.rows if row.key == f"draft:{draft}"]
    assert "有新版本" in row.line
    page.close()
    page.deleteLater()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_are_in_the_language_of_the_program(window, settle, language):
    set_language(language)
    window.page.versions.show_changes()
    settle()
    assert ("放弃" in words(window.page) or "丢弃" in words(window.page)) is (language == "zh")


@pytest.fixture
def register(app, folder, settle):
    with Project.open(folder) as project:
        forms.add(project, forms.REGISTER_MINE)
    made = FormPage(app, "register_mine")
    made.resize(900, 800)
    made.show()
    settle()
    yield made
    made.leave()
    settle()
    made.close()
    made.deleteLater()


def test_what_a_new_site_lacks_is_said_at_its_question(register, settle, app):
    register.finalize()
    settle()
    assert register.problems.isVisible()
    said = words(register.problems)
    assert "名称" in said
    assert "位置" in said
    register.driver.answer("/data/mine", "新矿")
    register.driver.answer("/data/where", "29.4 117.3 0 0")
    register.finalize()
    settle()
    (record,) = app.reader.records(form="register_mine")
    assert app.reader.site(record.site).name == "新矿"


def test_what_a_site_cannot_take_is_said_when_the_record_is_finished(app, folder, settle):
    said = []
    app.toast_wanted.connect(lambda text, _undo: said.append(text))
    with Project.open(folder) as project:
        odd = forms.REGISTER_MINE.replace("| mineral |", "| colour |").replace("_mine", "_odd")
        forms.add(project, odd)
    page = FormPage(app, "register_odd")
    page.show()
    settle()
    page.driver.answer("/data/mine", "新矿")
    page.driver.answer("/data/where", "29.4 117.3 0 0")
    page.driver.answer("/data/kind", "红")
    page.finalize()
    settle()
    assert "colour" in said[-1]
    page.close()
    page.deleteLater()
