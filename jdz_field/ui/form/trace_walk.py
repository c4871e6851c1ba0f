"""A line or area from the receiver: corner by corner, or by itself while one walks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from jdz_field.core.i18n import _
from jdz_field.geo.tracks import distance_m
from jdz_field.gnss.fix import Fix
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.averaging import AveragePanel, Limits, receiver_words
from jdz_field.ui.form.gate import height_of_fix
from jdz_field.ui.form.lexical import Vertex
from jdz_field.ui.form.place_map import shown_distance
from jdz_field.ui.form.recording import INACCURATE, TAKEN, Plan, Recorder, Verdict
from jdz_field.ui.form.trace import Trace
from jdz_field.ui.icons import give
from jdz_field.ui.receiver import Receiver
from jdz_field.ui.widgets import boxed, button, column, divider, line, set_role, text

#: How often a vertex is taken: seconds, or metres.
EVERY = ((1.0, 0.0), (5.0, 0.0), (10.0, 0.0), (30.0, 0.0), (0.0, 2.0), (0.0, 5.0), (0.0, 20.0))
_USUAL = 5
#: Accuracy that a fix must have at least, metres; ``None``: any.
AT_MOST = (None, 3.0, 5.0, 10.0, 20.0)


class WalkPanel(QWidget):
    """The receiver's part of the tool.

    Signals:
        changed(): the line has another vertex, or lost some.
        draw_wanted(int): the person wants to draw what lies before this vertex.
    """

    changed = Signal()
    draw_wanted = Signal(int)

    def __init__(
        self,
        receiver: Receiver,
        trace: Trace,
        limits: Limits,
        parent: QWidget | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._receiver, self._trace, self._limits = receiver, trace, limits
        self._monotonic = monotonic
        self.recorder: Recorder | None = None
        self.recording = False
        self._last_why = ""
        self._last_fix: Fix | None = None
        self.panel: AveragePanel | None = None
        self.state = text("", "strong")
        self.corner = button(_("Record this corner"), self.record_corner, icon="pin")
        self._build_plan()
        self.start = button("", self.toggle, kind="primary")
        self.said = text("", "secondary")
        self._build_gap()
        self._lay_out()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show)
        receiver.fixed.connect(self._fixed)
        receiver.state_changed.connect(self._show)
        self._show()

    def _build_plan(self) -> None:
        self.every = QComboBox()
        for seconds, metres in EVERY:
            words = _("every {n} s") if seconds else _("every {n} m")
            self.every.addItem(words.format(n=f"{seconds or metres:g}"))
        self.every.setCurrentIndex(_USUAL)
        self.limit = QComboBox()
        for metres_off in AT_MOST:
            known = metres_off is not None
            words = _("± {n} m or better") if known else _("any accuracy")
            self.limit.addItem(words.format(n=f"{metres_off or 0:g}"))
        self.limit.setCurrentIndex(3)
        self.every.setAccessibleName(_("How often a point is taken"))
        self.limit.setAccessibleName(_("Accuracy that a point must have"))

    def _build_gap(self) -> None:
        self._gap_words = text("")
        self._gap_at = 0
        self.bridge = button(_("Straight is right"), self._bridge)
        self.again = button(_("Walk it again"), self._again)
        self.draw = button(_("Draw it"), self._draw)
        answers = QWidget()
        flow = Flow(answers)
        for each in (self.bridge, self.again, self.draw):
            flow.addWidget(each)
        asked = column(self._gap_words, answers, margins=12)
        self.gap = boxed(asked, "warning")
        self.gap.hide()

    def _lay_out(self) -> None:
        self._corner_room = column(self.corner, gap=8)
        plan = line(self.every, self.limit)
        plan.setStretch(0, 1)
        plan.setStretch(1, 1)
        whole = column(
            self.gap,
            self.state,
            self._corner_room,
            divider(),
            text(_("By itself while I walk"), "section"),
            plan,
            self.start,
            self.said,
            None,
            gap=10,
        )
        self.setLayout(whole)

    # ---- by itself
    def toggle(self) -> None:
        """Start recording, or pause it."""
        if self.recording:
            self.pause()
            return
        if not self._receiver.there:
            self._show()
            return
        plan = Plan(*EVERY[self.every.currentIndex()], AT_MOST[self.limit.currentIndex()])
        self._drop_panel()
        if self.recorder is None:
            self.recorder = Recorder(plan)
        else:
            self.recorder.plan = plan
            self.recorder.resume()
        self.recording = True
        self._last_why = ""
        self._tick.start()
        latest = self._receiver.usable
        if latest is not None:
            self._feed(latest)
        self._show()

    def pause(self) -> None:
        """No more vertices by themselves until started again."""
        self.recording = False
        self._tick.stop()
        self._show()

    def stop(self) -> None:
        """The page is being left."""
        self.pause()
        self._drop_panel()

    def _fixed(self, fix: Fix) -> None:
        self._last_fix = fix
        if self.recording and self._receiver.counts(fix):
            self._feed(fix)
        self._show()

    def _feed(self, fix: Fix) -> None:
        if self.recorder is None:
            return
        last = self._trace.vertices[-1] if self._trace.vertices else None
        ground = replace(fix, altitude=height_of_fix(fix, self._receiver)[0])
        verdict: Verdict = self.recorder.feed(ground, last, self._monotonic())
        self._last_why = verdict.why
        if verdict.why == TAKEN and verdict.vertex is not None:
            self._trace.add(verdict.vertex, gap=verdict.gap)
            self.changed.emit()

    # ---- gaps
    def show_gaps(self, gaps: list[int]) -> None:
        """Ask about the last stretch that was not recorded."""
        self.gap.setVisible(bool(gaps))
        if not gaps:
            return
        self._gap_at = gaps[-1]
        before, after = self._trace.vertices[self._gap_at - 1 : self._gap_at + 1]
        metres = shown_distance(distance_m(*before.place, *after.place))
        words = _("Between points {a} and {b} nothing was recorded: {distance}. What is there?")
        self._gap_words.setText(words.format(a=self._gap_at, b=self._gap_at + 1, distance=metres))

    def _bridge(self) -> None:
        self._trace.bridge(self._gap_at)
        self.changed.emit()

    def _again(self) -> None:
        self.pause()
        self._trace.cut_from(self._gap_at)
        self.changed.emit()

    def _draw(self) -> None:
        self.pause()
        self.draw_wanted.emit(self._gap_at)

    # ---- corner by corner
    def record_corner(self) -> None:
        """Average a vertex while standing still."""
        self.pause()
        if not self._receiver.there:
            self._show()
            return
        if self.panel is None:
            self.panel = AveragePanel(
                self._receiver, self._limits._replace(gate=0.0), monotonic=self._monotonic
            )
            self.panel.taken.connect(self._corner_taken)
            self.panel.cancelled.connect(self._drop_panel)
            self._corner_room.addWidget(self.panel)
            self.corner.hide()
            self.panel.cancel.setFocus()

    def _corner_taken(self, vertex: Vertex) -> None:
        self._drop_panel()
        accuracy = vertex.accuracy or 0.01
        self._trace.add(vertex._replace(accuracy=accuracy))
        self.changed.emit()
        self._show()

    def _drop_panel(self) -> None:
        if self.panel is not None:
            self.panel.stop()
            self.panel.hide()
            self.panel.deleteLater()
            self.panel = None
            self.corner.show()
            self.corner.setFocus()

    # ---- words
    def _show(self) -> None:
        fix = self._receiver.usable
        if fix is not None:
            accuracy = f"± {fix.accuracy:.1f} m" if fix.accuracy is not None else "± ?"
            satellites = _("{n} satellites").format(n=fix.satellites_used)
            self.state.setText(f"{accuracy} · {satellites}")
        else:
            self.state.setText(receiver_words(self._receiver))
        set_role(self.state, "strong" if fix is not None else "attention")
        begun = self.recorder is not None
        words = _("Pause") if self.recording else _("Go on") if begun else _("Start recording")
        self.start.setText(words)
        give(self.start, "stop" if self.recording else "play", "on_accent", 22)
        for each in (self.every, self.limit):
            each.setEnabled(not self.recording)
        there = self._receiver.there
        self.start.setEnabled(there)
        self.corner.setEnabled(there)
        coarse = self._coarse()
        self.said.setText("\n".join(part for part in (self._progress(fix), coarse) if part))
        set_role(self.said, "attention" if coarse else "secondary")

    def _coarse(self) -> str:
        """How many measured corners are worse than form or kind of site asked for."""
        known = [one.accuracy for one in self._trace.vertices if one.accuracy]
        worse = sum(not self._limits.keeps(accuracy) for accuracy in known)
        words = _("{n} of {all} measured points are worse than the {m} m asked for")
        told = words.format(n=worse, all=len(known), m=f"{self._limits.gate:g}")
        return told if worse else ""

    def _progress(self, fix: Fix | None) -> str:
        if not self.recording:
            return _("Paused: nothing is recorded.") if self.recorder is not None else ""
        if fix is None:
            return _("Waiting for a position; the missing stretch is marked.")
        if self._last_why == INACCURATE:
            return _("Left out: ± {n} m is not accurate enough.").format(
                n="?" if fix.accuracy is None else f"{fix.accuracy:.1f}"
            )
        return _("Recording, every point is kept at once.")
