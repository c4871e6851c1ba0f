"""App passwords, media of forms, OpenRosa submissions, and the features that others read."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TEXT, _INT, _BIG, _FLOAT, _FLAG = sa.Text, sa.Integer, sa.BigInteger, sa.Float, sa.Boolean

#: Table → primary key, then ``(name, type, nullable)`` of its columns.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, type, bool], ...]]] = {
    "app_passwords": (
        ("user_name",),
        tuple((n, _TEXT, False) for n in ("user_name", "hash", "created")),
    ),
    "form_media": (
        ("form_id", "version", "filename"),
        tuple((n, _TEXT, False) for n in ("form_id", "version", "filename", "sha256")),
    ),
    "submissions": (
        ("instance_id",),
        (
            *((n, _TEXT, False) for n in ("instance_id", "record", "form_id", "version")),
            *((n, _TEXT, False) for n in ("user_name", "sha", "xml", "received")),
        ),
    ),
    "entity_steps": (
        ("branch", "subject", "version"),
        (
            *((n, _TEXT, False) for n in ("branch", "subject")),
            ("version", _INT, False),
            ("change", _TEXT, False),
        ),
    ),
    "features": (
        ("id",),
        (
            *((n, _TEXT, False) for n in ("id", "collection", "kind")),
            *((n, _TEXT, True) for n in ("county", "code", "name", "town", "kind_code")),
            *((n, _TEXT, True) for n in ("site", "moment")),
            *((n, _FLOAT, True) for n in ("min_x", "min_y", "max_x", "max_y")),
            ("geometry", _TEXT, True),
            ("properties", _TEXT, False),
        ),
    ),
    "feature_state": (("id",), (("id", _INT, False), ("position", _BIG, False))),
}
_INDEXES = (
    ("submissions", ("record",)),
    ("features", ("collection", "id")),
    ("features", ("collection", "code")),
    ("features", ("collection", "name")),
    ("features", ("collection", "min_x", "max_x", "min_y", "max_y", "id")),
    ("features", ("collection", "moment", "id")),
    ("features", ("site",)),
)


def upgrade() -> None:
    """Make the tables."""
    for name, (keys, columns) in _TABLES.items():
        op.create_table(
            name,
            *(
                sa.Column(c, kind(), nullable=nullable, primary_key=c in keys, autoincrement=False)
                for c, kind, nullable in columns
            ),
        )
    for table, names in _INDEXES:
        op.create_index(f"{table}_{'_'.join(names)}", table, list(names))


def downgrade() -> None:
    """Take them away."""
    for name in reversed(_TABLES):
        op.drop_table(name)
