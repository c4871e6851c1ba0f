"""Making, opening and upgrading ``field.gpkg``."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, Damaged, Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.store import fitting, gpkg, guards, migrations, rows
from jdz_field.store.backup import copy_database, make_folders, name_of_backup
from jdz_field.store.base import FILE
from jdz_field.store.db import Database, connect, sentences
from jdz_field.store.layers import dumps


def create(path: Path, settings: dict[str, Any], stamp: str) -> None:
    """Make the folders and an empty project with these settings.

    The file appears under its name only when it is whole. ``BadInput`` when there is one;
    ``Unavailable`` when the disk refuses.
    """
    target = path / FILE
    if target.exists():
        raise BadInput(_("There is a project in {path} already; open it.").format(path=path))
    make_folders(path)
    try:
        fresh = path / f".{FILE}.{secrets.token_hex(4)}"
        fresh.touch(exist_ok=False)
    except OSError as error:
        raise Unavailable(
            _("The folder {path} cannot be made: {why}.").format(path=path, why=error.strerror)
        ) from error
    try:
        _fill(fresh, settings, stamp)
        replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)


def _fill(file: Path, settings: dict[str, Any], stamp: str) -> None:
    with sentences(file):
        connection = connect(file)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute(f"PRAGMA application_id = {gpkg.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {gpkg.USER_VERSION}")
            connection.execute("BEGIN IMMEDIATE")
            migrations.upgrade(connection)
            migrations.fit_layers(connection)
            connection.executemany(
                "INSERT INTO jdz_settings VALUES (?, ?)",
                ((key, dumps(value)) for key, value in settings.items()),
            )
            connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
            connection.execute("COMMIT")
        finally:
            connection.close()


def open_file(path: Path, *, read_only: bool, stamp: str) -> Database:
    """The project's file, upgraded when it is older.

    Raises:
        BadInput: no project there, a newer one, or a damaged file.
        Unavailable: the disk or a lock refuses.
    """
    file = path / FILE
    if not file.is_file():
        _refuse_gone(file)
        raise BadInput(
            _("There is no project in {path}; make one with init, or choose its folder.").format(
                path=path
            )
        )
    # Looked at before it is opened for writing: what is not ours is left as it is, to the byte.
    with sentences(file), closing(connect(file, read_only=True)) as look:
        schema = migrations.schema_of(look)
        behind = schema < migrations.SCHEMA or fitting.lacks_columns(look)
    _refuse_strangers(file, schema)
    if read_only and behind:
        raise BadInput(_("{path} is an older project; open it once for writing.").format(path=path))
    db = Database(file, read_only=read_only)
    try:
        if not read_only:
            with sentences(file):
                _bring_up_to_date(db, path, stamp)
    except BaseException:
        db.connection.close()
        raise
    return db


def _bring_up_to_date(db: Database, path: Path, stamp: str) -> None:
    """Upgrade an older project; let the layers follow the catalogue, and the index the layers."""
    schema = migrations.schema_of(db.connection)
    fit = schema == migrations.SCHEMA and migrations.layers_fit(db.connection)
    if fit and guards.stand(db.connection):
        return
    older = schema < migrations.SCHEMA
    if older or fitting.lacks_columns(db.connection):
        reason = f"schema-{schema}" if older else "catalogue"
        copy_database(db.connection, name_of_backup(path, stamp, reason))
    with db.plain_write():
        migrations.upgrade(db.connection)
        db.mark_writer()
        migrations.fit_layers(db.connection)
        fitting.refit_rows(db)
        rows.index_anew(db)
        db.unmark_writer()


def _refuse_strangers(file: Path, schema: int) -> None:
    if schema == 0:
        _refuse_gone(file)
        raise BadInput(_("{path} is no jdz_field project.").format(path=file))
    if schema > migrations.SCHEMA:
        raise BadInput(
            _(
                "{path} was written by a newer version of this program (schema {theirs}, this"
                " one knows {ours}); update the program."
            ).format(path=file, theirs=schema, ours=migrations.SCHEMA)
        )


def _refuse_gone(file: Path) -> None:
    """A store that is missing or empty beside its backups was lost, not never made."""
    if any((file.parent / "backups").glob("field-*.gpkg")):
        raise Damaged(
            _("The store {path} is missing or empty; restore a backup.").format(path=file)
        )


def schema_of(db: Database) -> int:
    """The schema number of an open project."""
    try:
        return migrations.schema_of(db.connection)
    except sqlite3.Error:
        return 0
