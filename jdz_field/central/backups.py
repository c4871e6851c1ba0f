"""Backup and restore of the whole centre: database, keys, attachments."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from jdz_field.central.database import Database
from jdz_field.central.keys import keys_folder
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _

_ABOUT, _DATABASE, _KEYS, _FILES = "backup.json", "central.gpkg", "keys", "files"


def backup(database: Database, files: Path, target: Path, now: Now) -> dict[str, Any]:
    """Write a backup into an empty or new folder: ``{"backup", "files", "bytes"}``.

    ``BadUsage``: the folder holds something; ``Unavailable``: disk.
    """
    source = database.path
    if source is None:
        raise BadUsage(_("Only an SQLite centre is backed up here; use pg_dump for PostgreSQL."))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadUsage(_("{folder} is not empty; name a new folder.").format(folder=target))
    try:
        (target / _FILES).mkdir(parents=True)
        _copy_database(source, target / _DATABASE)
        shutil.copytree(keys_folder(files), target / _KEYS)
        count, size = _copy_files(files, target / _FILES)
        about = {
            "format": 1,
            "made": to_text(now()),
            "database": sha256_file(target / _DATABASE),
            "files": count,
        }
        (target / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    except OSError as error:
        raise Unavailable(
            _("The backup in {folder} could not be written ({reason}).").format(
                folder=target, reason=error.strerror or error
            )
        ) from error
    size += (target / _DATABASE).stat().st_size
    return {"backup": str(target), "files": count, "bytes": size}


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as two:
        one.backup(two)
        # Nothing of the copy may hang in a second file.
        two.execute("PRAGMA journal_mode = DELETE")


def _copy_files(files: Path, target: Path) -> tuple[int, int]:
    count = size = 0
    for path in sorted(files.glob("[0-9a-f][0-9a-f]/*")):
        copy = target / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        if not copy.exists() or copy.stat().st_size != path.stat().st_size:
            shutil.copyfile(path, copy)
        count, size = count + 1, size + path.stat().st_size
    return count, size


def restore(source: Path, database_path: Path, files: Path, now: Now) -> dict[str, Any]:
    """Put a backup in the centre's place; what was there is kept beside it.

    The caller draws a new epoch afterwards. ``BadInput``: no backup, or damaged.
    """
    about = _about(source)
    if sha256_file(source / _DATABASE) != about["database"] or not _sound(source / _DATABASE):
        raise BadInput(_("The backup in {folder} is damaged; use another.").format(folder=source))
    kept = None
    try:
        database_path.parent.mkdir(parents=True, exist_ok=True)
        draft = database_path.with_name(database_path.name + ".restored")
        shutil.copyfile(source / _DATABASE, draft)
        if database_path.exists():
            kept = _set_aside(database_path, now)
        draft.replace(database_path)
        files.mkdir(parents=True, exist_ok=True)
        count, _size = _copy_files(source / _FILES, files)
        if not keys_folder(files).exists():
            shutil.copytree(source / _KEYS, keys_folder(files))
    except (OSError, sqlite3.OperationalError) as error:
        raise Unavailable(
            _("The backup could not be put in place ({reason}); stop the server first.").format(
                reason=error
            )
        ) from error
    return {"restored": str(source), "files": count, "kept": str(kept) if kept else None}


def _about(source: Path) -> dict[str, Any]:
    wrong = BadInput(_("{folder} holds no backup of a centre.").format(folder=source))
    try:
        about = json.loads((source / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise wrong from error
    if not isinstance(about, dict) or about.get("format") != 1 or "database" not in about:
        raise wrong
    if not (source / _DATABASE).is_file():
        raise wrong
    return about


def _sound(path: Path) -> bool:
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _set_aside(path: Path, now: Now) -> Path:
    # Everything that still hangs in the log file goes into the database before it is moved.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    stamp = to_text(now()).replace(":", "").replace("-", "")
    kept = path.with_name(f"{path.stem}.before-{stamp}{path.suffix}")
    path.replace(kept)
    return kept
