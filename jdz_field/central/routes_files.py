"""Attachments down: whole or in part, once to whoever may see what they belong to (RFC 9110)."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from jdz_field.central.file_scope import may_read
from jdz_field.central.gate import AnyDevice, NotHere, TheOffice
from jdz_field.core.i18n import _

router = APIRouter(prefix="/v1/attachments", tags=["attachments"])
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@router.head("/{sha}", operation_id="attachment_head", response_class=StreamingResponse)
@router.get("/{sha}", operation_id="attachment", response_class=StreamingResponse)
def download(request: Request, office: TheOffice, caller: AnyDevice, sha: str) -> Response:
    """An attachment, whole or by ``Range``; 304 to whoever has it."""
    size = office.blobs.size(sha)
    if size is None or not may_read(office, caller, sha):
        raise NotHere(_("Attachment {sha} is not here.").format(sha=sha[:16]))
    tag = f'"{sha}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(office.blobs.filename(sha))}",
    }
    if _has_it(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    part = _part(request, size, tag)
    if part is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, end = part
    headers["Content-Length"] = str(end - start)
    status = 200
    if (start, end) != (0, size):
        status, headers["Content-Range"] = 206, f"bytes {start}-{end - 1}/{size}"
    kind = "application/octet-stream"
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    return StreamingResponse(
        office.blobs.read(sha, start, end), status, headers=headers, media_type=kind
    )


def _has_it(sent: str, tag: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in sent.split(",")]
    return tag in tags or "*" in tags


def _part(request: Request, size: int, tag: str) -> tuple[int, int] | None:
    """First byte and the one after the last; ``None``: no such bytes. Several ranges: all."""
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        return 0, size
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return 0, size
    if not found[1]:
        count = int(found[2])
        return (max(0, size - count), size) if count and size else None
    start = int(found[1])
    end = min(int(found[2]) + 1 if found[2] else size, size)
    if found[2] and int(found[2]) < start:
        return 0, size
    return (start, end) if start < size else None
