"""A register with a history, for tests of reports: a clock that is set, points that come and go."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from jdz_field.core.changes import RECORD
from jdz_field.core.clock import to_text
from jdz_field.core.feed import FeedEntry
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Record
from jdz_field.operations.answer_files import Question, take_answer
from jdz_field.operations.forms import add_form
from jdz_field.store.project import Project
from tests.photos.pictures import HERE, camera, jpeg

#: Day 0 of every story: 1 June 2026 in Beijing.
BEGIN = datetime(2026, 5, 31, 16, tzinfo=UTC)


def go_to(project: Project, day: int) -> None:
    """Noon of a day of the story."""
    moment = BEGIN + timedelta(days=day, hours=12)
    project.now = lambda: moment


def day(number: int) -> str:
    """A day of the story as it is written."""
    return f"{BEGIN + timedelta(days=number, hours=12):%Y-%m-%d}"


@cache
def _template(sample: bool) -> Path:
    """A project made once a run; copies of it cost next to nothing."""
    folder = Path(tempfile.mkdtemp(prefix="jdz-story-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Project.create(
        folder / "p", name="试点项目", author="余小敏", sample=sample, now=lambda: BEGIN
    ) as made:
        add_form_of_story(made)
    return folder / "p"


def story_project(folder: Path, *, sample: bool = True) -> Project:
    """An empty project on day 0 of the story."""
    shutil.copytree(_template(sample), folder)
    return Project.open(folder, now=lambda: BEGIN)


def point(project: Project, number: int, **fields: Any) -> str:
    """A new geohazard point of 瑶里镇; its id."""
    site = new_id()
    values: dict[str, Any] = {
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
    if project.sample:
        values["sample"] = True
    project.edit("geohazard", site, values | fields)
    return site


#: A form of inspections: name, type, Chinese and English labels; groups have no type of their own.
QUESTIONS = (
    ("begin group", "visit", "基本情况", "Visit"),
    ("date", "day", "巡查日期", "Day"),
    ("text", "inspector", "巡查人员", "Inspector"),
    ("select_one weather", "weather", "天气", "Weather"),
    ("geopoint", "position", "巡查位置", "Position"),
    ("integer", "moved", "转移人数", "People moved"),
    ("end group", "", "", ""),
    ("begin group", "signs", "变形迹象", "Signs"),
    ("select_one yes_no", "crack", "拉张裂缝", "Tension crack"),
    ("select_one yes_no", "heave", "地面隆起", "Ground heave"),
    ("text", "crack_where", "裂缝：部位", "Crack: where"),
    ("end group", "", "", ""),
    ("begin repeat", "gauge", "裂缝测量", "Gauge"),
    ("decimal", "width", "宽度（毫米）", "Width (mm)"),
    ("end repeat", "", "", ""),
    ("begin group", "photos", "照片", "Photos"),
    ("image", "overview", "全貌照片", "Overview"),
    ("image", "deformation", "变形照片", "Deformation"),
    ("end group", "", "", ""),
    ("text", "verdict", "结论", "Verdict"),
)
CHOICES = (
    ("weather", "rain", "雨", "Rain"),
    ("weather", "sun", "晴", "Sun"),
    ("yes_no", "yes", "有", "Yes"),
    ("yes_no", "no", "无", "No"),
)
POSITION = "29.3003 117.2014 81 2.1"
SEEN: Mapping[str, Any] = {
    "visit": {
        "day": "2026-06-02",
        "inspector": "余小敏",
        "weather": "rain",
        "position": POSITION,
        "moved": None,
    },
    "signs": {"crack": "yes", "heave": "no", "crack_where": "后缘"},
    "gauge": [{"width": 3.5}, {"width": 9}],
    "photos": {"overview": "IMG_00.jpg", "deformation": None},
    "verdict": "加密巡查，雨天转移",
}


def add_form_of_story(project: Project) -> None:
    """Add the form of ``QUESTIONS`` to a project, as ``story_visit``."""
    heads = ("type", "name", "label::中文 (zh)", "label::English (en)")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "survey"
    for row in (heads, *QUESTIONS):
        sheet.append(row)
    lists = book.create_sheet("choices")
    for row in (("list_name", "name", *heads[2:]), *CHOICES):
        lists.append(row)
    about = book.create_sheet("settings")
    about.append(("form_id", "form_title", "version", "default_language"))
    about.append(("story_visit", "示例巡查记录", "1", "中文 (zh)"))
    file = project.path.parent / "story_visit.xlsx"
    book.save(file)
    add_form(project, file)


def visited(
    project: Project,
    site: str | None,
    answers: Mapping[str, Any] = SEEN,
    *,
    photos: int = 0,
    **fields: Any,
) -> str:
    """A finished visit of a point by the form of the story; its id."""
    id_ = new_id()
    now = to_text(project.now())
    values: dict[str, Any] = {
        "form": "story_visit",
        "form_version": "1",
        "author": "余小敏",
        "started": now,
        "finished": now,
        "site_kind": "geohazard" if site else None,
        "geometry": "POINT (117.2014 29.3003)",
        "positions": {POSITION: {"method": "average", "accuracy": 2.1, "samples": 12}},
    }
    made = Record(id=id_, answers=answers, site=site, **(values | fields))
    project.finalize(made, draft=None)
    for number in range(photos):
        pictured(project, id_, site or "", number)
    return id_


def pictured(project: Project, record: str, site: str, number: int = 0) -> str:
    """A photo of a visit; its id."""
    file = project.path.parent / f"IMG_{number:02d}.jpg"
    wide = 400 + (37 * number + len(project.attachments())) % 200
    file.write_bytes(camera("<", HERE, taken="2026:06:02 09:05:06", pixels=jpeg(wide, 300)))
    view = ("overview", "deformation", "damage")[number % 3]
    question = Question(record, f"/data/photos/{number}", site, "image", view=view)
    return take_answer(project, file, question).id


def reviewed(project: Project, record: str, verdict: str, number: int, comment: str = "") -> None:
    """The office's verdict on a record, as the centre wrote it at noon of a day."""
    position = project.feed_position + 1
    at = to_text(BEGIN + timedelta(days=number, hours=12))
    fields = {"review": verdict, "review_comment": comment}
    entry = FeedEntry(
        position=position,
        kind=RECORD,
        subject=record,
        version=position + 1,
        fields=fields,
        change=None,
        decision=None,
        device="office",
        author="示例主任",
        hlc=f"{at}-000000-office",
        at=at,
    )
    project.apply_feed([entry], position)
