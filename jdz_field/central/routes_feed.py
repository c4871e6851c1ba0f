"""The centre's addresses for what is new: the feed, and the snapshot for whoever lacks much."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from jdz_field.central import feed, snapshot
from jdz_field.central.accounts import Caller
from jdz_field.central.gate import AnyDevice, Moved, TheOffice
from jdz_field.central.scope import narrowed, tag
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.i18n import _

router = APIRouter(prefix="/v1", tags=["sync"])
_GZIP_FROM = 1 << 10
Codes = Annotated[str, Query(max_length=1_000, description="Codes with commas between.")]
Position = Annotated[int, Query(ge=0, le=1 << 53)]


def asker(
    caller: AnyDevice,
    counties: Codes = "",
    kinds: Codes = "",
    scope: Annotated[str | None, Query(max_length=64)] = None,
) -> Caller:
    """The device, seeing no more than it asks for.

    ``scope``: the word that ``hello`` gave; 409 when it stands for another filter by now.
    """
    found = narrowed(caller, filter(None, counties.split(",")), filter(None, kinds.split(",")))
    if scope is not None and scope != tag(found):
        raise Moved(_("What this person may see is another now; the device takes a snapshot."))
    return found


Asker = Annotated[Caller, Depends(asker)]


@router.get("/changes", response_class=Response)
def changes(
    request: Request,
    office: TheOffice,
    caller: Asker,
    after: Position = 0,
    limit: Annotated[int, Query(ge=1, le=feed.MAX_PAGE)] = 1_000,
) -> Response:
    """The feed as NDJSON: changed receipts first, then versions and leaves, then where to go on."""
    page = office.changes(caller, after, limit)
    end = {"position": page.position, "more": page.more, "scope": tag(caller)}
    return _answer(request, page.receipts, page.entries, end)


@router.get("/snapshot", response_class=Response)
def take_snapshot(
    request: Request,
    office: TheOffice,
    caller: Asker,
    start: Annotated[str, Query(max_length=100)] = "",
    since: Position = 0,
    limit: Annotated[int, Query(ge=1, le=snapshot.MAX_SUBJECTS)] = 1_000,
) -> Response:
    """What stands now as NDJSON, compacted; the next page starts after ``last``."""
    with office.database.read() as connection:
        part = snapshot.read_part(connection, caller, start, limit, since)
    end = {
        "position": part.position,
        "more": part.more,
        "last": part.last,
        "scope": tag(caller),
    }
    return _answer(request, part.receipts, part.entries, end)


def _answer(
    request: Request,
    receipts: Iterable[ChangeReceipt],
    entries: Iterable[FeedEntry | Leave],
    end: dict[str, Any],
) -> Response:
    lines: list[dict[str, Any]] = [{"type": "receipt", **r.to_json()} for r in receipts]
    lines += [
        {"type": "leave" if isinstance(e, Leave) else "change", **e.to_json()} for e in entries
    ]
    lines.append({"type": "end", **end})
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    headers = {}
    if len(body) >= _GZIP_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = gzip.compress(body, 5), {"Content-Encoding": "gzip"}
    return Response(body, media_type="application/x-ndjson", headers=headers)
