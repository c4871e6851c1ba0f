"""Attachments over HTTP: tus 1.0 up, with creation, creation-with-upload, checksum, expiration
and termination.

Source: tus.io/protocols/resumable-upload, version 1.0.0.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from contextlib import AbstractContextManager, suppress
from email.utils import format_datetime
from functools import partial
from typing import Annotated

from anyio import CancelScope
from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from jdz_field.central.accounts import Caller
from jdz_field.central.blobs import MAX_SIZE, Blobs
from jdz_field.central.gate import AnyDevice, TheOffice, TooLarge
from jdz_field.central.limits import plain_filename
from jdz_field.central.pieces import Checksum, Piece, Upload
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

VERSION = "1.0.0"
_OURS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
#: For checksums of pieces; the whole is always verified by SHA-256.
ALGORITHMS = ("sha1", "sha256", "md5")
_BYTES = "application/offset+octet-stream"
#: Bytes that are written at once.
_AT_ONCE = 1 << 20

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
            "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            "Tus-Max-Size": str(MAX_SIZE),
        },
    )


@router.post("", status_code=201)
async def create(
    request: Request,
    office: TheOffice,
    caller: AnyDevice,
    resumable: Resumable,
    length: Annotated[int, Header(alias="Upload-Length", ge=0)],
    metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4_000)] = "",
    checksum: Annotated[str, Header(alias="Upload-Checksum", max_length=200)] = "",
) -> Response:
    """Begin an upload; ``sha256`` and ``filename`` in its metadata, a first piece as its body."""
    if resumable != VERSION:
        return _other_version()
    if length > MAX_SIZE:
        raise TooLarge(_("An attachment has at most {size} GB.").format(size=MAX_SIZE >> 30))
    words, wanted = _metadata(metadata), _checksum(checksum)
    sha = words.get("sha256", "")
    name = plain_filename(words.get("filename", sha))
    if request.headers.get("content-type") == _BYTES:
        opened = office.blobs.born(caller, sha, name, length, wanted)
        upload = await _take(request, office.blobs, caller, opened)
    else:
        upload = await run_in_threadpool(office.blobs.create, caller, sha, name, length)
    place = f"/v1/attachments/uploads/{upload.id}"
    headers = {**_state(upload), "Location": place}
    del headers["Upload-Length"]
    return Response(status_code=201, headers=headers)


@router.head("/uploads/{upload}")
def state(office: TheOffice, caller: AnyDevice, upload: str, resumable: Resumable) -> Response:
    """How far an upload is."""
    if resumable != VERSION:
        return _other_version()
    return Response(headers=_state(office.blobs.upload(caller, upload)))


def _state(upload: Upload) -> dict[str, str]:
    headers = {
        **_OURS,
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
    }
    if upload.expires is not None:
        headers["Upload-Expires"] = format_datetime(upload.expires, usegmt=True)
    return headers


def _checksum(text: str) -> Checksum | None:
    """``Upload-Checksum``: algorithm and base64. ``BadInput`` when it is none of ours."""
    if not text:
        return None
    algorithm, _space, digest = text.strip().partition(" ")
    wrong = BadInput(
        _("The checksum cannot be read; algorithms: {names}.").format(names=", ".join(ALGORITHMS))
    )
    if algorithm not in ALGORITHMS:
        raise wrong
    try:
        raw = base64.b64decode(digest, validate=True)
    except ValueError as error:
        raise wrong from error
    if len(raw) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise wrong
    return Checksum(algorithm, raw)


@router.patch("/uploads/{upload}", status_code=204)
async def append(
    request: Request,
    office: TheOffice,
    caller: AnyDevice,
    upload: str,
    resumable: Resumable,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0)],
    checksum: Annotated[str, Header(alias="Upload-Checksum", max_length=200)] = "",
) -> Response:
    """A piece; with the last one the whole is hashed: 204, or 460 when it is not what it said."""
    if resumable != VERSION:
        return _other_version()
    if request.headers.get("content-type") != _BYTES:
        return Response(status_code=415, headers=_OURS)
    wanted = _checksum(checksum)
    opened = office.blobs.append(caller, upload, offset, wanted)
    done = await _take(request, office.blobs, caller, opened)
    return Response(status_code=204, headers=_state(done))


async def _take(
    request: Request, blobs: Blobs, caller: Caller, opened: AbstractContextManager[Piece]
) -> Upload:
    """Write what comes, a MiB at a time, while the next one comes; the upload afterwards."""
    piece = await run_in_threadpool(opened.__enter__)
    held, written = bytearray(), _nothing()
    end = partial(_end, opened, piece, blobs, caller)
    if piece.idle:
        return await run_in_threadpool(end, held, None)
    try:
        _check_length(request, piece.room)
        room = piece.room
        async for chunk in request.stream():
            _check_room(room, len(chunk))
            room -= len(chunk)
            held += chunk
            if len(held) >= _AT_ONCE:
                await written
                written = asyncio.create_task(run_in_threadpool(piece.write, held))
                held = bytearray()
        await written
    except BaseException as error:
        # What came is kept: the device goes on from there.
        with CancelScope(shield=True):
            await asyncio.wait([written])
            done = await run_in_threadpool(end, held, error)
        if not isinstance(error, ClientDisconnect):
            raise
        return done
    return await run_in_threadpool(end, held, None)


def _nothing() -> asyncio.Future[None]:
    """What has been done already."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


def _check_length(request: Request, room: int) -> None:
    sent = request.headers.get("content-length", "")
    _check_room(room, int(sent) if sent.isdigit() else 0)


def _check_room(room: int, length: int) -> None:
    if length > room:
        raise TooLarge(_("The piece is longer than what is missing."))


def _end(
    opened: AbstractContextManager[Piece],
    piece: Piece,
    blobs: Blobs,
    caller: Caller,
    held: bytearray,
    error: BaseException | None,
) -> Upload:
    """Write the rest, sync, and verify the whole with its last byte; one thread's turn.

    The disk's own error goes before the one that led here.
    """
    piece.cut = error is not None
    try:
        if not (isinstance(error, OSError) or piece.broken):
            piece.write(held)
    except OSError as full:
        opened.__exit__(type(full), full, full.__traceback__)
        raise
    if error is None:
        opened.__exit__(None, None, None)
    else:
        with suppress(type(error)):
            opened.__exit__(type(error), error, error.__traceback__)
    if error is None or isinstance(error, ClientDisconnect):
        return blobs.finish_if_complete(caller, piece.upload.id, piece)
    return piece.state


@router.delete("/uploads/{upload}", status_code=204)
def terminate(office: TheOffice, caller: AnyDevice, upload: str, resumable: Resumable) -> Response:
    """Forget an upload."""
    if resumable != VERSION:
        return _other_version()
    office.blobs.upload(caller, upload)
    office.blobs.drop(caller, upload)
    return Response(status_code=204, headers=_OURS)
