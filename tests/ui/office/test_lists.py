"""Proposals, reviews, new points and batches in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


@pytest.fixture
def open_page(busy, window, rest):
    def open_(name):
        window.show_page(name)
        window.refresh()
        rest(window)
        return window.pages[name]

    return open_


def flush(window, rest):
    window.office.outbox.flush()
    rest(window)


def test_a_proposal_is_approved_and_the_next_is_shown(open_page, busy, window, rest):
    page = open_page("proposals")
    assert page.detail.after.text() == "44 人"
    assert page.detail.before.text().startswith("现值：")
    page.detail.approve.click()
    assert page.detail.after.text() == "崩塌"
    flush(window, rest)
    assert [p["field"] for p in busy.office.proposals()] == ["kind_code"]


def test_a_proposal_is_rejected_only_with_a_reason(open_page, busy, window, rest):
    page = open_page("proposals")
    page.detail.reject.click()
    assert "理由" in page.detail.fault.text()
    page.detail.why.setText("人数未核实")
    page.detail.reject.click()
    flush(window, rest)
    assert [p["field"] for p in busy.office.proposals()] == ["kind_code"]


def test_what_was_approved_is_taken_back(open_page, busy, window, rest):
    page = open_page("proposals")
    page.detail.approve.click()
    window.toast.undo.click()
    assert page.detail.after.text() == "44 人"
    flush(window, rest)
    assert len(busy.office.proposals()) == 2


def test_what_is_held_stands_in_groups_with_its_reason(open_page, busy, window, rest):
    before = busy.sites[8].fields.get("stability")
    busy.office.receive(busy.one.batch(busy.edit(busy.one, 8, stability=(before, "随便"))))
    page = open_page("proposals")
    headings = [row.title for row in page.list.rows if row.heading]
    assert headings == ["提议 2", "违反规则 1"]
    held = page.list.rows[-1]
    page.list.select(held.key)
    page._chosen(held)
    assert page.detail.reason.text()
    assert page.detail.approve.text() == "放行"


def test_a_record_is_read_with_its_forms_words_and_its_photos(open_page, window, rest):
    page = open_page("reviews")
    rest(window)
    words = [label.text() for label in page.detail.answers.findChildren(QLabel)]
    assert "巡查人员" in words
    assert "中雨" in words
    assert "后缘拉张裂缝较上次加宽 3.5 毫米。" in words
    pictures = [label for label in page.detail.answers.findChildren(QLabel) if label.pixmap()]
    assert any(not label.pixmap().isNull() for label in pictures)
    assert page.detail.missing.text() == "缺 1 张照片"


def test_a_record_is_returned_only_with_a_comment(open_page, busy, window, rest):
    page = open_page("reviews")
    page.detail.back.click()
    assert page.detail.fault.text()
    page.detail.comment.setPlainText("请补拍全貌")
    page.detail.back.click()
    flush(window, rest)
    record = busy.office.records("returned")[0]
    assert record["review_comment"] == "请补拍全貌"
    assert page.stack.currentWidget() is page.empty


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("by", ["key", "mouse"])
def test_a_comment_points_at_a_question(open_page, busy, window, rest, qtbot, by):
    page = open_page("reviews")
    rest(window)
    detail = page.detail
    assert detail.about.text().endswith("地质灾害隐患点巡查")
    if by == "key":
        detail.at.setFocus()
        qtbot.keyClick(detail.at, Qt.Key.Key_Space)
    else:
        qtbot.mouseClick(detail.at, Qt.MouseButton.LeftButton)
    assert detail.questions.isVisible()
    detail.questions.close()
    acts = {act.text(): act for act in detail.questions.actions()}
    assert "巡查人员" in acts
    detail.comment.setPlainText("总体可以")
    acts["巡查人员"].trigger()
    qtbot.keyClicks(detail.comment, "OK")
    detail.back.click()
    flush(window, rest)
    (returned,) = busy.office.records("returned")
    assert returned["review_comment"] == "总体可以\n「巡查人员」：OK"


def test_a_record_is_approved(open_page, busy, window, rest):
    page = open_page("reviews")
    page.detail.approve.click()
    flush(window, rest)
    assert len(busy.office.records("approved")) == 1


def test_a_record_of_an_unpublished_form_is_shown_by_its_names(at, window, rest, tmp_path):
    from tests.ui.office.centre import record

    record(at, tmp_path / "p", with_form=False)
    window.show_page("reviews")
    window.refresh()
    rest(window)
    words = [label.text() for label in window.pages["reviews"].detail.answers.findChildren(QLabel)]
    assert "inspector" in words


def test_a_new_point_gets_its_number(open_page, busy, window, rest):
    page = open_page("numbers")
    assert page.detail.number.text() == "36022202"
    page.detail.give.click()
    assert "完整编号" in page.detail.fault.text()
    page.detail.number.setText("３６０２２２０２ ００８８")
    page.detail.give.click()
    flush(window, rest)
    assert busy.office.sites(provisional=True) == []
    assert any(site.get("code") == "360222020088" for site in busy.office.sites())


def test_a_number_that_is_taken_opens_a_conflict(open_page, busy, window, rest):
    page = open_page("numbers")
    page.detail.number.setText(busy.sites[0].fields["code"])
    page.detail.give.click()
    flush(window, rest)
    assert "duplicate" in {c["type"] for c in busy.office.conflicts()}


def test_batches_say_what_became_of_them(open_page, busy):
    page = open_page("batches")
    assert len(page.list.rows) == len(busy.office.batches())
    newest = page.list.rows[0]
    assert "张三" in newest.title
    assert newest.chip == "缺 1 张照片"
    assert any("冲突 1" in row.line for row in page.list.rows)
    assert any("提议 1" in row.line for row in page.list.rows)
