"""What every part of an open project shares: the connection, the settings, the clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jdz_field.core.clock import HybridClock, Now, to_text
from jdz_field.store.db import Database

#: Name of the GeoPackage inside a project folder.
FILE = "field.gpkg"
#: Folders beside it.
FOLDERS = ("files", "basemaps", "backups")

_TOUCHED = "SELECT 1 FROM jdz_external WHERE taken IS NULL LIMIT 1"


class Base:
    """Settings and stamps of an open project.

    Attributes:
        path: the project folder.
        now: the clock; ``now()`` is zone-aware UTC.
    """

    def __init__(self, path: Path, db: Database, now: Now) -> None:
        self.path = path
        self.now = now
        self._db = db
        self._clock = HybridClock(self.device, now)

    def get_setting(self, key: str, default: Any = None) -> Any:
        """A setting of this project (any JSON value)."""
        found = self._db.value("SELECT value FROM jdz_settings WHERE key = ?", (key,))
        return default if found is None else json.loads(found)

    def set_setting(self, key: str, value: Any) -> None:
        """Store a setting (any JSON value)."""
        text = json.dumps(value, ensure_ascii=False)
        with self._db.write():
            self._db.run("INSERT OR REPLACE INTO jdz_settings VALUES (?, ?)", (key, text))

    @property
    def device(self) -> str:
        """Id of this device in this project."""
        return str(self.get_setting("device", ""))

    @property
    def device_epoch(self) -> str:
        """Drawn anew by every restore; batches are numbered within it."""
        return str(self.get_setting("device_epoch", ""))

    @property
    def author(self) -> str:
        """The person who works here."""
        return str(self.get_setting("author", ""))

    @property
    def name(self) -> str:
        """Name of the project."""
        return str(self.get_setting("name", ""))

    @property
    def sample(self) -> bool:
        """Whether everything in it is invented."""
        return bool(self.get_setting("sample", False))

    @property
    def server(self) -> str | None:
        """Address of the centre, once enrolled."""
        found = self.get_setting("server")
        return None if found is None else str(found)

    def _absorb(self, now: str) -> None:
        """Turn edits from outside into changes; the part that edits knows how."""

    @contextmanager
    def _write(self) -> Iterator[str]:
        """One transaction with stamps that rise over all processes; gives its time as text."""
        outermost = not self._db.writing
        with self._db.write():
            if outermost:
                self._clock = HybridClock(self.device, self.now)
                last = self.get_setting("hlc")
                if last:
                    self._clock.resume(last)
            now = to_text(self.now())
            if outermost and self._db.row(_TOUCHED):
                self._absorb(now)
            yield now
            if outermost:
                self.set_setting("hlc", self._clock.tick())
