from __future__ import annotations

from pathlib import Path

from jdz_field.xforms.workbook import read_book
from tests.xforms.books import survey

ROWS = (
    ("Type", "Name", "label::English (en)", "bind::relevant", "my own"),
    ("text", "a", "A"),
    (None, None, None),
    ("begin group", "g", "G"),
    ("text", "a", "A again"),
    ("begin_repeat", "r", "R"),
    ("text", "b", "B", "${a} = 1", "mine"),
    ("end repeat",),
    ("end group",),
    ("text", "c", "C"),
)


def test_rows_are_found_by_path_and_by_name(tmp_path: Path) -> None:
    found = read_book(survey(tmp_path / "f.xlsx", *ROWS)).places
    assert found.row_of_path("/data/a") == 2
    assert found.row_of_path("/data/g/a") == 5
    assert found.row_of_path("/data/g/r/b") == 7
    assert found.row_of_path("/data/c") == 10
    assert found.row_of_path("/data/meta/instanceID") == 0
    assert found.row_of_name("b") == 7
    assert found.row_of_type("begin group") == 4
    assert found.row_of_choice("l", "x") == 0


def test_columns_are_known_by_their_names_in_the_reference(tmp_path: Path) -> None:
    sheet = read_book(survey(tmp_path / "f.xlsx", *ROWS)).sheet("survey")
    row = next(row for row in sheet.rows if row.number == 7)
    assert row["relevant"] == "${a} = 1"
    assert row["my own"] == "mine"
    assert row["calculation"] == ""
    assert row.texts("label") == {"English (en)": "B"}
    assert sheet.written("relevant") == "bind::relevant"
    assert sheet.written("label::English (en)") == "label::English (en)"
    assert sheet.written("hint") == "hint"


def test_a_sheet_that_is_not_there_is_empty(tmp_path: Path) -> None:
    book = read_book(survey(tmp_path / "f.xlsx", *ROWS))
    assert book.sheet("choices").rows == ()
    assert book.names == ("survey",)
