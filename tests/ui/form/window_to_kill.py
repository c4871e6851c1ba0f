"""A window in a process of its own that is answered and then just runs, to be killed.

``python -m tests.ui.form.window_to_kill FOLDER WHAT``: ``answer`` (two answers), ``pages`` (the
third step, scrolled), ``repeat`` (an entry that was added), ``word`` (keys that never pause) or
``busy`` (keys, while the store is at something long). It prints ``answered`` at the last key.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.jobs import Jobs

#: Keys come this often: a quick typist never makes the pause that answers.
_KEY_MS = 60
#: So long the store is busy: longer than the window lives.
_BUSY = 30.0


def told(page: FormPage) -> None:
    assert page.isVisible()
    print("answered", flush=True)


def answer(page: FormPage) -> None:
    page.body.questions["/data/who"].editor.line.setText("张三")
    page.body.questions["/data/who"].editor.leave()
    page.driver.answer("/data/depth", "2.5")
    told(page)


def pages(page: FormPage) -> None:
    page.views.choose("questions")
    page.go_to("/data/depth")
    QTest.qWait(100)
    page.driver.answer("/data/depth", "2.5")
    told(page)


def repeat(page: FormPage) -> None:
    made = page.driver.add_repeat("/data/crack")
    page.driver.answer(f"{made}/name", "LF-2")
    page.go_to(f"{made}/gap")
    QTest.qWait(100)
    page.driver.answer(f"{made}/gap", "7.5")
    told(page)


def word(page: FormPage) -> None:
    """Ten letters with no pause, told after the last; then keys go on."""
    line = page.body.questions["/data/who"].editor.line
    line.setFocus()
    page.activateWindow()
    letters = iter("abcdefghijklmnopqrstuvwxyz" * 40)
    count = 0

    def key() -> None:
        nonlocal count
        QTest.keyClicks(line, next(letters))
        count += 1
        if count == 10:
            told(page)

    timer = QTimer(page)
    timer.timeout.connect(key)
    timer.start(_KEY_MS)


def busy(page: FormPage) -> None:
    def work(_project: Project) -> None:
        time.sleep(_BUSY)

    page.app.jobs.with_store(work, page, print, print)
    word(page)


WHAT: dict[str, Callable[[FormPage], None]] = {
    "answer": answer,
    "pages": pages,
    "repeat": repeat,
    "word": word,
    "busy": busy,
}


def main() -> None:
    folder, what = Path(sys.argv[1]), WHAT[sys.argv[2]]
    application = QApplication([])
    theme.apply(application, "outdoor")
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    page = FormPage(app, "every")
    page.resize(900, 800)
    page.show()
    QTimer.singleShot(200, page, lambda: what(page))
    application.exec()


if __name__ == "__main__":
    main()
