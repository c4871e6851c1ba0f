"""A window in a process of its own that records a walk, to be killed in the middle of it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.trace_page import TracePage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.preferences import Preferences
from tests.ui.form.geo_forms import put


def main() -> None:
    folder = Path(sys.argv[1])
    application = QApplication([])
    theme.apply(application, "outdoor")
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    window = MainWindow(app, Preferences.load(folder / "window.json"))
    window.show()
    app.open_form("geo")
    north = [0.0]
    timer = QTimer(window)

    def step() -> None:
        put(app.receiver, north[0])
        page = window.stage.sheet.page
        print(len(page._trace.vertices), flush=True)
        north[0] += 6

    def begin() -> None:
        put(app.receiver, 0)
        form = window.stage.sheet.page
        form.body.questions["/data/way"].editor.open_walk()
        page = window.stage.sheet.page
        assert isinstance(page, TracePage)
        page.walk.toggle()
        timer.timeout.connect(step)
        timer.start(250)

    QTimer.singleShot(300, window, begin)
    application.exec()


if __name__ == "__main__":
    main()
