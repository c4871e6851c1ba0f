"""The centre's addresses under ``/v1``, but for attachments (``tus``)."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from jdz_field.central.gate import (
    AnyDevice,
    Forbidden,
    NotHere,
    OfficeDevice,
    TheOffice,
)
from jdz_field.central.limits import check_batch, read_body
from jdz_field.central.metrics import Meters
from jdz_field.central.receiving import HELD
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import canonical_json
from jdz_field.core.i18n import _
from jdz_field.sync.batch import Batch

router = APIRouter(prefix="/v1")
Short = Annotated[str, Field(max_length=200)]
Why = Annotated[str, Field(max_length=4_000)]


class DecisionBody(BaseModel):
    """How a conflict is settled; ``seen_version`` as the conflict gave it."""

    take: Short
    value: Any = None
    why: Why = ""
    seen_version: int | None = None
    change: Short | None = None


class WhyBody(BaseModel):
    """The reason of an act."""

    why: Why = ""


class ReviewBody(BaseModel):
    """``approved``, ``returned`` (with a comment), ``rejected`` or ``received`` again."""

    state: Short
    comment: Why = ""


class NumberBody(BaseModel):
    """A site's final unified number."""

    code: Short
    why: Why = ""


# ---- batches


@router.put(
    "/batches/{batch_id}",
    tags=["sync"],
    response_model=dict[str, Any],
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "manifest, changes (JSON lines) and signature; may be gzipped",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["manifest", "changes", "signature"],
                        "properties": {
                            "manifest": {"type": "object"},
                            "changes": {"type": "string"},
                            "signature": {"type": "string"},
                        },
                    }
                }
            },
        }
    },
)
async def put_batch(
    request: Request, office: TheOffice, caller: AnyDevice, batch_id: str
) -> Response:
    """A sealed batch, merged at once; sending it again gives the same answer."""
    del caller
    raw = await read_body(request)
    meters = request.app.state.meters
    answer = await run_in_threadpool(_receive, office, meters, batch_id, raw)
    return Response(answer, media_type="application/json")


