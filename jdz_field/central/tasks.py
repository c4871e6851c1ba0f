"""Tasks at the centre: given, withdrawn, listed with whether a record answered them.

A task is a subject of the log that only the office writes. So it reaches the devices with the
feed, over a network or by stick, within each one's counties, and a restored centre keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.accounts import Caller
from jdz_field.central.deciding import Act
from jdz_field.central.office import Office
from jdz_field.central.scope import within
from jdz_field.central.tables import forms, subjects, users
from jdz_field.central.worlds import Loader, subject_of
from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import RECORD
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.tasks import OPEN, TASK, WITHDRAWN, Task
from jdz_field.sync.merge_decide import office_edit
from jdz_field.sync.merge_types import Subject

#: Most tasks in one answer, and most letters of a note.
_MOST, _NOTE = 5_000, 2_000


def give(office: Office, wanted: Task, *, who: str = "office") -> dict[str, Any]:
    """Give a task; ``wanted`` needs site, form and day. ``BadInput``: one of them is none."""
    with office.database.write() as connection:
        _check(connection, wanted)
        now = to_text(office.now())
        task = replace(wanted, id=new_id(), given_by=who, given=now, state=OPEN)
        _write(Act(connection, office.now, who, task.note), "task give", task)
    return _told(task, done=None)


def withdraw(office: Office, task: str, why: str = "", *, who: str = "office") -> dict[str, Any]:
    """Take a task back. ``BadInput``: there is none of this id."""
    with office.database.write() as connection:
        query = select(subjects).where(subjects.c.id == task, subjects.c.kind == TASK)
        row = connection.execute(query).first()
        if row is None:
            raise BadInput(_("There is no task {id}.").format(id=task))
        found = replace(_task(subject_of(row)), state=WITHDRAWN)
        _write(Act(connection, office.now, who, why), "task withdraw", found)
    return _told(found, done=None)


def tasks(office: Office, caller: Caller | None = None) -> list[dict[str, Any]]:
    """Tasks that are not withdrawn, the most urgent first; a device gets its own and free ones."""
    query = select(subjects).where(subjects.c.kind == TASK)
    if caller is not None:
        query = query.where(within(caller, subjects.c.kind, subjects.c.county))
    with office.database.read() as connection:
        found = [_task(subject_of(row)) for row in connection.execute(query.limit(_MOST))]
        found = [task for task in found if task.state == OPEN and _for(task, caller)]
        done = _answers(connection, found)
        names = _names(connection, {task.site for task in found})
    ordered = sorted(found, key=lambda task: (task.due, task.id))
    return [_told(task, done.get(task.id)) | names.get(task.site, {}) for task in ordered]


def _for(task: Task, caller: Caller | None) -> bool:
    return caller is None or caller.office or task.assignee in ("", caller.user)


def _task(subject: Subject) -> Task:
    return Task.of(subject.id, {name: state.value for name, state in subject.fields.items()})


def _told(task: Task, done: str | None) -> dict[str, Any]:
    fields = {name: value or "" for name, value in task.to_fields().items()}
    return {"id": task.id, **fields, "record": done}


def _check(connection: Connection, task: Task) -> None:
    query = select(subjects.c.kind).where(subjects.c.id == task.site, ~subjects.c.deleted)
    if connection.execute(query).scalar() not in SITE_KINDS:
        raise BadInput(_("There is no site {id} at the centre.").format(id=task.site))
    query = select(forms.c.form_id).where(forms.c.form_id == task.form)
    if connection.execute(query).first() is None:
        raise BadInput(_("Form {form} is not published; publish it first.").format(form=task.form))
    query = select(users.c.name).where(users.c.name == task.assignee)
    if task.assignee and connection.execute(query).first() is None:
        raise BadInput(_("There is no user {name}.").format(name=task.assignee))
    try:
        date.fromisoformat(task.due)
    except ValueError as error:
        raise BadInput(_("«{day}» is no day; write 2026-11-30.").format(day=task.due)) from error
    if len(task.note) > _NOTE:
        raise BadInput(_("The note is longer than {n} letters.").format(n=_NOTE))


def _write(act: Act, name: str, task: Task) -> None:
    world = Loader(act.connection).act([task.id, task.site])
    known = {task.id: Subject(task.id, TASK, 0, {})} | dict(world.subjects)
    fields, decision = task.to_fields(), act.decision()
    merged = office_edit(
        replace(world, subjects=known), task.id, fields, decision, centre_fields=tuple(fields)
    )
    act.write(name, task.id, task.id, decision, merged)


def _answers(connection: Connection, found: Iterable[Task]) -> dict[str, str]:
    """The first record that answers each task, by the task's id."""
    by_site: dict[str, list[Task]] = {}
    for task in found:
        by_site.setdefault(task.site, []).append(task)
    query = select(subjects).where(
        subjects.c.kind == RECORD, subjects.c.site.in_(sorted(by_site)), ~subjects.c.deleted
    )
    done: dict[str, str] = {}
    for row in connection.execute(query):
        record = subject_of(row)
        for task in by_site[row.site]:
            facts = (record.value("site"), record.value("form"), record.value("finished"))
            if row.review != "rejected" and task.answered(*facts):
                done.setdefault(task.id, record.id)
    return done


def _names(connection: Connection, sites: Iterable[str]) -> dict[str, dict[str, str]]:
    query = select(subjects).where(subjects.c.id.in_(sorted(sites)))
    return {
        row.id: {"code": str(one.value("code") or ""), "name": str(one.value("name") or "")}
        for row in connection.execute(query)
        for one in (subject_of(row),)
    }
