"""The question of a line or an area: its measures, a small map, and the ways into the tool."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.averaging import receiver_words
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.place_preview import PlacePreview
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_figures import fault, summary
from jdz_field.ui.form.trace_page import DRAW, LIST, WALK, TracePage
from jdz_field.ui.icons import give
from jdz_field.ui.widgets import button, column, set_role, text
from jdz_field.xforms.view import Node

#: Letters of an answer that is no line that are shown.
_SHORT = 200


class TraceEditor(Editor):
    """Geotrace and geoshape. The line is answered while it is drawn, vertex by vertex."""

    def __init__(self, desk: PlaceDesk, node: Node, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._node = desk, node
        self.trace = Trace(closed=node.type == "geoshape")
        self._value = ""
        self._readonly = False
        self.page: TracePage | None = None
        self.said = text("", "strong")
        self.fault = text("", "attention")
        self.preview = PlacePreview(desk, closed=self.trace.closed)
        self.preview.clicked.connect(self.open_map)
        self.on_map = button(_("Draw on the map"), self.open_map, icon="map")
        self.walk = button("", self.open_walk, icon="route")
        self.type = button(_("Type, paste, file"), self.open_list, icon="keypad")
        self.buttons: list[QPushButton] = [self.on_map, self.walk, self.type]
        self._row = QWidget(self)
        flow = Flow(self._row)
        for each in self.buttons:
            flow.addWidget(each)
        self.setFocusProxy(self.on_map)
        self.setLayout(column(self.said, self.fault, self.preview, self._row))
        desk.receiver.state_changed.connect(self._show_receiver)
        self._show_receiver()
        self._show(known=True)

    # ---- the answer
    def show_value(self, value: str) -> None:
        """Show the measures; what is no line is shown as it is."""
        if value == self._value:
            return
        self._value = value
        # While the tool is open its own line counts: the session only echoes it.
        if self.page is None or value != self.trace.text():
            known = self.trace.load(value)
            self._show(known=known)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, without the ways to change it."""
        self._readonly = readonly
        self._row.setVisible(not readonly)
        self.preview.setEnabled(not readonly)

    def mark_invalid(self, invalid: bool) -> None:
        """Measures in red."""
        set_role(self.said, "error" if invalid else "strong")

    def _show(self, *, known: bool) -> None:
        words = summary(self.trace) if known else self._value[:_SHORT]
        self.said.setText(words)
        self.said.setVisible(bool(words))
        wrong = fault(self.trace, bool(self.trace.crossings()))
        gaps = len(self.trace.gaps())
        if gaps and not wrong:
            wrong = _("{n} stretches were not recorded; open the map to say what is there.")
            wrong = wrong.format(n=gaps)
        self.fault.setText(wrong)
        self.fault.setVisible(bool(wrong))
        self.preview.put(self.trace.vertices)

    def _show_receiver(self) -> None:
        there = self._desk.receiver.there
        self.walk.setText(_("Walk along it") if there else _("There is no receiver"))
        give(self.walk, "route" if there else "no-signal", "ink" if there else "ink2", 20)
        self.walk.setToolTip(receiver_words(self._desk.receiver))

    # ---- the tool
    def open_map(self) -> None:
        """Draw on the map."""
        self._open(DRAW)

    def open_walk(self) -> None:
        """Record with the receiver."""
        if self._desk.receiver.there:
            self._open(WALK)
            return
        self.fault.setText(receiver_words(self._desk.receiver))
        self.fault.show()

    def open_list(self) -> None:
        """Type, paste, or read from a file."""
        self._open(LIST)

    def _open(self, mode: str) -> None:
        if self.page is not None or self._readonly:
            return
        page = TracePage(
            self._desk, self._desk.node(self._node.ref) or self._node, self.trace, mode
        )
        page.answered.connect(self._answered)
        page.left.connect(self._left)
        self.page = page
        self._desk.open(page)

    def _answered(self, value: str) -> None:
        self._value = value
        self.answered.emit(value)

    def _left(self) -> None:
        self.page = None
        self._show(known=True)
        self.settled.emit()
        self.on_map.setFocus()
