"""Tasks on the page «Today»: shown while they are open, a tap starts the form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from jdz_field.core.feed import FeedEntry
from jdz_field.core.tasks import TASK, Task
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.tasks_card import due_words
from jdz_field.ui.today import TodayPage


def hear(project: Project, tasks: list[Task]) -> None:
    """The feed brings these tasks."""
    project.begin_feed("e1")
    entries = [
        FeedEntry(
            n,
            TASK,
            task.id,
            1,
            task.to_fields(),
            None,
            f"d{n}",
            "centre",
            "办公室",
            "2026-11-01T00:00:00.000Z-0000-centre",
            "2026-11-01T00:00:00.000Z",
        )
        for n, task in enumerate(tasks, start=1)
    ]
    project.apply_feed(entries, len(entries))


def test_a_task_is_seen_and_starts_its_form(app: AppContext, qtbot: Any, settle: Any) -> None:
    site = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0]
    form = app.reader.forms()[0]
    late = Task("t1", site.id, form.form_id, "2020-01-01", "看裂缝", "", "办公室", "2019-12-01")
    other = Task("t2", site.id, form.form_id, "2020-01-01", "", "别人", "办公室", "2019-12-01")
    strange = Task("t3", "gone", "gone", "soon", "", "", "办公室", "2019-12-01")
    page = TodayPage(app)
    qtbot.addWidget(page)
    page.show()
    settle()
    assert not page.tasks.isVisible()
    app.write(lambda project: hear(project, [late, other, strange]), page)
    settle()
    assert page.tasks.isVisible()
    rows = page.tasks.card.list.rows
    assert [row.key for row in rows] == ["t1", "t3"]
    assert rows[0].title == site.name
    assert "看裂缝" in rows[0].line
    assert rows[0].chip_role == "error"
    wanted: list[tuple[object, ...]] = []
    toasts: list[str] = []
    app.form_wanted.connect(lambda *what: wanted.append(what))
    app.toast_wanted.connect(lambda words, _undo: toasts.append(words))
    shown = page.tasks.card.list
    place = shown.visualRect(shown.model().index(0, 0)).center()
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert wanted == [(form.form_id, site.id, None)]
    shown.setCurrentIndex(shown.model().index(1, 0))
    page.tasks.card.chosen.emit(rows[1])
    assert len(wanted) == 1
    assert "下次同步" in toasts[0]


def test_how_long_there_is_in_words() -> None:
    assert [due_words(n) for n in (-3, 0, 1)] == ["已超期 3 天", "今天截止", "还有 1 天"]
