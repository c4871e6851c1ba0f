"""Brings tracks onto the map: one's own as it grows, today's, and those that were asked for."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from jdz_field.core.clock import utc_now
from jdz_field.geo.tracks import Track
from jdz_field.operations import tracks
from jdz_field.operations.tracks_recording import day_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import TrackEntry
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.track_layer import Line, TrackLayer
from jdz_field.ui.map.view import Margins, View
from jdz_field.ui.tracking import Tracking

_LIVE = "live"
#: Pixels around a track that was brought into view.
_AIR = 60


class LayeredMap(Protocol):
    """What is asked of the map."""

    view: View
    margins: Margins

    def add_layer(self, layer: TrackLayer) -> None:
        """Paint a layer with the map."""

    def move_to(self, view: View) -> None:
        """Glide to a view."""

    def update(self) -> None:
        """Paint anew."""


class TracksOnMap(QObject):
    """What of tracks the map shows.

    Attributes:
        layer: what the map paints.
        shown: ids of the tracks that are shown.

    Signals:
        changed: other tracks are shown.
    """

    changed = Signal()

    def __init__(self, app: AppContext, tracking: Tracking, on: LayeredMap) -> None:
        super().__init__(tracking)
        self._app, self._tracking, self._map = app, tracking, on
        self.layer = TrackLayer()
        self.shown: set[str] = set()
        on.add_layer(self.layer)
        tracking.grown.connect(self._grown)
        tracking.sealed.connect(self.show_track)
        app.changed.connect(self._drop_deleted)

    def begin(self) -> None:
        """Show one's own tracks of today."""
        start, end = tracks.day_bounds(day_of(utc_now()))
        person = self._tracking.person()
        if person:
            for entry in self._app.reader.tracks(start=start, end=end, person=person):
                self.show_track(entry)

    def show_track(self, entry: TrackEntry, *, go: bool = False) -> None:
        """Draw a track; with ``go`` bring it into view."""
        if entry.id in self.shown:
            if go:
                self._go_to(entry.id)
            return
        self.shown.add(entry.id)

        def read(reader: Project) -> Track:
            return tracks.read_entry(reader, entry)

        def done(track: Track) -> None:
            if entry.id in self.shown:
                self.layer.lines[entry.id] = Line.of(track.segments, entry.person)
                self._map.update()
                if go:
                    self._go_to(entry.id)

        def failed(error: Exception) -> None:
            self.hide_track(entry.id)
            self._app.say_failure(error)

        self._app.ask(read, self, done, failed)
        self.changed.emit()

    def hide_track(self, track_id: str) -> None:
        """Draw it no more."""
        self.shown.discard(track_id)
        self.layer.lines.pop(track_id, None)
        self._map.update()
        self.changed.emit()

    def _go_to(self, key: str) -> None:
        line = self.layer.lines.get(key)
        bounds = line.bounds() if line is not None else None
        if bounds is not None:
            m = self._map.margins
            air = Margins(m.left + _AIR, m.top + _AIR, m.right + _AIR, m.bottom + _AIR)
            self._map.move_to(self._map.view.fitted(bounds, air))

    def _grown(self) -> None:
        recording = self._tracking.recording
        if recording is None:
            self.layer.lines.pop(_LIVE, None)
        else:
            self.layer.lines[_LIVE] = Line.of(recording.segments, recording.person, own=True)
        self._map.update()

    def _drop_deleted(self) -> None:
        if self.shown:
            there = {one.id for one in self._app.reader.tracks()}
            for gone in self.shown - there:
                self.hide_track(gone)
