"""A small map in the question: the answer among the site, the sites around and the counties."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.tiles import from_unit
from jdz_field.ui import theme
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.map_paint import bounds_of, paint_dot, paint_own, shape_of
from jdz_field.ui.map.base import paint_counties, paint_graticule
from jdz_field.ui.map.base import paint_names as paint_county_names
from jdz_field.ui.map.points import PointIndex
from jdz_field.ui.map.symbols import boxes, paint_labels, paint_shown
from jdz_field.ui.map.view import CITY, Margins, View, round_length
from jdz_field.ui.theme import RADIUS

_HEIGHT = 168
#: How close a single place is shown.
_CLOSE = 15.0
_CLOSEST = 18.5
#: The site is kept in the picture when it is at most so many times the answer's zoom away.
_WIDEST = 12.5


class PlacePreview(QAbstractButton):
    """The picture; a tap opens the map. Hidden while there is nothing to show."""

    def __init__(self, desk: PlaceDesk, *, closed: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._desk, self._closed = desk, closed
        self._vertices: Sequence[Vertex] = ()
        self._index: PointIndex | None = None
        self._picture: QPixmap | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("The answer on the map"))
        self.setToolTip(_("Open the map"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def put(self, vertices: Sequence[Vertex]) -> None:
        """Show these; none hides it."""
        self._vertices = tuple(vertices)
        self._picture = None
        self.setVisible(bool(vertices))
        self.update()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(320, _HEIGHT)

    def _view(self) -> View:
        start = View(0.825, 0.416, 9, self.width(), self.height()).fitted(CITY)
        own = shape_of(self._vertices)
        if own is None:
            return start
        site = self._desk.site_place
        shapes = [own] if site is None else [own, shape_of([Vertex(*site)])]
        for some in (shapes, [own]):
            bounds = bounds_of(shape for shape in some if shape is not None)
            if bounds is None:
                continue
            (west, north), (east, south) = from_unit(*bounds[:2]), from_unit(*bounds[2:])
            view = start.fitted((west, south, east, north), Margins(40, 36, 40, 36))
            most = _CLOSE if bounds[:2] == bounds[2:] or len(self._vertices) < 2 else _CLOSEST
            if view.zoom > most:
                view = view.centred((west + east) / 2, (north + south) / 2, most)
            if view.zoom >= _WIDEST or some is not shapes:
                return view
        return start

    def _render(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(theme.current().colour("sea"))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = self._view()
        paint_counties(painter, view)
        paint_graticule(painter, view)
        if self._index is None:
            self._index = PointIndex.of(self._desk.places())
        shown = self._index.shown(view)
        paint_shown(painter, self._index, shown, ratio)
        paint_county_names(painter, view, boxes(shown))
        paint_labels(painter, self._index, shown, view.zoom)
        paint_own(painter, view, self._vertices, closed=self._closed)
        if len(self._vertices) == 1:
            at = QPointF(*view.at(*self._vertices[0].place))
            paint_dot(painter, at)
        _paint_scale(painter, view)
        painter.end()
        return made

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with round corners, framed."""
        del event
        wanted = self.size() * self.devicePixelRatioF()
        if self._picture is None or self._picture.size() != wanted:
            self._picture = self._render()
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(box, RADIUS, RADIUS)
        painter.setClipPath(path)
        painter.drawPixmap(0, 0, self._picture)
        painter.setClipping(False)
        focused = self.hasFocus()
        painter.setPen(QPen(now.colour("accent" if focused else "line"), 3 if focused else 1))
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def changeEvent(self, event: QEvent) -> None:
        """Another theme or language: draw anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self._picture = None


def _paint_scale(painter: QPainter, view: View) -> None:
    """A bar with its length, at the lower left."""
    now = theme.current()
    metres = round_length(90 * view.metres_per_pixel())
    length = metres / view.metres_per_pixel()
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    font = now.font("caption")
    painter.setFont(font)
    left, bottom = 12.0, view.height - 12.0
    for pen in (QPen(now.colour("halo"), 5), QPen(now.colour("ink"), 2)):
        painter.setPen(pen)
        painter.drawLine(QPointF(left, bottom), QPointF(left + length, bottom))
    height = QFontMetricsF(font).height()
    box = QRectF(left, bottom - height - 3, 200, height)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, words)
