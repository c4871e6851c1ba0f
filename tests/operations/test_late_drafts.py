"""Drafts that a busy store left beside it come into it when the project is opened again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jdz_field.operations import late_drafts
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "p", name="试", author="张三") as made:
        yield made


@pytest.fixture
def filling(project: Project) -> Filling:
    made = Filling.start(project, "geohazard_inspection")
    made.session.answer("/data/threat/people", "7")
    return made


def people(project: Project, draft: str) -> object:
    found = project.draft(draft)
    assert found is not None
    return found.answers["threat"]["people"]


def test_a_late_draft_is_taken_in_once(project, filling):
    late_drafts.put(project.path, filling.draft(project, "/data/threat/people"))
    assert late_drafts.take_in(project) == 1
    assert people(project, filling.id) == "7"
    assert late_drafts.waiting(project.path) == []
    assert late_drafts.take_in(project) == 0


def test_the_newer_of_the_two_stays(project, filling):
    old = filling.draft(project)
    late_drafts.put(project.path, old)
    filling.session.answer("/data/threat/people", "8")
    project.save_draft(replace(filling.draft(project), updated=old.updated + "z"))
    assert late_drafts.take_in(project) == 0
    assert people(project, filling.id) == "8"
    newer = replace(old, updated=old.updated + "zz")
    late_drafts.put(project.path, newer)
    assert late_drafts.take_in(project) == 1
    assert people(project, filling.id) == "7"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "x"}', b"\xff\xfe"])
def test_what_cannot_be_read_is_put_aside_and_stops_nothing(project, filling, content):
    late_drafts.put(project.path, filling.draft(project))
    broken = project.path / late_drafts.FOLDER / "broken.json"
    broken.write_bytes(content)
    assert late_drafts.take_in(project) == 1
    assert not broken.exists()
    assert broken.with_suffix(".unreadable").read_bytes() == content


def test_a_file_with_another_drafts_name_is_none(project, filling):
    late_drafts.put(project.path, filling.draft(project))
    file = late_drafts.waiting(project.path)[0]
    data = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(data | {"id": "../../other"}), encoding="utf-8")
    assert late_drafts.take_in(project) == 0
    assert project.drafts() == []


def test_dropping_what_is_not_there_is_nothing(tmp_path: Path):
    late_drafts.drop(tmp_path, "none")
    assert late_drafts.waiting(tmp_path) == []
