"""Users, roles, devices: who may come in, and with what."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, bindparam, func, select, update

from jdz_field.central import direct
from jdz_field.central.audit import note
from jdz_field.central.lockouts import DESK, limits
from jdz_field.central.tables import batches, device_codes, devices, users
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _
from jdz_field.core.ids import is_uuid, new_id

ROLES = ("field", "forestry", "office", "admin")
#: Roles that decide, review and see every batch.
OFFICE_ROLES = frozenset({"office", "admin"})
ACTIVE, REVOKED = "active", "revoked"

#: How long a one-time code is good.
CODE_LIFE = timedelta(days=7)
_NOTED = timedelta(days=1)
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 10

# Made once: every request asks one of these.
_KNOWN = select(
    devices,
    users.c.id.label("user_id"),
    users.c.role,
    users.c.counties,
    users.c.kinds,
    users.c.duties,
    users.c.state.label("user_state"),
).join(users, users.c.name == devices.c.user_name)
_BY_TOKEN = _KNOWN.where(devices.c.token_hash == bindparam("sought"))
_BY_ID = _KNOWN.where(devices.c.id == bindparam("sought"))
_SEEN = direct.Statement("UPDATE devices SET last_seen = ? WHERE id = ?")
_SEEN_IN = direct.Statement("UPDATE devices SET last_seen = ?, epoch = ? WHERE id = ?")


class NotAllowed(JdzError):
    """Who asks may not; the server says 401 or 403."""


class Stranger(NotAllowed):
    """The token is nobody's, and never was for all we know."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts: a device with its user, or the office at the command line (no device)."""

    device: str
    user: str
    role: str
    public_key: str = ""
    epoch: str = ""
    name: str = ""
    #: What the person sees; empty: everything.
    counties: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    #: For logs, which hold no names.
    user_id: str = ""
    #: What of an administrator's work is theirs.
    duties: frozenset[str] = frozenset()
    last_seen: str = ""

    @property
    def office(self) -> bool:
        """Whether they may decide."""
        return self.desk and not self.only_audits

    @property
    def desk(self) -> bool:
        """Whether they sit in the office, at whatever work."""
        return self.role in OFFICE_ROLES

    @property
    def only_audits(self) -> bool:
        """Whether they read the audit log and nothing else: audit is their one duty."""
        return self.role == "admin" and self.duties == {"audit"}


def _role_of(connection: Connection, user: str) -> str:
    known = users.c.name == user, users.c.state == ACTIVE
    role = connection.execute(select(users.c.role).where(*known)).scalar()
    if role is None:
        raise BadInput(
            _("There is no user {name}; add one with central user add.").format(name=user)
        )
    return str(role)


def make_code(connection: Connection, now: Now, who: str, user: str) -> str:
    """A one-time code for a device of this user; good for seven days."""
    _role_of(connection, user)
    code = "".join(secrets.choice(_CODE_LETTERS) for _i in range(_CODE_LENGTH))
    connection.execute(
        device_codes.insert().values(
            code_hash=_hash_code(code), user_name=user, expires=to_text(now() + CODE_LIFE)
        )
    )
    note(connection, now, who, "device code", user=user)
    return f"{code[:5]}-{code[5:]}"


def _hash_code(code: str) -> str:
    return sha256("".join(c for c in code.upper() if c.isalnum()).encode())


