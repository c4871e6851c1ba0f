"""Keeping a project well: locks, backups, checks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from jdz_field.core.clock import Now, from_text, local_text, to_text, utc_now
from jdz_field.core.errors import BadInput, Damaged, Unavailable
from jdz_field.core.i18n import _
from jdz_field.store import backup, check, rolling
from jdz_field.store.base import Base
from jdz_field.store.lock import Busy, Lock, WindowLock, hold


class Upkeep(Base):
    """Locks, backups and checks of an open project."""

    def lock_window(self) -> WindowLock:
        """Make this the project's one window, until it is released or the process ends.

        Raises:
            Unavailable: another window has the project; the sentence says whose.
        """
        try:
            return self._hold("window")
        except Busy as busy:
            raise Unavailable(
                _(
                    "The project {path} is open in another window ({who}, process {pid} on"
                    " {host}, since {since}); use that one, or close it first."
                ).format(path=self.path, **_described(busy))
            ) from busy

    def lock_sync(self) -> Lock:
        """Be the only one that syncs this project; ``Unavailable`` when a sync is at work."""
        try:
            return self._hold("sync")
        except Busy as busy:
            raise Unavailable(
                _(
                    "Another sync of {path} is at work ({who}, process {pid} on {host}, since"
                    " {since}); wait for its end."
                ).format(path=self.path, **_described(busy))
            ) from busy

    def _hold(self, what: str) -> Lock:
        return hold(self.path / f".{what}.lock", self.author, to_text(self.now()))

    def backup(self, reason: str = "") -> Path:
        """Write a whole copy of the database into ``backups/`` and return its place.

        Of the copies with one reason, the newest ten stay; rolling ones go by their age.

        Raises:
            Damaged: the database is broken; no older copy went.
            Unavailable: the disk refuses.
        """
        file = backup.name_of_backup(self.path, to_text(self.now()), reason)
        backup.copy_database(self._db.connection, file, sound=True)
        backup.thin_out(file)
        return file

    def roll_backup(self, stopped: Callable[[], bool] = lambda: False) -> Path | None:
        """A rolling backup unless nothing changed since the last one, which gives ``None``.

        The setting ``backup_bytes`` bounds their size; ``stopped`` ends a long copy. Needs no
        write access to the database.

        Raises:
            Damaged: the database is broken; every older backup stays.
            Unavailable: the disk refuses; every older backup stays.
            backup.Stopped: ``stopped()`` said so.
        """
        return rolling.roll(
            self._db.connection,
            self.path,
            to_text(self.now()),
            self.get_setting("backup_bytes"),
            stopped,
        )

    def is_whole(self) -> bool:
        """Whether the database file is intact: SQLite looks through every page (not the log)."""
        try:
            return bool(self._db.value("PRAGMA quick_check(1)") == "ok")
        except Damaged:
            return False

    def check(self) -> list[str]:
        """Sentences about everything that is wrong; none when the project is sound.

        The log is replayed and compared with every row, the file, its indexes, the batches and
        the attachments are looked at. At most 200 sentences.
        """
        if not self._db.read_only:
            with self._write():
                pass  # Edits from outside become changes first.
        found: list[str] = []
        with self._db.snapshot():
            try:
                found.extend(islice(check.problems(self._db, self.path), check.MOST))
            except BadInput as error:
                # So damaged that not even looking works to the end.
                found.append(str(error))
        return found

    @classmethod
    def restore(cls, backup_file: Path, path: Path, *, now: Now = utc_now) -> Path | None:
        """Put a backup in the place of the database in this folder; nothing is overwritten.

        Returns where the old database was kept, ``None`` when there was none. The device draws a
        new epoch. Close the project before.

        Raises:
            BadInput: no backup of a project, damaged, or of a newer version.
            Unavailable: a window has the project open, or the disk refuses.
        """
        backup.require_backup(backup_file)
        backup.make_folders(path)
        try:
            with hold(path / ".window.lock", "restore", to_text(now())):
                return backup.restore(backup_file, path, to_text(now()))
        except Busy as busy:
            raise Unavailable(
                _("The project {path} is open in a window; close it first.").format(path=path)
            ) from busy


def _described(busy: Busy) -> dict[str, str]:
    holder = busy.holder
    since = holder.get("since")
    return {
        "who": str(holder.get("who") or "?"),
        "pid": str(holder.get("pid") or "?"),
        "host": str(holder.get("host") or "?"),
        "since": local_text(from_text(since)) if since else "?",
    }
