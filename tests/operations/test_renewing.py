"""Projects get the forms that ship later; what a person changed stays; old records count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jdz_field.core.hashing import sha256
from jdz_field.core.resources import folder
from jdz_field.operations import renewing, shipped
from jdz_field.operations.projects import create_project
from jdz_field.operations.record_export import export_records, record_json
from jdz_field.operations.records import Filling
from jdz_field.operations.renewing import renew_forms, renewed_words
from jdz_field.operations.report_answers import read_record
from jdz_field.store.project import Project
from jdz_field.xforms.convert import Converted

FORM = "disaster_report"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "p", name="一", author="张三") as made:
        yield made


def newer(form: Converted, version: str = "2099010101") -> Converted:
    """The form as a later program brings it."""
    text = form.xml.replace(f'version="{form.version}"', f'version="{version}"')
    return replace(form, version=version, xml=text, source=b"workbook " + version.encode())


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> dict[str, Converted]:
    """A later program, whose forms a test names."""
    forms = {form.form_id: form for form in shipped.shipped_forms()}
    monkeypatch.setattr(shipped, "shipped_forms", lambda: tuple(forms.values()))
    monkeypatch.setattr(renewing, "_signature", lambda: sha256(repr(sorted(forms)).encode()))
    return forms


def newest(project: Project) -> str:
    return next(row.version for row in project.forms() if row.form_id == FORM)


def test_a_new_project_has_every_form_and_wants_no_more(project: Project) -> None:
    assert len(project.forms()) == len(list(folder("forms").glob("*.xlsx")))
    assert renew_forms(project) == []


def test_an_older_project_gets_what_it_lacks(project: Project, later: dict[str, Converted]) -> None:
    later["moon"] = replace(later[FORM], form_id="moon")
    assert renew_forms(project) == ["moon"]
    assert renew_forms(project) == []


def test_the_programs_own_form_is_renewed_and_the_old_version_stays(
    project: Project, later: dict[str, Converted]
) -> None:
    old = newest(project)
    later[FORM] = newer(later[FORM])
    assert renew_forms(project) == [FORM]
    assert newest(project) == "2099010101"
    assert [row.version for row in project.form_versions(FORM)] == [old, "2099010101"]
    assert renew_forms(project) == []


def test_a_form_that_a_person_changed_stays(project: Project, later: dict[str, Converted]) -> None:
    mine = newer(later[FORM], "2026120101")
    project.add_form(FORM, mine.version, "自编", mine.xml, mine.source)
    later[FORM] = newer(later[FORM])
    assert renew_forms(project) == []
    assert newest(project) == "2026120101"


def test_a_form_that_the_centre_published_stays(
    project: Project, later: dict[str, Converted]
) -> None:
    told = newer(later[FORM], "2026120101")
    project.add_form(FORM, told.version, "发布", told.xml, None)
    later[FORM] = newer(later[FORM])
    assert renew_forms(project) == []
    assert newest(project) == "2026120101"


def test_an_older_program_takes_nothing_back(project: Project, later: dict[str, Converted]) -> None:
    later[FORM] = newer(later[FORM])
    renew_forms(project)
    later[FORM] = newer(later[FORM], "2020010101")
    assert renew_forms(project) == []
    assert newest(project) == "2099010101"


def test_a_project_without_the_note_knows_earlier_workbooks(
    project: Project, later: dict[str, Converted], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = project.form_source(FORM)
    assert kept is not None
    project.set_setting(renewing.SETTING, {})
    later[FORM] = newer(later[FORM])
    monkeypatch.setattr(renewing, "_earlier", lambda: frozenset({"another"}))
    assert renew_forms(project) == []
    project.set_setting(renewing.SETTING, {})
    monkeypatch.setattr(renewing, "_earlier", lambda: frozenset({sha256(kept)}))
    assert renew_forms(project) == [FORM]


def test_the_list_of_earlier_workbooks_holds_hashes() -> None:
    known = renewing._earlier()
    assert len(known) > 30
    assert all(len(one) == 64 and int(one, 16) for one in known)


def test_it_is_said_in_both_numbers() -> None:
    assert "1" in renewed_words(1)
    assert "3" in renewed_words(3)


ANSWERS = {
    "/data/report_kind": "danger",
    "/data/kind": "01",
    "/data/place": "虚构示例村",
    "/data/threatened": "12",
    "/data/phone": "13900000000",
}


def test_a_record_whose_form_version_is_gone_still_opens_and_counts(
    project: Project, tmp_path: Path
) -> None:
    filling = Filling.start(project, FORM)
    for ref, value in ANSWERS.items():
        filling.session.answer(ref, value)
    made = filling.finalize(project).record
    assert made is not None
    with project._db.write():
        project._db.run("DELETE FROM jdz_forms WHERE form_id = ?", (FORM,))
    (record,) = project.records(form=FORM)
    shown = record_json(project, record)
    assert (shown["state"], shown["answers"]["place"]) == ("unsent", "虚构示例村")
    assert sum(project.counts()["records"].values()) == 1
    for suffix in ("json", "csv", "xlsx"):
        assert export_records(project, tmp_path / f"r.{suffix}").written == 1
    without = export_records(project, tmp_path / "r.xml")
    assert without.written == 0
    assert record.id in " ".join(without.notes)
    read = read_record(project, record)
    assert "虚构示例村" in str(read)
    assert project.check() == []
    # The next opening brings the form back; the record is as it was.
    project.set_setting(renewing.SETTING, {})
    assert FORM in renew_forms(project)
    assert export_records(project, tmp_path / "again.xml").written == 1
