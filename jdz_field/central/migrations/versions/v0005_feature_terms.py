"""Values of features can be looked up: a number for each feature, and which features say what.

The features are made anew from the subjects at the first question after this step.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

#: Indexes that the terms stand for, or that end with the number now.
_OLD = (
    "features_site",
    "features_collection_code",
    "features_collection_name",
    "features_collection_id",
    "features_collection_moment_id",
    "features_collection_min_x_max_x_min_y_max_y_id",
)
_NEW = (
    ("features_num", ("num", "moment", "min_x", "max_x", "min_y", "max_y")),
    ("features_collection_num", ("collection", "num")),
    ("features_collection_moment_num", ("collection", "moment", "num")),
    ("features_place_num", ("collection", "min_x", "max_x", "min_y", "max_y", "num")),
)


def upgrade() -> None:
    """Empty the features, give them numbers, and make the table of what they say."""
    bind = op.get_bind()
    for table in ("features", "feature_state"):
        bind.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    for name in _OLD:
        op.drop_index(name, "features")
    op.add_column("features", sa.Column("num", sa.BigInteger))
    for name, columns in _NEW:
        op.create_index(name, "features", list(columns))
    op.create_index("features_width", "features", ["collection", sa.text("(max_x - min_x)")])
    op.create_table(
        "feature_terms",
        sa.Column("term", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("num", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the table away; the numbers stay, they trouble nobody."""
    op.drop_table("feature_terms")
