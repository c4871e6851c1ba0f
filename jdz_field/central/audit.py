"""The audit log: every act, append-only, each entry's hash over the one before it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, select

from jdz_field.central import direct
from jdz_field.central.tables import audit, dumps
from jdz_field.core.clock import Now, to_text
from jdz_field.core.hashing import canonical_json, sha256

_LAST = direct.Statement("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
_ENTRY = direct.insert(audit)


def note(connection: Connection, now: Now, who: str, act: str, **what: Any) -> None:
    """Write one entry; the writing transaction's lock keeps the chain in order."""
    last = direct.rows(connection, _LAST)
    number, before = (last[0][0] + 1, last[0][1]) if last else (1, "")
    entry = {"id": number, "at": to_text(now()), "who": who, "act": act, "what": dumps(what)}
    chained = sha256(canonical_json([before, entry]).encode())
    direct.put(connection, _ENTRY, [entry | {"hash": chained}])


def broken_link(connection: Connection) -> int | None:
    """Number of the first entry whose hash does not fit, ``None`` when the chain is whole."""
    before = ""
    expected = 1
    rows = connection.execute(select(audit).order_by(audit.c.id))
    for row in rows:
        entry = {"id": row.id, "at": row.at, "who": row.who, "act": row.act, "what": row.what}
        if row.id != expected or row.hash != sha256(canonical_json([before, entry]).encode()):
            return int(row.id)
        before, expected = row.hash, expected + 1
    return None


def length(connection: Connection) -> int:
    """How many entries there are."""
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def entries(
    connection: Connection,
    after: int = 0,
    limit: int = 1_000,
    act: str = "",
    *,
    newest: bool = False,
) -> list[dict[str, Any]]:
    """Entries after a number, in order; ``act``: those whose act begins so.

    ``newest``: the last ``limit`` of them instead of the first.
    """
    query = select(audit).where(audit.c.id > after)
    if act:
        query = query.where(audit.c.act.startswith(act, autoescape=True))
    order = audit.c.id.desc() if newest else audit.c.id
    rows = connection.execute(query.order_by(order).limit(limit)).all()
    return [
        {
            "id": row.id,
            "at": row.at,
            "who": row.who,
            "act": row.act,
            "what": json.loads(row.what),
            "hash": row.hash,
        }
        for row in (reversed(rows) if newest else rows)
    ]


def checked(connection: Connection, kept: tuple[int, str] | None = None) -> dict[str, Any]:
    """``entries``: how many; ``broken``: the first whose hash does not fit, or ``None``.

    ``kept``: number and hash of an entry as an earlier export has it. A chain that was written
    anew or cut off at its end fits itself, but not what was exported before.
    """
    broken = broken_link(connection)
    if broken is None and kept is not None:
        number, told = kept
        found = connection.execute(select(audit.c.hash).where(audit.c.id == number)).scalar()
        broken = None if found == told else number
    return {"entries": length(connection), "broken": broken}
