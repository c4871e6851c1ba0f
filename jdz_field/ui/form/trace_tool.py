"""Drawing a line or an area on the map: tap adds, drag moves, keys do both."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import shapely
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen

from jdz_field.ui import theme
from jdz_field.ui.form.lexical import Vertex, rounded
from jdz_field.ui.form.map_paint import Numbers, clipped, unit_of
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_snap import Snap, Snapper, paint_snap
from jdz_field.ui.map.base import outline
from jdz_field.ui.map.input import STILL
from jdz_field.ui.map.view import View

#: So many vertices in view are drawn as dots; more are a line alone, with the ends.
MOST_DOTS = 400
#: A segment this long, in pixels, has a handle in its middle.
HANDLE_FROM = 64.0
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class _Grip(NamedTuple):
    """What a finger has hold of: vertex ``at``, or (``new``) one to be put in there."""

    at: int
    new: bool


class TraceTool(QObject):
    """The map tool. Changes go into the ``Trace``.

    Signals:
        changed(): the vertices are others.
        chose(): another vertex is worked on.
    """

    changed = Signal()
    chose = Signal()

    def __init__(self, stage: MapStage, trace: Trace, *, readonly: bool = False) -> None:
        super().__init__(stage)
        self._stage, self._trace = stage, trace
        self.readonly = readonly
        self.drawing = True
        #: Taps fill the stretch before this vertex, instead of going on at the end.
        self.fill_at: int | None = None
        self.crossed: frozenset[int] = frozenset()
        self.broken: frozenset[int] = frozenset()
        self.snapper = Snapper(stage)
        self._snapped: Snap | None = None
        self._grip: _Grip | None = None
        self._pressed = QPointF()
        self._at: QPointF | None = None
        self._unit: tuple[int, Numbers, Numbers] = (-1, np.empty(0), np.empty(0))

    # ---- where things are
    def _pixels(self) -> tuple[Numbers, Numbers]:
        if self._unit[0] != self._trace.version:
            self._unit = (self._trace.version, *unit_of(*self._trace.arrays()))
        _version, x, y = self._unit
        view = self._stage.map.view
        px = (x - view.x) * view.scale + view.width / 2
        return px, (y - view.y) * view.scale + view.height / 2

    def _found(self, at: QPointF) -> _Grip | None:
        """The vertex, or the middle of a segment, under a finger."""
        reach = theme.current().touch() / 2
        px, py = self._pixels()
        if not len(px):
            return None
        near = np.hypot(px - at.x(), py - at.y())
        best = int(np.argmin(near))
        if near[best] <= reach:
            return _Grip(best, new=False)
        places, mx, my = self._handles()
        if len(places):
            near = np.hypot(mx - at.x(), my - at.y())
            best = int(np.argmin(near))
            if near[best] <= reach * 0.75:
                return _Grip(int(places[best]), new=True)
        return None

    def _handles(self) -> tuple[Numbers, Numbers, Numbers]:
        """Places at which a vertex can be put in, and the pixels of their handles."""
        px, py = self._pixels()
        nothing = np.empty(0)
        if len(px) < 2 or self.readonly:
            return nothing, nothing, nothing
        ring = self._trace.closed and len(px) > 2
        nx, ny = (np.roll(px, -1), np.roll(py, -1)) if ring else (px[1:], py[1:])
        ox, oy = (px, py) if ring else (px[:-1], py[:-1])
        long = np.hypot(nx - ox, ny - oy) >= HANDLE_FROM
        view = self._stage.map.view
        mx, my = (ox + nx) / 2, (oy + ny) / 2
        seen = long & (mx > 0) & (mx < view.width) & (my > 0) & (my < view.height)
        places = np.flatnonzero(seen)
        if len(places) > MOST_DOTS:
            return nothing, nothing, nothing
        return (places + 1).astype(float), mx[seen], my[seen]

    # ---- events
    def take(self, event: QEvent) -> bool:
        """Vertices are dragged; everything else moves the map."""
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            return self._key(cast("QKeyEvent", event))
        if self.readonly:
            return False
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(cast("QMouseEvent", event))
        if kind == QEvent.Type.MouseMove and self._grip is not None:
            return self._drag(cast("QMouseEvent", event))
        if kind == QEvent.Type.MouseButtonRelease and self._grip is not None:
            return self._release()
        # The second of two quick taps is neither a vertex on top of the first nor a zoom.
        return kind == QEvent.Type.MouseButtonDblClick and self.drawing

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._grip = self._found(event.position())
        if self._grip is None:
            return False
        self._stage.map.setFocus(Qt.FocusReason.MouseFocusReason)
        self._stage.map.input.by_keys = False
        self._pressed, self._at = event.position(), None
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        at = event.position()
        if self._at is None and (at - self._pressed).manhattanLength() < STILL:
            return True
        self._snapped = self.snapper.at(at)
        if self._snapped is not None:
            at = QPointF(*self._stage.map.view.at(self._snapped.lon, self._snapped.lat))
        self._at = at
        self._stage.map.update()
        return True

    def _release(self) -> bool:
        grip, at = self._grip, self._at
        self._grip = self._at = None
        self._snapped = None
        if grip is None:
            return False
        if at is not None:
            self._put(grip, at)
        elif grip.new:
            self._put(grip, self._middle_of(grip))
        else:
            self.choose(grip.at)
        return True

    def _middle_of(self, grip: _Grip) -> QPointF:
        places, mx, my = self._handles()
        found = np.flatnonzero(places == grip.at)
        if not len(found):
            return self._pressed
        return QPointF(float(mx[found[0]]), float(my[found[0]]))

    def _put(self, grip: _Grip, at: QPointF) -> None:
        vertex = self._vertex(at)
        if grip.new:
            self._trace.insert(grip.at, vertex)
        else:
            self._trace.move(grip.at, vertex)
        self._tell()

    def tap(self, at: QPointF) -> bool:
        """A tap beside everything: lets go of the chosen vertex, else adds one."""
        if self.readonly:
            return True
        if self._trace.chosen is not None:
            self.choose(None)
        elif self.drawing:
            self._add(self._vertex(at))
        return True

    def _vertex(self, at: QPointF) -> Vertex:
        """The place of a pixel, or what lies there and is meant."""
        snap = self.snapper.at(at)
        if snap is not None:
            return rounded(snap.lon, snap.lat)
        return rounded(*self._stage.map.view.lon_lat(at.x(), at.y()))

    def _middle(self) -> Vertex:
        """The place of the cross-hair."""
        snap = self.snapper.at(self._stage.map.free_middle())
        return rounded(snap.lon, snap.lat) if snap else rounded(*self._stage.map.middle())

    def _add(self, vertex: Vertex) -> None:
        if self.fill_at is None:
            self._trace.add(vertex)
        else:
            self._trace.insert(self.fill_at, vertex)
            self._trace.choose(None)
            self.fill_at += 1
        self._tell()

    # ---- acts, for keys and buttons
    def add_here(self) -> None:
        """Add a vertex in the middle."""
        self._add(self._middle())

    def move_here(self) -> None:
        """Put the chosen vertex in the middle."""
        if self._trace.chosen is not None:
            self._trace.move(self._trace.chosen, self._middle())
            self._tell()

    def insert_here(self) -> None:
        """Put a vertex in the middle of the map behind the chosen one."""
        if self._trace.chosen is not None:
            self._trace.insert(self._trace.chosen + 1, self._middle())
            self._tell()

    def delete(self) -> None:
        """Take the chosen vertex out, else the last."""
        at = self._trace.chosen
        if at is None and self._trace.vertices:
            at = len(self._trace.vertices) - 1
        if at is not None:
            chosen = self._trace.chosen
            self._trace.delete(at)
            if chosen is None:
                self._trace.choose(None)
            self._tell()

    def step(self, by: int) -> None:
        """Choose the next or previous vertex and bring it to the middle."""
        at = self._trace.step(by)
        if at is not None:
            vertex = self._trace.vertices[at]
            self._stage.map.go_to(*vertex.place, self._stage.map.view.zoom)
            self.chose.emit()
            self._stage.map.update()

    def choose(self, at: int | None) -> None:
        """Work on this vertex."""
        self._trace.choose(at)
        self.chose.emit()
        self._stage.map.update()

    def _tell(self) -> None:
        self.changed.emit()
        self.chose.emit()
        self._stage.map.update()

    def _key(self, event: QKeyEvent) -> bool:
        key, plain = Qt.Key(event.key()), not event.modifiers() & ~_KEYPAD
        if not plain or (self.readonly and key not in _STEPS):
            return False
        if key in _STEPS:
            self.step(_STEPS[key])
        elif key == Qt.Key.Key_Escape and self._trace.chosen is not None:
            self.choose(None)
        elif key in _ENTER:
            self.add_here()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete()
        elif key == Qt.Key.Key_M:
            self.move_here()
        elif key in (Qt.Key.Key_I, Qt.Key.Key_Insert):
            self.insert_here()
        else:
            return False
        self._stage.map.input.by_keys = True
        return True

    # ---- drawing
    def paint(self, painter: QPainter) -> None:
        """What is around, the line, its vertices, the cross-hair."""
        self._stage.paint_around(painter)
        view = self._stage.map.view
        px, py = self._shown_pixels()
        self._paint_line(painter, view, px, py)
        self._paint_marked(painter, px, py)
        if not self.readonly:
            self._paint_handles(painter)
        self._paint_dots(painter, view, px, py)
        if self._snapped is not None and self._at is not None:
            paint_snap(painter, self._at, self._snapped)
        if not self.readonly:
            self._stage.paint_cross(painter)

    def _shown_pixels(self) -> tuple[Numbers, Numbers]:
        """Vertices in pixels, the dragged one below the finger."""
        px, py = self._pixels()
        if self._grip is None or self._at is None:
            return px, py
        if self._grip.new:
            return (
                np.insert(px, self._grip.at, self._at.x()),
                np.insert(py, self._grip.at, self._at.y()),
            )
        px, py = px.copy(), py.copy()
        px[self._grip.at], py[self._grip.at] = self._at.x(), self._at.y()
        return px, py

    def _paint_line(self, painter: QPainter, view: View, px: Numbers, py: Numbers) -> None:
        if len(px) < 2:
            return
        now = theme.current()
        tint = QColor(now.colour("accent"))
        x, y = _thinned(px, py)
        ring = self._trace.closed and len(px) > 2
        if ring:
            x, y = np.append(x, x[0]), np.append(y, y[0])
        unit = np.column_stack(
            [
                (x - view.width / 2) / view.scale + view.x,
                (y - view.height / 2) / view.scale + view.y,
            ]
        )
        if ring and len(unit) > 3:
            soft = QColor(tint)
            soft.setAlpha(40)
            painter.fillPath(outline(clipped(shapely.Polygon(unit), view), view), soft)
        path = outline(clipped(shapely.LineString(unit), view), view) if len(unit) > 1 else None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(now.colour("halo"), 6), QPen(tint, 3)):
            painter.setPen(pen)
            painter.drawPath(path or QPainterPath())

    def _paint_marked(self, painter: QPainter, px: Numbers, py: Numbers) -> None:
        now = theme.current()
        count = len(px)
        marked = [(at, "error", Qt.PenStyle.SolidLine) for at in self.crossed]
        marked += [(at - 1, "attention", Qt.PenStyle.DashLine) for at in self.broken]
        for at, tint, style in marked:
            if at < count and self._at is None:
                end = (at + 1) % count
                painter.setPen(QPen(now.colour(tint), 5, style))
                painter.drawLine(
                    QPointF(float(px[at]), float(py[at])), QPointF(float(px[end]), float(py[end]))
                )

    def _paint_handles(self, painter: QPainter) -> None:
        if self._at is not None:
            return
        now = theme.current()
        _places, mx, my = self._handles()
        painter.setPen(QPen(now.colour("accent"), 1.5))
        painter.setBrush(now.colour("halo"))
        for x, y in zip(mx.tolist(), my.tolist(), strict=True):
            painter.drawEllipse(QPointF(x, y), 6, 6)
            painter.drawLine(QPointF(x - 3, y), QPointF(x + 3, y))
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))

    def _paint_dots(self, painter: QPainter, view: View, px: Numbers, py: Numbers) -> None:
        count = len(px)
        if not count:
            return
        now = theme.current()
        seen = (px > -20) & (px < view.width + 20) & (py > -20) & (py < view.height + 20)
        places = np.flatnonzero(seen)
        if len(places) > MOST_DOTS:
            places = np.array([at for at in (0, count - 1, self._trace.chosen or 0) if seen[at]])
        size = 6.0 * min(now.outline, 1.4)
        for at in places.tolist():
            last = at == count - 1
            painter.setPen(QPen(now.colour("accent"), 2.5))
            painter.setBrush(now.colour("accent" if last else "halo"))
            painter.drawEllipse(QPointF(float(px[at]), float(py[at])), size, size)
        chosen = self._trace.chosen
        if chosen is not None and chosen < count:
            at_pixel = QPointF(float(px[chosen]), float(py[chosen]))
            painter.setBrush(now.colour("attention"))
            painter.setPen(QPen(now.colour("halo"), 3))
            painter.drawEllipse(at_pixel, size + 5, size + 5)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_STEPS = {
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_N: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_P: -1,
}


def _thinned(px: Numbers, py: Numbers) -> tuple[Numbers, Numbers]:
    """Without vertices that fall on the pixel of the one before them."""
    if len(px) < 3:
        return px, py
    x, y = np.round(px), np.round(py)
    keep = np.ones(len(px), dtype=bool)
    keep[1:-1] = (x[1:-1] != x[:-2]) | (y[1:-1] != y[:-2])
    return px[keep], py[keep]
