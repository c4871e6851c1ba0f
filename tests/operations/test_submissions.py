"""Submissions from ODK Collect, Kobo and Briefcase, and between two projects."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from jdz_field.cli.root import run
from jdz_field.core.clock import utc_now
from jdz_field.core.sites import Record
from jdz_field.operations.photos import add_photos
from jdz_field.operations.record_export import export_records
from jdz_field.operations.records import Filling
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.operations.submission_export import instance_id, record_xml
from jdz_field.operations.submissions import import_submissions
from jdz_field.store.project import Project
from tests.operations import entity_forms as forms
from tests.store.tools import quick_project

VISIT = """
| survey |
| | type | name | label |
| | start | start | |
| | end | end | |
| | username | who | |
| | text | site_id | Site |
| | text | t | T |
| | integer | n | N |
| | image | photo | Photo |
| | begin_repeat | r | R |
| | image | more | More |
| | end_repeat | | |
| settings |
| | form_id | version |
| | visit | 7 |
"""
FORMS = (VISIT, forms.REGISTER_MINE, forms.UPDATE_MINE, forms.REGISTER_TREE)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with quick_project(tmp_path / "p") as made:
        for one in FORMS:
            forms.add(made, one)
        yield made


def submission(folder: Path, inside: str = "", **about: str) -> Path:
    told = {"form": "visit", "version": "7", "instance": f"uuid:{uuid.uuid4()}", **about}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / told.get("name", "submission.xml")
    meta = f"<orx:instanceID>{told['instance']}</orx:instanceID>" if told["instance"] else ""
    if "old" in told:
        meta += f"<orx:deprecatedID>{told['old']}</orx:deprecatedID>"
    file.write_text(
        "<?xml version='1.0' ?><data xmlns:orx='http://openrosa.org/xforms'"
        f" id='{told['form']}' version='{told['version']}'>{inside}"
        f"<orx:meta>{meta}</orx:meta></data>",
        encoding="utf-8",
    )
    return file


def test_a_submission_becomes_a_record_of_its_form_and_version(
    project: Project, tmp_path: Path
) -> None:
    number = uuid.uuid4()
    file = submission(
        tmp_path / "in",
        "<start>2026-04-05T10:00:00.000+08:00</start><end>2026-04-05T10:20:00.000+08:00</end>"
        "<who>李四</who><t>塌</t><n>3</n>",
        instance=f"uuid:{number}",
    )
    (done,) = import_submissions(project, [file])
    assert (done.status, done.id, done.notes) == ("imported", str(number), ())
    record = project.record(str(number))
    assert record is not None
    assert (record.form, record.form_version, record.author) == ("visit", "7", "李四")
    assert record.started == "2026-04-05T02:00:00.000Z"
    assert record.finished == "2026-04-05T02:20:00.000Z"
    assert record.answers["n"] == 3
    assert record.answers["r"] == []
    assert project.record_state(record.id) == "unsent"
    assert project.check() == []


def test_the_same_submission_again_is_known(project: Project, tmp_path: Path) -> None:
    file = submission(tmp_path / "in", "<t>x</t>")
    import_submissions(project, [file])
    before = project.unsent_changes()
    (again,) = import_submissions(project, [file])
    assert again.status == "known"
    assert project.unsent_changes() == before


def test_another_content_under_a_known_id_is_refused(project: Project, tmp_path: Path) -> None:
    number = f"uuid:{uuid.uuid4()}"
    import_submissions(project, [submission(tmp_path / "a", "<t>x</t>", instance=number)])
    (done,) = import_submissions(project, [submission(tmp_path / "b", "<t>y</t>", instance=number)])
    assert done.status == "refused"
    assert [r.answers["t"] for r in project.records()] == ["x"]


def test_an_own_record_that_comes_back_is_known(project: Project, tmp_path: Path) -> None:
    filling = Filling.start(project, "visit")
    filling.session.answer("/data/t", "x")
    record = filling.finalize(project).record
    assert record is not None
    export_records(project, tmp_path / "out.xml")
    (done,) = import_submissions(project, [tmp_path / "out.xml"])
    assert (done.status, done.id) == ("known", record.id)


def test_photos_are_kept_by_their_content(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    file = submission(folder, "<photo>a.jpg</photo><r><more>b.jpg</more></r><r/>")
    sample_photo(folder / "a.jpg", utc_now(), (117.5, 29.5))
    (first,) = import_submissions(project, [file])
    assert first.attachments == 1
    assert "b.jpg" in first.notes[0]
    sample_photo(folder / "b.jpg", utc_now(), (117.6, 29.5))
    (second,) = import_submissions(project, [file])
    assert (second.status, second.attachments, second.notes) == ("known", 2, ())
    import_submissions(project, [file])
    found = {a.path: a for a in project.attachments(record=first.id)}
    assert set(found) == {"/data/photo", "/data/r[1]/more"}
    assert found["/data/photo"].lon == pytest.approx(117.5)
    assert project.check() == []


def test_files_may_lie_in_a_folder_of_their_own(project: Project, tmp_path: Path) -> None:
    file = submission(tmp_path / "in", "<photo>a.jpg</photo>")
    (tmp_path / "media").mkdir()
    sample_photo(tmp_path / "media" / "a.jpg", utc_now(), (117.5, 29.5))
    (done,) = import_submissions(project, [file], tmp_path / "media")
    assert done.attachments == 1


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/hostname", "..\\secret.txt", "C:secret.txt", ".."]
)
def test_a_file_name_never_leaves_the_folder(project: Project, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    file = submission(tmp_path / "in", f"<photo>{name}</photo>")
    (done,) = import_submissions(project, [file], tmp_path / "in")
    assert (done.status, done.attachments, len(done.notes)) == ("imported", 0, 1)


def test_a_correction_names_the_record_it_replaces(project: Project, tmp_path: Path) -> None:
    old = f"uuid:{uuid.uuid4()}"
    import_submissions(project, [submission(tmp_path / "a", "<t>x</t>", instance=old)])
    (done,) = import_submissions(project, [submission(tmp_path / "b", "<t>y</t>", old=old)])
    record = project.record(done.id or "")
    assert record is not None
    assert record.replaces == old.removeprefix("uuid:")
    xml = etree.fromstring(record_xml(project, record).xml)
    assert xml.findtext(".//{*}deprecatedID") == old


def test_records_travel_to_another_project_with_their_files(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "card").mkdir()
    filling = Filling.start(project, "visit")
    filling.session.answer("/data/t", " 甲\n<&> ")
    sample_photo(tmp_path / "card" / "a.jpg", utc_now(), (117.5, 29.5))
    add_photos(project, [tmp_path / "card"], record=filling.id, path="/data/photo")
    filling.session.answer("/data/photo", "a.jpg")
    first = filling.finalize(project).record
    assert first is not None
    correction = Filling.start(project, "visit", replaces=first.id)
    correction.session.answer("/data/n", "4")
    correction.finalize(project)
    done = export_records(project, tmp_path / "out.xml")
    assert (done.written, done.notes) == (2, ())
    assert (tmp_path / "out-files" / instance_id(first)[5:] / "a.jpg").read_bytes()
    with quick_project(tmp_path / "q", author="李四") as other:
        forms.add(other, VISIT)
        both = import_submissions(other, [tmp_path / "out.xml"])
        assert {one.status for one in both} == {"imported"}
        here = {instance_id(r): r for r in other.records()}
        for record in project.records():
            twin = here[instance_id(record)]
            assert twin.answers == record.answers
            assert twin.author == "张三"
            assert bool(twin.replaces) is bool(record.replaces)
        assert len(other.attachments()) == 1
        assert other.check() == []


def test_a_file_that_is_not_here_is_said(project: Project, tmp_path: Path) -> None:
    file = submission(tmp_path / "in", "<photo>a.jpg</photo>")
    sample_photo(tmp_path / "in" / "a.jpg", utc_now(), (117.5, 29.5))
    import_submissions(project, [file])
    for kept in (project.path / "files").rglob("*.jpg"):
        kept.unlink()
    done = export_records(project, tmp_path / "out.xml")
    assert "a.jpg" in done.notes[0]


def test_a_record_whose_form_is_not_here_is_left_out_and_said(
    project: Project, tmp_path: Path
) -> None:
    for form in ("visit", "gone"):
        stamp = "2026-01-01T00:00:00.000Z"
        one = Record(str(uuid.uuid4()), form, "7", {"t": form}, "甲", stamp, stamp)
        project.finalize(one, draft=None)
    done = export_records(project, tmp_path / "out.xml")
    assert "gone" in done.notes[0]
    assert (done.written, len(etree.parse(tmp_path / "out.xml").getroot())) == (1, 1)


# ---- entities


def test_a_submission_makes_and_updates_sites(project: Project, tmp_path: Path) -> None:
    site = str(uuid.uuid4())
    block = "<meta><entity dataset='mine_sites' id='{}' {}>{}</entity>{}</meta>"
    make = tmp_path / "make.xml"
    make.write_text(
        "<data id='register_mine' version='1'><mine>新矿</mine><where>29.4 117.3 0 0</where>"
        + block.format(site, "create='1'", "<label>新矿</label>", "<instanceID>uuid:1</instanceID>")
        + "</data>",
        encoding="utf-8",
    )
    change = tmp_path / "change.xml"
    change.write_text(
        f"<data id='update_mine' version='1'><mine>{site}</mine><mineral>煤</mineral>"
        + block.format(
            site,
            "update='true' baseVersion='12' trunkVersion='9' branchId=''",
            "",
            "<instanceID>uuid:2</instanceID>",
        )
        + "</data>",
        encoding="utf-8",
    )
    done = import_submissions(project, [make, change])
    assert [(one.status, one.notes) for one in done] == [("imported", ())] * 2
    found = project.site(site)
    assert found is not None
    assert (found.name, found.fields["mineral"], found.lat) == ("新矿", "煤", 29.4)
    assert project.record(done[0].id or "").site == site  # type: ignore[union-attr]


def test_what_sites_cannot_take_is_noted_and_the_record_kept(
    project: Project, tmp_path: Path
) -> None:
    file = tmp_path / "s.xml"
    file.write_text(
        "<data id='register_mine' version='1'><mine/><meta><instanceID>uuid:1</instanceID>"
        "<entity dataset='mine_sites' id='nope' create='1'><label>x</label></entity></meta></data>",
        encoding="utf-8",
    )
    (done,) = import_submissions(project, [file])
    assert done.status == "imported"
    assert "nope" in done.notes[0]
    assert project.record(done.id or "") is not None


# ---- what is refused


BAD = {
    "nothing.xml": b"",
    "half.xml": b"<data id='visit'",
    "dtd.xml": b"<!DOCTYPE d [<!ENTITY a 'b'>]><data id='visit' version='7'>&a;</data>",
    "deep.xml": b"<a>" * 200 + b"</a>" * 200,
    "binary.xml": bytes(range(256)),
    "unknown.xml": b"<data id='unknown' version='7'/>",
    "version.xml": b"<data id='visit' version='8' instanceID='uuid:1'/>",
    "noversion.xml": b"<data id='visit' instanceID='uuid:1'/>",
    "encrypted.xml": b"<data id='visit' version='7' encrypted='yes' instanceID='uuid:1'/>",
    "noid.xml": b"<data id='visit' version='7'><t>x</t></data>",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_submission_of_a_known_form_is_one_sentence(
    project: Project, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(BAD[name])
    (done,) = import_submissions(project, [file])
    assert done.status == "refused"
    assert done.problem
    assert project.records() == []


def test_a_missing_file_is_refused_and_the_others_come_in(project: Project, tmp_path: Path) -> None:
    good = submission(tmp_path / "in", "<t>x</t>")
    done = import_submissions(project, [tmp_path / "gone.xml", good])
    assert [one.status for one in done] == ["refused", "imported"]


@pytest.mark.parametrize(
    "wrapped",
    [
        "<submissions>{}</submissions>",
        "<submission xmlns='http://opendatakit.org/submissions'><data>{}</data>"
        "<mediaFile/></submission>",
    ],
)
def test_what_servers_wrap_around_a_submission_is_taken_off(
    project: Project, tmp_path: Path, wrapped: str
) -> None:
    inside = submission(tmp_path / "in", "<t>x</t>").read_text(encoding="utf-8")
    file = tmp_path / "wrapped.xml"
    file.write_text(wrapped.format(inside.partition("?>")[2]), encoding="utf-8")
    (done,) = import_submissions(project, [file])
    assert done.status == "imported"


def test_an_id_that_is_no_uuid_gives_the_same_record_every_time(
    project: Project, tmp_path: Path
) -> None:
    file = submission(tmp_path / "in", "<t>x</t>", instance="Visit 7")
    (first,) = import_submissions(project, [file])
    (again,) = import_submissions(project, [file])
    assert (first.id, again.status) == (again.id, "known")


# ---- the command


def test_the_command_says_what_became_of_each(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ["--project", str(project.path), "records", "import"]
    good = str(submission(tmp_path / "in", "<t>x</t>"))
    (tmp_path / "bad.xml").write_bytes(b"<no")
    bad = str(tmp_path / "bad.xml")
    project.close()
    assert run([*head, good, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["imported"], told["submissions"][0]["form_version"]) == (1, "7")
    assert run([*head, good, bad, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["known"], told["refused"]) == (1, 1)
    assert run([*head, bad]) == 3
    assert run(head) == 2
    assert run([*head, good, "--attach", str(tmp_path / "nowhere")]) == 2


def test_export_says_what_xml_cannot_hold(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filling = Filling.start(project, "visit")
    filling.session.answer("/data/t", "a\x0bb")
    filling.finalize(project)
    out = str(tmp_path / "out.xml")
    folder = str(project.path)
    project.close()
    assert run(["--project", folder, "records", "export", out, "--json"]) == 1
    assert "/data/t" in json.loads(capsys.readouterr().out)["notes"][0]