def use_code(connection: Connection, now: Now, code: str, device: str) -> str:
    """The user of a code, which is used up by this. ``NotAllowed``: unknown, used, too old."""
    key = _hash_code(code)
    done = connection.execute(
        update(device_codes)
        .where(
            device_codes.c.code_hash == key,
            device_codes.c.used_by.is_(None),
            device_codes.c.expires > to_text(now()),
        )
        .values(used_by=device)
    )
    if done.rowcount != 1:
        raise NotAllowed(
            _("This code is not known, was used or is too old; ask the office for a new one.")
        )
    query = select(device_codes.c.user_name).where(device_codes.c.code_hash == key)
    return str(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What a device asks to be taken in with; ``public_key``: base64 Ed25519."""

    device: str
    name: str
    public_key: str
    epoch: str


def enter_device(
    connection: Connection, now: Now, user: str, wanted: NewDevice
) -> tuple[Caller, str]:
    """Enter a device; the caller it is from now on, and its token (told this once).

    A device that enrols again keeps its id when it is the same user's; otherwise it gets another.
    """
    role = _role_of(connection, user)
    token = secrets.token_urlsafe(32)
    device = wanted.device if is_uuid(wanted.device) else new_id()
    found = connection.execute(select(devices).where(devices.c.id == device)).first()
    if found is not None and (found.user_name != user or found.state == REVOKED):
        device, found = new_id(), None
    values = {
        "user_name": user,
        "name": wanted.name[:100],
        "public_key": wanted.public_key,
        "token_hash": sha256(token.encode()),
        "epoch": wanted.epoch,
        "state": ACTIVE,
        "created": to_text(now()),
    }
    if found is None:
        connection.execute(devices.insert().values(id=device, **values))
    else:
        connection.execute(update(devices).where(devices.c.id == device).values(**values))
    note(connection, now, user, "device enrol", device=device, name=values["name"])
    return Caller(device, user, role, wanted.public_key, wanted.epoch, values["name"]), token


def caller_of_token(connection: Connection, now: Now, token: str) -> Caller:
    """Who bears this token. ``NotAllowed``: nobody, somebody shut out, a desk left for long."""
    row = connection.execute(_BY_TOKEN, {"sought": sha256(token.encode())}).first()
    if row is None or (row.state, row.user_state) != (ACTIVE, ACTIVE):
        unknown = Stranger if row is None else NotAllowed
        raise unknown(_("This device is not enrolled here; ask the office for a code."))
    if row.role in OFFICE_ROLES:
        _stay_in_use(connection, now, str(row.last_seen or row.created))
    return _caller(row)


def _stay_in_use(connection: Connection, now: Now, seen: str) -> None:
    if seen >= to_text(now() - _NOTED):
        return
    days = limits(connection)[DESK]
    if seen < to_text(now() - timedelta(days=days)):
        raise NotAllowed(
            _("Nobody worked here for {n} days; sign in again with a code.").format(n=days)
        )


def _caller(row: Row[Any]) -> Caller:
    return Caller(
        row.id,
        row.user_name,
        row.role,
        row.public_key,
        row.epoch,
        row.name,
        frozenset(json.loads(row.counties)),
        frozenset(json.loads(row.kinds)),
        row.user_id,
        frozenset(json.loads(row.duties)),
        row.last_seen or "",
    )


def device_caller(connection: Connection, device: str) -> tuple[Caller, str]:
    """A device by its id, and its state. ``BadInput``: unknown."""
    row = connection.execute(_BY_ID, {"sought": device}).first()
    if row is None:
        raise BadInput(
            _("Device {device} is not enrolled here; enrol it, then send again.").format(
                device=device
            )
        )
    return _caller(row), str(row.state if row.user_state == ACTIVE else REVOKED)


def list_devices(connection: Connection) -> list[dict[str, Any]]:
    """Every device with its user, state, last visit and number of batches."""
    counted = (
        select(batches.c.device, func.count().label("n")).group_by(batches.c.device).subquery()
    )
    query = (
        select(devices, counted.c.n)
        .outerjoin(counted, counted.c.device == devices.c.id)
        .order_by(devices.c.created)
    )
    return [_device_json(row) for row in connection.execute(query).mappings()]


def _device_json(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "user": row["user_name"],
        "name": row["name"],
        "state": row["state"],
        "created": row["created"],
        "last_seen": row["last_seen"],
        "batches": row["n"] or 0,
    }


def set_device(
    connection: Connection, now: Now, who: str, device: str, *, active: bool, why: str = ""
) -> dict[str, Any]:
    """Shut a device out (what it still sends is kept and held), or let it in again.

    ``BadInput``: unknown.
    """
    state = ACTIVE if active else REVOKED
    done = connection.execute(update(devices).where(devices.c.id == device).values(state=state))
    if not done.rowcount:
        raise BadInput(
            _("There is no device {device}; see central device list.").format(device=device)
        )
    act = "device restore" if active else "device revoke"
    note(connection, now, who, act, device=device, **({"why": why} if why else {}))
    return {"device": device, "state": state}


def list_codes(connection: Connection, now: Now) -> list[dict[str, Any]]:
    """The one-time codes that are still good: ``id`` (the start of its hash), user, last day."""
    query = select(device_codes).where(
        device_codes.c.used_by.is_(None), device_codes.c.expires > to_text(now())
    )
    return [
        {"id": row.code_hash[:16], "user": row.user_name, "expires": row.expires}
        for row in connection.execute(query.order_by(device_codes.c.expires))
    ]


def withdraw_code(connection: Connection, now: Now, who: str, code: str) -> None:
    """Make a code useless, by its ``id``. ``BadInput``: there is none, or it was used."""
    done = connection.execute(
        device_codes.delete().where(
            device_codes.c.code_hash.startswith(code, autoescape=True),
            device_codes.c.used_by.is_(None),
        )
    )
    if len(code) != 16 or not done.rowcount:
        raise BadInput(_("There is no such code, or it was used."))
    note(connection, now, who, "device code withdraw", code=code)


def seen_long_ago(now: Now, caller: Caller) -> bool:
    """Whether a visit is worth noting: the last one was noted a day ago or more."""
    return caller.last_seen < to_text(now() - _NOTED)


def touch_device(connection: Connection, now: Now, device: str, epoch: str | None = None) -> None:
    """Note a device's visit, and the epoch it is in."""
    seen = to_text(now())
    if epoch:
        direct.change(connection, _SEEN_IN, seen, epoch, device)
    else:
        direct.change(connection, _SEEN, seen, device)
