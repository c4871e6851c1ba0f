"""Forms and lists of strangers: one sentence, exit code 3 or 1, bounded time and memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from jdz_field.cli.root import run
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.xforms import apart, convert
from jdz_field.xforms.check import check_form, valid
from jdz_field.xforms.convert import Refused, convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.list_files import read_list
from jdz_field.xforms.safe_xml import read_xml
from tests.xforms.books import survey, workbook
from tests.xforms.tools import raw_xform

HEAD = ("type", "name", "label", "relevant", "calculation")
A = ("text", "a", "A")
LAUGHS = "<!DOCTYPE a [" + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)
INSTANCE = '<instance><data id="f" version="1"><a/></data></instance>'


def one_sentence(error: JdzError) -> bool:
    return bool(str(error)) and "\n" not in str(error) and len(str(error)) < 1_000


def _xml() -> Iterator[tuple[str, bytes]]:
    yield "laughs", f"{LAUGHS}]><a>&l9;</a>".encode()
    yield "laughs in UTF-16", f"{LAUGHS}]><a>&l9;</a>".encode("utf-16")
    yield "external entity", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    yield "external DTD", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'
    yield "parameter entity", b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><a/>'
    yield "late DTD", b"<!--" + b"x" * 200_000 + b"--><!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"
    yield "undeclared entity", b"<a>&x;</a>"
    yield "huge attribute", b'<a b="' + b"x" * 12_000_000 + b'"/>'
    yield "huge text", b"<a>" + b"x" * 12_000_000 + b"</a>"
    yield "deep", b"<a>" * 100_000 + b"</a>" * 100_000
    yield "not so deep", b"<a>" * 200 + b"</a>" * 200
    yield "other encoding", "<a>x</a>".encode("utf-32")
    yield "EBCDIC", "<?xml version='1.0'?><a/>".encode("cp500")
    yield "unknown encoding", b"<?xml version='1.0' encoding='utf-7'?><a/>"
    yield "wrong encoding", b"<?xml version='1.0' encoding='utf-8'?><a>\xff\xfe\xfd</a>"
    yield "no XML", b"\0" * 1_000
    yield "many namespaces", b"<a " + b" ".join(b"xmlns:n%d='u'" % n for n in range(3)) + b"/><b/>"


@pytest.mark.parametrize("name", [name for name, _data in _xml()])
def test_hostile_xml_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    data = dict(_xml())[name]
    with pytest.raises(BadInput) as refused:
        read_xml(data, "f.xml")
    assert one_sentence(refused.value)
    file = tmp_path / "f.xml"
    file.write_bytes(data)
    with pytest.raises(BadInput):
        convert_xlsform(file)
    issues, form = check_form(file)
    assert form is None
    assert len(issues) == 1


def test_nothing_is_included_or_fetched() -> None:
    inside = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"'
        ' parse="text"/>'
    )
    body = f'<input ref="/data/a"><label>{inside}</label></input>'
    schema = (
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://x http://127.0.0.1:9/x.xsd"'
    )
    xml = raw_xform(INSTANCE, body).replace("<h:html", f"<h:html{schema}", 1)
    assert "root:" not in str(parse_form(xml).controls[0].label)


def test_a_million_questions_are_refused() -> None:
    inside = "<b/>" * 1_000_000
    xml = raw_xform(f'<instance><data id="f">{inside}</data></instance>')
    with pytest.raises(BadInput) as refused:
        parse_form(xml)
    assert one_sentence(refused.value)


def test_a_hundred_thousand_texts_are_read(tmp_path: Path) -> None:
    texts = "".join(f'<text id="t{n}"><value>x{n}</value></text>' for n in range(100_000))
    model = f'<itext><translation lang="en">{texts}</translation></itext>{INSTANCE}'
    file = tmp_path / "f.xml"
    file.write_text(raw_xform(model, '<input ref="/data/a"/>'), encoding="utf-8")
    issues, form = check_form(file)
    assert form is not None
    assert valid(issues)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 100_000 + "1" + ")" * 100_000,
        "not(" * 20_000 + "1" + ")" * 20_000,
        "/data/a[" * 10_000 + "1" + "]" * 10_000,
        "1" + " + 1" * 20_000,
        "-" * 50_000 + "1",
        "1 = " * 5_000,
        "a" * 200_000,
    ],
    ids=["brackets", "calls", "predicates", "sum", "signs", "open", "long"],
)
def test_hostile_expressions_are_refused_or_read(expression: str, tmp_path: Path) -> None:
    bind = f'<bind nodeset="/data/a" relevant="{expression}"/>'
    file = tmp_path / "f.xml"
    file.write_text(raw_xform(INSTANCE + bind, '<input ref="/data/a"/>'), encoding="utf-8")
    issues, form = check_form(file)
    assert (form is None) is not valid(issues)
    assert all(len(issue.sentence()) < 1_000 for issue in issues)


def test_many_mistakes_are_told_in_a_bounded_time(tmp_path: Path) -> None:
    nodes = "".join(f"<q{n}/>" for n in range(5_000))
    binds = "".join(f'<bind nodeset="/data/q{n}" relevant="qq{n} = 1"/>' for n in range(5_000))
    model = f'<instance><data id="f" version="1">{nodes}</data></instance>{binds}'
    file = tmp_path / "f.xml"
    file.write_text(raw_xform(model), encoding="utf-8")
    issues, _form = check_form(file)
    assert 100 < len(issues) < 1_000


def test_a_circle_of_thousands_is_told_once(tmp_path: Path) -> None:
    size = 3_000
    nodes = "".join(f"<q{n}/>" for n in range(size))
    binds = "".join(
        f'<bind nodeset="/data/q{n}" calculate="/data/q{(n + 1) % size} + 1"/>' for n in range(size)
    )
    model = f'<instance><data id="f" version="1">{nodes}</data></instance>{binds}'
    file = tmp_path / "f.xml"
    file.write_text(raw_xform(model), encoding="utf-8")
    issues, form = check_form(file)
    assert form is None
    assert sum(issue.severity == "error" for issue in issues) == 1


# ---- workbooks


def repacked(path: Path, **parts: bytes) -> Path:
    """The workbook with some of its parts replaced; ``__`` stands for ``/``."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept.update({name.replace("__", "/") + ".xml": data for name, data in parts.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in kept.items():
            archive.writestr(name, data)
    return path


