"""An open project: the one way to everything that a project folder holds."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.clock import Now, to_text, utc_now
from jdz_field.core.ids import new_id
from jdz_field.store import opening
from jdz_field.store.danger import Dangers
from jdz_field.store.external import External
from jdz_field.store.fates import Fates
from jdz_field.store.forms import Forms
from jdz_field.store.history import History
from jdz_field.store.ledgers import LedgerReads
from jdz_field.store.past import Past
from jdz_field.store.syncing import Syncing
from jdz_field.store.tracks import Tracks
from jdz_field.store.upkeep import Upkeep


class Project(Tracks, Dangers, LedgerReads, Past, History, Syncing, External, Upkeep, Forms, Fates):
    """One open project folder: ``field.gpkg``, ``files/``, ``basemaps/``, ``backups/``.

    Belongs to the thread that opened it. Every writing method is one transaction: when it
    returns, everything is on the disk; when it raises, nothing changed.
    """

    @classmethod
    def create(
        cls, path: Path, *, name: str, author: str, sample: bool = False, now: Now = utc_now
    ) -> Project:
        """Make a project in a folder and open it; ``sample`` marks it as invented throughout.

        Raises:
            BadInput: there is a project already.
            Unavailable: the disk refuses.
        """
        settings: dict[str, Any] = {
            "device": new_id(),
            "device_epoch": new_id(),
            "author": author,
            "name": name,
            "sample": sample,
            "created": to_text(now()),
        }
        opening.create(path, settings, to_text(now()))
        return cls.open(path, now=now)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, now: Now = utc_now) -> Project:
        """Open the project in a folder; an older one is backed up and upgraded first.

        Raises:
            BadInput: no project there, one of a newer version, or a damaged file.
            Unavailable: the disk or another program refuses.
        """
        db = opening.open_file(path, read_only=read_only, stamp=to_text(now()))
        project = cls(path, db, now)
        if not read_only:
            project.notice_external()
        return project

    def close(self) -> None:
        """Close; the write-ahead log goes into the file, so that it can be carried away."""
        self._db.close()

    def __enter__(self) -> Project:
        """The project itself; leaving closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def counts(self) -> dict[str, Any]:
        """Sites by kind, records by state, attachments, drafts, changes without receipt, schema."""
        return {
            "sites": {
                kind: self._db.value(f'SELECT count(*) FROM "{kind}" WHERE deleted = 0')  # noqa: S608
                for kind in SITE_KINDS
            },
            "records": self.record_states(),
            "attachments": self._db.value(
                "SELECT (SELECT count(*) FROM photos WHERE deleted = 0)"
                " + (SELECT count(*) FROM tracks WHERE deleted = 0)"
            ),
            "drafts": self._db.value("SELECT count(*) FROM jdz_draft"),
            "unsent": self._db.value(
                "SELECT count(*) FROM jdz_own WHERE open = 1 AND receipt IS NULL"
            ),
            "schema": opening.schema_of(self._db),
        }

    def data_version(self) -> int:
        """Another number after another connection wrote; to notice the command line's writes."""
        return int(self._db.value("PRAGMA data_version"))
