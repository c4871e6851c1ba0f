"""Guessing is slowed down: failures are counted in the database, so that every process knows.

Codes are counted by address; passwords by address, by name, and by both together, so that one
stranger cannot keep a person out from everywhere. Tokens of devices are not counted: 256 random
bits are not guessed, and a tablet that was shut out must not shut out others behind its address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.audit import note
from jdz_field.central.tables import lockouts
from jdz_field.central.writing import put
from jdz_field.core.clock import Now, from_text, to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _

#: Failures older than this count no more.
WINDOW = timedelta(minutes=15)
#: The first wait; each further failure doubles it, up to the longest.
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=4)
#: Failures that are free, by the word before the colon.
FREE: Mapping[str, int] = {"code": 10, "login": 5, "address": 20, "name": 50}


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
    at, old = now(), to_text(now() - WINDOW)
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
        over = tries - FREE[key.partition(":")[0]]
        until = to_text(at + min(FIRST * 2 ** min(over, 20), LONGEST)) if over >= 0 else None
        row = {"key": key, "tries": tries, "since": to_text(at), "until": until}
        put(connection, lockouts, ["key"], [row])
        if until is not None:
            note(connection, now, "centre", "lockout", key=key, tries=tries, until=until)


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
