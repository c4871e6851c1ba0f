"""Backups: through SQLite's backup interface, never by copying an open file."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from jdz_field.core.errors import BadInput, Damaged, Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.store.base import FILE, FOLDERS
from jdz_field.store.db import connect, sentences
from jdz_field.store.layers import dumps
from jdz_field.store.migrations import SCHEMA, schema_of

#: Copies of one reason that stay.
KEPT = 10

_NAME = re.compile(r"field-\d{8}T\d{6}Z(?:-(?P<label>.*?))??(?:-\d+)?\.gpkg")
#: Pages copied between two looks whether to stop: some 40 MB.
_STRIDE = 10_000
_UNSAFE = re.compile(r"[^\w-]+")


def name_of_backup(path: Path, stamp: str, reason: str = "") -> Path:
    """A new file name in ``backups/``: time, reason, and a number when that is taken."""
    time = re.sub(r"[-:]|\.\d+", "", stamp)
    label = _UNSAFE.sub("-", reason).strip("-")[:40]
    stem = f"field-{time}-{label}" if label else f"field-{time}"
    names = (f"{stem}{f'-{n}' if n else ''}.gpkg" for n in range(10_000))
    return next(file for name in names if not (file := path / "backups" / name).exists())


class Stopped(Exception):
    """The copy was not wanted any more; nothing is left of it."""


def _never() -> bool:
    return False


def copy_database(
    source: sqlite3.Connection,
    target: Path,
    *,
    sound: bool = False,
    stopped: Callable[[], bool] = _never,
) -> None:
    """A whole, closed copy of an open database; it appears under its name only when whole.

    One moment is copied, whatever others write meanwhile. ``sound`` looks through the copy, so
    that a broken database does not become a backup; ``stopped`` ends the work.

    Raises:
        Damaged: what was copied is broken (``sound`` only).
        Unavailable: the disk refuses.
        Stopped: ``stopped()`` said so.
    """

    def look(_status: int, _left: int, _total: int) -> None:
        if stopped():
            raise Stopped

    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with sentences(target), closing(sqlite3.connect(part, isolation_level=None)) as copy:
            _copy_one_moment(source, copy, look)
            copy.execute("PRAGMA journal_mode = DELETE")
            if sound and copy.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _broken(target)
        replace(part, target)
    except OSError as error:
        raise Unavailable(
            _("The backup {path} cannot be written: {why}.").format(path=target, why=error.strerror)
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _copy_one_moment(
    source: sqlite3.Connection, copy: sqlite3.Connection, look: Callable[[int, int, int], None]
) -> None:
    """Page by page under one read transaction: a copy in strides would begin anew otherwise."""
    mine = not source.in_transaction
    if mine:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    try:
        source.backup(copy, pages=_STRIDE, progress=look, sleep=0)
    finally:
        if mine:
            source.execute("ROLLBACK")


def _broken(file: Path) -> Damaged:
    return Damaged(
        _("The project's database is damaged, so {name} was not kept; restore a backup.").format(
            name=file.name
        )
    )


def thin_out(newest: Path) -> None:
    """Remove all but the newest copies that have the same reason as this one."""
    label = _label_of(newest)
    same = [f for f in newest.parent.glob("field-*.gpkg") if _label_of(f) == label]
    for old in sorted(same, reverse=True)[KEPT:]:
        if old != newest:
            old.unlink(missing_ok=True)


def _label_of(file: Path) -> str:
    found = _NAME.fullmatch(file.name)
    return found["label"] or "" if found else file.name


def make_folders(path: Path) -> None:
    """The folders of a project; ``Unavailable`` when the disk refuses."""
    try:
        for name in FOLDERS:
            (path / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            _("The folder {path} cannot be made: {why}.").format(path=path, why=error.strerror)
        ) from error


def require_backup(file: Path) -> None:
    """``BadInput`` unless this is a whole project database that this version can read."""
    if not file.is_file():
        raise BadInput(_("There is no backup {path}.").format(path=file))
    with closing(connect(file, read_only=True)) as source:
        _require_sound(source, file)


def restore(backup_file: Path, path: Path, stamp: str) -> Path | None:
    """Put a backup in the place of a project's database; what was there is kept in ``backups/``.

    The device draws a new epoch, so that its batches start at 1 again and the centre sees the
    fork. Returns where the old database was kept, ``None`` when there was none.

    Raises:
        BadInput: the file is no backup of a project, is damaged, or is of a newer version.
        Unavailable: the project is open in another program, or the disk refuses.
    """
    target = path / FILE
    fresh = path / f".{FILE}.restored"
    fresh.unlink(missing_ok=True)
    try:
        with closing(connect(backup_file, read_only=True)) as source:
            copy_database(source, fresh)
        _draw_epoch(fresh)
        kept = _set_aside(target, name_of_backup(path, stamp, "before-restore"))
        replace(fresh, target)
    except OSError as error:
        raise Unavailable(
            _("{path} cannot be replaced: {why}; close every window of this project.").format(
                path=target, why=error.strerror
            )
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _require_sound(source: sqlite3.Connection, file: Path) -> None:
    with sentences(file):
        schema = schema_of(source)
        if schema == 0:
            raise BadInput(_("{path} is no backup of a jdz_field project.").format(path=file))
        if schema > SCHEMA:
            raise BadInput(
                _("{path} was written by a newer version of this program; update it.").format(
                    path=file
                )
            )
        if source.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BadInput(_("{path} is damaged; choose another backup.").format(path=file))


def _draw_epoch(file: Path) -> None:
    with sentences(file), closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(
            "INSERT OR REPLACE INTO jdz_settings VALUES ('device_epoch', ?)", (dumps(new_id()),)
        )


def _set_aside(target: Path, kept: Path) -> Path | None:
    """Copy the present database and remove its logs, which would spoil a new file."""
    beside = [target.with_name(target.name + end) for end in ("-wal", "-shm", "-journal")]
    if not target.exists():
        _remove(*beside)
        return None
    log, kept_log = beside[0], kept.with_name(kept.name + "-wal")
    if log.exists():
        # SQLite throws the log away when it meets a damaged database.
        shutil.copy2(log, kept_log)
    try:
        _copy_and_close(target, kept)
        _remove(kept_log)
    except BadInput:
        shutil.copy2(target, kept)
    except BaseException:
        _remove(kept_log)
        raise
    _remove(*beside)
    return kept


def _copy_and_close(target: Path, kept: Path) -> None:
    """Copy a database and leave it without a log; ``BadInput`` when it is too damaged."""
    with sentences(target), closing(connect(target)) as connection:
        connection.execute("PRAGMA busy_timeout = 2000")
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
            raise Unavailable(
                _("{path} is open in another program; close it first.").format(path=target)
            )
        copy_database(connection, kept)


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink(missing_ok=True)
