"""The centre's addresses under ``/v1`` for devices and people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from jdz_field.central import accounts, lockouts, people
from jdz_field.central.accounts import Caller, NewDevice, NotAllowed, touch_device
from jdz_field.central.gate import Forbidden, OfficeDevice, Security, TheOffice
from jdz_field.central.office import Office
from jdz_field.central.routes_feed import Asker
from jdz_field.central.scope import Unseen, limited, narrower, tag
from jdz_field.core.i18n import _

router = APIRouter(prefix="/v1", tags=["devices"])
Short = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=2_000)]
Many = Annotated[list[Short], Field(max_length=100)]


class EnrolBody(BaseModel):
    """A device asks to be taken in; ``public_key``: base64 of a raw Ed25519 key."""

    code: Short
    device: Short
    name: Short = ""
    public_key: Short
    epoch: Short = ""


class UserBody(BaseModel):
    """A person; no counties or kinds means all; ``duties`` are an administrator's."""

    name: Short
    role: Short
    counties: Many = []
    kinds: Many = []
    duties: Many | None = None


class UserChange(BaseModel):
    """What of a person becomes another; what is left out stays. ``state``: active or closed."""

    role: Short | None = None
    counties: Many | None = None
    kinds: Many | None = None
    duties: Many | None = None
    state: Short | None = None


class CodeBody(BaseModel):
    """For whom a one-time code is."""

    user: Short


class ReasonBody(BaseModel):
    """Why."""

    why: Words = ""


class DutiesBody(BaseModel):
    """Whether duties are kept apart."""

    separate: bool


class LimitsBody(BaseModel):
    """Limits by name (``lockouts.DEFAULTS``); what is left out stays."""

    limits: Annotated[dict[Short, Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=20)]


class KeyBody(BaseModel):
    """Whose wait ends, as the list names it."""

    key: Annotated[str, Field(max_length=300)]


@router.post("/devices/enrol")
def enrol(request: Request, office: TheOffice, body: EnrolBody) -> dict[str, str]:
    """Take a device in with its one-time code; the token is told this once."""
    keys = lockouts.code_keys(request.client.host if request.client else "")
    with office.database.read() as connection:
        lockouts.check(connection, office.now, keys)
    wanted = NewDevice(body.device, body.name or body.device, body.public_key, body.epoch)
    try:
        enrolment = office.enrol(body.code, wanted)
    except NotAllowed as error:
        with office.database.write() as connection:
            lockouts.failed(connection, office.now, keys)
        raise Forbidden(str(error)) from error
    names = ["device", "user", "role", "token", "centre_key", "centre_sign_key"]
    told = enrolment.to_json()
    return {name: str(told[name]) for name in names}


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
    """Every device, of people of the caller's counties."""
    near = _near(office, caller)
    return [one for one in office.devices() if near is None or one["user"] in near]


def _near(office: Office, caller: Caller) -> set[str] | None:
    """Names of the people who see no more than the caller; ``None``: everybody."""
    if not limited(caller):
        return None
    return {u["name"] for u in office.users() if narrower(caller, u["counties"], u["kinds"])}


@router.post("/devices/code")
def device_code(office: TheOffice, caller: Security, body: CodeBody) -> dict[str, str]:
    """A one-time code for a device of a user."""
    _must_be_near(office, caller, body.user)
    return {"code": office.device_code(body.user, who=caller.user), "user": body.user}


@router.get("/devices/codes")
def codes(office: TheOffice, caller: Security) -> list[dict[str, Any]]:
    """The one-time codes that are still good."""
    near = _near(office, caller)
    with office.database.read() as connection:
        found = accounts.list_codes(connection, office.now)
    return [one for one in found if near is None or one["user"] in near]


@router.post("/devices/codes/{code}/withdraw")
def withdraw_code(office: TheOffice, caller: Security, code: str) -> dict[str, str]:
    """Make a one-time code useless."""
    with office.database.write() as connection:
        accounts.withdraw_code(connection, office.now, caller.user, code)
    return {"id": code}


