"""What pages share: writing, and what comes after the window has closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.questions import Questions


def test_a_write_that_ends_as_the_window_closes_is_kept_and_told_to_nobody(
    folder: Path, qapp: QApplication
) -> None:
    app = AppContext(
        folder,
        Jobs(lambda: Project.open(folder)),
        Project.open(folder, read_only=True),
        Questions(),
    )
    told: list[object] = []
    app.saved.connect(told.append)
    app.write(lambda project: project.set_setting("mark", 7), app)
    app.close()
    qapp.processEvents()
    assert told == []
    with Project.open(folder, read_only=True) as project:
        assert project.get_setting("mark") == 7
