"""Passwords for programs that know no device tokens: ODK Collect, QGIS and other GIS.

A person has one at most; the centre keeps its Argon2id hash (RFC 9106). Digest authentication
(RFC 7616) is not offered: it needs a secret that is as good as the password on the disk of the
centre. What such a program sends counts as sent by the device ``odk:<name>``, which is listed
and shut out like any other.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, select, update

from jdz_field.central.accounts import ACTIVE, Caller, NotAllowed, device_caller
from jdz_field.central.audit import note
from jdz_field.central.tables import app_passwords, devices, users
from jdz_field.central.writing import put
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _

#: What the ids of such devices begin with.
DEVICE = "odk:"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5
#: 19 MB and two passes (OWASP's least for Argon2id): a phone asks for a dozen files at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def make_password(connection: Connection, now: Now, who: str, user: str) -> str:
    """Draw a person's password, in the place of an older one; told this once.

    ``BadInput``: there is no such person.
    """
    known = connection.execute(select(users.c.id).where(users.c.name == user)).first()
    if known is None:
        raise BadInput(
            _("There is no user {name}; add one with central user add.").format(name=user)
        )
    groups = ("".join(secrets.choice(_LETTERS) for _i in range(_GROUP)) for _g in range(_GROUPS))
    password = "-".join(groups)
    row = {"user_name": user, "hash": _HASHER.hash(password), "created": to_text(now())}
    put(connection, app_passwords, ["user_name"], [row])
    _enter_device(connection, now, user)
    note(connection, now, who, "user password", user=user)
    return password


def _enter_device(connection: Connection, now: Now, user: str) -> None:
    device = DEVICE + user
    values = {
        "user_name": user,
        "name": "ODK Collect",
        "public_key": "",
        # No token has this hash: such a device comes in by password only.
        "token_hash": sha256(secrets.token_bytes(32)),
        "epoch": "",
        "state": ACTIVE,
        "created": to_text(now()),
    }
    if connection.execute(select(devices.c.id).where(devices.c.id == device)).first():
        connection.execute(update(devices).where(devices.c.id == device).values(**values))
    else:
        connection.execute(devices.insert().values(id=device, **values))


def drop_password(connection: Connection, now: Now, who: str, user: str) -> str:
    """Take a person's password away; gives ``""``. ``BadInput``: there is none."""
    done = connection.execute(app_passwords.delete().where(app_passwords.c.user_name == user))
    if not done.rowcount:
        raise BadInput(_("{name} has no password for apps.").format(name=user))
    note(connection, now, who, "user password drop", user=user)
    return ""


class Doorkeeper:
    """Checks passwords; remembers, in memory and hashed, those that were right lately."""

    _MOST = 1_000

    def __init__(self) -> None:
        self._right: OrderedDict[str, None] = OrderedDict()
        self._guard = threading.Lock()
        self._salt = secrets.token_bytes(32)
        # A name that is not there costs the same time as one that is.
        self._nobody = _HASHER.hash(secrets.token_hex(8))

    def caller(self, connection: Connection, user: str, password: str) -> Caller:
        """Who has this name and password. ``NotAllowed``: nobody, or shut out."""
        query = select(app_passwords.c.hash).where(app_passwords.c.user_name == user)
        kept = connection.execute(query).scalar()
        if not self._fits(str(kept or self._nobody), password) or kept is None:
            raise NotAllowed(
                _("Name or password are wrong; the office draws one with central user password.")
            )
        caller, state = device_caller(connection, DEVICE + user)
        if state != ACTIVE:
            raise NotAllowed(_("This name is shut out; ask the office."))
        return caller

    def _fits(self, kept: str, password: str) -> bool:
        key = sha256(b"\0".join((self._salt, kept.encode(), password.encode())))
        with self._guard:
            if key in self._right:
                self._right.move_to_end(key)
                return True
        try:
            _HASHER.verify(kept, password)
        except VerificationError:
            return False
        with self._guard:
            self._right[key] = None
            while len(self._right) > self._MOST:
                self._right.popitem(last=False)
        return True
