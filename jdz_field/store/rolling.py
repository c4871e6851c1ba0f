"""Rolling backups: which stay, how much room they may take, and what one holds.

All of the newest day stay, then one a day for 12 days, one a week for 10 weeks, one a month for
9 months, in Beijing time. When they take more room than they may, the close ones go first, then
the oldest; the newest always stays, and nothing goes before a new one was found sound.
"""
# ruff: noqa: S608 - names of tables are constants

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.clock import BEIJING, from_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _
from jdz_field.store.backup import copy_database, name_of_backup, require_backup
from jdz_field.store.db import connect, sentences
from jdz_field.store.migrations import schema_of

#: The reason in the names of these backups.
ROLLING = "rolling"
DAYS, WEEKS, MONTHS = 12, 10, 9
#: Share of the disk that is free without them, when no size is set.
SHARE = 0.1
#: Every backup younger than the newest by less than this stays.
_FRESH = timedelta(days=1)

_NAME = re.compile(
    r"field-(?P<time>\d{8}T\d{6})Z(?:-(?P<label>.*?))??(?:-(?P<n>\d+))?\.gpkg(\.age)?"
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A file in ``backups/``: ``made`` in UTC by its name, ``reason`` as it was given."""

    file: Path
    made: datetime
    reason: str
    bytes: int
    number: int = 0

    @property
    def encrypted(self) -> bool:
        """Whether a passphrase or key is needed to look into it."""
        return self.file.suffix == ".age"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: name, person, last write and counts, as ``Project.counts``."""

    name: str
    author: str
    written: datetime | None
    schema: int
    sites: dict[str, int]
    records: int
    drafts: int
    attachments: int
    unsent: int


def backups(path: Path) -> list[Backup]:
    """The backups of a project, newest first; files of other names are not ours."""
    found = (_backup(file) for file in (path / "backups").glob("field-*"))
    return sorted(
        (one for one in found if one), key=lambda one: (one.made, one.number), reverse=True
    )


def _backup(file: Path) -> Backup | None:
    match = _NAME.fullmatch(file.name)
    if match is None:
        return None
    try:
        made = datetime.strptime(match["time"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        size = file.stat().st_size
    except (ValueError, OSError):
        return None
    return Backup(file, made, match["label"] or "", size, int(match["n"] or 0))


def superfluous(rolling: Sequence[Backup], budget: int) -> list[Backup]:
    """Those that may go, of rolling backups given newest first; ``budget`` in bytes."""
    steady = _steady(rolling)
    close = [one for one in rolling if one not in steady and _is_fresh(one, rolling[0])]
    kept = [one for one in rolling if one in steady or one in close]
    size = sum(one.bytes for one in kept)
    # Oldest first among the close ones, then oldest first among the rest; never the newest.
    for one in [*reversed(close), *(o for o in reversed(kept) if o not in close)]:
        if size <= budget or one is rolling[0]:
            continue
        kept.remove(one)
        size -= one.bytes
    return [one for one in rolling if one not in kept]


def _is_fresh(one: Backup, newest: Backup) -> bool:
    return newest.made - one.made < _FRESH


def _steady(rolling: Sequence[Backup]) -> set[Backup]:
    """The newest of each of the last days, weeks and months that have one."""
    found: set[Backup] = set()
    tiers: tuple[tuple[Callable[[datetime], Any], int], ...] = (
        (lambda at: at.date(), DAYS),
        (lambda at: at.isocalendar()[:2], WEEKS),
        (lambda at: (at.year, at.month), MONTHS),
    )
    for period, wanted in tiers:
        newest: dict[Any, Backup] = {}
        for one in rolling:
            newest.setdefault(period(one.made.astimezone(BEIJING)), one)
        found.update(list(newest.values())[:wanted])
    return found


def budget_of(path: Path, setting: Any, taken: int) -> int:
    """Bytes that rolling backups may take: as set, else a tenth of the disk free without them."""
    if isinstance(setting, int) and not isinstance(setting, bool) and setting > 0:
        return setting
    try:
        return int((shutil.disk_usage(path).free + taken) * SHARE)
    except OSError:
        return taken


def roll(
    source: sqlite3.Connection, path: Path, stamp: str, limit: Any, stopped: Callable[[], bool]
) -> Path | None:
    """Make a rolling backup unless nothing changed since the last, then let old ones go.

    Raises:
        Damaged: the database is broken; every older backup stays.
        Unavailable: the disk refuses; every older backup stays.
        Stopped: ``stopped()`` said so.
    """
    before = [one for one in backups(path) if one.reason == ROLLING]
    if before and mark_of_file(before[0].file) == mark(source):
        return None
    file = name_of_backup(path, stamp, ROLLING)
    copy_database(source, file, sound=True, stopped=stopped)
    rolling = [one for one in backups(path) if one.reason == ROLLING]
    # A clock that was set back must not make the new one look old.
    rolling.sort(key=lambda one: one.file != file)
    budget = budget_of(path, limit, sum(one.bytes for one in rolling))
    for one in superfluous(rolling, budget):
        # One that cannot go now goes the next time.
        with suppress(OSError):
            one.file.unlink()
    return file


def mark(connection: sqlite3.Connection) -> str:
    """Another text after anything was written: every write of ours moves the clock setting."""
    settings = connection.execute("SELECT key, value FROM jdz_settings ORDER BY key").fetchall()
    outside = connection.execute("SELECT max(rowid) FROM jdz_external").fetchone()
    return sha256(json.dumps([settings, outside]).encode())


def mark_of_file(file: Path) -> str | None:
    """The mark of a backup; ``None`` when it cannot be read."""
    try:
        with closing(connect(file, read_only=True)) as connection:
            return mark(connection)
    except (JdzError, sqlite3.Error):
        return None


def look_into(file: Path) -> Contents:
    """What a backup holds, after the whole file was read for damage.

    Raises:
        BadInput: no backup of a project, damaged, or of a newer version.
    """
    require_backup(file)
    with sentences(file), closing(connect(file, read_only=True)) as connection:
        try:
            return _contents(connection)
        except (sqlite3.OperationalError, ValueError) as error:
            told = _("{path} is no backup of a jdz_field project.").format(path=file)
            raise BadInput(told) from error


def newest_good(path: Path) -> tuple[Backup, Contents] | None:
    """The newest backup that is whole and can be read; what a restore put aside comes last."""
    found = [one for one in backups(path) if not one.encrypted]
    for one in sorted(found, key=lambda one: one.reason == "before-restore"):
        try:
            return one, look_into(one.file)
        except JdzError:
            continue
    return None


def _contents(connection: sqlite3.Connection) -> Contents:
    def count(sql: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {sql}").fetchone()[0])

    settings = {
        key: json.loads(value)
        for key, value in connection.execute("SELECT key, value FROM jdz_settings")
    }
    hlc = settings.get("hlc")
    return Contents(
        name=str(settings.get("name", "")),
        author=str(settings.get("author", "")),
        written=from_text(hlc[:24]) if hlc else None,
        schema=schema_of(connection),
        sites={kind: count(f'"{kind}" WHERE deleted = 0') for kind in SITE_KINDS},
        records=count("records WHERE deleted = 0"),
        drafts=count("jdz_draft"),
        attachments=count("photos WHERE deleted = 0") + count("tracks WHERE deleted = 0"),
        unsent=count("jdz_own WHERE open = 1 AND receipt IS NULL"),
    )
