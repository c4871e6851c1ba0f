"""An evacuation begins with the households of the last survey for the cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdz_field.core.ids import import_id
from jdz_field.core.sites import Record
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.xforms.session import FormSession
from tests.operations.report_story import reviewed
from tests.xforms.example_records import example, give

SITE = import_id("geohazard", "360222010917", {})
MOVED = "geohazard_evacuation"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "p", name="试点", author="示例员甲") as made:
        fields = {"code": "360222010917", "name": "示例坞滑坡", "kind_code": "01"} | {
            "order_issuer": "示例镇长"
        }
        place = {"geometry": "POINT (117.21 29.35)"}
        made.edit_many([Edit("geohazard", SITE, {**fields, **place})], origin="import:one")
        yield made


def survey(project: Project, **changed: Any) -> Record:
    """The example's two households, as a record."""
    filling = Filling.start(project, "card_survey", SITE)
    give(filling.session, filling.session, {**example("card_survey").answers, **changed})
    made = filling.finalize(project).record
    assert made is not None
    return made


def listed(session: FormSession) -> list[tuple[str, ...]]:
    refs = session.node("/data/household").children
    names = ("head", "listed", "moved")
    return [tuple(session.node(f"{ref}/{name}").value for name in names) for ref in refs]


def test_it_begins_with_the_households_of_the_cards(project: Project) -> None:
    survey(project)
    filling = Filling.start(project, MOVED, SITE)
    assert listed(filling.session) == [("余示例", "4", ""), ("程示例", "3", "")]
    # Nobody has moved by being named.
    assert filling.session.node("/data/households_moved").value == "0"
    # Each can be changed, removed and added to as if it had been typed.
    filling.session.remove_repeat("/data/household[1]")
    filling.session.answer("/data/household[1]/listed", "2")
    filling.session.add_repeat("/data/household")
    assert listed(filling.session) == [("程示例", "2", ""), ("", "", "")]


def test_the_newest_survey_counts_and_a_rejected_one_does_not(project: Project) -> None:
    survey(project)
    one = {"head": "汪示例", "people": "1", "building": "other", "address": "1", "relation": "旁"}
    alone = [{**one, "member": [{"name": "汪示例"}]}]
    newer = survey(project, household=alone)
    assert listed(Filling.start(project, MOVED, SITE).session) == [("汪示例", "1", "")]
    project.begin_feed("e")
    reviewed(project, newer.id, "rejected", 5)
    assert len(listed(Filling.start(project, MOVED, SITE).session)) == 2


def test_without_a_survey_there_is_one_empty_entry(project: Project) -> None:
    assert listed(Filling.start(project, MOVED, SITE).session) == [("", "", "")]


def test_a_correction_keeps_its_own_households(project: Project) -> None:
    filling = Filling.start(project, MOVED, SITE)
    give(filling.session, filling.session, example(MOVED).answers)
    record = filling.finalize(project).record
    assert record is not None
    survey(project)
    again = Filling.start(project, MOVED, SITE, replaces=record.id)
    assert listed(again.session) == [("余示例", "5", "5"), ("汪示例", "4", "3")]


def test_a_county_s_own_form_without_those_questions_is_left_alone(project: Project) -> None:
    survey(project)
    xml = project.form_xml(MOVED) or ""
    project.add_form(MOVED, "9999123199", "转移", xml.replace("listed", "wanted"), None)
    filling = Filling.start(project, MOVED, SITE)
    assert filling.session.node("/data/household").children == ("/data/household[1]",)
