"""The tasks of this device: what the office asks for here, and whether a record answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jdz_field.core.clock import BEIJING
from jdz_field.core.tasks import OPEN, TASK, Task
from jdz_field.store.project import Project


@dataclass(frozen=True, slots=True)
class Todo:
    """A task as a person sees it: the site's and the form's names, days left (negative: late)."""

    task: Task
    site: str
    form: str
    days: int


def open_tasks(project: Project) -> list[Todo]:
    """What is still to do for whoever works here, the most urgent first.

    A task is done as soon as a record of its form for its site is finished here, sent or not.
    """
    place: Mapping[str, str] = project.get_setting("enrolment") or {}
    names = {"", project.author, str(place.get("user", ""))}
    titles = {row.form_id: row.title for row in project.forms()}
    today = project.now().astimezone(BEIJING).date()
    found = [Task.of(one, fields) for one, fields in project.told(TASK).items()]
    wanted = [t for t in found if t.state == OPEN and t.assignee in names and t.site and t.form]
    return [
        Todo(task, _site(project, task), titles.get(task.form, task.form), days_left(task, today))
        for task in sorted(wanted, key=lambda one: (one.due, one.id))
        if not _done(project, task)
    ]


def _done(project: Project, task: Task) -> bool:
    return any(
        record.review != "rejected" and task.answered(record.site, record.form, record.finished)
        for record in project.records(site=task.site, form=task.form)
    )


def _site(project: Project, task: Task) -> str:
    site = project.site(task.site)
    return (site.name or site.code or task.site[:8]) if site is not None else task.site[:8]


def days_left(task: Task, today: date) -> int:
    """Days until the last day; a day that is none counts as today."""
    try:
        return (datetime.fromisoformat(task.due).date() - today).days
    except ValueError:
        return 0
