"""Above the map while somebody is led to a place: arrow, distance, bearing, and the end of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import theme
from jdz_field.ui.finding_way import Way, bearing_words, length_words, turn_words
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import Elided, button, column, line, set_role, text, tool

_SIDE = 84


class Rose(QWidget):
    """The arrow. Above is where the person walks, or north (then it says N) while they stand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(_SIDE, _SIDE))
        self._way: Way | None = None

    @property
    def angle(self) -> float | None:
        """Degrees by which the arrow is turned, clockwise; ``None``: there is no arrow."""
        if self._way is None or self._way.arrived:
            return None
        return self._way.bearing if self._way.turn is None else self._way.turn

    def show_way(self, way: Way | None) -> None:
        """Point there; ``None``: nobody knows."""
        self._way = way
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ring, north, arrow."""
        del event
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = QPointF(_SIDE / 2, _SIDE / 2), _SIDE / 2 - 3
        known = self._way is not None
        arrived = self._way is not None and self._way.arrived
        ink = now.colour("ok" if arrived else "accent" if known else "line")
        painter.setPen(QPen(ink, 2.5))
        painter.setBrush(now.colour("ok_soft" if arrived else "surface"))
        painter.drawEllipse(middle, radius, radius)
        if arrived:
            self._tick(painter, middle)
        elif self.angle is not None and self._way is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.save()
            painter.translate(middle)
            painter.rotate(self.angle)
            tip = [QPointF(0, -28), QPointF(18, 22), QPointF(0, 12), QPointF(-18, 22)]
            painter.drawPolygon(QPolygonF(tip))
            painter.restore()
            if self._way.turn is None:
                self._north(painter)
        else:
            painter.setPen(now.colour("ink2"))
            painter.setFont(now.font("title", bold=True))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "?")

    def _tick(self, painter: QPainter, middle: QPointF) -> None:
        pen = QPen(theme.current().colour("ok"), 7)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        way = [QPointF(-18, 1), QPointF(-5, 14), QPointF(19, -13)]
        painter.drawPolyline([middle + one for one in way])

    def _north(self, painter: QPainter) -> None:
        now = theme.current()
        font = now.font("caption", bold=True)
        font.setPixelSize(13)
        painter.setFont(font)
        box = QRectF(_SIDE / 2 - 10, 0, 20, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("surface"))
        painter.drawRect(box)
        painter.setPen(now.colour("ink"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "N")


class FindingPanel(QFrame):
    """The panel.

    Signals:
        end_wanted: the person needs it no more.
        site_wanted, receiver_wanted: to the page of the site / of the receiver.
        pace_wanted: person and goal both into view.
    """

    end_wanted = Signal()
    site_wanted = Signal()
    receiver_wanted = Signal()
    pace_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.rose = Rose()
        self.name = Elided("", "strong")
        self.far = text("", "title", wrap=False)
        self.words = text("", "secondary")
        self.end = tool("close", "", self.end_wanted.emit)
        self.site = button("", self.site_wanted.emit, kind="quiet", icon="pin")
        self.both = button("", self.pace_wanted.emit, kind="quiet", icon="map")
        self.receiver = button("", self.receiver_wanted.emit, kind="quiet", icon="satellite")
        head = line(self.name, self.end, gap=4)
        head.setStretch(0, 1)
        told = column(head, self.far, self.words, gap=0)
        whole = line(self.rose, told, gap=14)
        whole.setStretch(1, 1)
        acts = line(self.both, self.site, self.receiver, None, gap=4)
        self.setLayout(column(whole, acts, margins=10, gap=4))
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.setAccessibleName(_("The way to the site"))
        for say in (self.end.setToolTip, self.end.setAccessibleName):
            say(_("End (Esc)"))
        self.site.setText(_("Its page"))
        self.both.setText(_("Whole way"))
        self.receiver.setText(_("Set up"))

    def show_name(self, name: str, *, site: bool) -> None:
        """Whereto."""
        self.name.setText(_("To {name}").format(name=name))
        self.site.setVisible(site)

    def show_way(self, way: Way, *, replay: bool = False) -> None:
        """A position that counts; of a ``replay`` it is said that nobody stands there."""
        self.rose.show_way(way)
        self.receiver.hide()
        self.both.show()
        about = _("± {n} m").format(n=f"{way.error:.0f}" if way.error >= 1 else f"{way.error:.2f}")
        if way.arrived:
            self._say(_("You are there"), "ok")
            far = _("{distance} away, as near as the receiver can tell ({error})")
            self.words.setText(far.format(distance=length_words(way.metres), error=about))
        else:
            self._say(length_words(way.metres), "")
            parts = [bearing_words(way.bearing), about]
            if way.turn is not None:
                parts.insert(0, turn_words(way.turn))
            elif way.metres <= max(way.error, 1.0) * 2:
                parts.append(_("too coarse to lead you nearer"))
            self.words.setText(" · ".join(parts))
        if replay:
            self.words.setText(f"{_('Replay of a log, not where you are')}\n{self.words.text()}")
        set_role(self.words, "attention" if replay else "secondary")
        self._tell()

    def show_lost(self, last: Way | None, words: str, *, there: bool) -> None:
        """Nobody knows where the person is now: no arrow, and what was last known is called so."""
        self.rose.show_way(None)
        self.receiver.setVisible(not there)
        self.both.setVisible(there)
        self._say(_("No position now"), "attention")
        said = words
        if last is not None:
            known = _("last known: {distance}, {bearing}")
            said += " " + known.format(
                distance=length_words(last.metres), bearing=bearing_words(last.bearing)
            )
        self.words.setText(said)
        set_role(self.words, "secondary")
        self._tell()

    def _say(self, words: str, role: str) -> None:
        self.far.setText(words)
        ink = theme.current().colour(role or "ink").name()
        self.far.setStyleSheet(f"color: {ink};")
        set_role(self, "card")

    def _tell(self) -> None:
        self.setAccessibleDescription(f"{self.name.text()}: {self.far.text()}, {self.words.text()}")
        give(self.end, "close", "ink")
