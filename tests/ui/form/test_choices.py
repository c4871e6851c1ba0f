"""Selects as large toggles: every layout, by keys alone and by pointing alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from jdz_field.ui.form.cells import ChoiceCell
from jdz_field.ui.form.choice_media import ChoiceMedia
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.looks import ALL, look_of
from jdz_field.ui.form.maker import has_word
from jdz_field.ui.theme import current
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Choice
from tests.ui.form.gallery import choice, row

LEFT = Qt.MouseButton.LeftButton
KEYS = Qt.Key
#: Appearances that lay a few choices out as toggles.
LAYOUTS = [
    "",
    "quick",
    "columns",
    "columns-2",
    "columns-pack",
    "no-buttons",
    "columns-pack no-buttons",
    "compact",
    "compact-2",
    "quickcompact",
    "horizontal",
    "horizontal-compact",
    "likert",
    "list",
    "list-nolabel",
    "w2 an-unknown-word",
]


def cells(editor):
    return editor.grid.cells


@pytest.mark.parametrize("appearance", LAYOUTS)
def test_each_layout_is_answered_by_pointing_alone(sheet_of, qtbot, appearance):
    sheet = sheet_of(row("select_one hazard", "q", "类型", appearance=appearance))
    editor = sheet.editor("q")
    for cell in cells(editor):
        assert cell.height() >= 44
        assert cell.width() >= 44
        assert editor.grid.rect().contains(cell.geometry())
    qtbot.mouseClick(cells(editor)[1], LEFT)
    assert sheet.value("q") == "fall"
    qtbot.mouseClick(cells(editor)[1], LEFT)
    assert sheet.value("q") == ""


@pytest.mark.parametrize("appearance", LAYOUTS)
def test_each_layout_is_answered_by_keys_alone(sheet_of, qtbot, appearance):
    sheet = sheet_of(row("select_one hazard", "q", "类型", appearance=appearance))
    editor = sheet.editor("q")
    editor.take_focus()
    qtbot.keyClick(QApplication.focusWidget(), KEYS.Key_Right)
    qtbot.keyClick(QApplication.focusWidget(), KEYS.Key_Space)
    assert sheet.value("q") == "fall"
    qtbot.keyClick(QApplication.focusWidget(), KEYS.Key_3)
    assert sheet.value("q") == "flow"
    assert cells(editor)[2].hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), KEYS.Key_Delete)
    assert sheet.value("q") == ""


def test_up_and_down_go_by_rows_and_stop_at_the_ends(sheet_of, qtbot):
    sheet = sheet_of(row("select_one five", "q", "评价", appearance="columns-2"))
    editor = sheet.editor("q")
    editor.take_focus()
    for key in (KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert cells(editor)[2].hasFocus()


def test_tab_stops_once_at_the_chosen_cell(sheet_of, qtbot):
    sheet = sheet_of(row("text", "a", "前"), row("select_one five", "q", "评价"))
    editor = sheet.editor("q")
    sheet.answer("q", "4")
    stops = [cell.objectName() for cell in cells(editor) if cell.focusPolicy() & KEYS_TAB]
    assert stops == ["4"]
    sheet.editor("a").line.setFocus()
    qtbot.keyClick(sheet.editor("a").line, KEYS.Key_Tab)
    assert cells(editor)[3].hasFocus()


KEYS_TAB = Qt.FocusPolicy.TabFocus


def test_a_quick_choice_leads_on_and_taking_it_back_does_not(sheet_of, qtbot):
    sheet = sheet_of(
        row("select_one hazard", "q", "快", appearance="quick"),
        row("select_multiple hazard", "m", "多选从不前进", appearance="quick"),
    )
    went = []
    for name in ("q", "m"):
        sheet.editor(name).advance.connect(lambda name=name: went.append(name))
    qtbot.mouseClick(cells(sheet.editor("q"))[0], LEFT)
    qtbot.mouseClick(cells(sheet.editor("q"))[0], LEFT)
    qtbot.mouseClick(cells(sheet.editor("m"))[0], LEFT)
    assert went == ["q"]


def test_a_likert_scale_is_one_line_and_turns_when_it_is_narrow(sheet_of, qtbot):
    sheet = sheet_of(row("select_one five", "q", "满意度", appearance="likert"))
    grid = sheet.editor("q").grid
    assert len({cell.y() for cell in grid.cells}) == 1
    grid.resize(180, grid.heightForWidth(180))
    assert len({cell.x() for cell in grid.cells}) == 1
    assert all(cell.width() > 150 for cell in grid.cells)


def test_columns_with_and_without_labels_line_up(sheet_of):
    sheet = sheet_of(
        row("select_one five", "head", "打分", appearance="label"),
        row("select_one five", "q", "道路", appearance="list-nolabel"),
        row("select_multiple five", "m", "监测", appearance="list-nolabel"),
    )

    def middles(name):
        return [cell.mapToGlobal(cell.rect().center()).x() for cell in cells(sheet.editor(name))]

    assert middles("head") == middles("q") == middles("m")


def test_labels_alone_are_no_question(sheet_of, qtbot):
    sheet = sheet_of(row("select_one five", "head", "打分", appearance="label"))
    cell = cells(sheet.editor("head"))[0]
    qtbot.mouseClick(cell, LEFT)
    assert sheet.value("head") == ""
    assert cell.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_or_other_asks_what(sheet_of, qtbot):
    sheet = sheet_of(row("select_one hazard or_other", "q", "类型"))
    other = sheet.page.body.questions["/data/q_other"]
    assert other.isHidden()
    qtbot.mouseClick(cells(sheet.editor("q"))[-1], LEFT)
    assert sheet.value("q") == "other"
    assert other.isVisible()


def test_an_exclusive_none_says_its_message_at_once(sheet_of, qtbot):
    sheet = sheet_of(
        row(
            "select_multiple signs",
            "q",
            "迹象",
            constraint="not(selected(., 'water') and count-selected(.) > 1)",
            constraint_message="选了「无」就不能再选别的",
        )
    )
    qtbot.mouseClick(cells(sheet.editor("q"))[3], LEFT)
    assert sheet.wrong("q") == ""
    qtbot.mouseClick(cells(sheet.editor("q"))[0], LEFT)
    assert sheet.wrong("q") == "选了「无」就不能再选别的"
    assert sheet.value("q") == "crack water"
    qtbot.mouseClick(cells(sheet.editor("q"))[3], LEFT)
    assert sheet.wrong("q") == ""


CASCADE = [
    choice("county", "c1", "浮梁"),
    choice("county", "c2", "乐平"),
    choice("town", "t1", "瑶里", county="c1"),
    choice("town", "t2", "鹅湖", county="c1"),
    choice("town", "t3", "涌山", county="c2"),
]


def cascade(sheet_of, type_="select_one"):
    return sheet_of(
        row("select_one county", "county", "县"),
        row(f"{type_} town", "town", "镇", choice_filter="county = ${county}"),
        choices=CASCADE,
    )


def test_a_cascade_offers_what_fits_and_keeps_what_does_not(sheet_of, qtbot):
    sheet = cascade(sheet_of)
    qtbot.mouseClick(cells(sheet.editor("county"))[0], LEFT)
    assert [cell.text() for cell in cells(sheet.editor("town"))] == ["瑶里", "鹅湖"]
    qtbot.mouseClick(cells(sheet.editor("town"))[1], LEFT)
    qtbot.mouseClick(cells(sheet.editor("county"))[1], LEFT)
    kept = cells(sheet.editor("town"))
    assert [cell.objectName() for cell in kept] == ["t3", "t2"]
    assert kept[1].isChecked()
    assert kept[1].text() == "鹅湖（已不在可选项中，点一下清除）"
    assert sheet.value("town") == "t2"
    qtbot.mouseClick(kept[1], LEFT)
    assert sheet.value("town") == ""
    assert [cell.objectName() for cell in cells(sheet.editor("town"))] == ["t3"]


def test_what_is_not_offered_any_more_goes_when_another_is_chosen(sheet_of, qtbot):
    sheet = cascade(sheet_of)
    sheet.answer("county", "c1")
    sheet.answer("town", "t1")
    sheet.answer("county", "c2")
    qtbot.mouseClick(cells(sheet.editor("town"))[0], LEFT)
    assert sheet.value("town") == "t3"
    assert len(cells(sheet.editor("town"))) == 1


def test_several_keep_the_rest_when_one_is_gone(sheet_of, qtbot):
    sheet = cascade(sheet_of, "select_multiple")
    sheet.answer("county", "c2")
    sheet.answer("town", "t1 t3")
    qtbot.mouseClick(cells(sheet.editor("town"))[-1], LEFT)
    assert sheet.value("town") == "t3"


def test_pictures_are_shown_and_chosen(sheet_of, qtbot):
    sheet = sheet_of(row("select_one pictured", "q", "图", appearance="compact-3"))
    editor = sheet.editor("q")
    assert all(cell.height() > 90 for cell in cells(editor))
    assert cells(editor)[0].toolTip() == "完好"
    image = cells(editor)[0].grab().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert middle.green() > middle.red() + 20
    qtbot.mouseClick(cells(editor)[2], LEFT)
    assert sheet.value("q") == "c"


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_a_choice_without_its_picture_shows_its_label(qtbot, tmp_path, content):
    file = tmp_path / "a.png"
    if content is not None:
        file.write_bytes(content)
    found = file if content is not None else None
    editor = ToggleEditor(
        several=False, look=look_of("no-buttons"), media=ChoiceMedia(lambda _name: found)
    )
    qtbot.addWidget(editor)
    editor.set_choices([Choice("a", "完好", {"image": "jr://images/a.png"})])
    editor.resize(400, 100)
    editor.show()
    cell = cells(editor)[0]
    image = cell.grab().toImage()
    spots = [(x, y) for x in range(8, image.width() - 8, 2) for y in range(10, 40, 2)]
    colours = {image.pixelColor(*spot).rgb() for spot in spots}
    assert len(colours) > 1


def test_a_choice_is_heard(qtbot, tmp_path):
    file, played = tmp_path / "a.mp3", []
    file.write_bytes(b"ID3")
    editor = ToggleEditor(several=False, media=ChoiceMedia(lambda _name: file, played.append))
    qtbot.addWidget(editor)
    editor.set_choices([Choice("a", "山歌", {"audio": "jr://audio/a.mp3"}), Choice("b", "无")])
    editor.resize(500, 60)
    editor.show()
    assert cells(editor)[1].sound is None
    qtbot.mouseClick(cells(editor)[0].sound, LEFT)
    assert played == [file]
    assert not cells(editor)[0].isChecked()


def test_marks_in_labels_are_shown_as_bold_not_as_signs(qtbot):
    cell = ChoiceCell("**立即**撤离 & 上报", several=False)
    qtbot.addWidget(cell)
    assert cell.accessibleName() == "立即撤离 & 上报"
    plain = ChoiceCell("立即撤离 & 上报", several=False)
    qtbot.addWidget(plain)
    for one in (cell, plain):
        one.resize(220, 56)
    assert cell.grab().toImage() != plain.grab().toImage()


def test_a_long_label_wraps_and_is_never_cut(qtbot):
    cell = ChoiceCell("泉水变浑或断流，井水位突然升降，池塘漏干" * 3, several=True)
    qtbot.addWidget(cell)
    assert cell.wanted_height(260) > 3 * cell.fontMetrics().height()
    assert cell.wanted_width() > 600


@pytest.mark.parametrize(
    ("appearance", "columns", "pack", "marks"),
    [
        ("", 0, False, True),
        ("columns-3", 3, False, True),
        ("compact-4", 4, False, False),
        ("quickcompact", 0, True, False),
        ("columns-pack", 0, True, True),
        ("likert", ALL, False, True),
        ("columns-", 0, False, True),
        ("columns-x", 0, False, True),
    ],
)
def test_an_appearance_is_read_as_a_look(appearance, columns, pack, marks):
    look = look_of(appearance)
    assert (look.columns, look.pack, look.marks) == (columns, pack, marks)


@pytest.mark.parametrize(
    ("appearance", "wanted", "found"),
    [
        ("quick search", "search", True),
        ("researcher", "search", False),
        ("ex:org.example(a='b')", "ex:*", True),
        ("hex:1", "ex:*", False),
        ("", "map", False),
    ],
)
def test_words_of_an_appearance_are_whole_words(appearance, wanted, found):
    assert has_word(appearance, wanted) is found


def test_cells_are_as_large_as_the_theme_wants(sheet_of):
    sheet = sheet_of(row("select_one yesno", "q", "撤离"))
    assert all(cell.height() >= current().touch() for cell in cells(sheet.editor("q")))


def test_choices_written_in_the_body_have_their_pictures_too():
    xml = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
     xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model><itext>
     <translation lang="zh" default="true()"><text id="a"><value>完好</value>
     <value form="image">jr://images/a.png</value></text></translation></itext>
     <instance><data id="t"><q/></data></instance><bind nodeset="/data/q" type="select1"/></model>
     </h:head><h:body><select1 ref="/data/q"><label>图</label>
     <item><label ref="jr:itext('a')"/><value>a</value></item>
     <item><label>别的</label><value>b</value></item></select1></h:body></h:html>"""
    session = FormSession(parse_form(xml))
    assert [dict(choice.media) for choice in session.choices("/data/q")] == [
        {"image": "jr://images/a.png"},
        {},
    ]


