"""Pictures of forms, records, photos, the office: ``python -m tests.ui.shots_pages OUT [zh|en]``.

Each at 1280×800 and 800×1280, offscreen, on invented data. A third argument names one theme,
further ones the pages.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from jdz_field.core.feed import FeedEntry
from jdz_field.core.i18n import set_language
from jdz_field.core.sites import Site
from jdz_field.operations.office import Desk
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.sample import make_sample
from jdz_field.operations.sample_photos import sample_photo, sample_track
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.sync.client import CentralClient
from jdz_field.ui import theme
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.office.main import open_office
from jdz_field.ui.office.window import OfficeWindow
from jdz_field.ui.photos.page import PhotosPage
from jdz_field.ui.records import RecordsPage
from tests.ui.office.centre import centre, fill
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
    page.body.repeats[ref].view.add.click()
    settle(window)
    page.driver.answer(f"{ref}[2]/crack_id", "LF-2")
    page.go_to(f"{ref}[1]")
    settle(window)


def _photo(window: MainWindow, folder: Path) -> None:
    page = _form(window)
    site = _site(window)
    assert site.lon is not None
    assert site.lat is not None
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


def _view(view: str, ref: str) -> Act:
    def act(window: MainWindow, folder: Path) -> None:
        _form_at(ref)(window, folder)
        page = window.stage.sheet.page
        assert isinstance(page, FormPage)
        page.views.choose(view)
        settle(window)

    return act


def _list(window: MainWindow, folder: Path) -> None:
    _form_at("/data/threat/people")(window, folder)
    page = window.stage.sheet.page
    assert isinstance(page, FormPage)
    page.dock.toggle()


PAGES: dict[str, Act] = {
    "form": _empty_form,
    "form-groups": _view("groups", "/data/signs/tension_crack"),
    "form-questions": _view("questions", "/data/visit/weather"),
    "form-list": _list,
    "form-signs": _form_at("/data/signs/tension_crack"),
    "form-threat": _form_at("/data/threat/people"),
    "form-cracks": _cracks,
    "form-photo": _photo,
    "form-problems": _problems,
}


def _records(window: MainWindow, folder: Path) -> None:
    window.app.show_page("records")
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, RecordsPage)
    page.show_argument(next(iter(window.app.reader.records(state="returned"))).id)


def _drafts(window: MainWindow, folder: Path) -> None:
    window.app.show_page("records")


def _photos(window: MainWindow, folder: Path) -> None:
    window.app.show_page("photos")
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, PhotosPage)
    page.add([folder / "pile"])
    settle(window)
    page.use_tracks([folder / "pile" / "track.gpx"])
    settle(window, 1)


def _no_photos(window: MainWindow, folder: Path) -> None:
    window.app.show_page("photos")


PAGES |= {
    "records": _records,
    "drafts": _drafts,
    "photos": _photos,
    "photos-empty": _no_photos,
}


def make_project(folder: Path) -> None:
    with create_project(folder, name="样例项目", author="刘建国", sample=True) as project:
        make_sample(project)
        sites = project.search(SiteQuery(kinds=("geohazard",)), limit=8)
        for place, site in enumerate(sites):
            _fill_record(project, site, folder.parent, draft=place < 2)
        returned = [record.id for record in project.records()][2]
        project.apply_feed([_verdict(returned)], 1)
        _make_pile(folder.parent / "pile", sites[0])


def _fill_record(project: Project, site: Site, folder: Path, *, draft: bool) -> None:
    filling = Filling.start(project, FORM, site.id)
    for ref, value in (*HALF[:-2], ("/data/threat/people", "26")):
        filling.session.answer(ref, value)
    project.save_draft(filling.draft(project))
    if draft:
        return
    file = sample_photo(
        folder / f"IMG_{site.code[-4:]}.jpg",
        datetime(2026, 11, 21, 3, tzinfo=UTC),
        (site.lon or 117.0, site.lat or 29.0),
    )
    added = add_photos(
        project, [file], record=filling.id, site=site.id, path="/data/photos/photo_overview"
    ).files[0]
    assert added.attachment
    filling.session.answer("/data/photos/photo_overview", added.attachment.filename)
    for _turn in range(3):
        for problem in filling.session.problems():
            choices = [choice.value for choice in filling.session.choices(problem.ref)]
            filling.session.answer(problem.ref, "no" if "no" in choices else (choices or ["12"])[0])
    assert filling.finalize(project).record, filling.session.problems()


def _verdict(record: str) -> FeedEntry:
    words = "全貌照片太暗，看不清后缘裂缝，请补拍。"
    fields = {"review": "returned", "review_comment": words}
    return FeedEntry(
        1,
        "record",
        record,
        2,
        fields,
        None,
        "d1",
        "centre",
        "王秀英",
        "2026-11-22T01:00:00.000Z-000000-x",
        "2026-11-22T01:00:00.000Z",
    )


def _make_pile(folder: Path, site: Site) -> None:
    folder.mkdir()
    assert site.lon is not None
    assert site.lat is not None
    start = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    sample_track(folder / "track.gpx", start, site.lon, site.lat)
    for place in range(7):
        own = (site.lon + place * 9e-5, site.lat + place * 7e-5) if place % 3 == 0 else None
        taken = start + timedelta(seconds=37 + 83 * place)
        sample_photo(folder / f"DSC_{2310 + place}.jpg", taken, own, seed=place)
    sample_photo(folder / "DSC_2399.jpg", start + timedelta(hours=5), None, seed=9)
    (folder / "DSC_2400.jpg").write_bytes((folder / "DSC_2310.jpg").read_bytes()[:4000])


# ---- the office
OFFICE = ("conflicts", "proposals", "reviews", "numbers", "batches")


def shoot_office(out: Path, folder: Path, tail: str, wanted: tuple[str, ...]) -> None:
    pages = [page for page in OFFICE if not wanted or f"office-{page}" in wanted]
    with centre(folder / "centre") as at:
        if pages:
            fill(at, folder / "centre-photos")
        for size, (width, height) in SIZES.items():
            if pages:
                window = open_office(at.url, at.token)
                window.resize(width, height)
                for page in pages:
                    window.show_page(page)
                    rest(window)
                    shoot(window, out / f"office-{page}-{size}-{tail}.png")
                window.close()
        if not wanted or "office-empty" in wanted:
            for url, name in ((at.url, "empty"), ("http://127.0.0.1:9", "away")):
                window = OfficeWindow(lambda url=url: Desk(CentralClient(url, at.token, first=0.5)))
                window.show()
                rest(window, 2)
                shoot(window, out / f"office-{name}-{tail}.png")
                window.close()
            window = OfficeWindow()
            window.show()
            rest(window)
            shoot(window, out / f"office-signin-{tail}.png")
            window.close()


def rest(window: OfficeWindow, least: float = 0.5) -> None:
    until, last = time.monotonic() + least, time.monotonic() + 15
    while time.monotonic() < until or (
        window.office is not None and not window.office.jobs.idle() and time.monotonic() < last
    ):
        QApplication.processEvents()
        time.sleep(0.005)


def main(out: Path, language: str = "zh", name: str = "light", *wanted: str) -> None:
    application = QApplication([])
    set_language(language)
    theme.apply(application, name)
    tail = f"{language}-{name}"
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        folder = Path(temp)
        pages = {page: act for page, act in PAGES.items() if not wanted or page in wanted}
        if pages:
            make_project(folder / "project")
        for page, act in pages.items():
            for size, (width, height) in SIZES.items():
                window = make_window(folder / "project")
                window.resize(width, height)
                window.show()
                settle(window)
                act(window, folder)
                settle(window)
                shoot(window, out / f"{page}-{size}-{tail}.png")
                window.close()
        if not wanted or any(page.startswith("office") for page in wanted):
            shoot_office(out, folder, tail, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
