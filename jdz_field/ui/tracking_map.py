"""Brings tracks onto the map: one's own as it grows, today's, and those that were asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from jdz_field.core.clock import utc_now
from jdz_field.geo.tracks import Track
from jdz_field.operations import tracks
from jdz_field.operations.tracks_recording import Recording, day_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import TrackEntry
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.track_layer import Line, TailLayer, TrackLayer
from jdz_field.ui.map.view import Margins
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.tracking import Tracking

_LIVE = "live"
#: Pixels around a track that was brought into view.
_AIR = 60


class TracksOnMap(QObject):
    """What of tracks the map shows.

    Attributes:
        layer: what the map paints of tracks; ``tail``: the newest points of the one that grows.
        shown: ids of the tracks that are shown.

    Signals:
        changed: other tracks are shown.
    """

    changed = Signal()

    def __init__(self, app: AppContext, tracking: Tracking, on: MapWidget) -> None:
        super().__init__(tracking)
        self._app, self._tracking, self._map = app, tracking, on
        self.layer, self.tail = TrackLayer(), TailLayer()
        self.shown: set[str] = set()
        self._drawn: Recording | None = None
        on.add_layer(self.layer, below=True)
        on.add_layer(self.tail)
        tracking.grown.connect(self._grown)
        tracking.sealed.connect(self.show_track)
        app.changed.connect(self._drop_deleted)

    def begin(self) -> None:
        """Show one's own tracks of today, unless the window is closed already."""
        if self._app.tracks_on_map is not self:
            return
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
                self._map.render_now()
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
        self._map.render_now()
        self.changed.emit()

    def _go_to(self, key: str) -> None:
        line = self.layer.lines.get(key)
        bounds = line.bounds() if line is not None else None
        if bounds is not None:
            m = self._map.margins
            air = Margins(m.left + _AIR, m.top + _AIR, m.right + _AIR, m.bottom + _AIR)
            self._map.move_to(self._map.view.fitted(bounds, air))

    def _grown(self) -> None:
        recording, line = self._tracking.recording, self.tail.line
        if recording is None or recording is not self._drawn:
            self._drawn, self.tail.line, line = recording, None, None
            self.layer.lines.pop(_LIVE, None)
        if recording is not None:
            if line is None:
                line = self.tail.line = Line(recording.person, own=True)
                self.layer.lines[_LIVE] = line
            before = line.whole()
            line.grow(recording.segments)
            if line.whole() == before:
                self._map.update()
                return
        # What lies in the cached picture is another: a chunk is whole, a stretch begins.
        self._map.render_now()

    def _drop_deleted(self) -> None:
        if self.shown:
            there = {one.id for one in self._app.reader.tracks()}
            for gone in self.shown - there:
                self.hide_track(gone)
