"""The centre's addresses for tasks under ``/v1``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from jdz_field.central import tasks as acts
from jdz_field.central.gate import AnyDevice, OfficeDevice, TheOffice
from jdz_field.core.tasks import Task

router = APIRouter(prefix="/v1", tags=["tasks"])
Short = Annotated[str, Field(max_length=200)]
Note = Annotated[str, Field(max_length=2_000)]


class TaskBody(BaseModel):
    """What is asked for: a form at a site until a day (``YYYY-MM-DD``)."""

    site: Short
    form: Short
    due: Short
    note: Note = ""
    assignee: Short = ""


class WithdrawBody(BaseModel):
    """Why a task is taken back."""

    why: Note = ""


@router.get("/tasks")
def tasks(office: TheOffice, caller: AnyDevice) -> list[dict[str, Any]]:
    """Open tasks, the most urgent first; ``record`` names the record that answered one."""
    return acts.tasks(office, caller)


@router.post("/tasks", status_code=201)
def give(office: TheOffice, caller: OfficeDevice, body: TaskBody) -> dict[str, Any]:
    """Give a task."""
    wanted = Task("", body.site, body.form, body.due, body.note, body.assignee)
    return acts.give(office, wanted, who=caller.user)


@router.post("/tasks/{task}/withdraw")
def withdraw(
    office: TheOffice, caller: OfficeDevice, task: str, body: WithdrawBody
) -> dict[str, Any]:
    """Take a task back."""
    return acts.withdraw(office, task, body.why, who=caller.user)
