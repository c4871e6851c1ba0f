"""Filling a form against the real store and engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.cli.demo_answers import FORM, answer_first_half, answer_second_half
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import point_wkt
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project

SITE = {
    "code": "360222010001",
    "name": "瑶里镇示例滑坡",
    "kind_code": "01",
    "county_code": "360222",
    "threatened_people": 120,
    "monitor_name": "示例员",
    "monitor_phone": "13900000000",
    "geometry": point_wkt(117.5, 29.5),
}
PHOTOS = ("/data/photos/photo_overview", "/data/photos/photo_deformation")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = create_project(tmp_path / "p", name="试", author="张三")
    made.edit("geohazard", "site-1", SITE)
    return made


def _fill(project: Project) -> Filling:
    filling = Filling.start(project, FORM, "site-1")
    answer_first_half(filling)
    answer_second_half(filling)
    for path in PHOTOS:
        filling.session.answer(path, "a.jpg")
    return filling


def test_a_form_is_prefilled_from_its_site(project: Project) -> None:
    with project:
        session = Filling.start(project, FORM, "site-1").session
        assert session.node("/data/care/monitor_phone").value == "13900000000"
        assert session.node("/data/threat/people").value == "120"
        assert session.node("/data/threat/danger_grade").value == "C"
        assert session.node("/data/visit/inspector").value == "张三"


def test_a_draft_resumes_with_every_answer(project: Project) -> None:
    with project:
        filling = Filling.start(project, FORM, "site-1")
        answer_first_half(filling)
        project.save_draft(filling.draft(project, "/data/visit/weather"))
        resumed = Filling.resume(project, filling.id)
        assert resumed.session.answers() == filling.session.answers()
        assert resumed.head.place == "/data/visit/weather"


def test_what_is_missing_is_said_and_the_draft_stays(project: Project) -> None:
    with project:
        filling = Filling.start(project, FORM, "site-1")
        result = filling.finalize(project)
        assert result.record is None
        assert any(p.ref == PHOTOS[0] for p in result.problems)
        assert [d.id for d in project.drafts()] == [filling.id]
        assert project.records() == []


def test_a_finalized_record_replaces_its_draft_and_updates_its_site(project: Project) -> None:
    with project:
        filling = _fill(project)
        filling.session.answer("/data/care/monitor_phone", "13911111111")
        project.save_draft(filling.draft(project))
        result = filling.finalize(project)
        assert result.problems == ()
        assert project.drafts() == []
        record = project.record(filling.id)
        assert record is not None
        assert record.geometry == SITE["geometry"]
        assert record.answers["crack"][0]["change"] == "2.5"
        site = project.site("site-1")
        assert site is not None
        assert site.fields["monitor_phone"] == "13911111111"
        assert site.fields["stability"] == "较差"
        assert project.check() == []


def test_the_next_visit_knows_the_last_answers(project: Project) -> None:
    with project:
        _fill(project).finalize(project)
        again = Filling.start(project, FORM, "site-1")
        assert again.previous["visit"]["weather"] == "light_rain"


def test_a_correction_starts_from_the_old_answers_and_names_it(project: Project) -> None:
    with project:
        old = _fill(project).finalize(project).record
        assert old is not None
        correction = Filling.start(project, FORM, "site-1", replaces=old.id)
        correction.session.answer("/data/visit/weather", "sunny")
        made = correction.finalize(project).record
        assert made is not None
        assert made.replaces == old.id
        assert made.answers["visit"]["weather"] == "sunny"
        assert made.answers["meta"]["instanceID"] != old.answers["meta"]["instanceID"]
        assert project.record(old.id) is not None


@pytest.mark.parametrize("form", ["", "no_such_form"])
def test_an_unknown_form_is_one_sentence(project: Project, form: str) -> None:
    with project, pytest.raises(BadInput, match="表单"):
        Filling.start(project, form, "site-1")


def test_an_unknown_site_draft_or_record_is_one_sentence(project: Project) -> None:
    with project:
        with pytest.raises(BadInput):
            Filling.start(project, FORM, new_id())
        with pytest.raises(BadInput):
            Filling.resume(project, new_id())
        with pytest.raises(BadInput):
            Filling.start(project, FORM, "site-1", replaces=new_id())


KEPT = "29.5 117.5 80.0 1.2"
POINT, HOW = "29.5 117.5 80 1.2", Provenance(method="average", accuracy=1.2, samples=23)


def _point(filling: Filling) -> str:
    nodes = filling.session.root.walk()
    return next(n.ref for n in nodes if n.definition.bind.type == "geopoint")


def test_how_a_geopoint_came_to_be_is_kept_with_draft_and_record(project: Project) -> None:
    with project:
        filling = _fill(project)
        filling.session.answer(_point(filling), POINT)
        filling.note_position(POINT, HOW)
        filling.note_position("29 117 0 0", HOW)
        project.save_draft(filling.draft(project))
        again = Filling.resume(project, filling.id)
        assert again.position_of(POINT) == HOW
        assert again.position_of("29 117 0 0") is None
        record = again.finalize(project).record
        assert record.positions == {KEPT: HOW.to_json()}
        (change,) = [one for one in project.unsent_changes(99) if one.subject == record.id]
        assert change.fields["positions"] == (None, {KEPT: HOW.to_json()})
        assert project.record(record.id).positions == record.positions
        assert Filling.start(project, FORM, "site-1", replaces=record.id).position_of(POINT) == HOW
        assert project.check() == []


def test_a_record_without_positions_says_nothing_of_them(project: Project) -> None:
    with project:
        filling = _fill(project)
        filling.note_position("31 117 0 0", HOW)
        record = filling.finalize(project).record
        assert record.positions == {}
        (change,) = [one for one in project.unsent_changes(99) if one.subject == record.id]
        assert "positions" not in change.fields
