"""The audit log under ``/v1``, for whoever holds the duty of audit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from jdz_field.central import audit
from jdz_field.central.gate import Auditor, TheOffice

router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("")
def entries(
    office: TheOffice,
    caller: Auditor,
    after: Annotated[int, Query(ge=0, le=1 << 53)] = 0,
    limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
    act: Annotated[str, Query(max_length=100)] = "",
    *,
    newest: bool = False,
) -> list[dict[str, Any]]:
    """Entries in order: when, who, which act, what, and the hash over it and all before.

    ``newest``: the last so many instead of the first.
    """
    del caller
    with office.database.read() as connection:
        return audit.entries(connection, after, limit, act, newest=newest)


@router.get("/check")
def check(office: TheOffice, caller: Auditor) -> dict[str, Any]:
    """Whether no entry was altered or taken out: how many there are, the first broken one."""
    del caller
    with office.database.read() as connection:
        return audit.checked(connection)
