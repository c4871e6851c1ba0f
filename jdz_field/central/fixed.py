"""Triggers that keep the audit log as it was written, on SQLite and on PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Connection

_SAID = "the audit log is append-only"
_FUNCTION = f"""CREATE OR REPLACE FUNCTION jdz_audit_fixed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$"""


def fixing_statements(dialect: str) -> tuple[str, ...]:
    """What makes the log append-only."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER audit_{event.lower()} BEFORE {event} ON audit"
            f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            for event in ("UPDATE", "DELETE")
        )
    return (
        _FUNCTION,
        "CREATE TRIGGER audit_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION jdz_audit_fixed()",
    )


def loosening_statements(dialect: str) -> tuple[str, ...]:
    """What lets the purge of old entries through, within its transaction."""
    if dialect == "sqlite":
        return ("DROP TRIGGER audit_update", "DROP TRIGGER audit_delete")
    return ("DROP TRIGGER audit_fixed ON audit",)


def run(connection: Connection, statements: tuple[str, ...]) -> None:
    """Run them inside the transaction that is open."""
    for statement in statements:
        connection.exec_driver_sql(statement)
