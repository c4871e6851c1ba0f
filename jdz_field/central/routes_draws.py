"""The centre's addresses for draws under ``/v1``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from jdz_field.central import drawing
from jdz_field.central.gate import OfficeDevice, TheOffice

router = APIRouter(prefix="/v1", tags=["draws"])
Short = Annotated[str, Field(max_length=200)]


class DrawBody(BaseModel):
    """What to draw, as ``central.drawing.Wanted``."""

    what: Short = drawing.RECORDS
    kind: Short = ""
    form: Short = ""
    county: Short = ""
    since: Short = ""
    until: Short = ""
    count: Annotated[int, Field(ge=0, le=1_000)] = 0
    share: Short = ""
    inspectors: Annotated[list[Short], Field(max_length=1_000)] = []
    each: Annotated[int, Field(ge=1, le=5)] = 1
    seed: Short = ""
    task: Short = ""
    due: Short = ""
    why: Short = ""


@router.get("/draws")
def draws(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """The draws so far, the newest first: who drew what from which list, by which seed."""
    return drawing.made(office, caller)


@router.post("/draws", status_code=201)
def draw(office: TheOffice, caller: OfficeDevice, body: DrawBody) -> dict[str, Any]:
    """Draw records or sites by lot, and inspectors for each; the draw is on record."""
    wanted = drawing.Wanted(**body.model_dump() | {"inspectors": tuple(body.inspectors)})
    return drawing.make(office, wanted, caller, who=caller.user)
