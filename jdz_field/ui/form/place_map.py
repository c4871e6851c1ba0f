"""A position picked on the map: the map moves below a pin that stays in the middle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.geo.counties import county_at
from jdz_field.geo.tracks import distance_m
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.lexical import Vertex, rounded
from jdz_field.ui.form.map_paint import Feature, shape_of
from jdz_field.ui.form.map_stage import CLOSE, MapStage
from jdz_field.ui.form.marked import plain
from jdz_field.ui.map.input import KEY, STEP
from jdz_field.ui.map.symbols import paint_pin
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text
from jdz_field.xforms.view import Node

#: A place farther than this from the site is asked about in words, metres.
FAR = 1000.0
#: An arrow key with Shift moves the map by this share of its step.
_FINE = 0.1
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def shown_distance(metres: float) -> str:
    """``35 m`` or ``2.4 km``."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"


class _Pin:
    """The tool: a tap brings its place to the middle, Enter takes what is there."""

    def __init__(self, page: PointMapPage) -> None:
        self._page = page

    def take(self, event: QEvent) -> bool:
        """Enter takes; Shift and arrows move by a hair."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._page.key(event)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._page.stage.map.zoom_by(KEY)
            return True
        return False

    def tap(self, at: QPointF) -> bool:
        """The tapped place glides to the pin."""
        self._page.bring(at)
        return True

    def paint(self, painter: QPainter) -> None:
        """What is around, then the pin."""
        stage = self._page.stage
        stage.paint_around(painter)
        stage.paint_cross(painter)
        paint_pin(painter, stage.middle())


class PointMapPage(QWidget):
    """Above the form: pick a position.

    Signals:
        taken(object): the ``Vertex`` that was picked; the one that was there when it did not move.
    """

    full = True
    taken = Signal(object)

    def __init__(
        self, desk: PlaceDesk, node: Node, present: Vertex | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._node, self._present = desk, node, present
        self._moved = present is None
        self.stage = MapStage(desk, desk.others(node.ref))
        self.stage.map.tool = _Pin(self)
        self.stage.map.view_changed.connect(self._show)
        self.where = text("", "strong")
        self.about = text("", "secondary")
        self.take = button(_("Take this point"), self._take, kind="primary", icon="check")
        self.take.setToolTip(_("Take this point (Enter)"))
        self.back = button(_("Leave it as it is"), desk.close, key="Esc")
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.setSpacing(12)
        words = column(self.where, self.about, gap=2)
        self._foot.addLayout(words, 1)
        self._foot.addLayout(line(self.back, self.take))
        self._foot.setContentsMargins(16, 10, 16, 10)
        foot = boxed(self._foot, "bar")
        whole = column(self.stage, foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self._begun = False

    def title(self) -> str:
        """The question."""
        return plain(self._node.label) or self._node.name

    def leave(self) -> bool:
        """Nothing is taken."""
        self.stage.close_map()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the answer, the site, or where the person is."""
        super().showEvent(event)
        if not self._begun:
            # Once the page has its size and the sheet has given the focus away.
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self._present is not None:
            self.stage.map.go_to(*self._present.place, CLOSE)
        else:
            self.stage.show_first([])
        self._begun, self._moved = True, self._present is None
        self._show()
        self.stage.map.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons beside the words, or below them."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        narrow = event.size().width() < 900
        self._foot.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    # ---- moving
    def bring(self, at: QPointF) -> None:
        """Bring a pixel's place below the pin."""
        away = self.stage.middle() - at
        self.stage.map.move_to(self.stage.map.view.panned(away.x(), away.y()))

    def key(self, event: QKeyEvent) -> bool:
        """Keys that the map itself does not know."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take()
            return True
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = STEP * _FINE
            self.stage.map.set_view(self.stage.map.view.panned(way[0] * step, way[1] * step))
            return True
        return False

    def picked(self) -> Vertex:
        """What would be taken now: drawn, so without height and accuracy (as ODK Collect)."""
        if not self._moved and self._present is not None:
            return self._present
        return rounded(*self.stage.map.middle())

    def _show(self) -> None:
        if not self._begun:
            return
        middle = self.stage.map.middle()
        present = self._present
        if present is not None and not self._moved:
            self._moved = distance_m(*middle, *present.place) > 0.02
        place = self.picked()
        self.where.setText(self._desk.shown(*place.place))
        code = county_at(*place.place)
        words = [code_list("county").label(code) if code else _("Outside the city")]
        far = False
        if self._desk.site_place is not None:
            metres = distance_m(*place.place, *self._desk.site_place)
            words.append(_("{distance} from the site").format(distance=shown_distance(metres)))
            far = metres > FAR
        if far:
            words.append(_("far away: is this the place?"))
        self.about.setText(" · ".join(words))
        set_role(self.about, "attention" if far or not code else "secondary")

    def _take(self) -> None:
        self.taken.emit(self.picked())
        self._desk.close()


def features_of(vertices: list[Vertex]) -> list[Feature]:
    """An answer's vertices as something that can be looked at."""
    shape = shape_of(vertices)
    return [] if shape is None else [Feature("", shape)]
