"""The page of records: drafts first, states, corrections, throwing away and bringing back."""

from __future__ import annotations

import pytest

from jdz_field.core.feed import FeedEntry
from jdz_field.operations.photos import add_photos
from jdz_field.operations.records import Filling
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.records import RecordsPage
from tests.ui.form.forms import EVERY


def fill(project, site, *, finish, who="张三"):
    filling = Filling.start(project, "every", site)
    filling.session.answer("/data/who", who)
    filling.session.answer("/data/kind", "slide")
    filling.session.answer("/data/slide/width", "12.5")
    filling.session.answer("/data/signs", "crack trees")
    project.save_draft(filling.draft(project))
    if not finish:
        return filling.id
    file = sample_photo(project.path / "a.jpg", project.now(), (117.2, 29.3))
    add_photos(project, [file], record=filling.id, site=site, path="/data/picture")
    filling.session.answer("/data/picture", "a.jpg")
    result = filling.finalize(project)
    assert result.record, result.problems
    return filling.id


def verdict(record, state, comment, position=1):
    fields = {"review": state, "review_comment": comment}
    stamp = "2026-11-22T01:00:00.000Z"
    return FeedEntry(
        position, "record", record, 2, fields, None, "d1", "centre", "王秀英",
        f"{stamp}-000000-x", stamp,
    )  # fmt: skip


@pytest.fixture
def ids(folder):
    """One draft, one unsent record, one that the office returned."""
    with Project.open(folder) as project:
        project.add_form("every", "1", "每一种", EVERY, None)
        sites = [s.id for s in project.search(SiteQuery(kinds=("geohazard",)), limit=3)]
        draft = fill(project, sites[0], finish=False)
        unsent = fill(project, sites[1], finish=True)
        returned = fill(project, sites[2], finish=True, who="李四")
        project.apply_feed([verdict(returned, "returned", "照片太暗，请补拍。")], 1)
    return {"draft": draft, "unsent": unsent, "returned": returned}


@pytest.fixture
def page(ids, app, settle):
    made = RecordsPage(app)
    made.resize(820, 700)
    made.show()
    settle()
    yield made
    settle()
    made.close()
    made.deleteLater()


def keys(page):
    return [row.key for row in page.list.rows if not row.heading]


def lines(page):
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in page.detail.answers.findChildren(QLabel)]


def test_drafts_come_first_then_records_with_their_states(page, ids):
    assert keys(page)[0] == f"draft:{ids['draft']}"
    chips = {row.key: row.chip for row in page.list.rows}
    assert chips[f"draft:{ids['draft']}"] == "继续"
    assert chips[ids["unsent"]] == "未传"
    assert chips[ids["returned"]] == "退回"
    assert page.chips["all"].text() == "全部 3"


def test_the_filters_show_what_they_say(page, ids, settle):
    for name, wanted in (
        ("drafts", [f"draft:{ids['draft']}"]),
        ("unsent", [ids["unsent"]]),
        ("returned", [ids["returned"]]),
    ):
        page.chips[name].click()
        assert keys(page) == wanted


def test_answers_are_shown_with_the_forms_words(page, ids, settle):
    page.show_argument(ids["unsent"])
    settle()
    said = lines(page)
    assert "谁" in said
    assert "张三" in said
    assert "裂缝、树木歪斜" in said
    assert "滑坡情况" in said
    assert "大" in said
    assert any(
        not label.pixmap().isNull()
        for label in page.detail.answers.findChildren(type(page.detail.name))
    )


def test_a_draft_is_gone_on_with(page, ids):
    page.show_argument(ids["draft"])
    wanted = []
    page.app.form_wanted.connect(lambda *what: wanted.append(what))
    page.detail.resume.click()
    assert wanted[0][2] == ids["draft"]


def test_a_draft_is_thrown_away_and_brought_back(page, ids, settle):
    page.show_argument(ids["draft"])
    said = []
    page.app.toast_wanted.connect(lambda words, undo: said.append((words, undo)))
    page.detail.drop.click()
    settle()
    assert page.app.reader.drafts() == []
    said[-1][1]()
    settle()
    assert [d.id for d in page.app.reader.drafts()] == [ids["draft"]]
    assert page.app.reader.drafts()[0].answers["who"] == "张三"


def test_a_returned_record_says_why_and_its_correction_starts_with_its_answers(page, ids, settle):
    page.show_argument(ids["returned"])
    assert "照片太暗" in page.detail.comment.text()
    wanted = []
    page.app.form_wanted.connect(lambda *what: wanted.append(what))
    page.detail.correct.click()
    settle()
    draft = page.app.reader.draft(wanted[0][2])
    assert draft.replaces == ids["returned"]
    assert draft.answers["who"] == "李四"
    assert [a.filename for a in page.app.reader.attachments(record=draft.id)] == ["a.jpg"]
    page.correct(ids["returned"])
    assert wanted[1][2] == draft.id, "the correction that was begun is gone on with"


def test_only_returned_records_can_be_corrected(page, ids):
    page.show_argument(ids["unsent"])
    assert page.detail.correct.isHidden()


def test_a_record_of_a_form_that_is_not_here_is_shown_by_its_names(page, ids, settle):
    record = page.app.reader.record(ids["unsent"])
    from dataclasses import replace

    page.detail.show_record(replace(record, form="gone"))
    assert "who" in lines(page)


def test_without_anything_the_page_says_where_records_begin(app, settle):
    page = RecordsPage(app)
    page.show()
    settle()
    assert page.empty.isVisible()
    wanted = []
    app.page_wanted.connect(lambda name, _argument: wanted.append(name))
    page.go.click()
    assert wanted == ["sites"]
    page.close()
    page.deleteLater()


def test_more_than_one_portion_is_shown_bit_by_bit(page, ids, monkeypatch):
    monkeypatch.setattr("jdz_field.ui.records._PORTION", 1)
    page._most = 1
    page.refresh()
    assert keys(page)[-1] == "more"
    page._chosen(page.list.rows[-1])
    assert "more" not in keys(page)
