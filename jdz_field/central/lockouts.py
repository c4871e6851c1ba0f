"""Guessing is slowed down: failures are counted in the database, so that every process knows.

Codes are counted by address; passwords by address, by name, and by both together, so that one
stranger cannot keep a person out from everywhere. Tokens that nobody has are counted by address;
a right one always passes, so that nobody shuts out the tablets behind the same address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.audit import note
from jdz_field.central.database import get_meta, set_meta
from jdz_field.central.tables import dumps, lockouts, users
from jdz_field.central.writing import put
from jdz_field.core.clock import Now, from_text, to_text
from jdz_field.core.errors import BadInput, BadUsage, JdzError
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _

#: Failures that are free, by the word before the colon.
FREE: Mapping[str, int] = {"code": 10, "login": 5, "address": 20, "name": 50, "token": 100}
#: The name of the limit for a desk of the office at which nobody works, in days.
DESK = "desk_days"
#: What an office may set: those, in minutes how long a failure counts, the first wait (each
#: further failure doubles it) and the longest, and for how many days a desk stays signed in.
DEFAULTS: Mapping[str, int] = {**FREE, "window": 15, "first": 1, "longest": 240, DESK: 30}
_MOST = 10_000
#: That somebody works at a desk is noted once a day: one day would shut out who works daily.
_DESK_LEAST, _DESK_MOST = 2, 365
_LIMITS = "lockout_limits"


class TooMany(JdzError):
    """Too many tries; the server says 429. ``seconds``: how long to wait."""

    def __init__(self, words: str, seconds: int = 300) -> None:
        super().__init__(words)
        self.seconds = seconds


def code_keys(address: str) -> list[str]:
    """What a try with an enrolment code counts under."""
    return [f"code:{address}"]


def password_keys(address: str, name: str) -> list[str]:
    """What a try with a password counts under."""
    name = name[:100]
    return [f"login:{name}@{address}", f"address:{address}", f"name:{name}"]


def token_keys(address: str) -> list[str]:
    """What a token that nobody has counts under."""
    return [f"token:{address}"]


def limits(connection: Connection) -> dict[str, int]:
    """The limits in force, by the names of ``DEFAULTS``."""
    kept = get_meta(connection, _LIMITS)
    return {**DEFAULTS, **(json.loads(kept) if kept else {})}


def set_limits(
    connection: Connection, now: Now, who: str, changes: Mapping[str, int]
) -> dict[str, int]:
    """Change limits; those in force from now. ``BadUsage``: unknown name, number out of range."""
    for name, number in changes.items():
        if name == DESK and not _DESK_LEAST <= number <= _DESK_MOST:
            raise BadUsage(
                _("A desk stays signed in for {least} to {most} days.").format(
                    least=_DESK_LEAST, most=_DESK_MOST
                )
            )
        if name not in DEFAULTS or not 1 <= number <= _MOST:
            raise BadUsage(
                _("Limits are {names}, each from 1 to {most}.").format(
                    names=", ".join(DEFAULTS), most=_MOST
                )
            )
    told = limits(connection) | dict(changes)
    if told["longest"] < told["first"]:
        raise BadUsage(_("The longest wait is no shorter than the first."))
    set_meta(connection, _LIMITS, dumps(told))
    note(connection, now, who, "lockout limits", **told)
    return told


def check(connection: Connection, now: Now, keys: Sequence[str]) -> None:
    """``TooMany`` when one of these is to wait."""
    query = select(lockouts.c.until).where(
        lockouts.c.key.in_(keys), lockouts.c.until > to_text(now())
    )
    until = max((row.until for row in connection.execute(query)), default=None)
    if until is not None:
        seconds = max(1, int((from_text(until) - now()).total_seconds()) + 1)
        raise TooMany(
            _("Too many wrong tries; wait {n} minutes.").format(n=-(-seconds // 60)), seconds
        )


def failed(connection: Connection, now: Now, keys: Sequence[str]) -> None:
    """Count a failure; from the free number on it brings a wait, noted in the audit log."""
    at, most = now(), limits(connection)
    old = to_text(at - timedelta(minutes=most["window"]))
    connection.execute(
        lockouts.delete().where(
            lockouts.c.since < old, (lockouts.c.until.is_(None)) | (lockouts.c.until < old)
        )
    )
    known = {
        row.key: row.tries
        for row in connection.execute(select(lockouts).where(lockouts.c.key.in_(keys)))
    }
    for key in keys:
        tries = known.get(key, 0) + 1
        wait = _wait(most, tries - most[key.partition(":")[0]])
        until = to_text(at + wait) if wait else None
        row = {"key": key, "tries": tries, "since": to_text(at), "until": until}
        put(connection, lockouts, ["key"], [row])
        if until is not None:
            told = _without_slips(connection, key)
            note(connection, now, "centre", "lockout", key=told, tries=tries, until=until)


def _without_slips(connection: Connection, key: str) -> str:
    """A key for the log, which nothing leaves: a name that is nobody's may be a password."""
    kind, _sign, rest = key.partition(":")
    name = {"login": rest.rpartition("@")[0], "name": rest}.get(kind, "")
    if not name or connection.execute(select(users.c.id).where(users.c.name == name)).first():
        return key
    return f"{kind}:#{sha256(name.encode())[:8]}{rest.removeprefix(name)}"


def _wait(most: Mapping[str, int], over: int) -> timedelta | None:
    if over < 0:
        return None
    return timedelta(minutes=min(most["first"] * 2 ** min(over, 20), most["longest"]))


def passed(connection: Connection, keys: Sequence[str]) -> None:
    """A right try: what counted for this person at this address begins anew."""
    own = [key for key in keys if key.startswith("login:")]
    connection.execute(lockouts.delete().where(lockouts.c.key.in_(own)))


def counted(connection: Connection, keys: Sequence[str]) -> bool:
    """Whether there is anything to forget."""
    query = select(lockouts.c.key).where(lockouts.c.key.in_(keys)).limit(1)
    return connection.execute(query).first() is not None


def listed(connection: Connection, now: Now) -> list[dict[str, Any]]:
    """Who waits now, the longest first."""
    query = select(lockouts).where(lockouts.c.until > to_text(now()))
    return [
        {"key": row.key, "tries": row.tries, "until": row.until}
        for row in connection.execute(query.order_by(lockouts.c.until.desc()))
    ]


def unlock(connection: Connection, now: Now, who: str, key: str) -> None:
    """Let somebody try again at once. ``BadInput``: nothing of this name waits."""
    done = connection.execute(lockouts.delete().where(lockouts.c.key == key))
    if not done.rowcount:
        raise BadInput(_("Nothing of this name waits."))
    note(connection, now, who, "unlock", key=key)
