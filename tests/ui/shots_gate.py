"""Pictures of the accuracy gate: ``python -m tests.ui.shots_gate OUT [lang] [theme]``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import sample_edits
from jdz_field.ui import theme
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.place import PlaceEditor
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.sites.add import AddSitePage
from tests.ui.form.geo_forms import GEO, put
from tests.ui.shots import SIZES, make_window, settle, shoot


def averaging(window: MainWindow) -> PlaceEditor:
    site = next(place.id for place in window.app.reader.map_points(("geohazard",)))
    window.app.open_form("geo", site)
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, FormPage)
    page.go_to("/data/strict")
    editor = page.body.questions["/data/strict"].editor
    assert isinstance(editor, PlaceEditor)
    put(window.app.receiver, accuracy=8.0)
    editor.start_receiver()
    for n in range(6):
        put(window.app.receiver, n % 3, 0, accuracy=8.0 - n / 2)
    put(window.app.receiver, 60, 0, accuracy=8.0)
    settle(window)
    return editor


def main(arguments: list[str]) -> int:
    out, language, look = Path(arguments[0]), arguments[1], arguments[2]
    set_language(language)
    application = QApplication([])
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        folder = Path(temp) / "project"
        with create_project(folder, name="2026 汛期巡查", author="余小敏", sample=True) as made:
            made.edit_many(list(sample_edits(1))[:400], origin="import:few")
            made.add_form("geo", "1", "位置", GEO, None)
        for size, (width, height) in SIZES.items():
            theme.apply(application, look)
            window = make_window(folder)
            window.preferences.theme = look
            window.resize(width, height)
            window.show()
            panel = averaging(window).panel
            assert panel is not None
            shoot(window, out / f"{language}-{look}-{size}-averaging.png")
            panel.use.click()
            panel.reasons.buttons["other"].click()
            settle(window)
            shoot(window, out / f"{language}-{look}-{size}-reason.png")
            panel.cancelled.emit()
            window.app.show_page("map")
            settle(window)
            for name in ("receiver", "add"):
                window.app.show_page(name)
                settle(window)
                page = window.stage.sheet.page
                if isinstance(page, AddSitePage):
                    page.set_place(117.31, 29.41)
                    page.place.start_receiver()
                    put(window.app.receiver, accuracy=6.0)
                    settle(window)
                shoot(window, out / f"{language}-{look}-{size}-{name}.png")
            window.app.show_page("map")
            settle(window)
            window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
