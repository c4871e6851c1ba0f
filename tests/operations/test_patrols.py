"""What is due of a project's points: visits, late entries, local days, rain, closing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jdz_field.cli.root import run
from jdz_field.core.errors import BadUsage
from jdz_field.core.sites import Site, point_wkt
from jdz_field.operations.patrols import (
    RAIN,
    due_of,
    due_words,
    last_visit,
    local_day,
    rain_since,
    warn_of_rain,
)
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import edit_site
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

FORM = "geohazard_inspection"
#: 7 May 2026, 01:00 in Jingdezhen; still the 6th in Greenwich.
NOW = datetime(2026, 5, 6, 17, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def project(tmp_path: Path, clock: Clock):
    with create_project(tmp_path / "p", name="一", author="张三", now=clock) as made:
        about = {"code": "360222010001", "name": "虚构示例", "county_code": "360222"}
        about |= {"threatened_people": 12, "threatened_households": 3}
        made.edit(
            "geohazard", "s", {**about, "kind_code": "01", "geometry": point_wkt(117.5, 29.5)}
        )
        yield made


def site(project: Project) -> Site:
    found = project.site("s")
    assert found is not None
    return found


def visit(project: Project, day: str) -> None:
    """An inspection without any sign, made on a day, entered now."""
    filling = Filling.start(project, FORM, "s")
    filling.session.answer("/data/visit/inspection_date", day)
    for _round in range(80):
        open_ = filling.session.problems()
        if not open_:
            break
        node = filling.session.node(open_[0].ref)
        chosen = [choice.value for choice in filling.session.choices(node.ref)]
        text = "no" if "no" in chosen else chosen[0] if chosen else "无"
        filling.session.answer(node.ref, "a.jpg" if node.type == "binary" else text)
    assert filling.finalize(project).record is not None


def overdue(project: Project) -> bool:
    return len(project.find(SiteQuery(overdue=True))) == 1


def agree(project: Project) -> bool:
    """What the list's filter and the page's line both say."""
    due = due_of(site(project), project.now(), rain_since(project))
    late = due is not None and due.overdue
    assert late == overdue(project)
    return late


def test_a_visit_settles_it_until_the_next_is_due(project: Project, clock: Clock) -> None:
    assert agree(project)
    assert "从未" in due_words(due_of(site(project), clock()))
    visit(project, "2026-05-06")
    assert not agree(project)
    visit(project, "2026-05-06")
    assert not agree(project)
    # Midnight in Jingdezhen, four in the afternoon in Greenwich.
    clock.moment = datetime(2026, 5, 15, 15, 59, tzinfo=UTC)
    assert local_day(clock()) == date(2026, 5, 15)
    due = due_of(site(project), clock())
    assert due is not None
    assert (due.day, due.overdue) == (date(2026, 5, 15), False)
    clock.moment = datetime(2026, 5, 15, 16, 0, tzinfo=UTC)
    assert local_day(clock()) == date(2026, 5, 16)
    assert agree(project)


def test_a_visit_that_is_entered_late_takes_none_back(project: Project) -> None:
    visit(project, "2026-05-06")
    visit(project, "2026-04-02")
    assert last_visit(site(project)) == date(2026, 5, 6)
    assert len(project.records(site="s")) == 2
    assert not agree(project)
    # The office's own hand may set any day.
    edit_site(project, "s", {"last_inspected": "2026-04-02"})
    assert last_visit(site(project)) == date(2026, 4, 2)
    assert agree(project)


def test_a_late_entry_for_a_point_that_was_never_visited_counts(project: Project) -> None:
    visit(project, "2026-04-02")
    assert last_visit(site(project)) == date(2026, 4, 2)


def test_a_correction_of_the_last_record_moves_its_day(project: Project) -> None:
    visit(project, "2026-05-06")
    (record,) = project.records(site="s")
    filling = Filling.start(project, FORM, "s", replaces=record.id)
    filling.session.answer("/data/visit/inspection_date", "2026-05-04")
    assert filling.finalize(project).record is not None
    assert last_visit(site(project)) == date(2026, 5, 4)


def test_rain_makes_it_daily_until_it_is_over(project: Project, clock: Clock) -> None:
    visit(project, "2026-05-06")
    warn_of_rain(project, date(2026, 5, 6))
    assert not agree(project)
    clock.moment = datetime(2026, 5, 7, 16, 0, tzinfo=UTC)
    assert agree(project)
    warn_of_rain(project, None)
    assert rain_since(project) is None
    assert not agree(project)
    with pytest.raises(BadUsage):
        warn_of_rain(project, date(2026, 5, 9))


def test_a_setting_that_was_spoiled_is_no_warning(project: Project) -> None:
    project.set_setting(RAIN, {"x": 1})
    assert rain_since(project) is None
    assert agree(project)


@pytest.mark.parametrize("change", [{"status": "closed"}, {"deleted": True}])
def test_of_a_closed_or_deleted_point_nothing_is_due(project: Project, change) -> None:
    project.edit("geohazard", "s", change)
    assert due_of(site(project), project.now()) is None
    assert due_words(None) == ""
    assert not overdue(project)
    project.edit("geohazard", "s", {"status": "reactivated", "deleted": False})
    assert agree(project)


def test_the_command_line_says_the_same(tmp_path: Path, project: Project, capsys) -> None:
    visit(project, "2026-05-06")
    place = ["--project", str(tmp_path / "p"), "patrol"]
    assert run([*place, "rain", "on", "--since", "2026-05-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"since": "2026-05-01"}
    assert run([*place, "due", "360222010001", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["duty"], told["due"], told["certainty"]) == ("rain", "2026-05-07", "general")
    assert run([*place, "rain", "off"]) == 0
    assert run([*place, "rain"]) == 0
    assert run([*place, "plan"]) == 0
    assert run([*place, "rain", "on", "--since", "soon"]) == 2
    assert run([*place, "rain", "off", "--since", "2026-05-01"]) == 2
    assert run([*place, "due", "nowhere"]) != 0