def _receive(office: TheOffice, meters: Meters, batch_id: str, raw: bytearray) -> str:
    check_batch(raw)
    try:
        batch = Batch.from_json(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The batch is damaged (JSON); export and send it again.")) from error
    if batch.manifest.batch != batch_id:
        raise BadInput(_("The batch is not the one that the address names."))
    done = office.receive(batch)
    if done.new:
        meters.received(r.summary for r in done.receipts)
    if done.state == HELD:
        raise Forbidden(_("The device of this batch is shut out; the batch is kept and held."))
    return canonical_json(
        {
            "batch": done.batch,
            "receipts": [r.to_json() for r in done.receipts],
            "missing": done.missing,
            "signature": office.sign(done.receipts),
        }
    )


@router.get("/batches", tags=["office"])
def batches(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """The batches that came in, newest first."""
    return office.batches(caller=caller)


@router.post("/batches/{batch}/release", tags=["office"])
def release_batch(office: TheOffice, caller: OfficeDevice, batch: str) -> dict[str, Any]:
    """Merge a held batch."""
    done = office.release_batch(batch, who=caller.user, caller=caller)
    return {"batch": done.batch, "receipts": [r.to_json() for r in done.receipts]}


# ---- what the office settles


@router.get("/conflicts", tags=["office"])
def conflicts(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Open conflicts, oldest first."""
    return office.conflicts(caller)


@router.post("/conflicts/{conflict}/decision", tags=["office"])
def decide(
    office: TheOffice, caller: OfficeDevice, conflict: str, body: DecisionBody
) -> dict[str, int]:
    """Settle a conflict; 409 when it is not as it was seen."""
    version = office.decide(
        conflict,
        body.take,
        body.value,
        body.why,
        who=caller.user,
        seen=body.seen_version,
        change=body.change,
        caller=caller,
    )
    return {"version": version}


@router.get("/proposals", tags=["office"])
def proposals(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Changes of controlled fields that wait for the office."""
    return office.proposals(caller)


@router.get("/waiting", tags=["office"])
def waiting(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Changes whose parent has not come."""
    return office.waiting(caller)


@router.get("/quarantine", tags=["office"])
def quarantine(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Values that broke a rule."""
    return office.quarantine(caller)


@router.post("/proposals/{item}/approve", tags=["office"])
def approve(office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody) -> dict[str, Any]:
    """Let a proposal take effect."""
    return office.settle("proposals", item, "approve", body.why, who=caller.user, caller=caller)


@router.post("/proposals/{item}/reject", tags=["office"])
def refuse(office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody) -> dict[str, Any]:
    """Refuse a proposal, with the reason."""
    return office.settle("proposals", item, "reject", body.why, who=caller.user, caller=caller)


@router.post("/waiting/{item}/release", tags=["office"])
def release_waiting(
    office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody
) -> dict[str, Any]:
    """Let a waiting change go on."""
    return office.settle("waiting", item, "release", body.why, who=caller.user, caller=caller)


@router.post("/waiting/{item}/reject", tags=["office"])
def reject_waiting(
    office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody
) -> dict[str, Any]:
    """Refuse a waiting change, with the reason."""
    return office.settle("waiting", item, "reject", body.why, who=caller.user, caller=caller)


@router.post("/quarantine/{item}/release", tags=["office"])
def release_value(
    office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody
) -> dict[str, Any]:
    """Let a quarantined value through."""
    return office.settle("quarantine", item, "release", body.why, who=caller.user, caller=caller)


@router.post("/quarantine/{item}/reject", tags=["office"])
def reject_value(
    office: TheOffice, caller: OfficeDevice, item: str, body: WhyBody
) -> dict[str, Any]:
    """Refuse a quarantined value, with the reason."""
    return office.settle("quarantine", item, "reject", body.why, who=caller.user, caller=caller)


# ---- records, sites, forms


@router.get("/records", tags=["office"])
def records(
    office: TheOffice, caller: OfficeDevice, review: Short | None = None
) -> list[dict[str, Any]]:
    """Records with answers and attachments, all or one state of review."""
    return office.records(review, caller)


@router.post("/records/{record}/review", tags=["office"])
def review_record(
    office: TheOffice, caller: OfficeDevice, record: str, body: ReviewBody
) -> dict[str, Any]:
    """Approve, return or reject a record."""
    return office.review(record, body.state, body.comment, who=caller.user, caller=caller)


@router.get("/sites", tags=["office"])
def sites(
    office: TheOffice, caller: OfficeDevice, provisional: bool = False
) -> list[dict[str, Any]]:
    """Sites at the centre; ``provisional``: those without a final number."""
    return office.sites(provisional=provisional, caller=caller)


@router.get("/sites/{site}/history", tags=["office"])
def site_history(office: TheOffice, caller: OfficeDevice, site: str) -> list[dict[str, Any]]:
    """Every central version of a site or record."""
    return [entry.to_json() for entry in office.history(site, caller)]


@router.post("/sites/{site}/number", tags=["office"])
def number(office: TheOffice, caller: OfficeDevice, site: str, body: NumberBody) -> dict[str, Any]:
    """Give a site its final unified number."""
    return office.give_number(site, body.code, body.why, who=caller.user, caller=caller)


@router.get("/forms", tags=["forms"])
def forms(office: TheOffice, caller: AnyDevice) -> list[dict[str, Any]]:
    """The published forms."""
    del caller
    return office.forms()


@router.get("/forms/{form}/{version}.xml", tags=["forms"], response_class=Response)
def form_xml(office: TheOffice, caller: AnyDevice, form: str, version: str) -> Response:
    """The XForm of one version."""
    del caller
    xml = office.form_xml(form, version)
    if xml is None:
        raise NotHere(
            _("Form {form} {version} is not published here.").format(form=form, version=version)
        )
    return Response(xml, media_type="application/xml")


@router.get("/info", tags=["office"])
def info(office: TheOffice, caller: OfficeDevice) -> dict[str, Any]:
    """Counts of everything."""
    del caller
    return office.info()
