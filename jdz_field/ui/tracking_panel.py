"""The recording of one's own track: how it does, start, pause, end, title, how densely."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.tracks_filter import LEFT_OUT, plan_words
from jdz_field.operations.tracks_recording import Recording
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.icons import give
from jdz_field.ui.tracking import OFF, ON, PAUSED, Tracking
from jdz_field.ui.tracking_words import reason_words, shown_km, shown_span, shown_time_of
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text


class TrackPanel(QWidget):
    """A card; ``brief`` leaves title and density to the page of tracks."""

    def __init__(
        self, app: AppContext, parent: QWidget | None = None, *, brief: bool = False
    ) -> None:
        super().__init__(parent)
        self.app = app
        self.tracking: Tracking | None = app.tracking
        self.brief = brief
        self.icon = QLabel()
        self.words, self.detail = text("", "strong"), text("", "caption")
        self.start = button("", self._toggle, kind="primary", icon="record")
        self.pause = button("", self._pause, icon="pause")
        self.name = QLineEdit()
        self.name.editingFinished.connect(self._call)
        self.plan = QComboBox()
        self.plan.activated.connect(self._choose_plan)
        icon = "route" if brief else "settings"
        self.more = button("", self._open, kind="quiet", icon=icon)
        self._lay_out()
        if self.tracking is not None:
            self.tracking.changed.connect(self.show_state)
            self.tracking.grown.connect(self.show_state)
        self.retranslate()

    def _lay_out(self) -> None:
        top = line(self.icon, column(self.words, self.detail, gap=2), gap=12)
        top.setStretch(1, 1)
        acts = QWidget()
        flow = Flow(acts)
        for each in (self.start, self.pause, self.more):
            flow.addWidget(each)
        set_up = line(self.name, self.plan)
        set_up.setStretch(0, 1)
        self.set_up = QWidget()
        self.set_up.setLayout(set_up)
        self.set_up.hide()
        self.setLayout(column(boxed(column(top, acts, self.set_up, margins=12, gap=10))))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.more.setText(_("All tracks") if self.brief else _("Set up"))
        self.name.setPlaceholderText(_("Title of this track"))
        self.name.setAccessibleName(_("Title of this track"))
        self.plan.setAccessibleName(_("How densely points are kept"))
        self.plan.clear()
        for name, words in plan_words().items():
            self.plan.addItem(words, name)
        self.show_state()

    def show_state(self) -> None:
        """As the recording is now."""
        tracking = self.tracking
        self.setVisible(tracking is not None)
        if tracking is None:
            return
        state, recording = tracking.state, tracking.recording
        icon, ink = {
            OFF: ("route", "ink2"),
            ON: ("record", "error"),
            PAUSED: ("pause", "attention"),
        }.get(state, ("record", "attention"))
        icons.give(self.icon, icon, ink, 32)
        self.words.setText(self._state_words(tracking))
        self.detail.setText(tracking.problem or self._detail(recording))
        set_role(self.detail, "error" if tracking.problem else "caption")
        self.start.setText(_("Start my track") if recording is None else _("End the track"))
        give(self.start, "record" if recording is None else "stop", "on_accent", 22)
        self.pause.setVisible(recording is not None)
        self.pause.setText(_("Go on") if state == PAUSED else _("Pause"))
        give(self.pause, "play" if state == PAUSED else "pause", "ink", 20)
        self.name.setVisible(recording is not None)
        if recording is not None and not self.name.hasFocus():
            self.name.setText(recording.title)
        self.plan.setCurrentIndex(max(self.plan.findData(tracking.plan), 0))

    def _state_words(self, tracking: Tracking) -> str:
        recording = tracking.recording
        if recording is None:
            return _("Your track is not recorded")
        figures = f"{shown_km(recording.length)} · {shown_span(recording)}"
        if tracking.state == PAUSED:
            return _("Paused · {figures}").format(figures=figures)
        if tracking.state == ON:
            return _("Recording · {figures}").format(figures=figures)
        return _("Waiting for a position · {figures}").format(figures=figures)

    def _detail(self, recording: Recording | None) -> str:
        if recording is None:
            return _("It goes on while you fill forms and while the window is locked.")
        begun = recording.begun()
        parts = []
        if begun is not None:
            parts.append(_("since {time}").format(time=shown_time_of(begun)))
        parts.append(
            _("{n} points, {kept} on the disk").format(
                n=f"{recording.points:,}", kept=f"{recording.kept:,}"
            )
        )
        parts += _left_out(recording)
        gaps = [reason_words(reason) for reason in recording.reasons[1:]]
        if gaps:
            words = ngettext("{n} gap: {why}", "{n} gaps, the last: {why}", len(gaps))
            parts.append(words.format(n=len(gaps), why=gaps[-1]))
        return " · ".join(parts)

    # ---- acts
    def _toggle(self) -> None:
        if self.tracking is not None:
            self.tracking.toggle()

    def _pause(self) -> None:
        if self.tracking is not None and self.tracking.state == PAUSED:
            self.tracking.resume()
        elif self.tracking is not None:
            self.tracking.pause()

    def _call(self) -> None:
        if self.tracking is not None:
            self.tracking.call(self.name.text().strip())

    def _choose_plan(self) -> None:
        if self.tracking is not None:
            self.tracking.choose_plan(self.plan.currentData())

    def _open(self) -> None:
        if self.brief:
            self.app.show_page("tracks")
        else:
            self.set_up.setVisible(self.set_up.isHidden())


def _left_out(recording: Recording) -> list[str]:
    inexact, soon, still, old = (recording.left_out[why] for why in LEFT_OUT)
    dense = soon + still + old
    parts = [_("{n} too inexact").format(n=f"{inexact:,}")] if inexact else []
    if dense:
        parts.append(_("{n} left out as too close").format(n=f"{dense:,}"))
    return parts
