"""Says once a day that the disk is not encrypted; asked in the background, never in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.operations.disk import UNKNOWN, YES, Disk, disk_of
from jdz_field.ui.context import AppContext
from jdz_field.ui.preferences import Preferences

Ask = Callable[[], Disk]


class DiskNotice(QObject):
    """Asks once for each window; the answer goes to ``AppContext.disk``."""

    def __init__(self, app: AppContext, preferences: Preferences, ask: Ask | None = None) -> None:
        super().__init__(app)
        self._app, self._preferences = app, preferences
        folder = app.path
        self._invented, self._over = app.reader.sample, False
        self._ask = ask or (lambda: disk_of(folder))

    def begin(self) -> None:
        """Ask the system."""
        self._app.jobs.without_store(self._ask, self, self._told, self._silent)

    def stop(self) -> None:
        """The window goes: an answer that comes later is nobody's."""
        self._over = True

    def _told(self, disk: Disk) -> None:
        if self._over:
            return
        self._app.disk = disk
        self._app.person_changed.emit()
        today = f"{utc_now().astimezone(BEIJING):%Y-%m-%d}"
        # An invented project names nobody.
        if disk.state == YES or self._invented or self._preferences.disk_warned == today:
            return
        self._preferences.disk_warned = today
        self._preferences.save()
        self._app.toast(disk.sentence)

    def _silent(self, _error: Exception) -> None:
        self._told(Disk(UNKNOWN))
