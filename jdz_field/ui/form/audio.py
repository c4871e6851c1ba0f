"""Sound as an answer: recorded here, played, or attached as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from jdz_field.core.errors import JdzError, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.photos.kinds import AUDIO
from jdz_field.ui.form.media import FileEditor, about
from jdz_field.ui.form.meter import Meter, clock
from jdz_field.ui.form.pieces import Pieces
from jdz_field.ui.form.recorder import RATES, Recording, Source, length_of
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.sounds import Player, microphones
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import button, column, frame, line, text

Microphones = Callable[[], list[Source]]
_LOOK_MS = 100


def pieces_of(shelf: Shelf, ref: str) -> Pieces:
    """Where a question's recordings grow."""
    reader = shelf.app.reader

    def known() -> set[str]:
        return {draft.id for draft in reader.drafts()}

    return Pieces(shelf.app.path, shelf.record, ref, known)


def stopping(running: list[Recording]) -> Callable[[], None]:
    """Stops what still records when its widget is gone; the piece is offered again."""

    def stop() -> None:
        for one in running:
            one.stop()
        running.clear()

    return stop


class AudioEditor(FileEditor):
    """Record, pause, stop, play; or a file. ``quality`` is the form's word."""

    def __init__(
        self,
        shelf: Shelf,
        ref: str,
        quality: str = "",
        find: Microphones = microphones,
        parent: QWidget | None = None,
    ) -> None:
        self._outside = quality == "external"
        self._rate, self._find = RATES.get(quality, RATES["normal"]), find
        self._running: list[Recording] = []
        self._player: Player | None = None
        self._piece: Path | None = None
        self._taking: Path | None = None
        self._sources: list[Source] = []
        self._pieces = pieces_of(shelf, ref)
        super().__init__(shelf, ref, AUDIO, parent)
        self.meter, self.now = Meter(), text("", "heading")
        self.pause = button(_("Pause"), self._pause, icon="pause")
        self.end = button(_("Stop and keep"), self.finish, kind="primary", icon="check")
        self.discard = button(_("Throw away"), self.throw_away, kind="quiet", icon="trash")
        self.panel = frame("note")
        row = line(self.pause, self.discard, None, self.end)
        self.panel.setLayout(column(self.now, self.meter, row, margins=12))
        self.panel.hide()
        self.rule = text(_("Record it with another program, then attach the file."), "caption")
        self.rule.setVisible(self._outside)
        self.stage.addWidget(self.rule)
        self.stage.addWidget(self.panel)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.destroyed.connect(stopping(self._running))
        self.show_value("")
        self._offer_found()

    def first_ways(self) -> list[QWidget]:
        """Recording, from which microphone, and hearing it."""
        self.record = button(_("Record sound"), self.start, icon="microphone")
        self.device = QComboBox()
        self.device.setAccessibleName(_("Microphone"))
        self.play = button(_("Play"), self.play_now, icon="play")
        return [self.record, self.device, self.play]

    def take_ways(self) -> Sequence[QWidget]:
        """Record or attach."""
        ways = (self.pick, self.paste)
        if self._outside:
            self.record.hide()
        return ways if self._outside else (self.record, *ways)

    @property
    def recording(self) -> Recording | None:
        """What is recorded just now."""
        return self._running[0] if self._running else None

    def busy(self) -> bool:
        """Copying, recording, or a found piece waits for a word."""
        return super().busy() or bool(self._running) or self._piece is not None

    def _show_ways(self) -> None:
        super()._show_ways()
        shown = self._value and not super().busy() and not self._running
        self.play.setVisible(bool(shown) or (self._piece is not None and not self._running))
        choice = len(self._sources) > 1 and not self.record.isHidden()
        self.device.setVisible(choice)

    def show_file(self, attachment: Attachment | None, file: Path | None) -> None:
        """Its length stands with its name."""
        seconds = length_of(file) if file is not None else 0.0
        if attachment is not None and seconds:
            self.about.setText(joined([about(attachment), clock(seconds)]))

    # ---- recording
    def start(self) -> None:
        """Begin to record, or say why that cannot be."""
        self._stop_playing()
        try:
            self._sources = self._find()
            source = self._chosen_source()
            self._piece = self._pieces.fresh()
            self._running.append(Recording(source, self._piece, self._rate))
        except JdzError as error:
            self._piece = None
            self._say(str(error))
            self._show_ways()
            return
        self._say("")
        self._timer.start()
        self._show_recording()
        self.end.setFocus()

    def _chosen_source(self) -> Source:
        names = [source.name for source in self._sources]
        if [self.device.itemText(i) for i in range(self.device.count())] != names:
            self.device.clear()
            self.device.addItems(names)
        return self._sources[max(0, self.device.currentIndex())]

    def _look(self) -> None:
        recording = self.recording
        if recording is None:
            self._timer.stop()
            return
        if recording.fault is not None:
            fault = recording.fault
            self.finish()
            self._say(str(fault))
            return
        self.meter.show_level(recording.level)
        self.now.setText(
            _("Paused at {time}").format(time=clock(recording.seconds))
            if recording.paused
            else _("Recording {time}").format(time=clock(recording.seconds))
        )

    def _show_recording(self) -> None:
        recording = self.recording
        self.panel.setVisible(self._piece is not None)
        self.pause.setVisible(recording is not None)
        self.meter.setVisible(recording is not None)
        self.end.setText(_("Stop and keep") if recording is not None else _("Keep it"))
        self._look()
        self._show_ways()

    def _pause(self) -> None:
        recording = self.recording
        if recording is None:
            return
        if recording.paused:
            recording.go_on()
        else:
            recording.pause()
        self.pause.setText(_("Go on") if recording.paused else _("Pause"))

    def _halt(self) -> None:
        self._timer.stop()
        stopping(self._running)()

    def finish(self) -> None:
        """Stop and make it the answer; until it is one, the piece stays."""
        self._halt()
        self._stop_playing()
        piece = self._piece
        self._piece = None
        self._show_recording()
        if piece is not None and length_of(piece) > 0:
            self._taking = piece
            self.take(piece)
        elif piece is not None:
            self._pieces.forget(piece)
            self._say(_("Nothing was recorded."), "attention")

    def taken(self, attachment: Attachment) -> None:
        """The recording is in the project: its piece is not needed any more."""
        super().taken(attachment)
        piece = self._taking
        if piece is not None and piece.name == attachment.filename:
            self._pieces.forget(piece)
        self._taking = None

    def _not_taken(self, turn: int, error: Exception) -> None:
        super()._not_taken(turn, error)
        self._offer_found()

    def throw_away(self) -> None:
        """Put the recording aside; it can be had back."""
        self._halt()
        self._stop_playing()
        piece, self._piece = self._piece, None
        self._show_recording()
        if piece is None or not piece.exists():
            return
        gone = self._pieces.throw_away(piece)

        def undo() -> None:
            self._pieces.bring_back(gone)
            if shiboken6.isValid(self):
                self._offer_found()

        self._shelf.app.toast(_("The recording was thrown away."), undo)
        self.take_focus()

    def _offer_found(self) -> None:
        found = self._pieces.found()
        if found is None or self._running:
            return
        self._piece, seconds = found
        self.now.setText(_("A recording of {time} was not kept yet.").format(time=clock(seconds)))
        self._show_recording()

    # ---- hearing
    def play_now(self) -> None:
        """Play it here, or in the system's program; a second tap stops."""
        if self._player is not None:
            self._stop_playing()
            return
        attachment = self._shelf.attachment(self._ref, self._value)
        file = self._piece or (self._shelf.path_of(attachment) if attachment else None)
        if file is None:
            self._say(_("The file is not on this machine; it comes with the next sync."))
            return
        try:
            self._player = Player(file)
        except Unavailable:
            if self._piece is None:
                self._open()
            return
        self.play.setText(_("Stop playing"))
        self._watch()

    def _watch(self) -> None:
        if self._player is not None and self._player.done.is_set():
            self._stop_playing()
        elif self._player is not None:
            QTimer.singleShot(_LOOK_MS, self, self._watch)

    def _stop_playing(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._player = None
        self.play.setText(_("Play"))
