"""One central database into another, of whichever kind, checked row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select, text

from jdz_field.central import fitting
from jdz_field.central.tables import attachments, meta, metadata
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.core.i18n import _

#: Facts that each database has for itself: what its layers look like, where it went.
MOVED = "moved"
_OWN = ("layers", "views", MOVED)
#: Tables that are made anew from the others where they are missing.
DERIVED = frozenset({"features", "feature_terms", "feature_state"})
_AT_ONCE = 500
#: Rows that may be large: a batch holds up to 5,000 changes.
_FEW = {"batches": 4, "forms": 20, "submissions": 50}
_ALL = 1 << 256

#: Table → how many rows it has, and the sum of their hashes, which no order changes; none of
#: those that are derived.
Content = dict[str, list[Any]]


def content(connection: Connection) -> Content:
    """What every table holds."""
    found: Content = {}
    for table in _kept():
        count, total = 0, 0
        for rows in _pieces(connection, table):
            count, total = count + len(rows), (total + _hash(rows)) % _ALL
        found[table.name] = [count, f"{total:064x}"]
    return found


def _kept() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in DERIVED]


def is_empty(connection: Connection) -> bool:
    """Whether no centre was ever founded in this database."""
    if connection.execute(select(meta.c.id).where(meta.c.name == "epoch")).first():
        return False
    others = (t for t in metadata.sorted_tables if t is not meta)
    return not any(connection.execute(select(text("1")).select_from(t)).first() for t in others)


def copy(source: Connection, target: Connection) -> Content:
    """Every row; what came, counted and hashed where it arrived.

    ``BadUsage``: the target holds a centre; ``BadInput``: it does not keep what it was given.
    The caller's transaction takes all of it back then.
    """
    if not is_empty(target):
        raise BadUsage(
            _("{url} holds a centre already; name an empty database.").format(
                url=target.engine.url.render_as_string(hide_password=True)
            )
        )
    given: Content = {}
    for table in _kept():
        count, total = 0, 0
        for rows in _pieces(source, table):
            names = [column.name for column in _columns(table)]
            target.execute(table.insert(), [dict(zip(names, r, strict=True)) for r in rows])
            count, total = count + len(rows), (total + _hash(rows)) % _ALL
        given[table.name] = [count, f"{total:064x}"]
    kept = content(target)
    wrong = [name for name, facts in given.items() if kept[name] != facts]
    if wrong:
        raise BadInput(
            _("The copy differs from its source in {tables}; nothing was changed.").format(
                tables=", ".join(wrong)
            )
        )
    fitting.fit(target)
    return kept


def known_attachments(connection: Connection) -> dict[str, int]:
    """Size of every attachment that a database knows, by SHA-256."""
    rows = connection.execute(select(attachments.c.sha256, attachments.c.size))
    return {row.sha256: row.size for row in rows}


def rows_in(facts: Content) -> int:
    """How many rows all tables have."""
    return sum(int(count) for count, _total in facts.values())


def _columns(table: Table) -> list[Any]:
    # The numbers of these rows are nobody's reference; each database counts for itself.
    return [c for c in table.columns if not (table is meta and c.name == "id")]


def _query(table: Table) -> Select[Any]:
    query = select(*_columns(table))
    return query.where(meta.c.name.not_in(_OWN)) if table is meta else query


def _pieces(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    few = _FEW.get(table.name, _AT_ONCE)
    result = connection.execute(_query(table).execution_options(yield_per=few))
    try:
        yield from result.partitions()
    finally:
        result.close()


def _hash(rows: Sequence[Row[Any]]) -> int:
    total = 0
    for row in rows:
        told = canonical_json([_plain(value) for value in row])
        total += int(hashlib.sha256(told.encode()).hexdigest(), 16)
    return total


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return sha256(bytes(value))
    # PostgreSQL keeps no NUL in text.
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value
