"""The main window: places, sheet, orientation, language, theme, what is always seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.core.i18n import language
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.pages import LASTING
from jdz_field.ui.preferences import Preferences

Settle = Callable[[], None]


@pytest.fixture
def window(app: AppContext, qtbot, settle: Settle, tmp_path: Path) -> Iterator[MainWindow]:
    preferences = Preferences.load(tmp_path / "window.json")
    preferences.theme = "outdoor"
    made = MainWindow(app, preferences)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()


def first(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1)[0].id


def test_the_strip_says_what_it_must(window: MainWindow, app: AppContext, settle: Settle) -> None:
    assert window.strip.name.text() == "试点项目"
    assert window.strip.fix.text() == "定位：无接收机"
    assert window.strip.unsent.text() == f"未传 {app.reader.counts()['unsent']}"
    app.write(lambda project: project.set_setting("author", "江一"), window)
    settle()
    assert window.strip.saved.text().startswith("已保存 ")


def test_invented_data_is_marked(window: MainWindow) -> None:
    assert window.band.isVisible()
    assert "虚构示例" in window.band.words.text()


def test_a_real_project_has_no_band(tmp_path: Path, qtbot) -> None:
    from jdz_field.operations.projects import create_project
    from jdz_field.ui.jobs import Jobs

    folder = tmp_path / "real"
    create_project(folder, name="真", author="江一").close()
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    made = MainWindow(app, Preferences())
    qtbot.addWidget(made)
    made.show()
    assert not made.band.isVisible()
    made.close()
    app.deleteLater()


@pytest.mark.parametrize("name", [*LASTING])
def test_every_place_opens_over_the_map_and_closes(
    name: str, window: MainWindow, settle: Settle, qtbot
) -> None:
    qtbot.mouseClick(window.navigation.buttons[name], Qt.MouseButton.LeftButton)
    settle()
    assert window.stage.sheet.isVisible()
    assert window.stage.map.isVisible()
    assert window.navigation.buttons[name].isChecked()
    assert window.stage.sheet.heading.text()
    qtbot.mouseClick(window.navigation.buttons["map"], Qt.MouseButton.LeftButton)
    settle()
    assert not window.stage.sheet.isVisible()
    assert window.navigation.buttons["map"].isChecked()


def test_a_site_lies_above_the_list_and_back_leads_to_the_list(
    window: MainWindow, app: AppContext, settle: Settle, qtbot
) -> None:
    app.show_page("sites")
    settle()
    app.open_site(first(app))
    settle()
    assert window.stage.map.selected == first(app)
    assert window.stage.sheet.back.isVisible()
    qtbot.keyClick(window.stage.sheet, Qt.Key.Key_Escape)
    settle()
    assert window.stage.sheet.page is window.pages.lasting("sites")
    assert window.stage.sheet.isVisible()


def test_another_site_takes_the_place_of_the_first(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    found = app.reader.search(SiteQuery(kinds=("geohazard",)), limit=2)
    for site in found:
        app.open_site(site.id)
        settle()
    assert window.stage.map.selected == found[1].id
    window.stage.sheet.pop()
    settle()
    assert not window.stage.sheet.isVisible()


def test_a_site_that_is_not_there_opens_nothing(window: MainWindow, app: AppContext) -> None:
    app.open_site("none")
    assert window.stage.sheet.page is None


def test_upright_the_bar_is_below_and_the_sheet_comes_from_below(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    window.resize(800, 1280)
    app.show_page("today")
    settle()
    assert window.navigation.y() > window.stage.y()
    sheet = window.stage.sheet
    assert sheet.width() == window.stage.width()
    assert sheet.geometry().bottom() == window.stage.rect().bottom()
    assert sheet.grip.isVisible()
    window.resize(1280, 800)
    settle()
    assert window.navigation.x() < window.stage.mapTo(window, window.stage.rect().topLeft()).x()
    assert sheet.height() == window.stage.height()
    assert not sheet.grip.isVisible()


def test_the_upright_sheet_is_dragged_up_and_away(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    window.resize(800, 1280)
    app.show_page("today")
    settle()
    sheet = window.stage.sheet
    before = sheet.height()
    sheet.grip.dragged.emit(-300)
    sheet.grip.released.emit()
    assert sheet.height() > before
    sheet.grip.dragged.emit(5000)
    sheet.grip.released.emit()
    settle()
    assert not sheet.isVisible()


def test_nothing_on_the_map_lies_below_the_sheet(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    app.show_page("sites")
    settle()
    left = window.stage.sheet.x()
    for part in (window.stage.tools, window.stage.readout):
        assert part.geometry().right() < left
    assert window.stage.map.margins.right == window.stage.sheet.width()


def test_language_changes_everywhere_at_run_time(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    app.show_page("settings")
    settle()
    app.prefer("language", "en")
    settle()
    assert language() == "en"
    assert window.navigation.buttons["sites"].text() == "Sites"
    assert window.strip.fix.text() == "Position: no receiver"
    assert window.stage.sheet.heading.text() == "Settings"
    assert Preferences.load(window.preferences.file).language == "en"


def test_theme_and_text_size_change_at_run_time(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    app.prefer("theme", "dark")
    app.prefer("scale", 1.5)
    settle()
    assert theme.current().name == "dark"
    assert theme.current().scale == 1.5
    assert Preferences.load(window.preferences.file).theme == "dark"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 600)])
def test_at_twice_the_text_size_every_place_still_opens(
    window: MainWindow, app: AppContext, settle: Settle, size: tuple[int, int]
) -> None:
    app.prefer("scale", 2.0)
    window.resize(*size)
    for name in LASTING:
        app.show_page(name)
        settle()
        assert window.stage.sheet.geometry().right() <= window.stage.rect().right()
    for button in window.navigation.buttons.values():
        assert button.geometry().bottom() <= window.navigation.height()


def test_the_command_lines_writes_are_noticed(
    window: MainWindow, app: AppContext, folder: Path, settle: Settle
) -> None:
    before = window.strip.unsent.text()
    with Project.open(folder) as other:
        other.edit("geohazard", first(app), {"remarks": "由命令行"})
    app.look()
    settle()
    assert window.strip.unsent.text() != before or app.reader.site(first(app)).fields["remarks"]


def test_a_toast_offers_to_undo_once(window: MainWindow, app: AppContext, qtbot) -> None:
    done: list[int] = []
    app.toast("改了一项", lambda: done.append(1))
    assert window.toast.isVisible()
    assert window.toast.words.text() == "改了一项"
    qtbot.mouseClick(window.toast.undo, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert not window.toast.isVisible()
    app.toast("没有可撤销的")
    assert not window.toast.undo.isVisible()


def test_a_form_has_the_keyboard_at_once_and_no_toast_covers_its_way_on(
    window: MainWindow, app: AppContext, settle: Settle, qtbot
) -> None:
    window.resize(800, 1280)
    app.open_form("geohazard_inspection", first(app))
    settle()
    page = window.stage.sheet.page
    assert isinstance(page, FormPage)
    qtbot.waitUntil(lambda: page.isAncestorOf(window.focusWidget()))
    before = page.pager.place
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.pager.place == before + 1
    app.toast("已撤销")
    top = page.foot.mapTo(window.stage, page.foot.rect().topLeft()).y()
    assert window.toast.geometry().bottom() < top
    window.stage.sheet.pop()
    settle()


def test_coordinates_are_copied(window: MainWindow, qtbot) -> None:
    qtbot.mouseClick(window.stage.readout, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == window.stage.readout.to_copy()
    assert window.toast.isVisible()


def test_kinds_can_be_taken_off_the_map(window: MainWindow, settle: Settle) -> None:
    window.stage.kinds_chosen.emit(("mine",))
    settle()
    assert {place.kind for place in window.stage.map.index.places} == {"mine"}
    window.stage.kinds_chosen.emit(())
    settle()
    assert len(window.stage.map.index.places) == 0


def test_a_page_that_will_not_be_left_stays(
    window: MainWindow, app: AppContext, settle: Settle
) -> None:
    from jdz_field.ui.page import Page

    class Stubborn(Page):
        stays = True

        def leave(self) -> bool:
            return not self.stays

    page = Stubborn(app)
    window.stage.sheet.push(page)
    settle()
    app.show_page("today")
    assert window.stage.sheet.page is page
    assert not window.close()
    page.stays = False
    app.show_page("today")
    assert window.stage.sheet.page is window.pages.lasting("today")


def test_a_broken_base_map_is_told(app: AppContext, folder: Path, qtbot) -> None:
    (folder / "basemaps").mkdir(exist_ok=True)
    (folder / "basemaps" / "schlecht.mbtiles").write_bytes(b"nothing")
    made = MainWindow(app, Preferences())
    qtbot.addWidget(made)
    made.show()
    assert "schlecht.mbtiles" in made.toast.words.text()
    made.close()
