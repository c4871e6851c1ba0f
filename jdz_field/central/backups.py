"""Backup, restore and move of the whole centre: database, keys, attachments.

A backup is one folder, the same for SQLite and PostgreSQL: the database as an SQLite file, the
keys, the attachments, and what all of it must count and hash to. Nothing gets its final name
before it is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from jdz_field.central import copying
from jdz_field.central.audit import note
from jdz_field.central.database import Database, set_meta
from jdz_field.central.epochs import begin_epoch
from jdz_field.central.filestore import FileStore, local_folder, open_store
from jdz_field.central.keys import keys_folder
from jdz_field.central.tables import meta
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _

_ABOUT, _DATABASE, _KEYS, _FILES = "backup.json", "central.gpkg", "keys", "files"


def backup(
    database: Database, files: Path, store: FileStore, target: Path, now: Now
) -> dict[str, Any]:
    """Write a backup into an empty or new folder: ``{"backup", "files", "bytes", …}``.

    ``BadUsage``: the folder holds something; ``BadInput``: an attachment is not what its name
    says; ``Unavailable``: disk or database.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadUsage(_("{folder} is not empty; name a new folder.").format(folder=target))
    draft = target.with_name(target.name + ".part")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        (draft / _FILES).mkdir(parents=True)
        facts, known = _copy_database(database, draft / _DATABASE)
        shutil.copytree(keys_folder(files), draft / _KEYS)
        done = _copy_files(store, open_store(draft / _FILES, draft / _FILES), draft)
        about = {
            "format": 1,
            "made": to_text(now()),
            "database": sha256_file(draft / _DATABASE),
            "files": len(done),
            "tables": facts,
        }
        (draft / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        size = sum(done.values()) + (draft / _DATABASE).stat().st_size
        if target.exists():
            target.rmdir()
        draft.replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise Unavailable(
            _("The backup in {folder} could not be written ({reason}).").format(
                folder=target, reason=getattr(error, "strerror", None) or error
            )
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {
        "backup": str(target),
        "files": len(done),
        "missing": len(known.keys() - done.keys()),
        "bytes": size,
        "rows": copying.rows_in(facts),
    }


def _copy_database(database: Database, target: Path) -> tuple[copying.Content, dict[str, int]]:
    if database.path is not None:
        with (
            closing(sqlite3.connect(database.path)) as one,
            closing(sqlite3.connect(target)) as two,
        ):
            one.backup(two)
        with _opened(target) as made, made.read() as connection:
            return copying.content(connection), copying.known_attachments(connection)
    with _opened(target) as made, database.read() as source, made.write() as connection:
        return copying.copy(source, connection), copying.known_attachments(connection)


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """A database in a file of its own, brought up to date; one file again afterwards."""
    database = Database(f"sqlite:///{file.as_posix()}")
    try:
        yield database
    finally:
        database.close()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")


def _copy_files(source: FileStore, target: FileStore, work: Path) -> dict[str, int]:
    """Every file, its hash checked on the way; sizes by SHA-256."""
    done: dict[str, int] = {}
    draft = work / "copy.part"
    for sha, size in source.files():
        if target.size(sha) != size:
            with draft.open("wb") as out:
                for piece in source.read(sha):
                    out.write(piece)
            if sha256_file(draft) != sha:
                draft.unlink()
                raise BadInput(
                    _("{file} in {place} is damaged; take it from another backup.").format(
                        file=sha, place=source.shown
                    )
                )
            target.put(sha, draft)
        done[sha] = size
    return done


def restore(source: Path, url: str, files: str | Path, now: Now) -> dict[str, Any]:
    """Put a backup in the centre's place, under a new epoch.

    An SQLite centre that was there is kept beside it; on PostgreSQL the database must be empty.
    ``BadInput``: no backup, or damaged; ``BadUsage``: the database holds a centre.
    """
    about = _about(source)
    if sha256_file(source / _DATABASE) != about["database"] or not _sound(source / _DATABASE):
        raise BadInput(_("The backup in {folder} is damaged; use another.").format(folder=source))
    local = local_folder(files)
    try:
        local.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="restore-", dir=local.parent) as folder:
            work = Path(folder)
            draft = work / _DATABASE
            shutil.copyfile(source / _DATABASE, draft)
            epoch, facts = _renewed(draft, about, source.name, now)
            here = source / _FILES
            done = _copy_files(open_store(here, here), open_store(files, local), work)
            if not keys_folder(local).exists():
                shutil.copytree(source / _KEYS, keys_folder(local))
            kept = _put(draft, url, now)
    except (OSError, sqlite3.OperationalError) as error:
        raise Unavailable(
            _("The backup could not be put in place ({reason}); stop the server first.").format(
                reason=error
            )
        ) from error
    return {
        "restored": str(source),
        "files": len(done),
        "rows": copying.rows_in(facts),
        "kept": str(kept) if kept else None,
        "epoch": epoch,
    }


def _renewed(
    draft: Path, about: dict[str, Any], name: str, now: Now
) -> tuple[str, copying.Content]:
    """Check what the copy holds and give it its new epoch, before anybody can open it."""
    with _opened(draft) as database, database.write() as connection:
        facts = copying.content(connection)
        wanted = about.get("tables") or {}
        kept = {name: said for name, said in wanted.items() if name not in copying.DERIVED}
        if any(facts.get(table) != said for table, said in kept.items()):
            raise BadInput(_("The backup in {folder} is damaged; use another.").format(folder=name))
        connection.execute(meta.delete().where(meta.c.name == copying.MOVED))
        epoch = begin_epoch(connection, now)
        note(connection, now, "office", "restore", folder=name)
        return epoch, facts


def _put(draft: Path, url: str, now: Now) -> Path | None:
    if not url.startswith("sqlite:///"):
        with _opened(draft) as made, made.read() as source, _centre(url) as target:
            copying.copy(source, target)
        return None
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    near = path.with_name(path.name + ".restored")
    shutil.copyfile(draft, near)
    kept = _set_aside(path, now) if path.exists() else None
    near.replace(path)
    return kept


@contextmanager
def _centre(url: str) -> Iterator[Connection]:
    """A writing transaction in a database that is opened for it alone."""
    database = Database(url)
    try:
        with database.write() as connection:
            yield connection
    finally:
        database.close()


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
    # Everything that still hangs in the log file goes into the database before it is copied; a
    # server that has it open makes this fail.
    stamp = to_text(now()).replace(":", "").replace("-", "")
    kept = path.with_name(f"{path.stem}.before-{stamp}{path.suffix}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    # A copy: there is a whole database under the old name at every moment.
    shutil.copyfile(path, kept)
    return kept


def move(
    source: Database, files: str | Path, url: str, to_files: str | Path | None, now: Now, who: str
) -> dict[str, Any]:
    """Move a centre into an empty database, with its epoch; the old one refuses work then.

    ``to_files``: where the attachments and keys go too; without it they stay. Writers wait until
    it is done. ``BadUsage``: the database holds a centre.
    """
    local = local_folder(files)
    store = open_store(files, local)
    goal = local if to_files is None else local_folder(to_files)
    with source.write() as old:
        target = Database(url)
        try:
            with target.write() as new:
                facts = copying.copy(old, new)
                done = _moved_files(store, goal, to_files)
                if keys_folder(local) != keys_folder(goal) and not keys_folder(goal).exists():
                    shutil.copytree(keys_folder(local), keys_folder(goal))
                note(new, now, who, "move", rows=copying.rows_in(facts), files=len(done))
                known = copying.known_attachments(new)
        except OSError as error:
            raise Unavailable(
                _("The files could not be moved ({reason}); the centre is where it was.").format(
                    reason=error
                )
            ) from error
        finally:
            target.close()
        set_meta(old, copying.MOVED, target.shown)
    return {
        "moved": target.shown,
        "rows": copying.rows_in(facts),
        "tables": {name: count for name, (count, _total) in facts.items()},
        "files": len(done),
        "missing": len(known.keys() - done.keys()),
    }


def _moved_files(store: FileStore, goal: Path, to_files: str | Path | None) -> dict[str, int]:
    goal.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="move-", dir=goal.parent) as work:
        if to_files is None:
            return _checked(store)
        return _copy_files(store, open_store(to_files, goal), Path(work))


def _checked(store: FileStore) -> dict[str, int]:
    done = {}
    for sha, size in store.files():
        digest = hashlib.sha256()
        for piece in store.read(sha):
            digest.update(piece)
        if digest.hexdigest() == sha:
            done[sha] = size
    return done
