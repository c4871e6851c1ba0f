"""A repeat as a table: keys, fingers, blocks from a spreadsheet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from jdz_field.store.project import Project
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.table import RepeatTable
from tests.ui.form.tally import CARRIED, COUNTED, TALLY

KEYPAD = Qt.KeyboardModifier.KeypadModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(folder):
    with Project.open(folder) as project:
        for form_id, xml in (("tally", TALLY), ("carried", CARRIED), ("counted", COUNTED)):
            project.add_form(form_id, "1", form_id, xml, None)
    return folder


@pytest.fixture
def open_form(app, settle, qtbot):
    opened = []

    def opener(form_id, draft=None):
        made = FormPage(app, form_id, None, draft)
        made.resize(1280, 800)
        made.show()
        qtbot.waitExposed(made)
        settle()
        opened.append(made)
        return made

    yield opener
    for made in opened:
        made.leave()
        settle()
        made.close()
        made.deleteLater()


@pytest.fixture
def tally(open_form):
    return open_form("tally")


def view(page) -> RepeatTable:
    found = page.body.repeats["/data/tree"].view
    assert isinstance(found, RepeatTable)
    return found


def value(page, ref):
    return page.driver.session.node(f"/data/tree{ref}").value


class Keys:
    """Presses keys where the keyboard is, as a person does."""

    def __init__(self, qtbot, page):
        self.qtbot, self.page = qtbot, page
        self.table = view(page).table

    def press(self, *keys, modifier=Qt.KeyboardModifier.NoModifier):
        for key in keys:
            self.qtbot.keyClick(self.table.line or self.table, key, modifier)

    def type(self, words, modifier=Qt.KeyboardModifier.NoModifier):
        for letter in words:
            self.qtbot.keyClick(self.table.line or self.table, letter, modifier)

    def at(self, row, column):
        self.table.acts.put(row, column)
        self.table.setFocus()

    @property
    def here(self):
        return self.table.acts.here()


@pytest.fixture
def keys(qtbot, tally):
    made = Keys(qtbot, tally)
    view(tally).add.click()
    return made


def test_smoke(tally, keys, qtbot):
    keys.at(0, 0)
    keys.type("2")
    keys.press(Qt.Key.Key_Tab)
    keys.type("23.5")
    keys.press(Qt.Key.Key_Return)
    assert value(tally, "[1]/species") == "2"
    assert value(tally, "[1]/dbh") == "23.5"
    assert keys.here == (1, 0)