def test_a_quick_choice_brings_the_keyboard_to_the_next_question(sheet_of, qtbot):
    sheet = sheet_of(
        row("select_one yesno", "q", "撤离", appearance="quick"),
        row("note", "n", "看上方"),
        row("text", "hidden", "不问", relevant="${q} = 'n'"),
        row("text", "b", "后"),
    )
    qtbot.mouseClick(cells(sheet.editor("q"))[0], LEFT)
    qtbot.waitUntil(sheet.editor("b").line.hasFocus)


def test_a_quick_choice_at_the_end_stays(sheet_of, qtbot):
    sheet = sheet_of(row("select_one yesno", "q", "撤离", appearance="quick"))
    qtbot.mouseClick(cells(sheet.editor("q"))[0], LEFT)
    qtbot.wait(60)
    assert sheet.value("q") == "y"


def test_a_quick_choice_turns_the_page(sheet_of, qtbot):
    sheet = sheet_of(
        row("select_one yesno", "q", "撤离", appearance="quick"), row("text", "b", "后")
    )
    sheet.page.pager.set_view("questions")
    assert sheet.page.body.questions["/data/b"].isHidden()
    qtbot.mouseClick(cells(sheet.editor("q"))[1], LEFT)
    qtbot.waitUntil(sheet.page.body.questions["/data/b"].isVisible)
    qtbot.waitUntil(sheet.editor("b").line.hasFocus)