def sheet(rows: str, dimension: str = "A1:C2") -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


def cells(number: int, *texts: str) -> str:
    row = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in zip("ABC", texts, strict=False)
    )
    return f'<row r="{number}">{row}</row>'


PLAIN = cells(1, "type", "name", "label") + cells(2, "text", "a", "A")


@pytest.mark.parametrize(
    "inside",
    [
        sheet(PLAIN, "A1:XFD1048576"),
        sheet(PLAIN + "".join(f'<row r="{n}"/>' for n in range(3, 1_000_000))),
        sheet(PLAIN + cells(1_048_576, "text", "z", "Z")),
    ],
    ids=["wide dimension", "empty rows", "a row far below"],
)
def test_a_million_empty_rows_cost_nothing(inside: bytes, tmp_path: Path) -> None:
    file = repacked(survey(tmp_path / "f.xlsx", HEAD, A), xl__worksheets__sheet1=inside)
    made = parse_form(convert_xlsform(file).xml)
    assert [control.ref for control in made.controls] == ["/data/a"]


@pytest.mark.parametrize(
    "parts",
    [
        {"xl__worksheets__sheet1": sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')},
        {"xl__worksheets__sheet1": sheet('<row r="1"><c r="A1" t="s"><v>x</v></c></row>')},
        {"xl__worksheets__sheet1": b"<a>"},
        {"xl__worksheets__sheet1": LAUGHS.encode() + b"]><a>&l9;</a>"},
        {"xl__workbook": b"<workbook/>"},
        {"xl__workbook": LAUGHS.encode() + b"]><workbook>&l9;</workbook>"},
        {"xl__sharedStrings": LAUGHS.encode() + b"]><sst>&l9;</sst>"},
        {"xl__styles": b"\0\0"},
        {"xl___rels__workbook": b"<a/>", "[Content_Types]": b"<Types/>"},
    ],
    ids=[
        "string that is not there",
        "string without a number",
        "broken sheet",
        "laughing sheet",
        "empty workbook",
        "laughing workbook",
        "laughing strings",
        "broken styles",
        "no types",
    ],
)
def test_broken_workbooks_are_refused_with_a_sentence(
    parts: dict[str, bytes], tmp_path: Path
) -> None:
    file = repacked(survey(tmp_path / "f.xlsx", HEAD, A), **parts)
    with pytest.raises(BadInput) as refused:
        convert_xlsform(file)
    assert one_sentence(refused.value)
    assert not valid(check_form(file)[0])


def test_bombs_and_swarms_of_parts_are_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/sharedStrings.xml", b"0" * (convert.MAX_UNPACKED + 1))
    swarm = tmp_path / "swarm.xlsx"
    with zipfile.ZipFile(swarm, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        for number in range(convert.MAX_PARTS + 1):
            archive.writestr(f"xl/{number}", b"")
    for file in (bomb, swarm):
        with pytest.raises(BadInput) as refused:
            convert_xlsform(file)
        assert one_sentence(refused.value)


def test_names_that_leave_the_workbook_write_nothing(tmp_path: Path) -> None:
    file = survey(tmp_path / "f.xlsx", HEAD, A)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../../evil.txt", "x")
        archive.writestr("/tmp/evil-jdz.txt", "x")
    convert_xlsform(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.xlsx"]
    assert not Path("/tmp/evil-jdz.txt").exists()


def test_formulas_count_for_nothing_but_their_last_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "survey"
    for row in (HEAD, A, ("note", "n", '=HYPERLINK("http://127.0.0.1:9","x")')):
        page.append(list(row))
    book.save(tmp_path / "f.xlsx")
    issues, form = check_form(tmp_path / "f.xlsx")
    assert form is None
    assert {issue.row for issue in issues if issue.severity == "error"} == {3}


def test_a_workbook_of_macros_is_read_like_any_other(tmp_path: Path) -> None:
    file = survey(tmp_path / "f.xlsx", HEAD, A).rename(tmp_path / "f.xlsm")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"x" * 100)
    assert convert_xlsform(file).form_id == "f"


@pytest.mark.parametrize("size", [512, 4_096, 100_000])
def test_old_workbooks_of_rubbish_are_refused(size: int, tmp_path: Path) -> None:
    file = tmp_path / "f.xls"
    old = (Path(__file__).parent.parent / "data" / "old.xls").read_bytes()
    for data in (
        old[:size] + b"\xff" * size,
        old[: len(old) // 2],
        b"\xd0\xcf\x11\xe0" + b"\0" * size,
    ):
        file.write_bytes(data)
        with pytest.raises(BadInput) as refused:
            convert_xlsform(file)
        assert one_sentence(refused.value)


# ---- slow workbooks go into a process of their own


def large(path: Path) -> Path:
    return survey(path, HEAD, A, ("note", "n", "${a}" * 2_000))


def test_a_large_workbook_is_converted_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    real = subprocess.Popen

    class Watched(real):  # type: ignore[type-arg,misc,valid-type]
        def __init__(self, command: list[str], **more: object) -> None:
            started.append(command)
            super().__init__(command, **more)

    monkeypatch.setattr(apart.subprocess, "Popen", Watched)
    made = convert_xlsform(large(tmp_path / "f.xlsx"))
    assert len(started) == 1
    assert made.xml.count("<output") == 2_000
    convert_xlsform(survey(tmp_path / "g.xlsx", HEAD, A))
    assert len(started) == 1


def test_its_complaints_have_their_place_too(tmp_path: Path) -> None:
    file = survey(tmp_path / "f.xlsx", HEAD, A, ("texxt", "n", "x" * 5_000))
    with pytest.raises(Refused) as refused:
        convert_xlsform(file)
    assert (refused.value.issue.sheet, refused.value.issue.row) == ("survey", 3)
    assert refused.value.issue.column == "type"


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LIMIT", 0.01)
    file = large(tmp_path / "f.xlsx")
    with pytest.raises(BadInput) as refused:
        convert_xlsform(file)
    assert "f.xlsx" in str(refused.value)
    assert one_sentence(refused.value)
    issues, form = check_form(file)
    assert form is None
    assert [issue.message for issue in issues] == [str(refused.value)]


def test_a_process_that_dies_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", sys.executable)
    monkeypatch.setattr(apart, "json", _Broken())
    with pytest.raises(BadInput) as refused:
        convert_xlsform(large(tmp_path / "f.xlsx"))
    assert one_sentence(refused.value)


class _Broken:
    """As if nothing that the other process wrote could be read."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(_data: bytes) -> object:
        raise ValueError


# ---- lists


def _lists() -> Iterator[tuple[str, str, bytes]]:
    yield "deep JSON", "a.geojson", b"[" * 1_000_000 + b"]" * 1_000_000
    yield "many brackets", "a.geojson", b'{"features": [' + b"[]," * 9_000_000 + b"1]}"
    yield "huge number", "a.geojson", b'{"features": [{"id": ' + b"9" * 100_000 + b"}]}"
    yield "no features", "a.geojson", b'{"type": "Point"}'
    yield "laughing XML", "a.xml", f"{LAUGHS}]><root><item/></root>".encode()
    yield "rubbish", "a.csv", bytes(range(256)) * 100
    yield "zeros", "a.csv", b"name\n" + b"\0" * 1_000
    yield "huge field", "a.csv", b'name\n"' + b"x" * 1_000_000
    yield "many columns", "a.csv", b",".join(b"c%d" % n for n in range(3_000)) + b"\n1\n"
    yield "many cells", "a.csv", b"a,b\n" + b",,,,,,,,,\n" * 600_000


@pytest.mark.parametrize("name", [name for name, _file, _data in _lists()])
def test_hostile_lists_are_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    file, data = {known: (file, data) for known, file, data in _lists()}[name]
    (tmp_path / file).write_bytes(data)
    with pytest.raises(BadInput) as refused:
        read_list(tmp_path / file)
    assert one_sentence(refused.value)


@pytest.mark.parametrize(
    ("encoding", "sign"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")],
)
def test_lists_are_read_as_spreadsheets_write_them(
    encoding: str, sign: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(f'name{sign}label\n1{sign}樟树\n\n2{sign}"松{sign}杉"\n'.encode(encoding))
    items = read_list(file).named("root")[0].named("item")
    assert [item.text_of("label") for item in items] == ["樟树", f"松{sign}杉"]


def test_strange_places_are_empty(tmp_path: Path) -> None:
    places = [
        {"type": "Point", "coordinates": [{"a": 1}, 2]},
        {"type": "Point", "coordinates": [1e400, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Nothing", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": "1,2"},
        7,
    ]
    features = [
        {"id": n, "geometry": place, "properties": {"x": [1], "y": True}}
        for n, place in enumerate(places)
    ]
    (tmp_path / "a.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
    items = read_list(tmp_path / "a.geojson").named("root")[0].named("item")
    assert [item.text_of("geometry") for item in items] == [""] * len(places)
    assert (items[0].text_of("x"), items[0].text_of("y"), items[0].text_of("id")) == (
        "[1]",
        "true",
        "0",
    )


# ---- the command line


@pytest.mark.parametrize("command", ["check", "run"])
def test_the_command_line_says_one_sentence(
    command: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    file = tmp_path / "f.xml"
    file.write_text(f"{LAUGHS}]><a>&l9;</a>", encoding="utf-8")
    code = run(["--lang", "en", "forms", command, str(file)])
    told = capsys.readouterr()
    assert code == {"check": 1, "run": 3}[command]
    assert (told.out + told.err).count("\n") == 1
    assert "DTD" in told.out + told.err


def test_a_workbook_with_many_sheets_is_read(tmp_path: Path) -> None:
    sheets = {"survey": [HEAD, A], **{f"s{n}": [("x",)] for n in range(200)}}
    assert convert_xlsform(workbook(tmp_path / "f.xlsx", sheets)).form_id == "f"
