"""Several versions of a form side by side; drafts are carried over, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.core.errors import BadInput
from jdz_field.core.sites import Draft
from jdz_field.operations.records import Filling
from jdz_field.operations.versions import carry_over, newer_version, take_back, what_changes
from jdz_field.store.project import Project
from tests.operations import entity_forms as forms
from tests.store.tools import quick_project

ONE = """
| survey |
| | type | name | label |
| | text | town | Town |
| | text | old | Old |
| settings |
| | form_id | version |
| | v | 1 |
"""
TWO = """
| survey |
| | type | name | label | required |
| | text | town | Town | |
| | integer | people | People | yes |
| settings |
| | form_id | version |
| | v | 2 |
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with quick_project(tmp_path / "p") as made:
        forms.add(made, ONE)
        yield made


def begun(project: Project, **how: str) -> Draft:
    filling = Filling.start(project, "v", **how)
    filling.session.answer("/data/town", "瑶里")
    filling.session.answer("/data/old", "旧")
    draft = filling.draft(project, "/data/old")
    project.save_draft(draft)
    return draft


def test_a_draft_stays_on_its_version_until_it_is_carried_over(project: Project) -> None:
    draft = begun(project)
    assert newer_version(project, draft) is None
    forms.add(project, TWO)
    assert newer_version(project, draft) == "2"
    assert Filling.resume(project, draft.id).session.form.version == "1"
    assert Filling.start(project, "v").session.form.version == "2"
    change = what_changes(project, draft)
    assert [t.value for t in change.lost] == ["旧"]
    assert [t.label for t in change.new] == ["People"]
    assert project.draft(draft.id) == draft


def test_a_carried_draft_is_the_same_draft_on_the_new_version(project: Project) -> None:
    draft = begun(project)
    forms.add(project, TWO)
    carried = carry_over(project, draft)
    assert (carried.id, carried.form_version, carried.started) == (draft.id, "2", draft.started)
    assert project.draft(draft.id) == carried
    filling = Filling.resume(project, draft.id)
    assert filling.session.node("/data/town").value == "瑶里"
    assert newer_version(project, carried) is None
    filling.session.answer("/data/people", "3")
    record = filling.finalize(project).record
    assert record is not None
    assert (record.id, record.form_version, record.answers["people"]) == (draft.id, "2", 3)
    assert project.check() == []


def test_taking_back_brings_every_answer_and_keeps_the_newer_ones_aside(
    project: Project,
) -> None:
    draft = begun(project)
    forms.add(project, TWO)
    carry_over(project, draft)
    filling = Filling.resume(project, draft.id)
    filling.session.answer("/data/people", "3")
    project.save_draft(filling.draft(project))
    back = take_back(project, filling.head)
    assert (back.form_version, back.answers["old"]) == ("1", "旧")
    assert Filling.resume(project, draft.id).session.node("/data/old").value == "旧"
    again = take_back(project, back)
    assert again.answers["people"] == "3"
    # A second carrying over keeps the whole way back.
    anew = carry_over(project, back)
    assert anew.carried is not None
    assert anew.carried["answers"]["old"] == "旧"
    assert anew.carried["carried"]["answers"]["people"] == "3"


def test_a_draft_goes_on_being_saved_with_what_it_was(project: Project) -> None:
    draft = begun(project)
    forms.add(project, TWO)
    carry_over(project, draft)
    filling = Filling.resume(project, draft.id)
    filling.session.answer("/data/people", "4")
    project.save_draft(filling.draft(project))
    kept = project.draft(draft.id)
    assert kept is not None
    assert kept.carried is not None
    assert kept.carried["answers"]["old"] == "旧"


def test_a_correction_stays_on_its_version_and_is_carried_the_same_way(project: Project) -> None:
    first = Filling.resume(project, begun(project).id).finalize(project).record
    assert first is not None
    forms.add(project, TWO)
    correction = Filling.start(project, "v", replaces=first.id)
    assert correction.session.form.version == "1"
    draft = correction.draft(project)
    project.save_draft(draft)
    carried = carry_over(project, draft)
    assert (carried.form_version, carried.replaces) == ("2", first.id)
    filling = Filling.resume(project, carried.id)
    filling.session.answer("/data/people", "5")
    made = filling.finalize(project).record
    assert made is not None
    assert made.replaces == first.id
    meta = made.answers["meta"]
    assert meta["instanceID"] != first.answers["meta"]["instanceID"]


@pytest.mark.parametrize("version", ["1", "3", ""])
def test_there_must_be_another_version(project: Project, version: str) -> None:
    draft = begun(project)
    with pytest.raises(BadInput):
        what_changes(project, draft, version)
    with pytest.raises(BadInput):
        carry_over(project, draft, version)
    with pytest.raises(BadInput):
        what_changes(project, draft)


def test_what_was_not_carried_over_is_not_taken_back(project: Project) -> None:
    with pytest.raises(BadInput):
        take_back(project, begun(project))


# ---- the command


def told(project: Project, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, Any]:
    code = run(["--project", str(project.path), "records", "carry", *more, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else None


def test_the_command_says_what_would_change_and_changes_it(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = begun(project)
    forms.add(project, TWO)
    code, dry = told(project, capsys, draft.id, "--dry-run")
    assert (code, dry["carried"], dry["from"], dry["to"], dry["kept"]) == (1, False, "1", "2", 1)
    assert dry["lost"] == [{"ref": "/data/old", "label": "Old", "value": "旧", "why": "gone"}]
    assert [one["label"] for one in dry["new"]] == ["People"]
    assert project.draft(draft.id) == draft
    code, done = told(project, capsys, draft.id, "--to", "2")
    assert (code, done["carried"]) == (1, True)
    assert project.draft(draft.id).form_version == "2"  # type: ignore[union-attr]
    code, back = told(project, capsys, draft.id, "--undo")
    assert (code, back["carried"], back["to"]) == (0, False, "1")
    assert run(["--project", str(project.path), "records", "carry", draft.id, "--dry-run"]) == 1
    assert "旧" in capsys.readouterr().out
    run(["--project", str(project.path), "records", "list", "--drafts", "--json"])
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["form_version"], row["newer_version"]) == ("1", "2")


@pytest.mark.parametrize(
    "more", [["nothing"], ["DRAFT"], ["DRAFT", "--to", "9"], ["DRAFT", "--undo"]]
)
def test_what_cannot_be_carried_is_one_sentence(
    project: Project, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    draft = begun(project)
    code, out = told(project, capsys, *[draft.id if one == "DRAFT" else one for one in more])
    assert (code, out) == (3, None)
    assert project.draft(draft.id) == draft
