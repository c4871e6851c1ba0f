"""Every form that ships is filled through its widgets with its example and becomes a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from tests.ui.form.filled import SHIPPED, fill_example, place_of_example, visit_before
from tests.xforms.example_records import Example, example, wrong

Settle = Callable[[], None]


def site_of(app: AppContext, one: Example, settle: Settle, qtbot: Any) -> str | None:
    """The example's site in the project, visited before where the example says so."""
    edit = place_of_example(one)
    if edit is None:
        return None

    def work(project: Project) -> None:
        project.edit_many([edit], origin="import:example")
        if one.before:
            visit_before(project, one)

    failed: list[Exception] = []
    app.jobs.with_store(work, app, lambda _done: None, failed.append)
    settle()
    assert failed == []
    return edit.subject


@pytest.mark.parametrize("form", SHIPPED)
def test_it_becomes_a_record(form: str, app: AppContext, settle: Settle, qtbot: Any) -> None:
    one = example(form)
    site = site_of(app, one, settle, qtbot)
    before = {record.id for record in app.reader.records()}
    page = FormPage(app, form, site)
    page.resize(1100, 800)
    page.show()
    try:
        hand = fill_example(page, one)
        assert sum(hand.by.values()) > 3
        assert page.head.problems.text() == "没有漏项" or page._tally.missing == 0
        assert wrong(page.driver.session, one.expected) == []
        with qtbot.waitSignal(page.driver.finalized, timeout=10_000):
            page.finalize()
        # An example has nothing in it that the machine asks about.
        assert [row.words.text() for row in page.doubts.rows] == []
        settle()
        (record,) = [one for one in app.reader.records() if one.id not in before]
        assert (record.form, record.site) == (form, site)
    finally:
        page.leave()
        settle()
        page.close()
        page.deleteLater()
