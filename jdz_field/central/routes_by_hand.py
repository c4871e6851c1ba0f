"""Files from sticks, taken in through the office's window: up by tus, merged, an answer back.

The window brings the ``*.jdzb`` as an attachment (resumable), asks here to take it in, and
fetches the answer the same way. The package itself is not kept afterwards: what it held is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from jdz_field.central.gate import NotHere, OfficeDevice, TheOffice
from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id

router = APIRouter(prefix="/v1", tags=["by hand"])


class PackageBody(BaseModel):
    """The package's SHA-256, under which it was uploaded."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class AnswerBody(BaseModel):
    """The device that an answer is for."""

    device: Annotated[str, Field(max_length=100)]


@router.post("/by-hand/answer")
def answer(office: TheOffice, caller: OfficeDevice, body: AnswerBody) -> dict[str, str]:
    """An answer for a device without a package: every receipt, and the whole feed."""
    draft = office.blobs.uploads / f"{new_id()}.jdzr"
    try:
        office.write_receipt(draft, body.device)
        return {"answer": _keep(office, draft, f"{body.device[:8]}.jdzr", caller.user)}
    finally:
        draft.unlink(missing_ok=True)


@router.post("/by-hand")
def receive(office: TheOffice, caller: OfficeDevice, body: PackageBody) -> dict[str, Any]:
    """Take a package in: the counts, and ``answer``, the attachment that goes back."""
    return take_in(office, body.sha256, caller.user)


def take_in(office: Office, sha: str, who: str) -> dict[str, Any]:
    """``NotHere``: not uploaded; ``BadInput``: damaged, not for us. Twice does no harm."""
    if office.blobs.size(sha) is None:
        raise NotHere(_("Attachment {sha} is not here.").format(sha=sha[:16]))
    package = office.blobs.uploads / f"{new_id()}.jdzb"
    answer = package.with_suffix(".jdzr")
    try:
        with package.open("wb") as out:
            for block in office.blobs.read(sha):
                out.write(block)
        done = office.receive_file(package, answer)
        name = f"{sha[:8]}.jdzr"
        done["answer"] = _keep(office, answer, name, who) if answer.exists() else ""
        del done["receipt"]
    except BadInput:
        # What is no package of ours is nothing to keep either.
        office.blobs.discard(sha, who)
        raise
    finally:
        package.unlink(missing_ok=True)
        answer.unlink(missing_ok=True)
    office.blobs.discard(sha, who)
    return done


def _keep(office: Office, draft: Path, name: str, who: str) -> str:
    sha = sha256_file(draft)
    office.blobs.keep(draft, sha, name, who)
    return sha
