"""People at the centre: who they are, what they see, which duties of an administrator they hold.

Duties can be kept apart (三员分立): system (forms, backups), security (people, devices, lock-outs)
and audit (reads the log). One person may hold all of them until the office separates them; from
then on nobody holds two, and nobody changes what they themselves may do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from jdz_field.central.accounts import ACTIVE, ROLES
from jdz_field.central.audit import note
from jdz_field.central.database import get_meta, set_meta
from jdz_field.central.tables import dumps, users
from jdz_field.core.catalogue import SITE_KINDS, code_list
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id

SYSTEM, SECURITY, AUDIT = DUTIES = ("system", "security", "audit")
ADMIN, CLOSED = "admin", "closed"
_SEPARATE = "duties_separate"


def add_user(
    connection: Connection,
    now: Now,
    who: str,
    name: str,
    role: str,
    counties: Sequence[str] = (),
    kinds: Sequence[str] = (),
    duties: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Enter a person; an administrator without ``duties`` gets those that nobody holds yet, or all.

    ``BadUsage``: role, county, kind or duty unknown; ``BadInput``: name taken.
    """
    if not name.strip() or len(name) > 100:
        raise BadUsage(_("A user needs a name of at most 100 characters."))
    if connection.execute(select(users.c.id).where(users.c.name == name)).first():
        raise BadInput(_("There is a user {name} already; choose another name.").format(name=name))
    if duties is None:
        duties = _first_duties(connection) if role == ADMIN else ()
    row = {"name": name, "role": role, "counties": list(counties), "kinds": list(kinds)}
    facts = _checked(connection, row | {"duties": list(duties), "state": ACTIVE})
    connection.execute(users.insert().values(id=new_id(), created=to_text(now()), **_stored(facts)))
    note(connection, now, who, "user add", **facts)
    return facts


def _first_duties(connection: Connection) -> Sequence[str]:
    if not separate(connection):
        return DUTIES
    free = [duty for duty in DUTIES if not _holders(connection, duty)]
    return free[:1]


def set_user(
    connection: Connection, now: Now, who: str, name: str, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change ``role``, ``counties``, ``kinds``, ``duties`` or ``state`` of a person.

    ``why`` is noted in the log. ``BadInput``: there is no such person, the last holder of a duty
    would go, or somebody changes their own rights while duties are kept apart. ``BadUsage``: a
    value is unknown.
    """
    row = connection.execute(select(users).where(users.c.name == name)).first()
    if row is None:
        raise BadInput(
            _("There is no user {name}; add one with central user add.").format(name=name)
        )
    if who == name and separate(connection):
        raise BadInput(_("Duties are kept apart; somebody else changes your rights."))
    before = _told(row)
    facts = before | {key: value for key, value in changes.items() if value is not None}
    if facts["role"] != ADMIN:
        facts["duties"] = []
    facts = _checked(connection, {key: facts[key] for key in _FACTS})
    lost = set(before["duties"]) - set(facts["duties"] if facts["state"] == ACTIVE else ())
    for duty in sorted(lost):
        if before["state"] == ACTIVE and _holders(connection, duty) == [name]:
            raise BadInput(
                _("{name} is the last with the duty {duty}; give it to somebody first.").format(
                    name=name, duty=duty
                )
            )
    connection.execute(update(users).where(users.c.name == name).values(**_stored(facts)))
    why = {"why": changes["why"]} if changes.get("why") else {}
    note(connection, now, who, "user set", **facts, **why)
    return facts


_FACTS = ("name", "role", "counties", "kinds", "duties", "state")


def _checked(connection: Connection, facts: dict[str, Any]) -> dict[str, Any]:
    _one_of([facts["role"]], ROLES)
    _one_of([facts["state"]], (ACTIVE, CLOSED))
    _one_of(facts["counties"], [code.value for code in code_list("county").codes])
    _one_of(facts["kinds"], SITE_KINDS)
    _one_of(facts["duties"], DUTIES)
    if facts["duties"] and facts["role"] != ADMIN:
        raise BadUsage(_("Only an administrator holds duties."))
    if len(facts["duties"]) > 1 and separate(connection):
        raise BadInput(_("Duties are kept apart; one person holds one of them."))
    return facts


def _one_of(values: Sequence[str], known: Sequence[str]) -> None:
    for value in values:
        if value not in known:
            raise BadUsage(
                _("{value} is not known; one of: {known}.").format(
                    value=value, known=", ".join(known)
                )
            )


def _stored(facts: Mapping[str, Any]) -> dict[str, Any]:
    lists = {key: dumps(list(facts[key])) for key in ("counties", "kinds", "duties")}
    return {**facts, **lists}


def _told(row: Row[Any]) -> dict[str, Any]:
    lists = {key: json.loads(getattr(row, key)) for key in ("counties", "kinds", "duties")}
    return {"name": row.name, "role": row.role, **lists, "state": row.state}


def list_users(connection: Connection) -> list[dict[str, Any]]:
    """Every user, by name."""
    rows = connection.execute(select(users).order_by(users.c.name))
    return [_told(row) | {"created": row.created} for row in rows]


def _holders(connection: Connection, duty: str) -> list[str]:
    return [
        one["name"]
        for one in list_users(connection)
        if one["state"] == ACTIVE and duty in one["duties"]
    ]


def separate(connection: Connection) -> bool:
    """Whether duties are kept apart."""
    return get_meta(connection, _SEPARATE, "") == "1"


def set_separate(connection: Connection, now: Now, who: str, *, apart: bool) -> dict[str, Any]:
    """Keep duties apart, or no longer. ``BadInput``: somebody holds two, or one is nobody's."""
    if apart:
        for one in list_users(connection):
            if one["state"] == ACTIVE and len(one["duties"]) > 1:
                raise BadInput(
                    _("{name} holds several duties; give them to different people first.").format(
                        name=one["name"]
                    )
                )
        for duty in DUTIES:
            if not _holders(connection, duty):
                raise BadInput(
                    _("Nobody holds the duty {duty}; give it to somebody first.").format(duty=duty)
                )
    set_meta(connection, _SEPARATE, "1" if apart else "")
    note(connection, now, who, "duties", separate=apart)
    return duties_now(connection)


def must_hold(connection: Connection, who: str, duty: str) -> None:
    """``BadInput``: duties are kept apart, and this one is not theirs.

    For the command line, where nobody shows a token: who acts says who they are.
    """
    if separate(connection) and who not in _holders(connection, duty):
        raise BadInput(
            _("Duties are kept apart; name with --who somebody who holds the duty {duty}.").format(
                duty=duty
            )
        )


def duties_now(connection: Connection) -> dict[str, Any]:
    """Whether duties are kept apart, and who holds each."""
    return {
        "separate": separate(connection),
        **{duty: _holders(connection, duty) for duty in DUTIES},
    }
