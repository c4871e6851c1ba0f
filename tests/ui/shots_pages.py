"""Pictures of forms, records, photos and the office: ``python -m tests.ui.shots_pages OUT [zh|en]``.

Each at 1280×800 and 800×1280, offscreen, on invented data. A third argument names one theme,
further ones the pages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.core.sites import Site
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import make_sample
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from tests.ui.shots import SIZES, make_window, settle, shoot

Act = Callable[[MainWindow, Path], None]
FORM = "geohazard_inspection"


def _site(window: MainWindow) -> Site:
    return window.app.reader.search(SiteQuery(kinds=("geohazard",), grade="B"), limit=1)[0]


def _form(window: MainWindow) -> FormPage:
    window.app.open_form(FORM, _site(window).id)
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, FormPage)
    return page


def _empty_form(window: MainWindow, folder: Path) -> None:
    _form(window)


HALF = [
    ("/data/visit/weather", "moderate_rain"),
    ("/data/visit/inspection_type", "flood"),
    ("/data/signs/tension_crack", "yes"),
    ("/data/signs/tension_crack_part", "后缘公路内侧"),
    ("/data/signs/shear_crack", "no"),
    ("/data/threat/people", "-3"),
    ("/data/care/measures_seen", "4 7"),
]


def _form_at(ref: str) -> Act:
    def act(window: MainWindow, folder: Path) -> None:
        page = _form(window)
        for one, value in HALF:
            page.driver.answer(one, value)
        settle(window)
        page.go_to(ref)
        settle(window)

    return act


def _cracks(window: MainWindow, folder: Path) -> None:
    page = _form(window)
    page.driver.answer("/data/signs/tension_crack", "yes")
    refs = iter(page.body.repeats)
    ref = next(refs)
    page.driver.answer(f"{ref}[1]/crack_id", "LF-1")
    page.driver.answer(f"{ref}[1]/width", "12.5")
    page.driver.answer(f"{ref}[1]/last_width", "9")
    page.body.repeats[ref].add.click()
    settle(window)
    page.driver.answer(f"{ref}[2]/crack_id", "LF-2")
    page.go_to(f"{ref}[1]")
    settle(window)


def _photo(window: MainWindow, folder: Path) -> None:
    page = _form(window)
    site = _site(window)
    assert site.lon and site.lat
    file = sample_photo(
        folder / "IMG_0412.jpg", datetime(2026, 11, 22, 2, 14, tzinfo=UTC), (site.lon, site.lat)
    )
    question = page.body.questions["/data/photos/photo_overview"]
    question.editor.take(file)
    settle(window)
    page.go_to(question.ref)
    settle(window)


def _problems(window: MainWindow, folder: Path) -> None:
    page = _form(window)
    page.driver.answer("/data/threat/people", "-3")
    page.finalize()
    settle(window)


PAGES: dict[str, Act] = {
    "form": _empty_form,
    "form-signs": _form_at("/data/signs/tension_crack"),
    "form-threat": _form_at("/data/threat/people"),
    "form-cracks": _cracks,
    "form-photo": _photo,
    "form-problems": _problems,
}


def make_project(folder: Path) -> None:
    with create_project(folder, name="样例项目", author="刘建国", sample=True) as project:
        make_sample(project)


def main(out: Path, language: str = "zh", name: str = "light", *wanted: str) -> None:
    application = QApplication([])
    set_language(language)
    theme.apply(application, name)
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        make_project(project)
        for page, act in PAGES.items():
            if wanted and page not in wanted:
                continue
            for size, (width, height) in SIZES.items():
                window = make_window(project)
                window.resize(width, height)
                window.show()
                settle(window)
                act(window, Path(folder))
                settle(window)
                shoot(window, out / f"{page}-{size}-{language}-{name}.png")
                window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
