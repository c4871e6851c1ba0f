"""What pyxform says, in our words and with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.xforms.check import check_form
from tests.xforms.books import survey

HEAD = ("type", "name", "label", "relevant", "calculation", "parameters")
CHOICES = ("list_name", "name", "label")


@pytest.mark.parametrize(
    ("row", "choices", "said"),
    [
        (
            ("select_one no", "a", "A"),
            ("l", "x", "X"),
            "survey row 2 column type: The choices sheet has no list no.",
        ),
        (("texxt", "a", "A"), None, "survey row 2 column type: texxt is no type of question."),
        (("text", "", "A"), None, "survey row 2 column name: A question has no name."),
        (("", "a", "A"), None, "survey row 2 column type: A question has no type."),
        (("text", "a", ""), None, "survey row 2 column label: a has no label."),
        (
            ("calculate", "a", ""),
            None,
            "survey row 2 column calculation: The calculation is missing.",
        ),
        (
            ("text", "a", "A", "${b"),
            None,
            "survey row 2 column relevant: A reference must look like ${name}.",
        ),
        (
            ("select_one l", "a", "A"),
            ("l", "", "X"),
            "choices row 2 column name: A choice has no name.",
        ),
        (
            ("select_multiple l", "a", "A"),
            ("l", "x y", "X"),
            "choices row 2 column name: The choice x y of l must not have a space in its name.",
        ),
        (
            ("begin_repeat", "r", "R"),
            None,
            "survey row 2 column type: begin_repeat r is never ended",
        ),
        (("range", "a", "A", "", "", "start=x"), None, "survey row 2 column parameters: "),
    ],
)
def test_complaints_have_a_place_and_our_words(
    row: tuple[str, ...], choices: tuple[str, ...] | None, said: str, tmp_path: Path
) -> None:
    set_language("en")
    sheets = {"choices": [CHOICES, choices]} if choices else {}
    issues, _form = check_form(survey(tmp_path / "f.xlsx", HEAD, row, **sheets))
    errors = [one for one in issues if one.severity == "error"]
    assert len(errors) == 1
    assert errors[0].sentence().startswith(f"sheet {said}")


def test_a_missing_sheet_and_a_missing_column_are_named(tmp_path: Path) -> None:
    set_language("en")
    issues, _form = check_form(survey(tmp_path / "f.xlsx", HEAD, ("select_one l", "a", "A")))
    assert [(one.sheet, one.row) for one in issues if one.severity == "error"] == [("survey", 2)]
    assert "choices sheet" in issues[0].message
    issues, _form = check_form(survey(tmp_path / "g.xlsx", ("name", "label"), ("a", "A")))
    assert issues[0].sentence() == (
        "sheet survey row 1 column type: The sheet survey lacks the column type."
    )
