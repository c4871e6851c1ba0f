"""The disk refuses an edit of a site: the typed value stays, is told, and goes in on its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from jdz_field.store.queries import SiteQuery
from jdz_field.ui.sites.page import SitePage

no_room = pytest.importorskip("tests.ui.form.test_full_disk").no_room


def test_a_typed_value_stays_until_the_disk_takes_it(app, qtbot, settle) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0]
    page = SitePage(app, site.id)
    qtbot.addWidget(page)
    page.resize(480, 900)
    page.show()
    settle()
    qtbot.mouseClick(page.fields.rows["town"], Qt.MouseButton.LeftButton)
    editor = page.fields.box.editor
    editor.edit.setText("鹅湖镇新")
    with no_room():
        qtbot.keyClick(editor.edit, Qt.Key.Key_Return)
        settle()
        assert page.fields.editing
        assert editor.edit.text() == "鹅湖镇新"
        assert not page.fields.box.wrong.isHidden()
        assert app.reader.site(site.id).fields["town"] == site.fields["town"]
    qtbot.keyClick(editor.edit, Qt.Key.Key_Return)
    settle()
    assert app.reader.site(site.id).fields["town"] == "鹅湖镇新"
    assert not page.fields.editing
