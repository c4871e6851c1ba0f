"""The centre's addresses under ``/v1`` for devices and people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from jdz_field.central.accounts import NewDevice, NotAllowed, touch_device
from jdz_field.central.gate import Forbidden, OfficeDevice, TheOffice, Throttle
from jdz_field.central.routes_feed import Asker
from jdz_field.central.scope import tag
from jdz_field.core.i18n import _

router = APIRouter(prefix="/v1", tags=["devices"])
Short = Annotated[str, Field(max_length=200)]


class EnrolBody(BaseModel):
    """A device asks to be taken in; ``public_key``: base64 of a raw Ed25519 key."""

    code: Short
    device: Short
    name: Short = ""
    public_key: Short
    epoch: Short = ""


class UserBody(BaseModel):
    """A person; no counties or kinds means all."""

    name: Short
    role: Short
    counties: list[Short] = []
    kinds: list[Short] = []


class CodeBody(BaseModel):
    """For whom a one-time code is."""

    user: Short


@router.post("/devices/enrol")
def enrol(request: Request, office: TheOffice, body: EnrolBody) -> dict[str, str]:
    """Take a device in with its one-time code; the token is told this once."""
    address = request.client.host if request.client else ""
    throttle: Throttle = request.app.state.throttle
    throttle.check(address)
    wanted = NewDevice(body.device, body.name or body.device, body.public_key, body.epoch)
    try:
        enrolment = office.enrol(body.code, wanted)
    except NotAllowed as error:
        throttle.failed(address)
        raise Forbidden(str(error)) from error
    keys = ["device", "user", "role", "token", "centre_key", "centre_sign_key"]
    told = enrolment.to_json()
    return {key: str(told[key]) for key in keys}


@router.get("/hello")
def hello(office: TheOffice, caller: Asker, epoch: Short = "") -> dict[str, Any]:
    """How a sync starts: the centre's name and epoch, head of the feed, last batch number, and a
    word for what the person sees.
    """
    with office.database.write() as connection:
        touch_device(connection, office.now, caller.device)
    return office.hello(caller, epoch) | {"scope": tag(caller)}


@router.get("/devices")
def devices(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Every device."""
    del caller
    return office.devices()


@router.post("/devices/code")
def device_code(office: TheOffice, caller: OfficeDevice, body: CodeBody) -> dict[str, str]:
    """A one-time code for a device of a user."""
    _admin(caller.role)
    return {"code": office.device_code(body.user, who=caller.user), "user": body.user}


@router.post("/devices/{device}/revoke")
def revoke(office: TheOffice, caller: OfficeDevice, device: str) -> dict[str, str]:
    """Shut a device out."""
    office.revoke(device, who=caller.user)
    return {"device": device, "state": "revoked"}


@router.get("/users")
def users(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Every user."""
    del caller
    return office.users()


@router.post("/users", status_code=201)
def add_user(office: TheOffice, caller: OfficeDevice, body: UserBody) -> dict[str, Any]:
    """Enter a person."""
    _admin(caller.role)
    return office.add_user(body.name, body.role, body.counties, body.kinds, who=caller.user)


def _admin(role: str) -> None:
    if role != "admin":
        raise Forbidden(_("Only an administrator may do this."))
