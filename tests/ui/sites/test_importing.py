"""The import wizard: five steps, back and forth, nothing written before the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from jdz_field.operations.sites import edit_site, resolve
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.rows import Row
from jdz_field.ui.sites.import_rows import ALL, CHANGED, MISSING, NEW
from jdz_field.ui.sites.import_steps import CODES, COLUMNS, FILE, PLACES, ROWS, Picker
from jdz_field.ui.sites.import_table import ImportTable
from jdz_field.ui.sites.importing import ImportPage

Settle = Callable[[], None]
HEAD = ["统一编号", "名称", "灾害类型", "县", "乡镇", "经度", "纬度", "威胁人口"]
LISTED = [
    ("360222019001", "瑶里镇甲组滑坡", "滑坡", "浮梁县", "瑶里镇", 117.55, 29.52, "26"),
    ("360222029002", "瑶里镇乙组崩塌", "崩塌", "浮梁县", "瑶里镇", 117.56, 29.53, "约30人"),
    ("360222019003", "海上的点", "滑坡", "浮梁县", "瑶里镇", 121.0, 25.0, "5"),
    ("360222019004", "没有坐标的点", "滑坡", "浮梁县", "瑶里镇", None, None, "5"),
]


def write(file: Path, rows: list[Any], head: list[str] = HEAD, *more: str) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    for name in more:
        book.create_sheet(name).append(["说明"])
    book.save(file)
    book.close()
    return file


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return write(tmp_path / "台账.xlsx", LISTED)


@pytest.fixture
def page(app: AppContext, qtbot) -> Iterator[ImportPage]:
    made = ImportPage(app)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    yield made
    made.leave()


@pytest.fixture
def pushed(app: AppContext, qtbot) -> list[Picker]:
    found: list[Picker] = []

    def take(picker: Picker) -> None:
        qtbot.addWidget(picker)
        picker.show()
        found.append(picker)

    app.page_pushed.connect(take)
    return found


def count(app: AppContext) -> int:
    return app.reader.count(SiteQuery(kinds=("geohazard",)))


def click(qtbot: Any, button: Any) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def row_of(rows: Any, key: str) -> Row:
    return next(row for row in rows if row.key == key)


def test_five_steps_and_nothing_is_written_before_the_last(
    page: ImportPage, app: AppContext, ledger: Path, answers: Any, settle: Settle, qtbot
) -> None:
    before = count(app)
    answers.files = [ledger]
    click(qtbot, page.file.choose)
    settle()
    assert page.choices.kind == page.choices.proposed == "geohazard"
    for step in (COLUMNS, CODES, PLACES, ROWS):
        click(qtbot, page.next)
        assert page.stack.currentIndex() == step
        assert page.bar.chips[step].isChecked()
    assert not page.next.isVisible()
    assert page.rows.table.rows.rowCount() == 4
    assert count(app) == before
    assert page.go.text() == "导入 2 行"
    click(qtbot, page.bar.chips[COLUMNS])
    assert page.stack.currentIndex() == COLUMNS
    click(qtbot, page.back)
    assert page.stack.currentIndex() == FILE


def test_steps_are_gone_through_by_keys(
    page: ImportPage, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    page.activateWindow()
    for step in (COLUMNS, CODES, PLACES, ROWS):
        qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
        assert page.stack.currentIndex() == step
    qtbot.keyClick(page, Qt.Key.Key_F8)
    assert page.rows.table.current().row == 4
    qtbot.keyClick(page, Qt.Key.Key_F8)
    assert page.rows.table.current().row == 5
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    assert page.stack.currentIndex() == PLACES


def test_importing_writes_reports_and_can_be_taken_back(
    page: ImportPage, app: AppContext, ledger: Path, settle: Settle, qtbot
) -> None:
    before = count(app)
    page.check(ledger)
    settle()
    page.go_to(ROWS)
    click(qtbot, page.go)
    settle()
    assert count(app) == before + 2
    assert len(list((app.path / "reports").glob("*.xlsx"))) == 1
    assert page.open_report.isVisible()
    assert not page.go.isVisible()
    assert page.to_list.isVisible()
    click(qtbot, page.take_back)
    settle()
    assert count(app) == before
    assert page.stack.currentIndex() == FILE
    # It is among those taken in lately now.
    assert [row.title for row in page.file.recent.rows] == ["台账.xlsx"]
    page.file.recent.chosen.emit(page.file.recent.rows[0])
    settle()
    assert page.choices.file == ledger


def test_a_file_can_be_dropped(page: ImportPage, ledger: Path, settle: Settle) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(ledger))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))
    settle()
    assert page.preview is not None


def test_another_kind_and_another_sheet_are_checked_anew(
    page: ImportPage, tmp_path: Path, settle: Settle, qtbot
) -> None:
    page.check(write(tmp_path / "l.xlsx", LISTED, HEAD, "说明页"))
    settle()
    first = page.report
    click(qtbot, page.file.kinds["risk"])
    settle()
    assert page.report is not first
    assert page.choices.kind == "risk"
    assert page.file.sheets.isVisible()


def test_a_column_is_named_by_the_person_and_named_back(
    page: ImportPage, tmp_path: Path, settle: Settle, pushed: list[Picker], qtbot
) -> None:
    head = [*HEAD[:7], "某列"]
    page.check(write(tmp_path / "l.xlsx", LISTED, head))
    settle()
    page.go_to(COLUMNS)
    row = row_of(page.columns.list.rows, "某列")
    assert row.chip_role == "attention"
    # What is not understood stands first.
    assert page.columns.list.rows[0].key == "某列"
    page.columns.list.chosen.emit(row)
    (picker,) = pushed
    picker.search.setText("威胁人口")
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    settle()
    assert page.choices.mapping == {"某列": "threatened_people"}
    assert row_of(page.columns.list.rows, "某列").chip_role == "ok"
    page.columns.list.chosen.emit(row_of(page.columns.list.rows, "某列"))
    pushed[-1].list.chosen.emit(row_of(pushed[-1].list.rows, "?"))
    settle()
    assert page.choices.mapping == {}


def test_lacking_coordinates_are_named_and_then_it_goes_on(
    page: ImportPage, tmp_path: Path, settle: Settle, pushed: list[Picker], qtbot
) -> None:
    head = [*HEAD[:5], "甲", "乙", HEAD[7]]
    rows = [(*row[:5], 3, 4, row[7]) for row in LISTED]
    page.check(write(tmp_path / "l.xlsx", rows, head))
    settle()
    click(qtbot, page.next)
    assert page.columns.fault_box.isVisible()
    assert not page.next.isEnabled()
    for name, field in (("甲", "lon"), ("乙", "lat")):
        page.columns.list.chosen.emit(row_of(page.columns.list.rows, name))
        pushed[-1].list.chosen.emit(row_of(pushed[-1].list.rows, field))
        settle()
    assert not page.columns.fault_box.isVisible()
    assert page.report is not None
    assert page.next.isEnabled()


def test_a_text_that_is_in_no_list_is_settled_once(
    page: ImportPage, tmp_path: Path, settle: Settle, pushed: list[Picker], qtbot
) -> None:
    rows = [(*row[:2], "天上掉的", *row[3:]) for row in LISTED[:2]]
    page.check(write(tmp_path / "l.xlsx", rows))
    settle()
    page.go_to(CODES)
    (row,) = page.codes.list.rows
    assert "天上掉的" in row.title
    assert "2" in row.line
    page.codes.list.chosen.emit(row)
    code = next(r for r in pushed[-1].list.rows if r.title == "滑坡")
    pushed[-1].list.chosen.emit(code)
    settle()
    assert page.choices.codes == {"kind_code": {"天上掉的": code.key}}
    assert page.report is not None
    assert {r.fields["kind_code"] for r in page.report.rows} == {code.key}
    # It stays listed, to be settled otherwise: left in the remarks.
    (row,) = page.codes.list.rows
    assert row.chip_role == "ok"
    page.codes.list.chosen.emit(row)
    pushed[-1].list.chosen.emit(row_of(pushed[-1].list.rows, ""))
    settle()
    assert page.choices.codes == {"kind_code": {"天上掉的": ""}}


def test_the_map_shows_where_rows_would_land(
    page: ImportPage, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    page.go_to(PLACES)
    places = page.places
    assert {place.id for place in places.map.index.places} == {"2", "3", "4"}
    assert [spot.issue for spot in places.tool.spots] == ["outside_city"]
    click(qtbot, places.next)
    assert "海上的点" in places.about.text()
    assert "市外" in places.about.text()
    places.map.site_tapped.emit("3")
    click(qtbot, places.look)
    assert page.stack.currentIndex() == ROWS
    assert page.rows.table.current().row == 3
    click(qtbot, page.rows.panel.where)
    assert page.stack.currentIndex() == PLACES
    assert places.map.selected == "3"
    places.grab()


def test_degrees_of_a_phone_are_asked_about_and_metres_are_not(
    page: ImportPage, tmp_path: Path, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    page.go_to(PLACES)
    before = page.places.preview.spots[0]
    click(qtbot, page.places.shifts["gcj02"])
    settle()
    assert page.choices.options().shift == "gcj02"
    after = page.places.preview.spots[0]
    assert 0.001 < abs(after.lon - before.lon) < 0.02
    head = [*HEAD[:5], "X坐标", "Y坐标", HEAD[7]]
    rows = [(*row[:5], 3264000, 39540000, row[7]) for row in LISTED]
    page.check(write(tmp_path / "m.xlsx", rows, head))
    settle()
    page.go_to(PLACES)
    assert page.choices.shift == ""
    assert "39" in page.places.said.text()
    assert not page.places.question.isVisible()


def test_an_older_datum_is_told_and_kept(
    page: ImportPage, tmp_path: Path, settle: Settle, pushed: list[Picker], qtbot
) -> None:
    head = [*HEAD[:5], "X坐标(北京54)", "Y坐标(北京54)", HEAD[7]]
    rows = [(*row[:5], 3264000, 39540000, row[7]) for row in LISTED]
    page.check(write(tmp_path / "m.xlsx", rows, head))
    settle()
    page.go_to(PLACES)
    assert page.places.old_box.isVisible()
    click(qtbot, page.places.datum)
    assert pushed[-1].list.rows[0].key == ""
    click(qtbot, page.places.system)
    pushed[-1].list.chosen.emit(row_of(pushed[-1].list.rows, "EPSG:4527"))
    settle()
    assert page.choices.crs == "EPSG:4527"


@pytest.fixture
def again(page: ImportPage, app: AppContext, tmp_path: Path, settle: Settle) -> ImportPage:
    """A second ledger: two telephones and a name differ, one here was changed since."""
    rows = [
        (f"36022201900{n}", f"瑶里镇{n}组滑坡", "滑坡", "浮梁县", "瑶里镇", 117.5, 29.5, 10 + n)
        for n in range(1, 6)
    ]
    page.check(write(tmp_path / "l.xlsx", rows))
    settle()
    page.go_to(ROWS)
    page.go.click()
    settle()
    with Project.open(app.path) as project:
        edit_site(project, resolve(project, "360222019003").id, {"threatened_people": 77})
    changed = [(*row[:7], row[7] + 100) for row in rows[:3]] + [rows[3]]
    changed[0] = (changed[0][0], "新名", *changed[0][2:])
    page.check(write(tmp_path / "l.xlsx", changed))
    settle()
    page.go_to(ROWS)
    return page


def test_differences_are_taken_and_left_cell_by_cell(
    again: ImportPage, app: AppContext, settle: Settle, qtbot
) -> None:
    page = again
    rows = page.rows
    assert rows.updated() == 2
    click(qtbot, rows.filters[CHANGED])
    assert rows.table.rows.rowCount() == 3
    rows.show_row(2)
    cells = rows.panel.list
    assert [row.chip for row in cells.rows] == ["采用", "采用"]
    # Space leaves the name, a tap takes what was changed here.
    cells.setFocus()
    cells.select(next(row.key for row in cells.rows if "新名" in row.title))
    qtbot.keyClick(cells, Qt.Key.Key_Space)
    assert sorted(row.chip for row in cells.rows) == ["保留", "采用"]
    rows.show_row(4)
    (cell,) = cells.rows
    assert cell.chip == "保留"
    assert "本机改过" in cell.line
    qtbot.mouseClick(
        cells.viewport(),
        Qt.MouseButton.LeftButton,
        pos=cells.visualRect(cells.model().index(0, 0)).center(),
    )
    assert page.go.text() == "导入 3 行"
    click(qtbot, page.go)
    settle()
    sites = {s.code: s for s in app.reader.search(SiteQuery(kinds=("geohazard",)), limit=1000)}
    assert sites["360222019001"].name == "瑶里镇1组滑坡"
    assert sites["360222019001"].fields["threatened_people"] == 111
    assert sites["360222019003"].fields["threatened_people"] == 113


def test_a_whole_column_is_left_and_taken(again: ImportPage, qtbot) -> None:
    rows = again.rows
    rows.panel.show_columns()
    cells = rows.panel.list
    people = next(row for row in cells.rows if row.title == "威胁人口")
    assert people.chip == "采用 2 处"
    cells.chosen.emit(people)
    assert rows.updated() == 3
    cells.chosen.emit(next(row for row in cells.rows if row.title == "威胁人口"))
    assert rows.updated() == 1
    click(qtbot, rows.panel.none)
    assert rows.updated() == 0
    assert not again.go.isEnabled()
    click(qtbot, rows.panel.all)
    assert rows.updated() == 3
    again.go_to(COLUMNS)
    again.go_to(ROWS)
    assert rows.updated() == 3


def test_sites_no_longer_listed_can_be_proposed_to_be_closed(
    again: ImportPage, app: AppContext, settle: Settle, qtbot
) -> None:
    rows = again.rows
    click(qtbot, rows.filters[MISSING])
    (row,) = rows.panel.list.rows
    assert not rows.panel.close_sites.isEnabled()
    rows.panel.list.chosen.emit(row)
    click(qtbot, rows.panel.close_sites)
    settle()
    (site,) = app.reader.sites_by_code("360222019005")
    assert site.fields["status"] == "closed"


def test_only_some_rows_can_be_looked_at(
    page: ImportPage, ledger: Path, settle: Settle, qtbot
) -> None:
    page.check(ledger)
    settle()
    page.go_to(ROWS)
    model = page.rows.table.rows
    click(qtbot, page.rows.filters["refused"])
    assert model.rowCount() == 2
    assert "拒绝" in model.index(0, 1).data()
    assert model.index(0, 4).data()
    click(qtbot, page.rows.filters[NEW])
    assert model.rowCount() == 2
    click(qtbot, page.rows.filters[ALL])
    assert model.rowCount() == 4
    assert not page.rows.filters[CHANGED].isVisible()


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_ledger_is_one_sentence(
    page: ImportPage, tmp_path: Path, settle: Settle, content: bytes
) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(content)
    page.check(file)
    settle()
    assert page.report is None
    assert page.stack.currentIndex() == FILE
    assert page.fault_box.isVisible()
    assert "x.xlsx" in page.fault.text()
    assert page.file.choose.isVisible()


def test_nothing_chosen_nothing_happens(page: ImportPage, answers: Any) -> None:
    answers.files = [None]
    page.ask_file()
    assert page.choices.file is None
    page.go_on()
    page.go_back()
    assert page.stack.currentIndex() == FILE


def test_leaving_stops_a_check(page: ImportPage, ledger: Path, settle: Settle) -> None:
    page.check(ledger)
    assert page.leave()
    settle()


def test_a_check_that_is_overtaken_is_forgotten(
    page: ImportPage, ledger: Path, tmp_path: Path, settle: Settle
) -> None:
    page.check(ledger)
    page.check(write(tmp_path / "b.xlsx", LISTED[:1]))
    settle()
    assert page.report is not None
    assert page.report.read == 1
    assert page.waiting.isHidden()


def test_the_map_is_made_anew_after_the_page_was_left(
    page: ImportPage, ledger: Path, settle: Settle
) -> None:
    page.check(ledger)
    settle()
    page.go_to(PLACES)
    page.leave()
    page.hide()
    page.show()
    assert len(page.places.map.index.places) == 3


def test_upright_the_panel_stands_below(page: ImportPage, ledger: Path, settle: Settle) -> None:
    page.check(ledger)
    settle()
    page.resize(720, 1100)
    page.go_to(ROWS)
    page.rows.table.selectRow(0)
    page.grab()
    assert page.rows.panel.y() > page.rows.table.y()


def test_remarks_have_a_column_where_a_sentence_fits(qtbot) -> None:
    table = ImportTable()
    qtbot.addWidget(table)
    table.show()
    for width, hidden in ((1100, False), (500, True), (900, False)):
        table.resize(width, 400)
        table.grab()
        assert table.isColumnHidden(4) is hidden


def test_the_table_keeps_qts_rules(
    page: ImportPage, ledger: Path, settle: Settle, qtmodeltester
) -> None:
    page.check(ledger)
    settle()
    qtmodeltester.check(page.rows.table.rows)


def test_every_text_changes_with_the_language(
    page: ImportPage, ledger: Path, settle: Settle
) -> None:
    from jdz_field.core.i18n import set_language

    page.check(ledger)
    settle()
    page.go_to(ROWS)
    set_language("en")
    page.retranslate()
    assert page.go.text() == "Import 2 rows"
    assert page.bar.chips[0].text().endswith("Ledger")


def test_what_was_settled_is_remembered_shown_and_forgotten(
    page: ImportPage, tmp_path: Path, settle: Settle, qtbot
) -> None:
    head = [*HEAD[:7], "某列"]
    file = write(tmp_path / "l.xlsx", LISTED, head)
    page.check(file)
    settle()
    assert not page.file.known_box.isVisible()
    page.choices.mapping["某列"] = "threatened_people"
    page.columns.settled.emit()
    settle()
    page.go_to(ROWS)
    click(qtbot, page.go)
    settle()
    click(qtbot, page.another)
    page.check(file)
    settle()
    assert page.file.known_box.isVisible()
    assert page.choices.mapping == {"某列": "threatened_people"}
    assert row_of(page.columns.list.rows, "某列").right == "沿用上次"
    click(qtbot, page.file.forget)
    settle()
    assert page.choices.mapping == {}
    assert row_of(page.columns.list.rows, "某列").chip_role == "attention"
