"""A line or an area above everything else: drawn, walked, written as a list, and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QStackedWidget, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.measures import crossings
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.averaging import Limits
from jdz_field.ui.form.desk import MapDesk
from jdz_field.ui.form.map_paint import Feature
from jdz_field.ui.form.map_stage import MapStage
from jdz_field.ui.form.place_map import features_of
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_draw import DrawPanel
from jdz_field.ui.form.trace_figures import Figures
from jdz_field.ui.form.trace_legs import LegsPanel
from jdz_field.ui.form.trace_list import ListPanel
from jdz_field.ui.form.trace_tool import TraceTool
from jdz_field.ui.form.trace_walk import WalkPanel
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line

DRAW, WALK, LIST, LEGS = _MODES = ("draw", "walk", "list", "legs")
#: The answer of a long line is written so many ms after its last change; a short one at once.
_LATER_MS, _LONG = 150, 500
#: Crossings and gaps are looked for so long after a change; in a long line it takes a while.
_LOOK_MS, _LOOK_LATER_MS = 40, 600
#: The panel beside the map is so wide.
_PANEL = 424


class TraceBoard(QWidget):
    """Map and panel for one line or area. What is drawn is told at once: nothing to save.

    Signals:
        answered(str): the line as it is now, in lexical form.
        left(): the page goes.
    """

    full = True
    answered = Signal(str)
    left = Signal()

    def __init__(
        self,
        desk: MapDesk,
        trace: Trace,
        mode: str = DRAW,
        parent: QWidget | None = None,
        *,
        others: Sequence[Feature] = (),
        limits: Limits | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._trace = desk, trace
        self._begun = self._looking = False
        #: Segments that cross, as far as they have been looked for.
        self.crossed: list[tuple[int, int]] = []
        self._sent = trace.text()
        self.stage = MapStage(desk, others)
        self.tool = TraceTool(self.stage, trace)
        self.stage.map.tool = self.tool
        self.figures = Figures(trace)
        self.draw = DrawPanel(self.tool, trace)
        self.walk = WalkPanel(desk.receiver, trace, limits or Limits())
        self.list = ListPanel(desk, trace)
        self.legs = LegsPanel(trace)
        self._answer_soon = self._timer(_LATER_MS, self._answer)
        self._look_soon = self._timer(_LOOK_MS, self._look)
        self._build()
        self._connect()
        self.show_mode(mode)
        self._look()

    def _timer(self, wait: int, act: Callable[[], None]) -> QTimer:
        made = QTimer(self, singleShot=True, interval=wait)
        made.timeout.connect(act)
        return made

    def _chips(self) -> QWidget:
        self.modes: dict[str, QPushButton] = {}
        chips = QWidget()
        flow = Flow(chips)
        names = (
            (DRAW, _("Draw"), "edit"),
            (WALK, _("Walk"), "route"),
            (LIST, _("List"), "text"),
            (LEGS, _("Segments"), "ruler"),
        )
        for mode, words, icon in names:
            chip = button(words, self._mode_tapped, kind="chip", icon=icon)
            chip.setCheckable(True)
            chip.setObjectName(mode)
            self.modes[mode] = chip
            flow.addWidget(chip)
        return chips

    def _build(self) -> None:
        self.chips = self._chips()
        self._stack = QStackedWidget()
        for part in (self.draw, self.walk, self.list, self.legs):
            if part in (self.list, self.legs):
                self._stack.addWidget(part)
            else:
                scroll = Scroll(margins=0)
                scroll.body.addWidget(part)
                self._stack.addWidget(scroll)
        self.undo = button(_("Undo"), self._undo, icon="undo")
        self.redo = button(_("Redo"), self._redo)
        self.clear = button(_("Clear"), self._clear, kind="danger")
        self.done = button(_("Done"), self._desk.close, kind="primary", icon="check")
        self.done.setToolTip(_("Done (Ctrl+Enter, Esc)"))
        self.undo.setToolTip("Ctrl+Z")
        self.redo.setToolTip("Ctrl+Y")
        acts = line(self.undo, self.redo, self.clear, None)
        self._foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._foot.setSpacing(8)
        self._foot.addLayout(acts, 1)
        self._foot.addWidget(self.done)
        self.inside = column(self.figures, self.chips, self._stack, divider(), self._foot, gap=10)
        self.inside.setStretch(2, 1)
        self.inside.setContentsMargins(16, 12, 16, 12)
        self.panel = boxed(self.inside, "surface")
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self.stage, 1)
        self._whole.addWidget(self.panel)

    def _connect(self) -> None:
        self.tool.changed.connect(self._changed)
        self.tool.chose.connect(self._chose)
        self.walk.changed.connect(self._walked)
        self.walk.draw_wanted.connect(self._fill)
        self.list.changed.connect(self._changed)
        self.list.chose.connect(self._row_chosen)
        self.legs.chose.connect(self._row_chosen)
        keys: tuple[tuple[QKeySequence | QKeySequence.StandardKey, Callable[[], None]], ...] = (
            (QKeySequence.StandardKey.Undo, self._undo),
            (QKeySequence("Ctrl+Y"), self._redo),
            (QKeySequence("Ctrl+Shift+Z"), self._redo),
            (QKeySequence("Ctrl+Return"), self._desk.close),
        )
        for key, act in keys:
            QShortcut(key, self).activated.connect(act)

    # ---- what the sheet asks
    def title(self) -> str:
        """The heading."""
        return _("Line or area")

    def leave(self) -> bool:
        """Always: everything is answered already."""
        self.walk.stop()
        self._answer_soon.stop()
        self._look_soon.stop()
        self._answer()
        self.tool.fill_at = None
        self.stage.close_map()
        self.left.emit()
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the line is, else at the site."""
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            # Once the page has its size and the sheet has given the focus away.
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        self.stage.show_first(features_of(self._trace.vertices))
        self._focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel beside the map, or below it."""
        super().resizeEvent(event)
        size = event.size()
        upright = size.height() > size.width()
        ways = QBoxLayout.Direction
        self._whole.setDirection(ways.TopToBottom if upright else ways.LeftToRight)
        self._foot.setDirection(ways.LeftToRight if upright else ways.TopToBottom)
        wide = round(_PANEL * (1 + current().scale) / 2)
        most = 16_777_215
        if upright:
            self.panel.setMinimumWidth(0)
            self.panel.setMaximumWidth(most)
            self.panel.setFixedHeight(max(round(size.height() * 0.44), 360))
        else:
            self.panel.setFixedWidth(min(wide, size.width() // 2))
            self.panel.setMinimumHeight(0)
            self.panel.setMaximumHeight(most)

    # ---- modes
    def show_mode(self, mode: str) -> None:
        """Draw, walk, or write the list."""
        for name, chip in self.modes.items():
            chip.setChecked(name == mode)
        self._stack.setCurrentIndex(_MODES.index(mode))
        self.tool.drawing = mode == DRAW
        if mode != DRAW:
            self.tool.fill_at = None
        if mode == LIST:
            self.list.show_trace()
        self.legs.show_trace()
        self._chose()

    @property
    def mode(self) -> str:
        """What is open."""
        return _MODES[self._stack.currentIndex()]

    def _mode_tapped(self) -> None:
        self.show_mode(self.sender().objectName())
        self._focus()

    def _focus(self) -> None:
        if self.mode == DRAW:
            self.stage.map.setFocus()
        elif self.mode == WALK:
            self.walk.start.setFocus()
        elif self.mode == LEGS:
            self.legs.table.setFocus()
        elif self._trace.vertices:
            self.list.table.setFocus()
        else:
            self.list.open_typing()

    def _fill(self, at: int) -> None:
        self.show_mode(DRAW)
        self.tool.fill_at = at
        self._trace.choose(None)
        self.stage.show_first(features_of(self._trace.vertices[at - 1 : at + 1]))
        self._chose()
        self._focus()

    # ---- changes
    def _changed(self) -> None:
        if len(self._trace.vertices) > _LONG:
            self._answer_soon.start()
        else:
            self._answer()
        self._chose()
        if not self._look_soon.isActive():
            long = len(self._trace.vertices) > _LONG
            self._look_soon.start(_LOOK_LATER_MS if long else _LOOK_MS)
        if self.mode == LIST and self.sender() is not self.list:
            self.list.show_trace()
        if self.mode == LEGS:
            self.legs.show_trace()
        self.stage.map.update()

    def _walked(self) -> None:
        self._changed()
        if self._trace.vertices:
            last = self._trace.vertices[-1]
            if not self.stage.map.in_sight(*last.place):
                self.stage.map.go_to(*last.place, self.stage.map.view.zoom)

    def _answer(self) -> None:
        words = self._trace.text()
        if words != self._sent:
            self._sent = words
            self.answered.emit(words)

    def _look(self) -> None:
        if len(self._trace.vertices) <= _LONG:
            self._show_crossings(self._trace.crossings())
        elif not self._looking:
            self._looking = True
            lon, lat = self._trace.arrays()
            closed = self._trace.closed
            self._desk.app.jobs.without_store(
                lambda: crossings(lon, lat, closed=closed),
                self,
                self._looked,
                self._desk.app.say_failure,
            )

    def _looked(self, crossed: list[tuple[int, int]]) -> None:
        self._looking = False
        self._show_crossings(crossed)

    def _show_crossings(self, crossed: list[tuple[int, int]]) -> None:
        self.tool.crossed = frozenset(at for pair in crossed for at in pair)
        gaps = self._trace.gaps()
        self.tool.broken = frozenset(gaps)
        self.walk.show_gaps(gaps)
        self.crossed = crossed
        self.figures.show_trace(crossed=bool(crossed), complaint=self._complaint())
        self.stage.map.update()

    def _complaint(self) -> str:
        """What is said against the line beside what is wrong with every line; empty: nothing."""
        return ""

    def _chose(self) -> None:
        self.draw.show_trace()
        self.undo.setEnabled(self._trace.can_undo)
        self.redo.setEnabled(self._trace.can_redo)
        self.clear.setEnabled(bool(self._trace.vertices))

    def _row_chosen(self) -> None:
        at = self._trace.chosen
        if at is not None and not self.stage.map.in_sight(*self._trace.vertices[at].place):
            self.stage.map.go_to(*self._trace.vertices[at].place, self.stage.map.view.zoom)
        self._chose()
        self.stage.map.update()

    def _undo(self) -> None:
        self.tool.fill_at = None
        if self._trace.undo():
            self._changed()

    def _redo(self) -> None:
        if self._trace.redo():
            self._changed()

    def _clear(self) -> None:
        self.walk.pause()
        self.tool.fill_at = None
        self._trace.replace([])
        self._changed()
