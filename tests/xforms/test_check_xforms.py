"""An XForm file gets the same checks, with paths of elements in place of rows; files of a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.xforms.check import check_form, valid
from jdz_field.xforms.complaints import Issue
from tests.xforms.books import survey
from tests.xforms.tools import raw_xform

NODES = "<a/><s/><n>abc</n><r><h/></r><k/>"
LISTS = (
    '<instance id="l"><root><item><name>x</name><label>X</label><up>1</up></item>'
    "<item><name>y</name><label>Y</label><up>2</up></item></root></instance>"
)
SELECT = (
    '<select1 ref="/data/s"><label>S</label><itemset nodeset="instance(\'l\')/root/item{filter}">'
    '<value ref="name"/><label ref="label"/></itemset></select1>'
)
REPEAT = (
    '<group ref="/data/r"><label>R</label><repeat nodeset="/data/r">'
    '<input ref="/data/r/h"><label>H</label></input></repeat></group>'
)


def form(
    path: Path, binds: str = "", body: str = "", *, lists: str = LISTS, more: str = ""
) -> Path:
    """An XForm with a text a, a choice s, a number n, a repeat r and a calculation k."""
    model = f'<instance><data id="f" version="1">{NODES}</data></instance>{lists}{binds}{more}'
    plain = '<input ref="/data/a"><label>A</label></input>' + (
        SELECT.format(filter="") if "<select1" not in body else ""
    )
    path.write_text(raw_xform(model, plain + body + REPEAT), encoding="utf-8")
    return path


def bind(name: str, **attributes: str) -> str:
    said = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<bind nodeset="/data/{name}" {said}/>'


def told(file: Path) -> list[Issue]:
    return check_form(file)[0]


@pytest.mark.parametrize(
    ("binds", "body", "path", "column", "word", "severity"),
    [
        (bind("a", relevant="nope(1)"), "", "/data/a", "relevant", "nope", "error"),
        (bind("a", relevant="cont(1)"), "", "/data/a", "relevant", "count()", "error"),
        (bind("a", relevant="1 +"), "", "/data/a", "relevant", "early", "error"),
        (bind("a", relevant="/data/zz = 1"), "", "/data/a", "relevant", "/data/zz", "error"),
        (bind("a", relevant="pow(1)"), "", "/data/a", "relevant", "2 arguments", "error"),
        (
            bind("a", calculate="/data/k") + bind("k", calculate="/data/a"),
            "",
            "/data/a",
            "calculation",
            "a → k → a",
            "error",
        ),
        (
            bind("k", calculate="/data/r/h + 1"),
            "",
            "/data/k",
            "calculation",
            "first entry",
            "warning",
        ),
        (
            bind("k", calculate="count(instance('q')/root/item)"),
            "",
            "/data/k",
            "calculation",
            "no list q",
            "error",
        ),
        (
            bind("k", calculate="instance('l')/root/item[nam = 'x']/up"),
            "",
            "/data/k",
            "calculation",
            "nam",
            "error",
        ),
        (bind("a", relevant="/data/s = 'z'"), "", "/data/a", "relevant", "never is", "warning"),
        (
            bind("a", constraint=". &gt; 1"),
            "",
            "/data/a",
            "constraint",
            "constraint_message",
            "warning",
        ),
        (bind("k", required="true()"), "", "/data/k", "required", "never asked", "warning"),
        (bind("n", type="int"), "", "/data/n", "default", "abc", "error"),
        (bind("zz", type="int"), "", "/data/zz", "nodeset", "zz", "error"),
        (
            bind("k", relevant="regex(/data/a, '[')"),
            "",
            "/data/k",
            "relevant",
            "expression",
            "error",
        ),
        ("", '<input ref="/data/zz"><label>Z</label></input>', "/data/zz", "input", "zz", "error"),
        (
            "",
            SELECT.format(filter="[up = 'q']"),
            "/data/s",
            "choice_filter",
            "none is left",
            "error",
        ),
        ("", SELECT.format(filter="[uq = 'q']"), "/data/s", "choice_filter", "column uq", "error"),
        (
            "",
            '<input ref="/data/k" appearance="multilin"><label>K</label></input>',
            "/data/k",
            "appearance",
            "multiline",
            "warning",
        ),
        (
            "",
            '<input ref="/data/k"><label>Hi <output value="zz(1)"/></label></input>',
            "/data/k",
            "label",
            "zz",
            "error",
        ),
        (
            bind("r", type="string"),
            '<select1 ref="/data/k"><label>K</label>'
            "<item><label>1</label><value>x</value></item><item><label>2</label><value>x</value>"
            "</item></select1>",
            "/data/k",
            "type",
            "2 times",
            "error",
        ),
    ],
)
def test_an_xform_is_told_by_paths(
    binds: str, body: str, path: str, column: str, word: str, severity: str, tmp_path: Path
) -> None:
    set_language("en")
    issues = told(form(tmp_path / "f.xml", binds, body))
    found = [one for one in issues if (one.path, one.column) == (path, column)]
    assert len(found) == 1, issues
    assert word in found[0].message
    assert found[0].severity == severity
    assert (found[0].sheet, found[0].row) == ("", 0)
    assert found[0].sentence().startswith(f"{path} column {column}: ")


def test_a_sound_xform_gives_no_complaint(tmp_path: Path) -> None:
    issues, made = check_form(form(tmp_path / "f.xml"))
    assert issues == []
    assert made is not None


def test_an_unused_list_and_missing_texts(tmp_path: Path) -> None:
    set_language("en")
    texts = (
        '<itext><translation lang="A"><text id="/data/a:label"><value>A</value></text>'
        '<text id="/data/a:hint"><value>h</value></text></translation>'
        '<translation lang="B"><text id="/data/a:label"><value>-</value></text></translation>'
        "</itext>"
    )
    extra = '<instance id="m"><root><item><name>x</name></item></root></instance>'
    issues = told(form(tmp_path / "f.xml", more=texts, lists=LISTS + extra))
    assert [(one.path, one.column) for one in issues] == [
        ("instance('m')", "list_name"),
        ("/data/a", "label::B"),
        ("/data/a", "hint::B"),
    ]
    assert all(one.severity == "warning" for one in issues)


def test_a_form_of_no_id_and_no_version(tmp_path: Path) -> None:
    file = tmp_path / "f.xml"
    file.write_text(raw_xform("<instance><data><a/></data></instance>"), encoding="utf-8")
    assert [one.column for one in told(file)] == ["form_id", "version"]


# ---- the files of a form

HEAD = ("type", "name", "label", "media::image", "media::audio")
SETTINGS = [("form_id", "version"), ("f", "1")]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows = (
        ("note", "n", "N", "map.png", "voice.mp3"),
        ("select_one_from_file trees.csv", "t", "T"),
    )
    return survey(tmp_path / "f.xlsx", HEAD, *rows, settings=SETTINGS)


def _fill(folder: Path) -> Path:
    folder.mkdir()
    (folder / "map.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "voice.mp3").write_bytes(b"ID3")
    (folder / "trees.csv").write_text("name,label\n1,One\n", encoding="utf-8")
    return folder


def test_files_beside_the_form_are_found(book: Path, tmp_path: Path) -> None:
    assert {one.severity for one in told(book)} == {"warning"}
    assert len(told(book)) == 3
    _fill(tmp_path / "f-media")
    assert told(book) == []


def test_a_folder_that_was_named_must_hold_them(book: Path, tmp_path: Path) -> None:
    folder = _fill(tmp_path / "here")
    assert check_form(book, folder)[0] == []
    (folder / "map.png").rename(folder / "mapp.png")
    (folder / "trees.csv").unlink()
    set_language("en")
    picture, table = check_form(book, folder)[0]
    assert (picture.row, picture.column, picture.severity) == (2, "media::image", "error")
    assert "Did you mean mapp.png?" in picture.message
    assert (table.row, table.column, table.severity) == (3, "type", "error")
    assert not valid([picture, table])


def test_files_that_are_not_what_their_ending_says(book: Path, tmp_path: Path) -> None:
    folder = _fill(tmp_path / "f-media")
    (folder / "map.png").write_bytes(b"\xff\xd8\xff")
    (folder / "trees.csv").write_bytes(b"name\n\xff\xff")
    issues = told(book)
    assert {one.message.partition(" ")[0] for one in issues}
    assert any("map.png" in one.message and one.row == 2 for one in issues)
    assert any("trees.csv" in one.message for one in issues)


def test_lists_that_the_project_gives_are_not_missed(book: Path) -> None:
    issues = check_form(book, None, ["trees.csv"])[0]
    assert all("trees.csv" not in one.message for one in issues)


def test_columns_of_a_list_in_a_file_are_known(tmp_path: Path) -> None:
    rows = (
        ("select_one_from_file trees.csv", "t", "T"),
        ("calculate", "k", None, None, None, "pulldata('trees', 'labl', 'name', ${t})"),
    )
    file = survey(tmp_path / "f.xlsx", (*HEAD, "calculation"), *rows, settings=SETTINGS)
    folder = tmp_path / "f-media"
    folder.mkdir()
    (folder / "trees.csv").write_text("name,label\n1,One\n", encoding="utf-8")
    set_language("en")
    (issue,) = told(file)
    assert (issue.row, issue.column) == (3, "calculation")
    assert issue.message == "The list trees has no column labl. Did you mean label?"
