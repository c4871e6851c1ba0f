"""Drawing on the map by buttons: what can be done with points, and what a tap does now."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.form.trace_legs import leg_lines
from jdz_field.ui.form.trace_tool import TraceTool
from jdz_field.ui.widgets import button, column, text


class DrawPanel(QWidget):
    """What can be done with the map, as buttons."""

    def __init__(self, tool: TraceTool, trace: Trace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool, self._trace = tool, trace
        self.hint = text("", "secondary")
        self.add = button(_("Point in the middle"), tool.add_here, icon="plus")
        self.add.setToolTip(_("Put a point in the middle of the map (Enter)"))
        self.remove = button("", tool.delete, icon="trash")
        self.remove.setToolTip(_("Take the chosen point out, else the last (Delete)"))
        self.before = button(_("Previous"), self._before, icon="chevron-left")
        self.before.setToolTip(_("Choose the previous point (Page up)"))
        self.after = button(_("Next"), self._after, icon="chevron-right")
        self.after.setToolTip(_("Choose the next point (Page down)"))
        self.move_here = button(_("Move it to the middle"), tool.move_here, icon="locate")
        self.move_here.setToolTip(_("Move the chosen point to the middle (M)"))
        self.insert = button(_("Put one behind it"), tool.insert_here, icon="plus")
        self.insert.setToolTip(_("Put a point in the middle behind the chosen one (I)"))
        acts = QWidget()
        flow = Flow(acts)
        for each in (self.add, self.remove, self.before, self.after, self.move_here, self.insert):
            flow.addWidget(each)
        self.snap = button("", self._snap_tapped, kind="chip", icon="grip")
        self.snap.setCheckable(True)
        self.snap.setText(_("Snap"))
        self.snap.setToolTip(_("New and moved points go onto corners, edges and sites near by (Y)"))
        self.snap.setShortcut("Y")
        flow.addWidget(self.snap)
        self.setLayout(column(self.hint, acts, None, gap=10))
        self.show_trace()

    def _snap_tapped(self) -> None:
        self._tool.snapper.on = not self._tool.snapper.on
        self.show_trace()

    def _before(self) -> None:
        self._tool.step(-1)

    def _after(self) -> None:
        self._tool.step(1)

    def show_trace(self) -> None:
        """What can be done now."""
        count, chosen = len(self._trace.vertices), self._trace.chosen
        self.snap.setChecked(self._tool.snapper.on)
        for each in (self.before, self.after, self.remove):
            each.setEnabled(count > 0)
        for each in (self.move_here, self.insert):
            each.setVisible(chosen is not None)
        self.remove.setText(_("Take the last out") if chosen is None else _("Take it out"))
        if self._tool.fill_at is not None:
            words = _("Tap along the missing stretch, from point {n} on.")
            words = words.format(n=self._tool.fill_at)
        elif chosen is not None:
            words = _("Point {n} is chosen: drag it, or tap beside it to let it go.")
            words = "\n".join((words.format(n=chosen + 1), *leg_lines(self._trace, chosen)))
        elif not count:
            words = _("Tap the map where the line begins. A finger drags the map.")
        else:
            words = _("Tap for the next point. Drag a point to move it, a + to put one in.")
        self.hint.setText(words)
