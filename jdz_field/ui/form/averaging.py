"""A position from the receiver, averaged while one stands still: the panel in the question."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QProgressBar, QWidget

from jdz_field.core.i18n import _
from jdz_field.gnss.average import Average, Averaged
from jdz_field.gnss.fix import Fix
from jdz_field.ui import theme
from jdz_field.ui.form.lexical import rounded
from jdz_field.ui.receiver import Receiver
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text

#: ODK Collect takes a point by itself at 5 m and calls 100 m and more unacceptable.
CAPTURE, UNACCEPTABLE = 5.0, 100.0
_CAPTURE_NAMES = ("accuracyThreshold", "capture-accuracy")
_UNACCEPTABLE_NAMES = (
    "unacceptableAccuracyThreshold",
    "unacceptable-accuracy",
    "warning-accuracy",
)
#: How many accuracies the curve shows.
_CURVE = 120


class Limits(NamedTuple):
    """Metres: a point is taken by itself at ``capture`` (0: never), a bad one is warned of."""

    capture: float = CAPTURE
    unacceptable: float = UNACCEPTABLE


def limits_of(parameters: Mapping[str, str]) -> Limits:
    """What the form asks for (``capture-accuracy``, ``warning-accuracy``), else ODK's defaults."""
    return Limits(
        _number(parameters, _CAPTURE_NAMES, CAPTURE),
        _number(parameters, _UNACCEPTABLE_NAMES, UNACCEPTABLE),
    )


def _number(parameters: Mapping[str, str], names: tuple[str, ...], default: float) -> float:
    for name in names:
        try:
            found = float(parameters[name])
        except (KeyError, ValueError):
            continue
        if 0 <= found < float("inf"):
            return found
    return default


def receiver_words(receiver: Receiver) -> str:
    """How the receiver does, in a sentence."""
    words = {
        "none": _("No receiver is set up: choose one under Settings, Receiver."),
        "searching": _("The receiver sees {n} satellites and has no position yet.").format(
            n=receiver.satellites_seen
        ),
        "fix": "",
        "stale": _("The last position is older than 5 s and is not used; waiting for the next."),
        "lost": receiver.why or _("The receiver is silent: check its cable, battery and sky."),
    }
    return words[receiver.state]


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
        self.figure = text("", "figure", wrap=False)
        self.words = text("", "secondary")
        self.curve = Curve(limits.capture)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.about = text("", "caption")
        self.use = button(_("Use it now"), self._use, kind="primary", icon="check")
        self.use.setToolTip(_("Use it now (Enter)"))
        self.cancel = button(_("Cancel"), self._cancel, icon="close")
        self.cancel.setToolTip(_("Cancel (Esc)"))
        top = line(self.figure, self.curve, gap=16)
        top.setStretch(1, 1)
        row = line(self.use, self.cancel, None)
        inside = column(top, self.bar, self.words, self.about, row, margins=12, gap=8)
        self.setLayout(column(boxed(inside, "note")))
        self._tick = QTimer(self, interval=500)
        self._tick.timeout.connect(self._show)
        self._tick.start()
        receiver.fixed.connect(self._fixed)
        receiver.state_changed.connect(self._show)
        latest = receiver.latest
        if latest is not None:
            self._average.add(latest)
        self._show()

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
        if not self._average.add(fix):
            return
        found = self._average.result()
        if found is None:
            return
        if self._average.restarted:
            self._average.restarted = False
            self.curve.clear()
        self.curve.put(found.accuracy)
        self._show()
        # Zero is "told nothing", not "perfect".
        if self.isVisible() and 0 < found.accuracy <= self._limits.capture:
            self._use()

    def _use(self) -> None:
        found = self._average.result()
        if found is None or not self._average.fresh:
            return
        vertex = rounded(found.lon, found.lat, found.altitude, found.accuracy)
        self.taken.emit(vertex)

    def _show(self) -> None:
        found = self._average.result()
        fresh = found is not None and self._average.fresh
        self.use.setEnabled(fresh)
        seconds = int(self._monotonic() - self._began)
        if found is None:
            self.figure.setText("± —")
            set_role(self.figure, "figure")
            self.bar.setValue(0)
        else:
            self._show_figure(found)
        said = receiver_words(self._receiver)
        self.words.setText(said or self._advice(found))
        set_role(self.words, "attention" if said else self._role(found))
        parts = [
            _("{n} samples").format(n=found.samples if found else 0),
            f"{seconds // 60}:{seconds % 60:02d}",
            _("{n} satellites").format(n=found.satellites if found else 0),
        ]
        if self._limits.capture > 0:
            parts.append(_("taken by itself at {m} m").format(m=f"{self._limits.capture:g}"))
        self.about.setText(" · ".join(parts))

    def _show_figure(self, found: Averaged) -> None:
        known = found.accuracy > 0
        self.figure.setText(f"± {found.accuracy:.1f} m" if known else "± ?")
        goal = self._limits.capture or 1.0
        self.bar.setValue(min(100, round(100 * goal / found.accuracy)) if known else 0)

    def _role(self, found: Averaged | None) -> str:
        if found is None:
            return "secondary"
        return "error" if found.accuracy >= self._limits.unacceptable else "secondary"

    def _advice(self, found: Averaged | None) -> str:
        if found is None:
            return _("Waiting for the first position …")
        if found.accuracy >= self._limits.unacceptable:
            return _("Too inaccurate: wait, or step away from walls and trees.")
        if self._limits.capture > 0:
            return _("Stand still: it gets better by waiting.")
        return _("Stand still; use it when it is good enough.")
