"""Where each version was, moves between counties, duties, tokens in turn; the audit log fixed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from jdz_field.central.fixed import fixing_statements
from jdz_field.core.catalogue import SITE_KINDS

revision = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXT, _INT, _BIG = sa.Text, sa.Integer, sa.BigInteger
#: Table → primary key, then ``(name, type, nullable)`` of its columns.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, type, bool], ...]]] = {
    "moves": (
        ("position",),
        (
            ("position", _BIG, False),
            *((n, _TEXT, False) for n in ("subject", "kind")),
            *((n, _TEXT, True) for n in ("owner", "old_county", "old_about", "county", "about")),
        ),
    ),
    "lockouts": (
        ("key",),
        (
            ("key", _TEXT, False),
            ("tries", _INT, False),
            ("since", _TEXT, False),
            ("until", _TEXT, True),
        ),
    ),
}
#: Table, column, type, what older rows get.
_COLUMNS: tuple[tuple[str, str, type, str | None], ...] = (
    ("users", "duties", _TEXT, "[]"),
    ("users", "state", _TEXT, "active"),
    ("devices", "next_hash", _TEXT, None),
    ("devices", "token_since", _TEXT, None),
    ("devices", "unsent", _INT, None),
    ("subjects", "about", _TEXT, None),
    ("subjects", "owner", _TEXT, None),
    ("versions", "county", _TEXT, None),
    ("versions", "about", _TEXT, None),
    ("versions", "owner", _TEXT, None),
)
#: Who wrote a subject first stands for whose device brought it, and where it is for where it was:
#: nothing else is known of the time before.
_FILL = (
    "UPDATE subjects SET about = (SELECT s.kind FROM subjects s WHERE s.id = subjects.site)"
    " WHERE about IS NULL AND site IS NOT NULL",
    "UPDATE subjects SET county = (SELECT r.county FROM subjects r WHERE r.id = subjects.record),"
    " about = (SELECT r.about FROM subjects r WHERE r.id = subjects.record)"
    " WHERE site IS NULL AND record IS NOT NULL",
    "UPDATE subjects SET owner = (SELECT v.author FROM versions v WHERE v.subject = subjects.id"
    " ORDER BY v.version LIMIT 1)",
    "UPDATE versions SET county = (SELECT s.county FROM subjects s WHERE s.id = versions.subject),"
    " about = (SELECT s.about FROM subjects s WHERE s.id = versions.subject),"
    " owner = (SELECT s.owner FROM subjects s WHERE s.id = versions.subject)",
)


def upgrade() -> None:
    """Add tables and columns, fill them from what is known, and fix the audit log."""
    for name, (keys, columns) in _TABLES.items():
        op.create_table(
            name,
            *(
                sa.Column(c, kind(), nullable=nullable, primary_key=c in keys, autoincrement=False)
                for c, kind, nullable in columns
            ),
        )
    for table, column, kind, given in _COLUMNS:
        op.add_column(
            table, sa.Column(column, kind(), nullable=given is None, server_default=given)
        )
    op.create_index("moves_subject", "moves", ["subject"])
    op.create_index("subjects_county_about", "subjects", ["county", "about"])
    connection = op.get_bind()
    sites = sa.text("UPDATE subjects SET about = kind WHERE kind IN :kinds")
    connection.execute(
        sites.bindparams(sa.bindparam("kinds", expanding=True)), {"kinds": list(SITE_KINDS)}
    )
    for statement in (*_FILL, *fixing_statements(connection.dialect.name)):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take them away."""
    for table, column, _kind, _given in reversed(_COLUMNS):
        op.drop_column(table, column)
    for name in reversed(_TABLES):
        op.drop_table(name)
