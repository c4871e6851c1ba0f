"""The centre's addresses for the plan's progress under ``/v1``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from jdz_field.central import progress as acts
from jdz_field.central.gate import AnyDevice, OfficeDevice, TheOffice
from jdz_field.core.clock import BEIJING, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.figures import Figure
from jdz_field.core.i18n import _
from jdz_field.core.progress_json import progress_json
from jdz_field.core.progress_when import end_of_day

router = APIRouter(prefix="/v1/progress", tags=["progress"])
Short = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=500)]
Amount = Annotated[float | None, Field(ge=0, le=1e9)]


class FigureBody(BaseModel):
    """An indicator's value and where it is from; ``id`` corrects an entered one."""

    id: Short = ""
    indicator: Annotated[int, Field(ge=1, le=99)]
    year: Annotated[int, Field(ge=2000, le=2100)]
    value: Annotated[float, Field(ge=0, le=1e12)]
    source: Text
    document: Text
    stated_on: Short = ""
    note: Text = ""
    why: Text = ""


class WhyBody(BaseModel):
    """The reason of an act."""

    why: Text = ""


class MoneyBody(BaseModel):
    """A project's money by field; ``seen_version`` is the one that was shown."""

    values: dict[Short, Amount | Text]
    why: Text = ""
    seen_version: int | None = None


@router.get("")
def progress(
    office: TheOffice,
    caller: AnyDevice,
    as_of: Annotated[str, Query(max_length=10, description="YYYY-MM-DD, Beijing")] = "",
) -> dict[str, Any]:
    """How far the plan has come, by what this person sees."""
    until = to_text(_moment(as_of, office.now()))
    found = acts.progress(office, until, caller)
    return progress_json(found, caller.counties, caller.kinds)


def _moment(as_of: str, now: datetime) -> datetime:
    found = end_of_day(as_of) if as_of else now
    if found is None:
        raise BadInput(_("{text} is no day such as 2026-11-22.").format(text=as_of))
    if found.date() > now.astimezone(BEIJING).date() and as_of:
        raise BadInput(_("{day} has not come yet; name today or a day before.").format(day=as_of))
    return found


@router.post("/figures", status_code=201)
def enter(office: TheOffice, caller: OfficeDevice, body: FigureBody) -> dict[str, Any]:
    """Enter an indicator's value with its source."""
    told = body.model_dump(exclude={"why"})
    return asdict(acts.enter_figure(office, Figure(**told), body.why, who=caller.user))


@router.post("/figures/{figure}/withdraw")
def withdraw(office: TheOffice, caller: OfficeDevice, figure: str, body: WhyBody) -> dict[str, Any]:
    """Take a value back, with the reason."""
    return asdict(acts.withdraw_figure(office, figure, body.why, who=caller.user))


@router.post("/projects/{project}/money")
def money(office: TheOffice, caller: OfficeDevice, project: str, body: MoneyBody) -> dict[str, Any]:
    """Write a project's money."""
    return acts.set_money(
        office, project, body.values, body.why,
        seen=body.seen_version, who=caller.user, caller=caller,
    )  # fmt: skip
