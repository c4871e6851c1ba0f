"""Views that a form names are looked up in the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.catalogue import table
from jdz_field.xforms.check import check_form, valid
from tests.xforms.books import survey

HEAD = ("type", "name", "label", "bind::jdz:photo-view", "bind::jdz:photo-view-else")
SETTINGS = (("form_title", "form_id", "version", "namespaces"), ("t", "t", "1", 'jdz="urn:x"'))


def judged(folder: Path, *rows: tuple[str, ...]) -> list[tuple[object, ...]]:
    file = survey(folder / "f.xlsx", HEAD, *rows, settings=SETTINGS)
    return [
        (one.sheet, one.row, one.column, one.severity, one.message) for one in check_form(file)[0]
    ]


@pytest.mark.parametrize("code", [one["code"] for one in table("views")["views"]])
def test_a_view_of_the_catalogue_is_in_order(tmp_path: Path, code: str) -> None:
    rows = (("image", "a", "A", code, "why"), ("text", "why", "Why", "", ""))
    assert not judged(tmp_path, *rows)


def test_an_unknown_view_is_told_where_it_is_and_what_was_meant(tmp_path: Path) -> None:
    (told,) = judged(tmp_path, ("text", "b", "B", "", ""), ("image", "a", "A", "overveiw", ""))
    assert told[:4] == ("survey", 3, "bind::jdz:photo-view", "warning")
    assert "overveiw" in told[4]
    assert "overview" in told[4].rpartition(";")[2]


def test_a_view_of_a_question_without_a_picture_is_told(tmp_path: Path) -> None:
    (told,) = judged(tmp_path, ("text", "a", "A", "overview", ""))
    assert told[:4] == ("survey", 2, "bind::jdz:photo-view", "warning")


def test_a_reason_that_no_question_asks_for_makes_a_form_useless(tmp_path: Path) -> None:
    (told,) = judged(tmp_path, ("image", "a", "A", "overview", "wyh"), ("text", "why", "W", "", ""))
    assert told[:4] == ("survey", 2, "bind::jdz:photo-view-else", "error")
    file = tmp_path / "f.xlsx"
    assert not valid(check_form(file)[0])
