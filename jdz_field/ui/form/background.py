"""Sound recorded while a form is filled in (XLSForm ``background-audio``), if one agrees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.photos.kinds import AUDIO
from jdz_field.ui.form.audio import Microphones, pieces_of, stopping
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.meter import Meter, clock
from jdz_field.ui.form.recorder import RATES, Recording
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.sounds import microphones
from jdz_field.ui.widgets import button, line, text

_LOOK_MS = 200


class BackgroundAudio(QFrame):
    """A strip that asks first, then shows that it records.

    Signals:
        switched(bool): the person let it record, or not.
    """

    switched = Signal(bool)

    def __init__(
        self,
        driver: Driver,
        shelf: Shelf,
        ref: str,
        quality: str,
        find: Microphones = microphones,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._driver, self._shelf, self._ref = driver, shelf, ref
        self._rate, self.microphones = RATES.get(quality, RATES["normal"]), find
        self._pieces = pieces_of(shelf, ref)
        self._running: list[Recording] = []
        self.words = text(_("This form records sound while it is filled in, if you agree."))
        self.meter = Meter()
        self.agree = button(_("Record sound"), self.start, icon="microphone")
        self.decline = button(_("Not now"), self.refuse, kind="quiet")
        self.pause = button(_("Pause"), self._pause, icon="pause")
        row = line(self.words, self.meter, self.agree, self.decline, self.pause, margins=8)
        row.setStretch(0, 2)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.setContentsMargins(8, 0, 8, 0)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.destroyed.connect(stopping(self._running))
        self._show()

    def _show(self) -> None:
        running = bool(self._running)
        for part in (self.meter, self.pause):
            part.setVisible(running)
        for part in (self.agree, self.decline):
            part.setVisible(not running)

    def start(self) -> None:
        """The person agrees: record, going on where an earlier sitting ended."""
        try:
            source = self.microphones()[0]
            found = self._pieces.found()
            file = found[0] if found is not None else self._pieces.fresh()
            self._running.append(Recording(source, file, self._rate))
        except JdzError as error:
            self.words.setText(str(error))
            return
        self.switched.emit(True)
        self._timer.start()
        self._look()
        self._show()

    def refuse(self) -> None:
        """The person does not want it; the strip goes."""
        self.switched.emit(False)
        self.hide()

    def _pause(self) -> None:
        for one in self._running:
            if one.paused:
                one.go_on()
            else:
                one.pause()
            self.pause.setText(_("Go on") if one.paused else _("Pause"))
            self.switched.emit(not one.paused)
        self._look()

    def _look(self) -> None:
        for one in self._running:
            if one.fault is not None:
                self.words.setText(str(one.fault))
                self.leave()
                return
            words = _("Paused at {time}") if one.paused else _("Recording {time}")
            self.words.setText(words.format(time=clock(one.seconds)))
            self.meter.show_level(one.level)

    def leave(self) -> None:
        """Stop; what was recorded waits for the next sitting."""
        self._timer.stop()
        stopping(self._running)()
        self._show()

    def finish(self, then: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Make what was recorded the answer, then go on."""
        self.leave()
        found = self._pieces.found()
        if found is None:
            then()
            return
        piece: Path = found[0]

        def taken(attachment: Attachment) -> None:
            self._driver.session.correct(self._ref, attachment.filename, follow=True)
            self._pieces.forget(piece)
            then()

        question = self._shelf.question(self._ref, AUDIO)
        self._shelf.take(piece, question, self, taken, failed)
