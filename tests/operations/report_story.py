"""A register with a history, for tests of reports: a clock that is set, points that come and go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jdz_field.core.ids import new_id
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project

#: Day 0 of every story: 1 June 2026 in Beijing.
BEGIN = datetime(2026, 5, 31, 16, tzinfo=UTC)


def go_to(project: Project, day: int) -> None:
    """Noon of a day of the story."""
    moment = BEGIN + timedelta(days=day, hours=12)
    project.now = lambda: moment


def day(number: int) -> str:
    """A day of the story as it is written."""
    return f"{BEGIN + timedelta(days=number, hours=12):%Y-%m-%d}"


def story_project(folder: Path, *, sample: bool = True) -> Project:
    """An empty project on day 0 of the story."""
    project = create_project(folder, name="试点项目", author="余小敏", sample=sample)
    go_to(project, 0)
    return project


def point(project: Project, number: int, **fields: Any) -> str:
    """A new geohazard point of 瑶里镇; its id."""
    site = new_id()
    values = {
        "code": f"36022201{number:04d}",
        "name": f"示例{number}号滑坡",
        "county_code": "360222",
        "town": "瑶里镇",
        "kind_code": "01",
        "threatened_people": 12,
        "threatened_households": 3,
        "monitor_name": "示例员甲",
        "monitor_phone": "13900000001",
        "geometry": f"POINT ({117.2 + number / 1000:.3f} 29.3)",
    }
    project.edit("geohazard", site, values | fields)
    return site
