"""The first central database.

The tables stand here as they were released; ``central/tables.py`` moves on, this step does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from jdz_field.central.geopackage import layer_statements, start_statements, writer_statement
from jdz_field.core.catalogue import site_kinds

revision = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXT, _INT, _BIG, _FLAG, _BYTES = sa.Text, sa.Integer, sa.BigInteger, sa.Boolean, sa.LargeBinary

#: Table → primary key, then ``(name, type, nullable)`` of its columns.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, type, bool], ...]]] = {
    "meta": (("id",), (("id", _INT, False), ("name", _TEXT, False), ("value", _TEXT, True))),
    "users": (
        ("id",),
        tuple((n, _TEXT, False) for n in ("id", "name", "role", "counties", "kinds", "created")),
    ),
    "devices": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "user_name", "name", "public_key", "token_hash")),
            *((n, _TEXT, False) for n in ("epoch", "state", "created")),
            ("last_seen", _TEXT, True),
        ),
    ),
    "device_codes": (
        ("code_hash",),
        (
            *((n, _TEXT, False) for n in ("code_hash", "user_name", "expires")),
            ("used_by", _TEXT, True),
        ),
    ),
    "batches": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "device", "device_epoch", "author")),
            ("sequence", _BIG, False),
            *((n, _TEXT, False) for n in ("sha", "manifest")),
            *((n, _BYTES, False) for n in ("changes", "signature")),
            *((n, _TEXT, False) for n in ("received", "state", "receipts")),
        ),
    ),
    "batch_files": (
        ("batch", "sha256"),
        (
            *((n, _TEXT, False) for n in ("batch", "sha256")),
            ("size", _BIG, False),
            ("filename", _TEXT, False),
        ),
    ),
    "changes": (
        ("id",),
        (
            ("id", _TEXT, False),
            *((n, _TEXT, True) for n in ("batch", "via")),
            *((n, _TEXT, False) for n in ("role", "kind", "subject", "target")),
            ("parent", _TEXT, True),
            ("waiting", _FLAG, False),
            *((n, _TEXT, False) for n in ("change", "fates", "received")),
        ),
    ),
    "held": (
        ("change", "field"),
        tuple((n, _TEXT, False) for n in ("change", "field", "subject", "outcome")),
    ),
    "replaced": (
        ("change", "field"),
        tuple((n, _TEXT, False) for n in ("change", "field", "by_change")),
    ),
    "subjects": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "kind")),
            ("version", _BIG, False),
            ("state", _TEXT, False),
            *((n, _TEXT, True) for n in ("code", "county", "site", "record")),
            *((n, _TEXT, True) for n in ("replaces", "review")),
            *((n, _FLAG, False) for n in ("provisional", "deleted")),
            ("merged_into", _TEXT, True),
            ("updated", _TEXT, False),
        ),
    ),
    "versions": (
        ("position",),
        (
            ("position", _BIG, False),
            *((n, _TEXT, False) for n in ("subject", "kind")),
            ("version", _BIG, False),
            ("fields", _TEXT, False),
            *((n, _TEXT, True) for n in ("change", "decision")),
            *((n, _TEXT, False) for n in ("device", "author", "hlc", "at")),
        ),
    ),
    "retold": (
        ("position",),
        (("position", _BIG, False), ("via", _TEXT, False), ("change", _TEXT, False)),
    ),
    "conflicts": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "type", "subject", "kind", "field")),
            ("other", _TEXT, True),
            ("revision", _INT, False),
            ("open", _FLAG, False),
            *((n, _TEXT, False) for n in ("rivals", "opened")),
        ),
    ),
    "decisions": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "act", "item")),
            ("subject", _TEXT, True),
            *((n, _TEXT, False) for n in ("what", "why", "who", "at")),
        ),
    ),
    "attachments": (
        ("sha256",),
        (
            ("sha256", _TEXT, False),
            ("size", _BIG, False),
            *((n, _TEXT, False) for n in ("filename", "received")),
        ),
    ),
    "uploads": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "sha256", "filename")),
            ("length", _BIG, False),
            *((n, _TEXT, False) for n in ("device", "created")),
            ("done", _FLAG, False),
        ),
    ),
    "forms": (
        ("form_id", "version"),
        tuple((n, _TEXT, False) for n in ("form_id", "version", "title", "xml", "published")),
    ),
    "audit": (
        ("id",),
        (
            ("id", _BIG, False),
            *((n, _TEXT, False) for n in ("at", "who", "act", "what", "hash")),
        ),
    ),
}
#: Table, columns, whether unique.
_INDEXES = (
    ("meta", ("name",), True),
    ("users", ("name",), True),
    ("devices", ("token_hash",), True),
    ("batches", ("device", "device_epoch", "sequence"), False),
    ("batch_files", ("sha256",), False),
    ("changes", ("batch",), False),
    ("changes", ("target",), False),
    ("changes", ("parent",), False),
    ("changes", ("waiting", "subject"), False),
    ("held", ("subject",), False),
    ("held", ("outcome",), False),
    ("replaced", ("by_change",), False),
    ("subjects", ("kind", "code"), False),
    ("subjects", ("kind", "review"), False),
    ("subjects", ("site",), False),
    ("subjects", ("record",), False),
    ("subjects", ("provisional",), False),
    ("subjects", ("replaces",), False),
    ("versions", ("subject", "version"), True),
    ("retold", ("via", "position"), False),
    ("conflicts", ("subject",), False),
    ("conflicts", ("other",), False),
    ("conflicts", ("open",), False),
)


def upgrade() -> None:
    """Make every table; on SQLite a GeoPackage with a layer for every site kind."""
    for name, (keys, columns) in _TABLES.items():
        op.create_table(
            name,
            *(
                sa.Column(
                    column,
                    kind(),
                    nullable=nullable,
                    primary_key=column in keys,
                    autoincrement=name == "meta" and column == "id",
                )
                for column, kind, nullable in columns
            ),
        )
    for table, names, unique in _INDEXES:
        op.create_index(f"{table}_{'_'.join(names)}", table, list(names), unique=unique)
    if op.get_bind().dialect.name == "sqlite":
        _geopackage()


def _geopackage() -> None:
    for statement in (*start_statements(), writer_statement()):
        op.get_bind().exec_driver_sql(statement)
    for kind in site_kinds():
        for statement in layer_statements(kind):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """There is nothing before the first step."""