@router.post("/devices/{device}/revoke")
def revoke(
    office: TheOffice, caller: OfficeDevice, device: str, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Shut a device out; any office may, for a stolen tablet waits for nobody."""
    _must_be_near(office, caller, _user_of(office, device))
    return office.revoke(device, body.why if body else "", who=caller.user)


@router.post("/devices/{device}/restore")
def readmit(
    office: TheOffice, caller: Security, device: str, body: ReasonBody | None = None
) -> dict[str, Any]:
    """Let a device in again that was shut out."""
    _must_be_near(office, caller, _user_of(office, device))
    return office.readmit(device, body.why if body else "", who=caller.user)


def _user_of(office: Office, device: str) -> str:
    return next((str(one["user"]) for one in office.devices() if one["id"] == device), "")


def _must_be_near(office: Office, caller: Caller, user: str) -> None:
    near = _near(office, caller)
    if near is not None and user not in near:
        raise Unseen(_("This is outside your counties or kinds of sites."))


@router.get("/users")
def users(office: TheOffice, caller: OfficeDevice) -> list[dict[str, Any]]:
    """Every user."""
    del caller
    return office.users()


@router.post("/users", status_code=201)
def add_user(office: TheOffice, caller: Security, body: UserBody) -> dict[str, Any]:
    """Enter a person."""
    _no_more(caller, body.counties, body.kinds)
    return office.add_user(
        body.name, body.role, body.counties, body.kinds, duties=body.duties, who=caller.user
    )


@router.post("/users/{name}")
def set_user(office: TheOffice, caller: Security, name: str, body: UserChange) -> dict[str, Any]:
    """Change what a person may do and see; closing an account shuts its devices out."""
    _must_be_near(office, caller, name)
    if limited(caller) and (body.counties is not None or body.kinds is not None):
        _no_more(caller, body.counties or [], body.kinds or [])
    return office.set_user(name, who=caller.user, **body.model_dump())


def _no_more(caller: Caller, counties: list[str], kinds: list[str]) -> None:
    if not narrower(caller, counties, kinds):
        raise Forbidden(_("Nobody gives others more to see than they see themselves."))


@router.post("/users/{name}/password")
def password(office: TheOffice, caller: Security, name: str) -> dict[str, str]:
    """Draw the password with which a person's ODK Collect or GIS comes in; told this once."""
    _must_be_near(office, caller, name)
    return {"user": name, "password": office.app_password(name, who=caller.user)}


@router.post("/users/{name}/password/drop")
def drop_password(office: TheOffice, caller: Security, name: str) -> dict[str, str]:
    """Take that password away."""
    _must_be_near(office, caller, name)
    office.app_password(name, drop=True, who=caller.user)
    return {"user": name}


# ---- duties, waits


@router.get("/duties", tags=["security"])
def duties(office: TheOffice, caller: OfficeDevice) -> dict[str, Any]:
    """Whether duties are kept apart, who holds each, and the caller's own."""
    with office.database.read() as connection:
        told = people.duties_now(connection)
    return told | {"own": sorted(caller.duties), "user": caller.user}


@router.post("/duties", tags=["security"])
def set_duties(office: TheOffice, caller: Security, body: DutiesBody) -> dict[str, Any]:
    """Keep duties apart, or no longer."""
    with office.database.write() as connection:
        return people.set_separate(connection, office.now, caller.user, apart=body.separate)


@router.get("/lockouts", tags=["security"])
def waits(office: TheOffice, caller: Security) -> list[dict[str, Any]]:
    """Who waits after wrong codes or passwords."""
    del caller
    with office.database.read() as connection:
        return lockouts.listed(connection, office.now)


@router.post("/lockouts/unlock", tags=["security"])
def unlock(office: TheOffice, caller: Security, body: KeyBody) -> dict[str, str]:
    """Let somebody try again at once."""
    with office.database.write() as connection:
        lockouts.unlock(connection, office.now, caller.user, body.key)
    return {"key": body.key}


@router.get("/lockouts/limits", tags=["security"])
def limits(office: TheOffice, caller: Security) -> dict[str, int]:
    """How many wrong tries are free, and how long one waits after more (minutes)."""
    del caller
    with office.database.read() as connection:
        return lockouts.limits(connection)


@router.post("/lockouts/limits", tags=["security"])
def set_limits(office: TheOffice, caller: Security, body: LimitsBody) -> dict[str, int]:
    """Change some of these."""
    with office.database.write() as connection:
        return lockouts.set_limits(connection, office.now, caller.user, body.limits)
