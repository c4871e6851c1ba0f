"""XLSForms that pyxform takes, and those it refuses."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.core.resources import folder
from jdz_field.xforms.check import check_form
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.convert import Refused, convert_xlsform
from tests.xforms.books import survey, workbook
from tests.xforms.tools import raw_xform

HEAD = ("type", "name", "label", "relevant", "calculation", "save_to")
TEXT = ("text", "a", "A")


@pytest.mark.parametrize("name", ["geohazard_inspection", "mine_inspection", "plot_check"])
def test_shipped_forms_convert_without_a_warning(name: str) -> None:
    path = folder("forms") / f"{name}.xlsx"
    made = convert_xlsform(path)
    assert made.form_id == name
    assert made.version
    assert made.warnings == ()
    assert made.source == path.read_bytes()


def test_an_xform_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "f.xml"
    file.write_text(raw_xform('<instance><data id="x" version="2"><a/></data></instance>'))
    made = convert_xlsform(file)
    assert (made.form_id, made.version, made.source) == ("x", "2", None)


@pytest.mark.parametrize(
    ("rows", "sheets", "issue"),
    [
        ([HEAD, ("text", "a", "A", "${nope} = 1")], {}, ("survey", 2, "relevant")),
        ([HEAD, TEXT, TEXT], {}, ("survey", 3, "name")),
        ([HEAD, ("text", "1a", "A")], {}, ("survey", 2, "name")),
        ([HEAD, ("begin_group", "g", "G"), TEXT], {}, ("survey", 2, "")),
        ([HEAD, TEXT, ("end_group", "", "")], {}, ("survey", 3, "")),
        ([HEAD, ("select_one none", "a", "A")], {}, ("choices", 0, "")),
        ([HEAD, (*TEXT, "", "", "x")], {}, ("survey", 2, "save_to")),
        (
            [HEAD, ("select_one l", "a", "A")],
            {"choices": [("list_name", "name", "label"), ("l", "x", "X"), ("l", "x", "Y")]},
            ("choices", 3, "name"),
        ),
    ],
)
def test_what_pyxform_refuses_names_its_place(
    rows: list[tuple[str, ...]],
    sheets: dict[str, list[tuple[str, ...]]],
    issue: tuple[str, int, str],
    tmp_path: Path,
) -> None:
    path = survey(tmp_path / "f.xlsx", *rows, **sheets)
    with pytest.raises(Refused) as refused:
        convert_xlsform(path)
    found = refused.value.issue
    assert (found.sheet, found.row) == issue[:2]
    assert not issue[2] or found.column == issue[2]
    assert "f.xlsx" in str(refused.value)
    assert "\n" not in str(refused.value)
    issues, form = check_form(path)
    assert form is None
    assert any(found.message == one.message or found.place == one.place for one in issues)


def test_complaints_are_in_the_language_in_force(tmp_path: Path) -> None:
    path = survey(tmp_path / "f.xlsx", HEAD, ("text", "a", "A", "${nope} = 1"))
    with pytest.raises(BadInput, match=r"第 2 行.*没有问题 nope"):
        convert_xlsform(path)
    set_language("en")
    with pytest.raises(BadInput, match=r"row 2.*no question nope"):
        convert_xlsform(path)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("calculate", "b", "", "", "nope(1)"), "calculation", "nope"),
        (("text", "b", "B", "1 +"), "relevant", "1 +"),
        (("text", "b", "B", "/data/gone = 1"), "relevant", "/data/gone"),
        (("text", "b", "B", "aa = 1"), "relevant", "aa"),
        (("calculate", "b", "", "", "${c} + 1"), "calculation", "b → c → b"),
    ],
)
def test_what_pyxform_lets_through_is_found(
    row: tuple[str, ...], column: str, said: str, tmp_path: Path
) -> None:
    path = survey(tmp_path / "f.xlsx", HEAD, TEXT, row, ("calculate", "c", "", "", "${b} * 2"))
    issues = [one for one in check_form(path)[0] if one.severity == "error"]
    assert len(issues) == 1
    assert (issues[0].sheet, issues[0].row, issues[0].column) == ("survey", 3, column)
    assert said in issues[0].message


def test_a_workbook_without_a_survey_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", {"Sheet1": [("a", "b")]})
    with pytest.raises(BadInput):
        convert_xlsform(path)
    assert check_form(path)[1] is None


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600],
)
@pytest.mark.parametrize("name", ["f.xlsx", "f.xls", "f.xml"])
def test_files_that_are_no_forms_are_refused(data: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        convert_xlsform(path)
    assert "\n" not in str(refused.value)
    issues, form = check_form(path)
    assert form is None
    assert len(issues) == 1


def test_other_files_and_no_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "f.docx").write_bytes(b"x")
    with pytest.raises(BadInput):
        convert_xlsform(tmp_path / "f.docx")
    for ask in (convert_xlsform, check_form):
        with pytest.raises(BadInput):
            ask(tmp_path / "none.xlsx")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/big.xml", b"0" * 450_000_000)
    with pytest.raises(BadInput):
        convert_xlsform(path)


def test_no_program_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    convert_xlsform(folder("forms") / "plot_check.xlsx")


def test_an_issue_says_where_and_what() -> None:
    set_language("en")
    issue = Issue("survey", 3, "relevant", "Wrong.")
    assert issue.sentence() == "sheet survey row 3 column relevant: Wrong."
    assert Issue("", 0, "", "Wrong.").sentence() == "Wrong."
    assert Issue("", 0, "", "Wrong.").to_json() == {
        "sheet": None,
        "row": None,
        "column": None,
        "message": "Wrong.",
        "severity": "error",
        "question": None,
    }
    placed = Issue("", 0, "relevant", "Wrong.", "warning", "a", "/data/a")
    assert placed.sentence() == "/data/a column relevant: Wrong."
    assert placed.to_json()["path"] == "/data/a"
