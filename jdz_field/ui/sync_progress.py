"""A running sync at the foot of its page: a bar, how far, how fast, how long; pause and stop."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.sync_runner import PAUSED, RUNNING, State, SyncRunner
from jdz_field.ui.sync_state import progress_words, step_words
from jdz_field.ui.widgets import button, column, line, text

#: A bar of whole bytes would not fit Qt's numbers.
_PARTS = 1000


class SyncProgress(QWidget):
    """Shown while a sync runs, and while it is paused."""

    def __init__(self, runner: SyncRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.words = text("", "strong")
        self.figures = text("", "secondary")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.pause = button("", runner.pause, icon="pause")
        self.stop = button("", runner.stop, kind="quiet", icon="stop")
        acts = line(self.pause, self.stop, gap=8)
        self.setLayout(column(self.words, self.bar, self.figures, acts, gap=6))
        self.hide()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.pause.setText(_("Pause"))
        self.stop.setText(_("Stop"))
        self.show_state(self._runner.state)

    def show_state(self, state: State) -> None:
        """How far it is."""
        step = state.step
        self.setVisible(state.phase == RUNNING or (state.phase == PAUSED and step is not None))
        self.pause.setVisible(state.phase == RUNNING)
        if step is None:
            self.words.setText(_("Asking the centre"))
            self.figures.setText(_("Everything entered is safe; you can go on working."))
            self.bar.setRange(0, 0)
            return
        self.words.setText(step_words(step.stage, step.done, step.total))
        self.figures.setText(progress_words(step, state.speed, state.left) or "…")
        done, total = step.done, step.total
        if step.bytes_total:
            done, total = step.bytes_done, step.bytes_total
        self.bar.setRange(0, _PARTS if total else 0)
        self.bar.setValue(round(_PARTS * done / total) if total else 0)
