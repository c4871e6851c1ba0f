"""The pile on the map: tracks, photos with their gap in seconds, and the sites they go to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHideEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from jdz_field.geo.tiles import basemaps
from jdz_field.store.queries import MapPoint
from jdz_field.ui.context import AppContext
from jdz_field.ui.map.track_layer import Line, TrackLayer
from jdz_field.ui.map.view import Margins, View
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.photos.plan import Pile, Shot
from jdz_field.ui.theme import current

_DOT = 7.0
#: With more photos in sight their gaps would cover each other.
_TOLD = 60
#: Degrees around the photos within which sites are shown; nearer than this it is not zoomed in.
_AROUND, _LEAST = 0.02, 0.0008

Places = dict[str, tuple[float, float]]


class PhotoLayer:
    """The photos that have a position; ``sites`` are places (degrees) by id."""

    def __init__(self, chosen: Callable[[str], None]) -> None:
        self.shots: list[Shot] = []
        self.sites: Places = {}
        self._chosen = chosen

    def paint(self, painter: QPainter, view: View) -> None:
        """A line to the site it goes to, a dot, and the seconds to the track."""
        theme = current()
        seen = [(shot, at) for shot in self.shots if (at := _seen(view, shot)) is not None]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("ink2"), 1.5, Qt.PenStyle.DashLine))
        for shot, at in seen:
            place = self.sites.get(shot.site or "")
            if place is not None:
                painter.drawLine(at, QPointF(*view.at(*place)))
        for shot, at in seen:
            paint_dot(painter, shot, at)
        told: list[QRectF] = []
        for shot, at in seen if len(seen) <= _TOLD else ():
            box = _box(shot, at)
            # A figure that covers another one tells nothing; tapping the photo tells its own.
            if box is not None and not any(box.intersects(other) for other in told):
                told.append(box)
                _tell(painter, shot, box)

    def tap(self, at: QPointF, view: View) -> bool:
        """Choose the photo under a finger."""
        reach = current().touch() / 2
        found = [(_far(view, shot, at), shot.key) for shot in self.shots]
        near = min(found, default=(math.inf, ""))
        if near[0] > reach:
            return False
        self._chosen(near[1])
        return True


class MarkedLayer:
    """The photo that is chosen in the list."""

    def __init__(self) -> None:
        self.shot: Shot | None = None

    def paint(self, painter: QPainter, view: View) -> None:
        """Larger than the others."""
        at = _seen(view, self.shot) if self.shot is not None else None
        if self.shot is None or at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_dot(painter, self.shot, at, _DOT + 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(current().colour("ink"), 2.5))
        painter.drawEllipse(at, _DOT + 8, _DOT + 8)
        box = _box(self.shot, at)
        if box is not None:
            _tell(painter, self.shot, box)


def paint_dot(painter: QPainter, shot: Shot, at: QPointF, size: float = _DOT) -> None:
    """A photo: its own position in the accent colour, the track's in celadon."""
    theme = current()
    painter.setPen(QPen(theme.colour("halo"), 2))
    painter.setBrush(theme.colour("accent" if shot.source == "exif" else "celadon_fill"))
    painter.drawEllipse(at, size, size)


def _words(shot: Shot) -> str:
    match = shot.placed.match if shot.placed is not None else None
    return "" if match is None else f"{match.gap_s:.0f} s"


def _box(shot: Shot, at: QPointF) -> QRectF | None:
    """Where the seconds of a photo stand; ``None`` when it is not the track that places it."""
    words = _words(shot)
    if not words:
        return None
    metrics = QFontMetricsF(current().font("caption", bold=True))
    wide, high = metrics.horizontalAdvance(words) + 8, metrics.height()
    return QRectF(at.x() + 14, at.y() - high / 2, wide, high)


def _tell(painter: QPainter, shot: Shot, box: QRectF) -> None:
    theme = current()
    ground = QColor(theme.colour("surface"))
    ground.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.colour("ink"))
    painter.setFont(theme.font("caption", bold=True))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), _words(shot))


def _seen(view: View, shot: Shot) -> QPointF | None:
    if shot.position is None:
        return None
    x, y = view.at(*shot.position)
    inside = -40 <= x <= view.width + 40 and -40 <= y <= view.height + 40
    return QPointF(x, y) if inside else None


