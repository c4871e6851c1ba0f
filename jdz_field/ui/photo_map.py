"""Brings the photos of the project onto the map, and keeps them up to date."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from jdz_field.core.sites import Attachment
from jdz_field.operations.declination import Declination, declination
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.photo_layer import PhotoLayer
from jdz_field.ui.map.widget import MapWidget


class PhotosOnMap(QObject):
    """Reads the photos' places in the reading lane, a little after each change."""

    def __init__(self, app: AppContext, on: MapWidget) -> None:
        super().__init__(on)
        self._app, self._map = app, on
        self.layer = PhotoLayer()
        on.add_layer(self.layer, below=True)
        self._soon = QTimer(self, singleShot=True, interval=400)
        self._soon.timeout.connect(self.load)
        app.changed.connect(self._soon.start)

    def show_cones(self, shown: bool) -> None:
        """Draw where photos look, or only where they were taken."""
        self.layer.cones = shown
        self._map.redraw_layer(self.layer)

    def load(self) -> None:
        """Read them now."""
        self._app.ask(_placed, self, self._take)

    def _take(self, found: tuple[list[Attachment], Declination | None]) -> None:
        if self.layer.put(*found):
            self._map.redraw_layer(self.layer)


def _placed(project: Project) -> tuple[list[Attachment], Declination | None]:
    found = [one for one in project.attachments() if one.lon is not None]
    return found, declination(project)
