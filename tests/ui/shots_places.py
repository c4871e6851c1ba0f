"""Pictures of everything about places, to be looked at: ``shots_places.py OUT [lang] [theme]``."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import set_language
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import sample_edits
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.trace_page import LIST, WALK, TracePage
from jdz_field.ui.frame import MainWindow
from tests.ui.form.geo_forms import GEO, METRE, put
from tests.ui.shots import SIZES, make_window, settle, shoot


def form(window: MainWindow) -> FormPage:
    found = window.stage.sheet.page
    assert isinstance(found, FormPage)
    return found


def at(window: MainWindow, north: float, east: float) -> str:
    site = form(window).filling.site
    return f"{site.lat + north * METRE} {site.lon + east * METRE / 0.872} 86.4 2.5"


def ring(window: MainWindow, *, crossed: bool = False, count: int = 9) -> str:
    places = [
        (90 * math.cos(n / count * math.tau), 140 * math.sin(n / count * math.tau))
        for n in range(count)
    ]
    if crossed:
        places[2], places[3] = places[3], places[2]
    return "; ".join(at(window, *place) for place in [*places, places[0]])


def walk(window: MainWindow) -> str:
    north = [0, 6, 12, 18, 24, 180, 186, 192, 198]
    return "; ".join(at(window, n, 20 * math.sin(n / 20)) for n in north)


def answer(window: MainWindow, name: str, value: str) -> None:
    form(window).driver.answer(f"/data/{name}", value)


def editor(window: MainWindow, name: str):
    page = form(window)
    page.go_to(f"/data/{name}")
    settle(window, 0.4)
    return page.body.questions[f"/data/{name}"].editor


def questions(window: MainWindow) -> None:
    answer(window, "spot", at(window, 40, 60))
    answer(window, "plot", ring(window))
    editor(window, "spot")


def shapes(window: MainWindow) -> None:
    answer(window, "way", walk(window))
    answer(window, "plot", ring(window))
    answer(window, "pick", "a")
    editor(window, "plot")


def averaging(window: MainWindow) -> None:
    receiver = window.app.receiver
    receiver.show("searching", satellites_seen=9)
    found = editor(window, "strict")
    found.start_receiver()
    for n in range(60):
        put(receiver, math.sin(n) * 0.5, math.cos(n) * 0.5, accuracy=14 - n * 0.17)


def point(window: MainWindow) -> None:
    answer(window, "way", walk(window))
    editor(window, "picked").open_map()
    settle(window)
    window.stage.sheet.page.stage.map.go_to(*form_place(window, 60, 80), 17)


def form_place(window: MainWindow, north: float, east: float) -> tuple[float, float]:
    site = window.stage.sheet.page._desk.site
    return site.lon + east * METRE / 0.872, site.lat + north * METRE


def draw(window: MainWindow) -> None:
    answer(window, "spot", at(window, 40, 60))
    answer(window, "plot", ring(window))
    editor(window, "plot").open_map()
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, TracePage)
    page.tool.choose(3)


def crossing(window: MainWindow) -> None:
    answer(window, "checked", ring(window, crossed=True))
    editor(window, "checked").open_map()


def gap(window: MainWindow) -> None:
    put(window.app.receiver)
    answer(window, "way", walk(window))
    editor(window, "way").open_walk()
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, TracePage)
    page.show_mode(WALK)


def table(window: MainWindow) -> None:
    answer(window, "plot", ring(window))
    editor(window, "plot").open_list()


def typing(window: MainWindow) -> None:
    editor(window, "plot").open_list()
    settle(window)
    page = window.stage.sheet.page
    assert isinstance(page, TracePage)
    page.show_mode(LIST)
    page.list.open_typing()
    page.list.area.setPlainText("29.35, 117.2\nbeim Bach")
    page.list.replace.click()


def choice(window: MainWindow) -> None:
    editor(window, "pick").open_map()
    settle(window)
    window.stage.sheet.page.choose(2, move=False)


PAGES: dict[str, Callable[[MainWindow], None]] = {
    "questions": questions,
    "shapes": shapes,
    "averaging": averaging,
    "point": point,
    "draw": draw,
    "crossing": crossing,
    "gap": gap,
    "table": table,
    "typing": typing,
    "choice": choice,
}


def main(arguments: list[str]) -> int:
    out, language, look = Path(arguments[0]), *[*arguments[1:3], "zh", "light"][:2]
    if len(arguments) > 2:
        language, look = arguments[1], arguments[2]
    wanted = arguments[3:] or list(PAGES)
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
            with Project.open(folder, read_only=True) as reader:
                site = reader.map_points(("geohazard",))[3].id
            for name in wanted:
                window.app.receiver.show("none")
                window.app.show_page("map")
                settle(window)
                window.app.open_form("geo", site)
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
