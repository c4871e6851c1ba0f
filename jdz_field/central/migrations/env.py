"""What Alembic runs: the steps, inside the connection that ``database`` hands over."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Bring the database of ``config.attributes["connection"]`` up to date."""
    connection = context.config.attributes["connection"]
    # Our connection already holds the write lock, and commits when all steps are done.
    context.configure(connection=connection, transactional_ddl=False)
    context.run_migrations()


run()
