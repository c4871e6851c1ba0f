"""A position from the receiver, averaged while one stands still: the panel in the question."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QDoubleSpinBox, QProgressBar, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance
from jdz_field.geo.display import shown_height
from jdz_field.gnss.average import Average, Averaged
from jdz_field.gnss.fix import Fix
from jdz_field.ui import theme
from jdz_field.ui.form.gate import (
    CAPTURE,
    UNACCEPTABLE,
    URGENT,
    Limits,
    height_of,
    limits_of,
    measured,
    receiver_words,
)
from jdz_field.ui.form.lexical import rounded
from jdz_field.ui.form.reasons import ReasonPanel
from jdz_field.ui.receiver import MOST_ANTENNA, Receiver
from jdz_field.ui.receiver_words import quality_words
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text

__all__ = [
    "CAPTURE",
    "UNACCEPTABLE",
    "AveragePanel",
    "Curve",
    "Limits",
    "limits_of",
    "receiver_words",
]
#: How many accuracies the curve shows.
_CURVE = 120


class Curve(QWidget):
    """How the accuracy went, the newest at the right; the line is where a point is taken."""

    def __init__(self, goal: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._goal = goal
        self._values: deque[float] = deque(maxlen=_CURVE)
        self.setMinimumHeight(48)

    def put(self, metres: float) -> None:
        """The accuracy now."""
        self._values.append(metres)
        self.update()

    def clear(self) -> None:
        """Begin anew."""
        self._values.clear()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(200, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The curve."""
        del event
        if not self._values:
            return
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(*self._values, self._goal, 1.0) * 1.1
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self._goal > 0:
            y = box.bottom() - self._goal / top * box.height()
            painter.setPen(QPen(now.colour("ok"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        step = box.width() / max(len(self._values) - 1, 20)
        points = [
            QPointF(box.left() + n * step, box.bottom() - value / top * box.height())
            for n, value in enumerate(self._values)
        ]
        painter.setPen(QPen(now.colour("accent"), 2.5))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(now.colour("accent"))
        painter.drawEllipse(points[-1], 3.5, 3.5)


class AveragePanel(QWidget):
    """Accuracy, samples, time; «use now» and «cancel».

    Attributes:
        how: what is to be kept about the position that was taken.

    Signals:
        taken(object): the averaged position as a ``Vertex``.
        cancelled(): the person has had enough.
    """

    taken = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        receiver: Receiver,
        limits: Limits,
        parent: QWidget | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._receiver, self._limits, self._monotonic = receiver, limits, monotonic
        self._average = Average(monotonic)
        self._began = monotonic()
        self.how: Provenance | None = None
        self.figure = text("", "figure", wrap=False)
        self.words = text("", "secondary")
        self.curve = Curve(limits.capture)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.about, self.asked = text("", "caption"), text(_asked(limits), "caption")
        self.asked.setVisible(bool(self.asked.text()))
        self.use = button(_("Use it now"), self._use, kind="primary", icon="check")
        self.use.setToolTip(_("Use it now (Enter)"))
        self.cancel = button(_("Cancel"), self._cancel, icon="close")
        self.cancel.setToolTip(_("Cancel (Esc)"))
        self._lay_out()
        self._tick = QTimer(self, interval=500)
        self._tick.timeout.connect(self._show)
        self._tick.start()
        receiver.fixed.connect(self._fixed)
        receiver.state_changed.connect(self._show)
        latest = receiver.usable
        if latest is not None:
            self._average.add(latest)
        self._show()

    def _lay_out(self) -> None:
        self.reasons = ReasonPanel()
        self.reasons.hide()
        self.reasons.chosen.connect(self._because)
        self.reasons.cancelled.connect(self._wait)
        top = line(self.figure, self.curve, gap=16)
        top.setStretch(1, 1)
        self._row = QWidget()
        self._row.setLayout(line(self.use, self.cancel, None))
        self.antenna = QDoubleSpinBox()
        self.antenna.setRange(0.0, MOST_ANTENNA)
        self.antenna.setDecimals(2)
        self.antenna.setSingleStep(0.05)
        self.antenna.setSuffix(" m")
        self.antenna.setValue(self._receiver.antenna)
        self.antenna.setMinimumSize(130, 44)
        self.antenna.setAccessibleName(_("Height of the antenna above the ground"))
        self.antenna.valueChanged.connect(self._receiver.set_antenna)
        self.antenna.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._height = QWidget()
        self._height.setLayout(
            line(text(_("Antenna above the ground"), "caption"), self.antenna, None)
        )
        parts = (top, self.bar, self.words, self.asked, self.about, self._height, self.reasons)
        self.setLayout(column(boxed(column(*parts, self._row, margins=12, gap=8), "note")))

    def stop(self) -> None:
        """Nothing more is taken; the panel is going."""
        self._tick.stop()
        self._receiver.fixed.disconnect(self._fixed)
        self._receiver.state_changed.disconnect(self._show)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is taken by itself."""
        super().hideEvent(event)
        self._tick.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape cancels, Enter uses."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.use.isEnabled():
            self._use()
        else:
            super().keyPressEvent(event)

    def _cancel(self) -> None:
        self.cancelled.emit()

    def _fixed(self, fix: Fix) -> None:
        if not self._receiver.counts(fix) or not self._average.add(fix):
            self._show()
            return
        found = self._average.result()
        if found is None:
            return
        if self._average.restarted:
            self._average.restarted = False
            self._began = self._monotonic()
            self.curve.clear()
        self.curve.put(found.accuracy)
        self._show()
        # Zero is "told nothing", not "perfect".
        good = 0 < found.accuracy <= self._limits.capture
        if self.isVisible() and good and found.seconds >= self._limits.seconds:
            self._take("", "")

    # ---- taking
    def _use(self) -> None:
        found = self._average.result()
        if found is None or not self._average.fresh:
            return
        if self._limits.keeps(found.accuracy):
            self._take("", "")
        elif self._limits.urgent:
            self._take(URGENT, "")
        else:
            self._row.hide()
            self._height.hide()
            self.reasons.show()
            self.reasons.setFocus()
            next(iter(self.reasons.buttons.values())).setFocus()
            self._show()

    def _because(self, code: str, note: str) -> None:
        found = self._average.result()
        # It may have become good enough while the person thought.
        kept = found is not None and self._limits.keeps(found.accuracy)
        self._take("" if kept else code, "" if kept else note)

    def _wait(self) -> None:
        self.reasons.hide()
        self._height.show()
        self._row.show()
        self.cancel.setFocus()

    def _take(self, reason: str, note: str) -> None:
        found = self._average.result()
        if found is None or not self._average.fresh:
            self._wait()
            return
        self.how = measured(found, self._limits, self._receiver, reason=reason, note=note)
        height, _datum = height_of(found, self._receiver)
        self.taken.emit(rounded(found.lon, found.lat, height, found.accuracy))

    # ---- words
    def _show(self) -> None:
        found = self._average.result()
        self.use.setEnabled(found is not None and self._average.fresh)
        if found is None:
            self.figure.setText("± —")
            set_role(self.figure, "figure")
            self.bar.setValue(0)
        else:
            self._show_figure(found)
            self.reasons.say(self._lacking())
        said = receiver_words(self._receiver)
        self.words.setText(said or self._advice(found))
        set_role(self.words, "attention" if said else self._role(found))
        self.about.setText(" · ".join(self._facts(found)))

    def _facts(self, found: Averaged | None) -> list[str]:
        seconds = int(self._monotonic() - self._began)
        parts = [_("{n} samples").format(n=found.samples if found else 0)]
        if self._average.outliers:
            parts.append(_("{n} outliers left out").format(n=self._average.outliers))
        parts += [
            f"{seconds // 60}:{seconds % 60:02d}",
            _("{n} satellites").format(n=found.satellites if found else 0),
        ]
        if found is not None:
            parts.append(quality_words(found.last.quality))
            old = max(0.0, self._receiver.age(found.last))
            parts.append(_("{n} s old").format(n=f"{old:.0f}"))
            height, datum = height_of(found, self._receiver)
            parts.append(shown_height(height, datum))
        return [part for part in parts if part]

    def _show_figure(self, found: Averaged) -> None:
        known = found.accuracy > 0
        self.figure.setText(f"± {found.accuracy:.1f} m" if known else "± ?")
        goal = self._limits.capture or 1.0
        self.bar.setValue(min(100, round(100 * goal / found.accuracy)) if known else 0)

    def _role(self, found: Averaged | None) -> str:
        if found is None:
            return "secondary"
        return "error" if found.accuracy >= self._limits.unacceptable else "secondary"

    def _lacking(self) -> str:
        words = _("{now}, but {limit} m were asked for. Why is it used all the same?")
        return words.format(now=self.figure.text(), limit=f"{self._limits.gate:g}")

    def _advice(self, found: Averaged | None) -> str:
        if found is None:
            return _("Waiting for the first position …")
        if not self._limits.keeps(found.accuracy) and self._limits.urgent:
            words = _("An urgent report waits for nothing: use it now (reason: {reason}).")
            return words.format(reason=code_list("position_reason").label(URGENT))
        if found.accuracy >= self._limits.unacceptable:
            return _("Too inaccurate: wait, or step away from walls and trees.")
        if self._limits.keeps(found.accuracy) and found.seconds < self._limits.seconds:
            left = self._limits.seconds - found.seconds
            return _("Good enough; stand still for {n} s more.").format(n=f"{left:.0f}")
        if self._limits.capture > 0:
            return _("Stand still: it gets better by waiting.")
        return _("Stand still; use it when it is good enough.")


def _asked(limits: Limits) -> str:
    """What is asked for, and whether that is only general knowledge."""
    if limits.capture <= 0:
        return ""
    words = _("taken by itself at {m} m").format(m=f"{limits.capture:g}")
    if limits.seconds > 0:
        words += " · " + _("after {n} s at least").format(n=f"{limits.seconds:g}")
    if limits.general:
        words += " · " + _("by the kind of site (general knowledge)")
    return words
