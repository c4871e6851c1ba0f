"""Attachments over HTTP: tus 1.0 (core, creation, termination) up, ranges down."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from jdz_field.central.accounts import Caller
from jdz_field.central.blobs import MAX_SIZE, Upload
from jdz_field.central.gate import AnyDevice, NotHere, TheOffice, TooLarge
from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

VERSION = "1.0.0"
_OURS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_BYTES = "application/offset+octet-stream"

router = APIRouter(prefix="/v1/attachments", tags=["attachments"])
Resumable = Annotated[str, Header(alias="Tus-Resumable")]


def _other_version() -> Response:
    return Response(status_code=412, headers={**_OURS, "Tus-Version": VERSION})


def _metadata(text: str) -> dict[str, str]:
    """``Upload-Metadata``: names and base64 values. ``BadInput`` when it is none."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise BadInput(_("The upload's metadata cannot be read.")) from error
    return found


@router.options("", operation_id="tus_options", status_code=204)
def options() -> Response:
    """What this server can do."""
    return _abilities()


@router.options("/uploads/{upload}", operation_id="tus_upload_options", status_code=204)
def upload_options(upload: str) -> Response:
    """What this server can do."""
    del upload
    return _abilities()


def _abilities() -> Response:
    return Response(
        status_code=204,
        headers={
            **_OURS,
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,termination",
            "Tus-Max-Size": str(MAX_SIZE),
        },
    )


@router.post("", status_code=201)
def create(
    office: TheOffice,
    caller: AnyDevice,
    resumable: Resumable,
    length: Annotated[int, Header(alias="Upload-Length", ge=0)],
    metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4_000)] = "",
) -> Response:
    """Begin an upload; ``sha256`` and ``filename`` in its metadata."""
    if resumable != VERSION:
        return _other_version()
    if length > MAX_SIZE:
        raise TooLarge(_("An attachment has at most {size} GB.").format(size=MAX_SIZE >> 30))
    words = _metadata(metadata)
    sha = words.get("sha256", "")
    upload = office.blobs.create(caller, sha, words.get("filename", sha), length)
    place = f"/v1/attachments/uploads/{upload.id}"
    headers = {**_OURS, "Location": place, "Upload-Offset": str(upload.offset)}
    return Response(status_code=201, headers=headers)


@router.head("/uploads/{upload}")
def state(office: TheOffice, caller: AnyDevice, upload: str, resumable: Resumable) -> Response:
    """How far an upload is."""
    if resumable != VERSION:
        return _other_version()
    return Response(headers=_state(office.blobs.upload(caller, upload)))


def _state(upload: Upload) -> dict[str, str]:
    return {
        **_OURS,
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
    }


@router.patch("/uploads/{upload}", status_code=204)
async def append(
    request: Request,
    office: TheOffice,
    caller: AnyDevice,
    upload: str,
    resumable: Resumable,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0)],
) -> Response:
    """A piece; with the last one the whole is hashed: 204, or 460 when it is not what it said."""
    if resumable != VERSION:
        return _other_version()
    if request.headers.get("content-type") != _BYTES:
        return Response(status_code=415, headers=_OURS)
    known = await run_in_threadpool(office.blobs.upload, caller, upload)
    room = known.length - offset
    sent = request.headers.get("content-length", "")
    if sent.isdigit() and int(sent) > max(room, 0):
        raise TooLarge(_("The piece is longer than what is missing."))
    await _write(request, office, caller, known, offset)
    done = await run_in_threadpool(office.blobs.finish_if_complete, caller, upload)
    return Response(status_code=204, headers=_state(done))


async def _write(
    request: Request, office: Office, caller: Caller, upload: Upload, offset: int
) -> None:
    room = upload.length - offset
    with office.blobs.append(caller, upload.id, offset) as file:
        try:
            async for chunk in request.stream():
                if len(chunk) > room:
                    raise TooLarge(_("The piece is longer than what is missing."))
                room -= len(chunk)
                await run_in_threadpool(file.write, chunk)
        except ClientDisconnect:
            # What came is kept: the device goes on from there.
            return


@router.delete("/uploads/{upload}", status_code=204)
def terminate(office: TheOffice, caller: AnyDevice, upload: str, resumable: Resumable) -> Response:
    """Forget an upload."""
    if resumable != VERSION:
        return _other_version()
    office.blobs.upload(caller, upload)
    office.blobs.drop(caller, upload)
    return Response(status_code=204, headers=_OURS)


@router.head("/{sha}", operation_id="attachment_head", response_class=FileResponse)
@router.get("/{sha}", operation_id="attachment", response_class=FileResponse)
def download(office: TheOffice, caller: AnyDevice, sha: str) -> FileResponse:
    """An attachment, whole or by ``Range``."""
    del caller
    path = office.blobs.path(sha)
    if not office.blobs.holds(sha) or not path.exists():
        raise NotHere(_("Attachment {sha} is not here.").format(sha=sha[:16]))
    headers = {"ETag": f'"{sha}"', "Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=office.blobs.filename(sha),
        headers=headers,
    )
