"""Records on paper: as they were that day, whole, and nothing that must not leave."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import spoken
from jdz_field.operations.personal import Privacy
from jdz_field.operations.photo_sensitive import PEOPLE, SPECIES, PhotoWords, say_of
from jdz_field.operations.report_answers import bare, read_record
from jdz_field.operations.report_common import Issue, Stopped
from jdz_field.operations.report_record import RecordRequest, ids_of, rows_of, sheets
from jdz_field.operations.report_record_files import write_records
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from tests.operations.report_story import (
    SEEN,
    day,
    go_to,
    pictured,
    point,
    reviewed,
    story_project,
    visited,
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A point on day 0; the clock stands on day 2."""
    with story_project(tmp_path / "p") as made:
        point(made, 1)
        go_to(made, 2)
        yield made


def first(project: Project) -> str:
    return project.sites_by_code("360222010001")[0].id


def words_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_everything_that_was_asked_is_on_paper(
    project: Project, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    tool("pdftotext")
    record = visited(project, first(project), photos=2)
    made = write_records(project, tmp_path / "r.pdf", RecordRequest((record,)))
    told = words_of(made.files[0])
    for word in ("示例巡查记录", "360222010001", "余小敏", "拉张裂缝", "后缘", "加密巡查", "雨"):
        assert word in told
    for word in ("平均定位 ±2.1 m", "尚未送达中心", "内部使用", "虚构示例", "全貌", "裂缝测量 2"):
        assert word in told
    # Asked and left empty, never a nought.
    assert told.count("未填") >= 2
    assert "转移人数" in told


def test_what_a_form_did_not_ask_is_not_there_and_what_it_asked_is(project: Project) -> None:
    answers = {"signs": {"crack": "no"}, "verdict": None}
    read = read_record(project, project.record(visited(project, None, answers)))  # type: ignore[arg-type]
    found = [(a.name, a.value) for section in read.sections for a in section.answers]
    assert found == [("crack", "无"), ("verdict", "")]
    assert read.verdicts == ()


def test_in_the_person_s_language(project: Project) -> None:
    record = project.record(visited(project, first(project)))
    assert record is not None
    with spoken("en"):
        read = read_record(project, record)
    titles = [section.title for section in read.sections]
    assert titles[:2] == ["Visit", "Signs"]
    assert [a.value for a in read.sections[1].answers][:2] == ["Yes", "No"]


def test_a_record_without_its_form_is_printed_by_names(project: Project) -> None:
    record = visited(project, first(project), {"a": {"b": 1}, "c": [{"d": "x"}]}, form="unknown")
    read = read_record(project, project.record(record))  # type: ignore[arg-type]
    assert not read.known
    assert [(a.label, a.value) for a in read.sections[0].answers] == [("a/b", "1"), ("c/d", "x")]


def test_the_review_is_that_of_the_day(project: Project) -> None:
    record = visited(project, first(project))
    reviewed(project, record, "returned", 4, "照片不清")
    go_to(project, 9)
    for number in (3, 4, 9):
        (sheet,) = sheets(project, RecordRequest((record,), Issue(day(number)))).sheets
        assert (sheet.state == "尚未送达中心") == (number == 3)
        for words in ("照片不清", "示例主任 2026-06-05 12:00"):
            assert (words in str(sheet.head)) == (number > 3)
    with pytest.raises(BadInput, match=record):
        sheets(project, RecordRequest((record,), Issue(day(1))))


def test_the_same_day_comes_out_the_same_whatever_happens_later(
    project: Project, tmp_path: Path
) -> None:
    record = visited(project, first(project), photos=2)
    request = RecordRequest((record,), Issue(day(2)))
    go_to(project, 3)
    before = [
        write_records(project, tmp_path / f"a{end}", request).files[0].read_bytes()
        for end in (".pdf", ".docx")
    ]
    go_to(project, 5)
    point(project, 2)
    project.edit("geohazard", first(project), {"name": "改名", "town": "鹅湖镇"})
    reviewed(project, record, "approved", 5)
    pictured(project, record, first(project), 3)
    visited(project, first(project), replaces=record)
    after = [
        write_records(project, tmp_path / f"b{end}", request).files[0].read_bytes()
        for end in (".pdf", ".docx")
    ]
    assert before == after
    now = write_records(project, tmp_path / "now.pdf", RecordRequest((record,)))
    assert now.files[0].read_bytes() != before[0]


def test_a_corrected_record_says_which_one_counts(project: Project) -> None:
    old = visited(project, first(project))
    go_to(project, 3)
    new = visited(project, first(project), replaces=old)
    was, now = sheets(project, RecordRequest((old, new))).sheets
    assert new in str(was.head)
    assert old in str(now.head)
    assert ids_of(project, (), "360222010001") == (new,)
    assert ids_of(project, (old,)) == (old,)


def test_a_protected_species_gives_no_place_away(
    project: Project, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    tool("pdftotext")
    record = visited(project, first(project), photos=1)
    photo = project.attachments(record=record)[0]
    say_of(project, [photo.id], PhotoWords(sensitive=SPECIES))
    made = write_records(project, tmp_path / "r.pdf", RecordRequest((record,)))
    told = words_of(made.files[0])
    for secret in ("360222010001", "示例 1 号", "117°12′05", "117.2096", "29°18′01"):
        assert secret not in told
    assert "保护物种" in told
    (sheet,) = sheets(project, RecordRequest((record,))).sheets
    assert sheet.map == ""
    assert any("千米方格" in one for one in made.told)


def test_sensitive_photos_are_blurred_or_left_out(project: Project) -> None:
    record = visited(project, first(project), photos=1)
    photo = project.attachments(record=record)[0]
    plain = sheets(project, RecordRequest((record,))).pictures
    say_of(project, [photo.id], PhotoWords(sensitive=PEOPLE))
    blurred = sheets(project, RecordRequest((record,)))
    assert blurred.pictures != plain
    assert "已模糊" in blurred.sheets[0].photos[0].words
    left = sheets(project, RecordRequest((record,), sensitive="leave-out"))
    assert (left.pictures, left.sheets[0].photos) == ({}, ())
    assert any("1" in one for one in left.told)


def test_a_photo_that_is_not_here_is_said(project: Project) -> None:
    record = visited(project, first(project), photos=2)
    for photo in project.attachments(record=record)[:1]:
        found = file_of(project.path, photo.sha256)
        assert found is not None
        found.unlink()
    (sheet,) = sheets(project, RecordRequest((record,))).sheets
    assert [bool(one.name) for one in sheet.photos] == [False, True]
    assert "不在本机" in sheet.photos[0].words
    none = sheets(project, RecordRequest((record,), photos=False))
    assert none.sheets[0].photos == ()


def test_names_can_be_left_out(project: Project) -> None:
    record = visited(project, first(project))
    request = RecordRequest((record,), Issue(privacy=Privacy(leave_out=True)))
    made = sheets(project, request)
    assert "余小敏" not in str(made.sheets[0].read)
    assert made.told == []


def test_a_document_for_the_office_is_whole(project: Project, tmp_path: Path) -> None:
    record = visited(project, first(project), photos=2)
    other = visited(project, None, {"verdict": "<&\x07"})
    made = write_records(project, tmp_path / "r.docx", RecordRequest((record, other)))
    with zipfile.ZipFile(made.files[0]) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ET.parse(io.BytesIO(parts.read(name)))
        body = parts.read("word/document.xml").decode()
        assert len([n for n in parts.namelist() if n.startswith("word/media/")]) == 2
        links = parts.read("word/_rels/document.xml.rels").decode()
        for number in (4, 5):
            assert f'r:embed="rId{number}"' in body
            assert f'Id="rId{number}"' in links
    assert "360222010001" in body
    assert "&lt;&amp;" in body


def test_short_answers_stand_beside_each_other(project: Project) -> None:
    read = read_record(project, project.record(visited(project, first(project))))  # type: ignore[arg-type]
    lines = [[a.name for a in row] for row in rows_of(read.sections[0])]
    assert lines == [["day", "inspector"], ["weather"], ["position"], ["moved"]]


def test_marks_of_a_form_s_text_are_not_printed() -> None:
    assert bare("**立即** 撤离<br/> _x_\n## 头") == "立即 撤离 _x_ 头"


def test_many_records_go_into_several_files_and_can_be_stopped(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jdz_field.operations import report_record_files

    monkeypatch.setattr(report_record_files, "AT_ONCE", 2)
    ids = tuple(visited(project, first(project), {"verdict": str(n)}) for n in range(3))
    seen: list[tuple[int, int]] = []
    made = write_records(
        project, tmp_path / "r.pdf", RecordRequest(ids), progress=lambda *at: seen.append(at)
    )
    assert [one.name for one in made.files] == ["r.pdf", "r-part2.pdf"]
    assert seen[-1] == (3, 3)
    with pytest.raises(Stopped):
        write_records(project, tmp_path / "s.pdf", RecordRequest(ids), cancelled=lambda: True)
    assert not (tmp_path / "s.pdf").exists()


@pytest.mark.parametrize(
    ("ids", "issue", "out", "error"),
    [
        ((), Issue(), "r.pdf", BadInput),
        (("00000000",), Issue(), "r.pdf", BadInput),
        (("",), Issue(), "r.pdf", BadInput),
        (("01",), Issue("2999-01-01"), "r.pdf", BadUsage),
        (("0",), Issue(), "r.xlsx", BadUsage),
        (("*",), Issue(map_number="地图"), "r.pdf", BadUsage),
        (("*",), Issue(), "nowhere/r.pdf", Unavailable),
        (("*",), Issue(), "file/r.docx", Unavailable),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    project: Project,
    tmp_path: Path,
    ids: tuple[str, ...],
    issue: Issue,
    out: str,
    error: type[Exception],
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    record = visited(project, first(project))
    visited(project, first(project))
    named = tuple(record if one == "*" else one for one in ids)
    with pytest.raises(error) as raised:
        write_records(project, tmp_path / out, RecordRequest(named, issue))
    assert len(str(raised.value).splitlines()) == 1
    assert not list(tmp_path.glob("*.part"))


def test_answers_of_a_story_are_as_the_form_has_them(project: Project) -> None:
    read = read_record(project, project.record(visited(project, first(project), SEEN)))  # type: ignore[arg-type]
    assert [one.value for one in read.verdicts] == ["加密巡查，雨天转移"]
    assert [one.title for one in read.sections if "裂缝测量" in one.title] == [
        "裂缝测量 1",
        "裂缝测量 2",
    ]
