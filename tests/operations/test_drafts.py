"""Drafts on a shared tablet: whose they are, taking one over, the office's rule."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.sites import Draft
from jdz_field.operations.drafts import RULES, is_own, may_look, rule, set_rule, take_over
from jdz_field.operations.people_file import Person
from jdz_field.store.project import Project

ME, OTHER = Person("a", "余小敏", earlier=("余敏",)), Person("b", "汪晓兰")
NOW = "2026-11-22T04:00:00.000Z"


def draft_of(author: str, name: str = "d1") -> Draft:
    return Draft(name, "f", "1", {"a": "七"}, author, NOW, NOW)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p", name="试点", author=ME.name) as made:
        made.save_draft(draft_of(OTHER.name))
        yield made


@pytest.mark.parametrize(
    ("author", "person", "own"),
    [
        ("余小敏", ME, True),
        ("余敏", ME, True),
        ("", ME, True),
        ("汪晓兰", ME, False),
        ("汪晓兰", None, True),
    ],
)
def test_a_draft_belongs_to_who_began_it_under_any_name(
    author: str, person: Person | None, own: bool
) -> None:
    assert is_own(draft_of(author), person) == own


def test_taken_over_it_is_mine_and_noted(project: Project) -> None:
    mine = take_over(project, draft_of(OTHER.name), ME)
    assert mine == project.draft("d1")
    assert mine.author == ME.name
    assert mine.answers == {"a": "七"}
    noted = project.handovers()
    assert [(n["from"], n["to"], n["draft"]) for n in noted] == [("汪晓兰", "余小敏", "d1")]
    assert noted[0]["at"]
    assert project.check() == []


def test_the_office_can_keep_it_to_one_person(project: Project) -> None:
    set_rule(project, "name-only")
    draft = draft_of(OTHER.name)
    assert not may_look(project, draft, ME)
    assert may_look(project, draft, OTHER)
    with pytest.raises(BadUsage, match="汪晓兰"):
        take_over(project, draft, ME)
    assert project.draft("d1") == draft
    assert project.handovers() == []


def test_a_draft_that_is_gone_is_said(project: Project) -> None:
    with pytest.raises(BadInput):
        take_over(project, draft_of(OTHER.name, "gone"), ME)
    assert project.handovers() == []


def test_the_rule_has_a_default_and_few_words(project: Project) -> None:
    assert rule(project) == RULES[0]
    with pytest.raises(BadUsage, match="name-only"):
        set_rule(project, "never")
    project.set_setting("drafts_of_others", 7)
    assert rule(project) == RULES[0]


def test_only_the_last_thousand_are_remembered(project: Project) -> None:
    project.set_setting("handovers", [{"draft": str(n)} for n in range(1000)])
    take_over(project, draft_of(OTHER.name), ME)
    assert len(project.handovers()) == 1000
    assert project.handovers()[-1]["to"] == ME.name
