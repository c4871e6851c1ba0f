"""A window in a process of its own that answers one question and then just runs, to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.jobs import Jobs


def main() -> None:
    folder = Path(sys.argv[1])
    application = QApplication([])
    theme.apply(application, "outdoor")
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    page = FormPage(app, "every")
    page.show()

    def answer() -> None:
        page.body.questions["/data/who"].editor.line.setText("张三")
        page.body.questions["/data/who"].editor.leave()
        page.driver.answer("/data/depth", "2.5")
        print("answered", flush=True)

    QTimer.singleShot(100, page, answer)
    application.exec()


if __name__ == "__main__":
    main()
