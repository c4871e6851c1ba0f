"""Every administrator of before holds every duty."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ALL = '["system","security","audit"]'


def upgrade() -> None:
    """Give them."""
    op.get_bind().exec_driver_sql(
        f"UPDATE users SET duties = '{_ALL}' WHERE role = 'admin' AND duties = '[]'"  # noqa: S608
    )


def downgrade() -> None:
    """Nothing: the column was there before."""
