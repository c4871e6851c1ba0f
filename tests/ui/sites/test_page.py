"""The page of a site: everything shown, edited in place, taken back, deleted, inspected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import set_language
from jdz_field.core.sites import Draft
from jdz_field.operations.children import add_child
from jdz_field.operations.photos import add_photos
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.store.queries import LocalConflict, SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.sites.editors import ChipsEditor, ListEditor, TextEditor
from jdz_field.ui.sites.fields import HIDDEN
from jdz_field.ui.sites.move import MovePage, apart
from jdz_field.ui.sites.page import SitePage
from jdz_field.ui.sites.photo_view import PhotoView

Settle = Callable[[], None]


@pytest.fixture
def site(app: AppContext) -> str:
    return app.reader.search(SiteQuery(kinds=("geohazard",), order="code"), limit=1)[0].id


@pytest.fixture
def page(app: AppContext, site: str, qtbot, settle: Settle) -> SitePage:
    made = SitePage(app, site)
    qtbot.addWidget(made)
    made.resize(480, 900)
    made.show()
    settle()
    return made


@pytest.fixture
def toasts(app: AppContext) -> list[tuple[str, object]]:
    said: list[tuple[str, object]] = []
    app.toast_wanted.connect(lambda words, undo: said.append((words, undo)))
    return said


def row_text(page: SitePage, name: str) -> str:
    return page.fields.rows[name].accessibleName()


def texts(page: SitePage) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def edit(page: SitePage, name: str, typed: str, qtbot) -> None:
    page.fields.reveal(name)
    qtbot.mouseClick(page.fields.rows[name], Qt.MouseButton.LeftButton)
    editor = page.fields.box.editor
    assert isinstance(editor, TextEditor)
    editor.edit.setText(typed)
    qtbot.keyClick(editor.edit, Qt.Key.Key_Return)


def write(app: AppContext, page: SitePage, settle: Settle, **fields: object) -> None:
    app.write(lambda p: p.edit(page.site.kind, page.site_id, fields), page)
    settle()
    page.refresh()


def test_a_grade_says_what_it_follows_from_and_what_a_ledger_said(
    page: SitePage, app: AppContext, settle
) -> None:
    write(app, page, settle, threatened_people=600, threatened_assets=None, danger_grade="C")
    row = page.fields.rows["danger_grade"]
    said = row.accessibleDescription()
    assert row.value == "大型"
    assert "威胁人口 600 人" in said
    assert "第四条" in said
    assert "威胁财产未填" in said
    assert "原列为中型" in said
    assert row.heightForWidth(400) > page.fields.rows["monitor_name"].heightForWidth(400)
    assert page.heading._chips(page.site)[1].text() == "大型"


def test_general_knowledge_is_marked_where_it_decides(
    page: SitePage, app: AppContext, settle
) -> None:
    write(app, page, settle, kind_code="02", volume=52000.0)
    row = page.fields.rows["scale_grade"]
    assert row.value == "中型"
    assert "一般经验" in row.accessibleDescription()
    write(app, page, settle, kind_code="01")
    assert "一般经验" not in page.fields.rows["scale_grade"].accessibleDescription()


def test_a_stated_grade_is_kept_beside_the_rules_and_never_over_it(
    page: SitePage, app: AppContext, settle, toasts
) -> None:
    write(app, page, settle, threatened_people=600, threatened_assets=1.0, danger_grade=None)
    page.fields.edit("danger_grade")
    said = " ".join(label.text() for label in page.fields.box.findChildren(QLabel))
    assert "推定为大型" in said
    page.fields.box.save.emit("danger_grade", "D")
    settle()
    found = app.reader.site(page.site_id)
    assert (found.fields["danger_grade"], found.stated["danger_grade"]) == ("B", "D")
    toasts[-1][1]()
    settle()
    assert app.reader.site(page.site_id).stated == {}


def test_empty_groups_are_chips_that_open(page: SitePage, qtbot) -> None:
    assert "slope" in page.fields.chips
    assert not page.fields.rows["slope_angle"].isVisible()
    qtbot.mouseClick(page.fields.chips["slope"], Qt.MouseButton.LeftButton)
    assert page.fields.rows["slope_angle"].isVisible()
    assert "slope" not in page.fields.chips


def test_empty_rows_fold_and_open_by_key(page: SitePage, qtbot) -> None:
    row = page.fields.rows["village_head"]
    assert not row.isVisible()
    page.fields.folds["care"].setFocus()
    qtbot.keyClick(page.fields.folds["care"], Qt.Key.Key_Space)
    assert page.fields.rows["village_head"].isVisible()
    assert "care" not in page.fields.folds


def test_a_proposed_value_stands_in_its_row(page: SitePage, app: AppContext) -> None:
    told = ("", "", "threatened_people", 5, 5, 26, "c", "proposed", None, 1)
    own = LocalConflict(page.site_id, "geohazard", *told)
    page.fields.show_site(page.site, [own])
    said = page.fields.rows["threatened_people"].accessibleDescription()
    assert "26 人" in said
    assert "批准后生效" in said


def test_units_follow_the_language(page: SitePage, app: AppContext, settle) -> None:
    write(app, page, settle, threatened_people=600)
    set_language("en")
    page.refresh()
    assert page.fields.rows["threatened_people"].value == "600 people"


def test_today_is_one_tap(page: SitePage, app: AppContext, qtbot) -> None:
    page.fields.edit("last_inspected")
    editor = page.fields.box.editor
    today = editor.findChild(QPushButton)
    qtbot.mouseClick(today, Qt.MouseButton.LeftButton)
    assert editor.value() == utc_now().astimezone(BEIJING).date().isoformat()
    page.fields.stop()


def test_sample_plots_are_listed_on_their_subcompartment_and_lead_back(
    app: AppContext, qtbot, settle
) -> None:
    parent = app.reader.search(SiteQuery(kinds=("plot",)), limit=1)[0]
    app.write(lambda p: add_child(p, parent, parent.lon, parent.lat, {}), app)
    settle()
    (child,) = app.reader.children(parent)
    opened: list[object] = []
    app.site_wanted.connect(opened.append)
    app.page_wanted.connect(lambda *what: opened.append(what))
    page = SitePage(app, parent.id)
    qtbot.addWidget(page)
    page.show()
    assert page.below.head.text() == "样地 1"
    qtbot.mouseClick(page.below.add, Qt.MouseButton.LeftButton)
    page.below.list.chosen.emit(page.below.list.list.rows[0])
    below = SitePage(app, child.id)
    qtbot.addWidget(below)
    below.show()
    assert below.title() == "样地"
    assert not below.below.add.isVisible()
    qtbot.keyClick(below.below.up, Qt.Key.Key_Space)
    assert opened == [("add_child", parent.id), child.id, parent.id]


def test_every_field_of_the_kind_has_a_row_with_its_label(page: SitePage) -> None:
    wanted = {f.name for f in site_kind("geohazard").fields} - HIDDEN
    assert set(page.fields.rows) == wanted
    assert row_text(page, "kind_code").startswith("灾害类型: ")


def test_codes_show_their_words_and_numbers_their_units(
    page: SitePage, app: AppContext, site: str
) -> None:
    fields = app.reader.site(site).fields
    assert row_text(page, "county_code").split(": ")[1] in ("昌江区", "珠山区", "浮梁县", "乐平市")
    if fields["threatened_people"] is not None:
        assert row_text(page, "threatened_people").endswith("人")


def test_a_field_is_edited_in_its_place(
    page: SitePage, app: AppContext, site: str, qtbot, settle, toasts
) -> None:
    edit(page, "monitor_name", "王春梅", qtbot)
    settle()
    assert app.reader.site(site).fields["monitor_name"] == "王春梅"
    assert row_text(page, "monitor_name").endswith("王春梅")
    assert not page.fields.editing
    assert "王春梅" in toasts[-1][0]


def test_an_edit_can_be_taken_back(
    page: SitePage, app: AppContext, site: str, qtbot, settle, toasts
) -> None:
    before = app.reader.site(site).fields["monitor_name"]
    edit(page, "monitor_name", "王春梅", qtbot)
    settle()
    undo = toasts[-1][1]
    assert callable(undo)
    undo()
    settle()
    assert app.reader.site(site).fields["monitor_name"] == before


def test_numbers_are_kept_as_numbers(
    page: SitePage, app: AppContext, site: str, qtbot, settle
) -> None:
    edit(page, "threatened_people", "37", qtbot)
    settle()
    assert app.reader.site(site).fields["threatened_people"] == 37
    edit(page, "volume", "1,250.5", qtbot)
    settle()
    assert app.reader.site(site).fields["volume"] == 1250.5


@pytest.mark.parametrize(
    ("name", "typed"),
    [("threatened_people", "很多"), ("threatened_people", "-4"), ("last_inspected", "昨天吧")],
)
def test_a_bad_value_is_refused_where_it_was_typed(
    page: SitePage, app: AppContext, site: str, qtbot, settle, name: str, typed: str
) -> None:
    before = app.reader.site(site).fields[name]
    edit(page, name, typed, qtbot)
    settle()
    assert page.fields.editing
    assert page.fields.box.wrong.isVisible()
    assert page.fields.box.wrong.text()
    assert page.fields.box.editor.edit.text() == typed
    assert app.reader.site(site).fields[name] == before


def test_emptying_a_field_clears_it(
    page: SitePage, app: AppContext, site: str, qtbot, settle
) -> None:
    edit(page, "remarks", "", qtbot)
    settle()
    assert app.reader.site(site).fields["remarks"] in (None, "")


def test_a_value_that_is_the_same_writes_nothing(
    page: SitePage, app: AppContext, site: str, qtbot, settle
) -> None:
    before = len(app.reader.site_history(site))
    edit(page, "name", app.reader.site(site).name, qtbot)
    settle()
    assert len(app.reader.site_history(site)) == before
    assert not page.fields.editing


def test_a_short_code_list_is_chips_and_a_long_one_a_list(page: SitePage) -> None:
    page.fields.edit("danger_grade")
    assert isinstance(page.fields.box.editor, ChipsEditor)
    page.fields.edit("measures")
    assert isinstance(page.fields.box.editor, ChipsEditor)
    page.fields.stop()


def test_one_code_replaces_another_and_several_stay_together(
    page: SitePage, app: AppContext, site: str, qtbot, settle
) -> None:
    page.fields.edit("danger_grade")
    editor = page.fields.box.editor
    editor.chips["A"].click()
    editor.chips["C"].click()
    assert editor.value() == "C"
    page.fields.box.save.emit("danger_grade", editor.value())
    settle()
    assert app.reader.site(site).stated["danger_grade"] == "C"
    page.fields.edit("measures")
    editor = page.fields.box.editor
    editor.set_value("1 9")
    assert editor.value() == "1 9"
    page.fields.box.save.emit("measures", "1 9")
    settle()
    assert row_text(page, "measures").endswith("削坡、群测群防") or "群测群防" in row_text(
        page, "measures"
    )


def test_escape_leaves_a_field_as_it_was(page: SitePage, qtbot) -> None:
    page.fields.edit("remarks")
    qtbot.keyClick(page.fields.box, Qt.Key.Key_Escape)
    assert not page.fields.editing
    assert page.fields.rows["remarks"].isVisible()


def test_a_controlled_field_says_that_the_office_confirms(page: SitePage) -> None:
    page.fields.edit("threatened_people")
    said = " ".join(label.text() for label in page.fields.box.findChildren(QLabel))
    assert "办公室" in said
    page.fields.stop()


def test_an_open_editor_survives_changes_from_elsewhere(
    page: SitePage, app: AppContext, site: str, settle
) -> None:
    page.fields.edit("remarks")
    page.fields.box.editor.edit.setText("写到一半")
    app.write(lambda p: p.edit("geohazard", site, {"town": "瑶里镇"}), page)
    settle()
    assert page.fields.box.editor.edit.text() == "写到一半"


def test_history_says_who_and_what_became_of_it(page: SitePage, qtbot, settle) -> None:
    edit(page, "remarks", "后缘有裂缝", qtbot)
    settle()
    said = texts(page)
    assert "后缘有裂缝" in said
    assert "余小敏" in said
    assert "未传" in said


def test_deleting_can_be_taken_back(
    page: SitePage, app: AppContext, site: str, settle, toasts
) -> None:
    page._delete()
    settle()
    assert app.reader.site(site).deleted
    assert not page.start.isVisible()
    toasts[-1][1]()
    settle()
    assert not app.reader.site(site).deleted
    assert page.start.isVisible()


def test_starting_asks_for_the_form_of_the_kind(
    page: SitePage, app: AppContext, site: str, qtbot
) -> None:
    wanted: list[tuple[object, ...]] = []
    app.form_wanted.connect(lambda *what: wanted.append(what))
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert wanted == [("geohazard_inspection", site, None)]


def test_a_draft_is_resumed_instead(
    page: SitePage, app: AppContext, site: str, qtbot, settle
) -> None:
    moment = "2026-11-22T02:00:00.000Z"
    draft = Draft("d1", "geohazard_inspection", "1", {}, "余小敏", moment, moment, site=site)
    app.write(lambda p: p.save_draft(draft), page)
    settle()
    wanted: list[tuple[object, ...]] = []
    app.form_wanted.connect(lambda *what: wanted.append(what))
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert wanted == [("geohazard_inspection", site, "d1")]
    row = page.inspections.list.rows[0]
    assert row.chip == "继续填"
    page.inspections.chosen.emit(row)
    assert wanted[1:] == [("geohazard_inspection", site, "d1")]


@pytest.mark.parametrize("kind", ["mine", "plot", "risk", "works"])
def test_every_kind_has_a_page(app: AppContext, kind: str, qtbot, settle) -> None:
    site = app.reader.search(SiteQuery(kinds=(kind,)), limit=1)[0]
    page = SitePage(app, site.id)
    qtbot.addWidget(page)
    page.show()
    settle()
    assert page.title() == site_kind(kind).label
    assert set(page.fields.rows) == {f.name for f in site_kind(kind).fields} - HIDDEN


def test_number_and_place_are_copied(page: SitePage, app: AppContext, site: str, qtbot) -> None:
    qtbot.mouseClick(page.heading.code, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == app.reader.site(site).code
    located: list[str] = []
    app.locate_wanted.connect(located.append)
    qtbot.mouseClick(page.heading.place, Qt.MouseButton.LeftButton)
    assert located == [site]
    assert "°" in QApplication.clipboard().text()


def test_a_list_editor_offers_nothing_too(qtbot) -> None:
    field = site_kind("works").by_name.get("programme") or site_kind("geohazard").by_name["causes"]
    editor = ListEditor(field)
    qtbot.addWidget(editor)
    assert editor.value() is None
    editor.set_value(editor.combo.itemData(1))
    assert editor.value() == editor.combo.itemData(1)
    editor.set_value("no such code")
    assert editor.value() is None


def test_a_point_is_moved_on_the_map_and_back(
    app: AppContext, site: str, qtbot, settle: Settle, toasts
) -> None:
    map_ = MapWidget(app.jobs)
    qtbot.addWidget(map_)
    map_.resize(500, 500)
    map_.show()
    before = app.reader.site(site)
    page = MovePage(app, map_, site)
    qtbot.addWidget(page)
    page.resize(480, 800)
    page.show()
    assert page.place.place == pytest.approx((before.lon, before.lat), abs=1e-6)
    map_.place_tapped.emit(before.lon + 0.01, before.lat)
    assert "米" in page.moved.text()
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    moved = app.reader.site(site)
    assert moved.lon == pytest.approx(before.lon + 0.01, abs=1e-6)
    toasts[-1][1]()
    settle()
    assert app.reader.site(site).geometry == before.geometry
    assert page.leave()


def test_metres_between_two_places() -> None:
    assert apart((117.2, 29.3), (117.2, 29.3)) == 0
    assert apart((117.2, 29.3), (117.2, 29.31)) == pytest.approx(1112, rel=0.01)
    assert apart((117.2, 29.3), (117.21, 29.3)) == pytest.approx(970, rel=0.01)


def test_photos_are_looked_at_one_by_one(
    app: AppContext, folder: Path, site: str, qtbot, settle: Settle, tmp_path: Path
) -> None:
    files = [
        sample_photo(tmp_path / f"{n}.jpg", datetime(2026, 11, 22, n, tzinfo=UTC), (117.3, 29.4))
        for n in range(3)
    ]
    with Project.open(folder) as project:
        add_photos(project, files, site=site)
    page = SitePage(app, site)
    qtbot.addWidget(page)
    page.show()
    settle()
    assert "照片 3" in texts(page)
    pushed: list[PhotoView] = []
    app.page_pushed.connect(pushed.append)
    photos = page._pictures()
    page.photos.chosen.emit(photos[1])
    view = pushed[0]
    qtbot.addWidget(view)
    view.show()
    settle()
    assert view.photo.id == photos[1].id
    assert not view.canvas.image.isNull()
    assert "117.3" in view.about.text()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    settle()
    assert view.photo.id == photos[2].id
    assert not view.after.isEnabled()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.photo.id == photos[2].id
    kept = next((folder / "files").rglob(f"{photos[0].sha256}*"))
    kept.unlink()
    view.show_before()
    view.show_before()
    settle()
    assert view.canvas.image.isNull()
    assert view.canvas.words
