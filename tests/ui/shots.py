"""Pictures of every page, to look at: ``python -m tests.ui.shots OUTDIR [zh|en] [THEME] [PAGE…]``.

Each page at 1280×800 and 800×1280, offscreen, on the sample project, or on a copy of the one
that the environment's ``JDZ_SHOTS_PROJECT`` names (``jdz-field demo --dir`` makes a full one).
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.core.i18n import set_language
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import make_sample
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.sites.importing import ImportPage
from jdz_field.ui.sites.page import SitePage

SHARED = Path(os.environ.get("JDZ_SHARED", Path(__file__).resolve().parents[3] / "shared"))
NAME = "浮梁县 2026 汛期巡查"
SIZES = {"wide": (1280, 800), "high": (800, 1280)}
Act = Callable[[MainWindow], None]


def _first_site(window: MainWindow) -> str:
    for record in window.app.reader.records(limit=20):
        if record.site:
            return record.site
    found = window.app.reader.search(SiteQuery(kinds=("geohazard",), grade="B"), limit=1)
    return found[0].id


def _open(name: str) -> Act:
    return lambda window: window.app.show_page(name)


def _preview(window: MainWindow) -> None:
    window.app.show_page("import")
    page = window.stage.sheet.page
    assert isinstance(page, ImportPage)
    page.check(SHARED / "data" / "ledger_geohazard_sample.xlsx")


def _photo(window: MainWindow) -> None:
    window.app.open_site(_first_site(window))
    page = window.stage.sheet.page
    assert isinstance(page, SitePage)
    photos = window.app.reader.attachments(site=page.site_id)
    if photos:
        page.photos.chosen.emit(photos[0])


PAGES: dict[str, Act] = {
    "today": _open("today"),
    "map": _open("map"),
    "sites": _open("sites"),
    "site": lambda window: window.app.open_site(_first_site(window)),
    "add": lambda window: window.stage.add_wanted.emit(117.215, 29.352),
    "import": _open("import"),
    "preview": _preview,
    "records": _open("records"),
    "form": lambda window: window.app.open_form("geohazard_inspection", _first_site(window)),
    "photos": lambda window: window.app.show_page("photos", _first_site(window)),
    "photo": _photo,
    "move": lambda window: window.app.show_page("move", _first_site(window)),
    "sync": _open("sync"),
    "settings": _open("settings"),
    "help": _open("help"),
}


def settle(window: MainWindow, least: float = 0.5) -> None:
    """Let timers, lanes and motion come to rest."""
    until, last = time.monotonic() + least, time.monotonic() + 15
    while time.monotonic() < until or (not window.app.jobs.idle() and time.monotonic() < last):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.005)
    for _turn in range(10):
        QApplication.processEvents()
        time.sleep(0.01)


def make_window(folder: Path) -> MainWindow:
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    return MainWindow(app, Preferences())


def shoot(window: QWidget, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(target))
    print(target)


def main(arguments: list[str]) -> int:
    out = Path(arguments[0])
    language = arguments[1] if len(arguments) > 1 else "zh"
    look = arguments[2] if len(arguments) > 2 else "light"
    wanted = arguments[3:] or list(PAGES)
    set_language(language)
    application = QApplication([])
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        folder = Path(temp) / "project"
        ready = os.environ.get("JDZ_SHOTS_PROJECT")
        if ready:
            shutil.copytree(ready, folder)
        else:
            with create_project(folder, name=NAME, author="余小敏", sample=True) as made:
                make_sample(made)
        for size, (width, height) in SIZES.items():
            theme.apply(application, look)
            window = make_window(folder)
            window.preferences.theme = look
            window.resize(width, height)
            window.show()
            for name in wanted:
                window.app.show_page("map")
                settle(window)
                PAGES[name](window)
                settle(window)
                shoot(window, out / f"{language}-{look}-{size}-{name}.png")
            window.app.show_page("map")
            settle(window)
            window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
