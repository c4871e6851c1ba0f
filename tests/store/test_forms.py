"""The forms registry."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.store.queries import FormRow


def test_a_form_comes_back(project) -> None:
    project.add_form("f", "1", "巡查", "<h:html/>", b"workbook")
    (row,) = project.forms()
    assert row == FormRow("f", "1", "巡查", row.added, source=True)
    assert project.form_xml("f") == project.form_xml("f", "1") == "<h:html/>"


def test_the_version_added_last_is_the_present_one(project) -> None:
    for version in ("10", "9"):
        project.add_form("f", version, "t", f"<{version}/>", None)
    project.add_form("e", "1", "a", "<e/>", None)
    assert [(row.form_id, row.version) for row in project.forms()] == [("e", "1"), ("f", "9")]
    assert project.form_xml("f") == "<9/>"
    assert project.form_xml("f", "10") == "<10/>"


def test_the_same_form_again_changes_nothing(project) -> None:
    project.add_form("f", "1", "t", "<a/>", None)
    project.add_form("f", "1", "other title", "<a/>", b"x")
    assert [row.title for row in project.forms()] == ["t"]


def test_another_content_needs_another_version(project) -> None:
    project.add_form("f", "1", "t", "<a/>", None)
    with pytest.raises(BadInput, match="新的版本号"):
        project.add_form("f", "1", "t", "<b/>", None)
    assert project.form_xml("f") == "<a/>"


def test_there_is_no_form_of_another_s_id(project) -> None:
    assert project.form_xml("nothing") is None
    assert project.form_xml("f", "1") is None


def test_the_files_of_a_form_are_replaced_whole_and_by_version(project) -> None:
    project.set_form_media("f", "1", {"b.png": "22", "a.csv": "11"})
    project.set_form_media("f", "2", {"a.csv": "33"})
    assert project.form_media("f", "1") == {"a.csv": "11", "b.png": "22"}
    project.set_form_media("f", "1", {"c.csv": "44"})
    assert project.form_media("f", "1") == {"c.csv": "44"}
    assert project.form_media("f", "2") == {"a.csv": "33"}
    assert project.form_media("g", "1") == {}


def test_every_version_is_listed_in_the_order_it_was_added(project) -> None:
    for form, version in (("f", "10"), ("e", "1"), ("f", "9")):
        project.add_form(form, version, "t", f"<{form}{version}/>", None)
    assert [row.version for row in project.form_versions("f")] == ["10", "9"]
    assert [row.form_id for row in project.form_versions()] == ["f", "e", "f"]
    assert project.form_versions("nothing") == []


def test_titles_follow_the_language_in_force(project) -> None:
    titles = {"中文 (zh)": "巡查", "English (en)": "Inspection"}
    project.add_form("f", "1", "表", "<a/>", None, titles)
    project.add_form("g", "1", "别的", "<a/>", None)
    assert [row.title for row in project.forms()] == ["别的", "巡查"]
    set_language("en")
    assert [row.title for row in project.forms()] == ["Inspection", "别的"]
