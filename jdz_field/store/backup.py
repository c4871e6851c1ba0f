"""Backups: through SQLite's backup interface, never by copying an open file."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from jdz_field.store.db import sentences

#: Copies of one reason that stay.
KEPT = 10

_NAME = re.compile(r"field-\d{8}T\d{6}Z(?:-(?P<label>.*?))??(?:-\d+)?\.gpkg")
_UNSAFE = re.compile(r"[^\w-]+")


def name_of_backup(path: Path, stamp: str, reason: str = "") -> Path:
    """A new file name in ``backups/``: time, reason, and a number when that is taken."""
    time = re.sub(r"[-:]|\.\d+", "", stamp)
    label = _UNSAFE.sub("-", reason).strip("-")[:40]
    stem = f"field-{time}-{label}" if label else f"field-{time}"
    names = (f"{stem}{f'-{n}' if n else ''}.gpkg" for n in range(10_000))
    return next(file for name in names if not (file := path / "backups" / name).exists())


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """A whole, closed copy of an open database; it appears under its name only when whole."""
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with sentences(target):
        copy = sqlite3.connect(part, isolation_level=None)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
    part.replace(target)


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
