from __future__ import annotations

from pathlib import Path

from jdz_field.xforms.workbook import places
from tests.xforms.books import survey, workbook

ROWS = (
    ("Type", "Name", "label"),
    ("text", "a", "A"),
    (None, None, None),
    ("begin group", "g", "G"),
    ("text", "a", "A again"),
    ("begin_repeat", "r", "R"),
    ("text", "b", "B"),
    ("end repeat",),
    ("end group",),
    ("text", "c", "C"),
)


def test_rows_are_found_by_path_and_by_name(tmp_path: Path) -> None:
    found = places(survey(tmp_path / "f.xlsx", *ROWS))
    assert found.row_of_path("/data/a") == 2
    assert found.row_of_path("/data/g/a") == 5
    assert found.row_of_path("/data/g/r/b") == 7
    assert found.row_of_path("/data/c") == 10
    assert found.row_of_path("/data/meta/instanceID") == 0
    assert found.row_of_name("b") == 7


def test_what_is_no_workbook_has_no_rows(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no")
    assert places(bad).by_name == {}
    assert places(tmp_path / "none.xlsx").by_name == {}
    assert places(workbook(tmp_path / "other.xlsx", {"x": [("a",)]})).by_name == {}
    old = tmp_path / "bad.xls"
    old.write_bytes(b"no")
    assert places(old).by_name == {}