def _far(view: View, shot: Shot, at: QPointF) -> float:
    if shot.position is None:
        return math.inf
    x, y = view.at(*shot.position)
    return math.hypot(x - at.x(), y - at.y())


class PhotoMap(QWidget):
    """The map of a pile; what is shown fits when the pile is another.

    Signals:
        chosen(str): the key of the photo that was tapped.
    """

    chosen = Signal(str)

    def __init__(
        self, app: AppContext, points: Sequence[MapPoint], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.app, self._points = app, points
        self.photos, self.marked = PhotoLayer(self.chosen.emit), MarkedLayer()
        self.tracks = TrackLayer()
        self._map: MapWidget | None = None
        self._bounds: tuple[float, float, float, float] | None = None
        self._fitted: tuple[float, float, float, float] | None = None
        self._at = 0
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    @property
    def map(self) -> MapWidget:
        """The map; made anew after its files were let go."""
        if self._map is None:
            sources, _troubles = basemaps(self.app.path / "basemaps")
            self._map = MapWidget(self.app.jobs, sources, self)
            self._map.trouble.connect(self.app.toast)
            self._map.add_layer(self.tracks, below=True)
            self._map.add_layer(self.photos)
            self._map.add_layer(self.marked)
            self._box.addWidget(self._map)
            self._fitted = None
        return self._map

    def put(self, pile: Pile) -> None:
        """Show the photos that have a position, the tracks, and the sites around."""
        self.photos.shots = [shot for shot in pile.shots if shot.position is not None]
        lines = {str(track.file): track for track in pile.tracks}
        kept = {key: line for key, line in self.tracks.lines.items() if key in lines}
        new = {k: Line.of(track.segments, k) for k, track in lines.items() if k not in kept}
        self.tracks.lines = kept | new
        self._bounds = self._extent()
        self._show()

    def mark(self, shot: Shot | None) -> None:
        """Make this photo stand out, and bring it into sight."""
        self.marked.shot = shot
        if self._map is None:
            return
        place = shot.position if shot is not None else None
        if place is not None and not self._map.in_sight(*place):
            self._map.go_to(*place, self._map.view.zoom)
        self._map.redraw_layer(self.marked)

    def next(self, step: int = 1) -> None:
        """Choose the next photo of those on the map."""
        if self.photos.shots:
            self._at = (self._at + step) % len(self.photos.shots)
            self.chosen.emit(self.photos.shots[self._at].key)

    def showEvent(self, event: QShowEvent) -> None:
        """Only a map that is seen holds its files."""
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the base maps go."""
        super().hideEvent(event)
        self.close_files()

    def close_files(self) -> None:
        """Let the base maps go; the map is made anew when it is seen again."""
        if self._map is not None:
            self._map.close_files()
            self._map.hide()
            self._map.deleteLater()
            self._map = None

    def _show(self) -> None:
        if not self.isVisible():
            return
        there = self.map
        sites = self._near() if self._bounds is not None else []
        self.photos.sites = {point.id: (point.lon, point.lat) for point in sites}
        there.set_places(sites)
        if self._bounds is not None and self._bounds != self._fitted:
            self._fitted = self._bounds
            there.resize(self.size())
            there.set_view(there.view.fitted(self._bounds, Margins(48, 48, 60, 48)))
        there.redraw_layer(self.tracks)
        there.update()

    def _extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of photos, else of tracks (degrees)."""
        spots = [shot.position for shot in self.photos.shots if shot.position is not None]
        if not spots:
            for line in self.tracks.lines.values():
                box = line.bounds()
                spots += [box[:2], box[2:]] if box is not None else []
        if not spots:
            return None
        lons, lats = [spot[0] for spot in spots], [spot[1] for spot in spots]
        west, east, south, north = min(lons), max(lons), min(lats), max(lats)
        wide = max(0.0, _LEAST - (east - west)) / 2
        high = max(0.0, _LEAST - (north - south)) / 2
        return west - wide, south - high, east + wide, north + high

    def _near(self) -> list[MapPoint]:
        assert self._bounds is not None
        west, south, east, north = self._bounds
        return [
            point
            for point in self._points
            if west - _AROUND <= point.lon <= east + _AROUND
            and south - _AROUND <= point.lat <= north + _AROUND
        ]
