"""Every form that ships is filled through its widgets and becomes a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from tests.ui.form.filled import SHIPPED, fill, site_for

Settle = Callable[[], None]


@pytest.mark.parametrize("form", SHIPPED)
def test_it_becomes_a_record(form: str, app: AppContext, settle: Settle, qtbot: Any) -> None:
    site = site_for(app.reader, form)
    page = FormPage(app, form, site.id if site else None)
    page.resize(1100, 800)
    page.show()
    try:
        hand = fill(page)
        assert sum(hand.by.values()) > 3
        assert page.head.problems.text() == "没有漏项" or page._tally.missing == 0
        with qtbot.waitSignal(page.driver.finalized, timeout=10_000):
            page.finalize()
        for row in page.doubts.rows:
            row.choose("other" if "seen" not in row.reasons else "seen")
            if "seen" not in row.reasons:
                row.note.setText("虚构示例")
                row.note.textEdited.emit("虚构示例")
        if page.doubts.isVisible():
            assert page.doubts.open_rows() == []
            with qtbot.waitSignal(app.back_wanted, timeout=10_000):
                page.finalize()
        settle()
        (record,) = app.reader.records()
        assert record.form == form
        assert record.site == (site.id if site else record.site)
    finally:
        page.leave()
        settle()
        page.close()
        page.deleteLater()
