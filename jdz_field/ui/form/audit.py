"""Keeps a form's log while it is filled in: written as it happens, attached when it is finished."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.gnss.fix import Fix
from jdz_field.operations.records import FinalizeResult
from jdz_field.photos.files import disk_fault
from jdz_field.ui.form.clip import forget
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.question import Question
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.widgets import button, column, line, text
from jdz_field.xforms import audit
from jdz_field.xforms.audit import AuditLog, AuditRules

log = logging.getLogger(__name__)

_FOLDER = "audits"
#: A receiver that does not know its error is taken for a telephone's.
_UNKNOWN_ACCURACY = 30.0


class AuditStrip(QFrame):
    """The log of one sitting, and what the person must say or may refuse for it.

    Signals:
        locked(bool): the form may not be filled in before somebody has said who fills it in.
    """

    locked = Signal(bool)

    def __init__(
        self, driver: Driver, shelf: Shelf, rules: AuditRules, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._driver, self._shelf, self.rules = driver, shelf, rules
        clock = time.monotonic_ns()
        started = time.time_ns() // 1_000_000
        self.log = AuditLog(rules, started, lambda: (time.monotonic_ns() - clock) // 1_000_000)
        self._file = shelf.app.path / _FOLDER / f"{shelf.record}.csv"
        self._late = ""
        self._over = False
        self._steps = len(driver.history.done)
        self._values = {node.ref: node.text for _control, node in driver.session.questions()}
        self._build()
        self._begin()

    # ---- what the person says
    def _build(self) -> None:
        self.who, self.why = QLineEdit(), QLineEdit()
        self.who.setAccessibleName(_("Who fills in this form?"))
        self.who.setText(self._shelf.app.reader.author)
        self.who.returnPressed.connect(self.identify)
        self.begin = button(_("Begin"), self.identify, kind="primary", icon="check")
        self.why.setPlaceholderText(_("Why is the finished record changed?"))
        self.where = text(_("This form notes where you are while you fill it in."), "caption")
        self.stay = button(_("Do not note it"), self.stop_locating, kind="quiet")
        self.user_row, self.why_row, self.place_row = QWidget(), QWidget(), QWidget()
        for widget, parts in (
            (self.user_row, (text(_("Who fills in this form?")), self.who, self.begin)),
            (self.why_row, (self.why,)),
            (self.place_row, (self.where, self.stay)),
        ):
            row = line(*parts)
            row.setStretch(1 if len(parts) > 2 else 0, 1)
            widget.setLayout(row)
        self.setLayout(column(self.user_row, self.why_row, self.place_row, margins=8, gap=4))
        self.setContentsMargins(8, 0, 8, 0)
        self.user_row.setVisible(self.rules.user)
        self.why_row.setVisible(self._asks_why())
        self.place_row.setVisible(self.rules.location)
        self._settle()

    def _asks_why(self) -> bool:
        return self.rules.reasons and bool(self._driver.filling.head.replaces)

    def _settle(self) -> None:
        rows = (self.user_row, self.why_row, self.place_row)
        self.setVisible(any(not row.isHidden() for row in rows))

    def identify(self) -> None:
        """Somebody says who fills it in; without a name nothing is filled in."""
        name = self.who.text().strip()
        if not name:
            self.who.setFocus()
            return
        self.log.user = name
        self.user_row.hide()
        self._settle()
        self._open()
        self.locked.emit(False)

    def unnamed(self) -> bool:
        """Whether the form waits for a name."""
        return self.rules.user and not self.log.user

    # ---- what happens
    def _begin(self) -> None:
        driver, app = self._driver, QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focused)
        driver.changed.connect(self._changed)
        driver.history_changed.connect(self._stepped)
        driver.failed.connect(self._failed)
        driver.finalized.connect(self._finalized)
        if self.rules.location:
            self._shelf.app.receiver.fixed.connect(self._fixed)
        if not self.rules.user:
            self._open()

    def _open(self) -> None:
        again = self._file.exists() or bool(self._driver.filling.head.replaces)
        self._note(audit.FORM_RESUME if again else audit.FORM_START)
        if self.rules.location and not self.place_row.isHidden():
            self._note(audit.TRACKING_ON)

    def _note(self, name: str, node: str = "", *, reason: str = "") -> None:
        self.log.event(name, node, reason=reason)
        self._write()

    def _fixed(self, fix: Fix) -> None:
        if not self._over and self._shelf.app.receiver.live(fix):
            self.log.located(fix.lat, fix.lon, fix.accuracy or _UNKNOWN_ACCURACY)

    def stop_locating(self) -> None:
        """The person wants no positions in the log; that is logged."""
        self._shelf.app.receiver.fixed.disconnect(self._fixed)
        self.log.forget_positions()
        self._note(audit.TRACKING_OFF)
        self.place_row.hide()
        self._settle()

    def jumped(self, _ref: str = "") -> None:
        """The list of questions was used."""
        self._note(audit.JUMP)

    def sounded(self, on: bool) -> None:
        """Sound in the background was switched."""
        self._note(audit.BACKGROUND_ON if on else audit.BACKGROUND_OFF)

    def _focused(self, _old: QWidget | None, new: QWidget | None) -> None:
        here = new
        while here is not None and not isinstance(here, Question):
            here = here.parentWidget()
        if isinstance(here, Question) and here.window() is self.window() and not self._over:
            self._enter(here.ref)

    def _enter(self, ref: str) -> None:
        if ref == self.log.at:
            return
        self._leave()
        self.log.enter(ref, self._values.get(ref, ""))
        self._write()

    def _leave(self) -> None:
        ref = self.log.at
        if ref:
            self._values[ref] = value = self._value(ref)
            self.log.leave(value)
            self._write()

    def _value(self, ref: str) -> str:
        try:
            return self._driver.session.node(ref).value
        except BadInput:
            # An entry that was removed meanwhile.
            return self._values.get(ref, "")

    def _changed(self, refs: tuple[str, ...]) -> None:
        place = self._driver.place
        if place in refs and place != self.log.at and not self._over:
            # Tapped without the keyboard going there.
            self._enter(place)
        for ref in refs:
            # What the question one is at held before is known until it is left.
            if ref != self.log.at:
                self._values[ref] = self._value(ref)

    def _stepped(self) -> None:
        done = self._driver.history.done
        if len(done) > self._steps and done:
            names = {"add": audit.ADD_REPEAT, "remove": audit.DELETE_REPEAT}
            name = names.get(done[-1].kind)
            if name is not None:
                self._note(name, done[-1].ref)
        self._steps = len(done)

    def _failed(self, _error: Exception) -> None:
        self._note(audit.SAVE_ERROR)

    def _finalized(self, result: FinalizeResult) -> None:
        if result.record is None:
            self._over = False
            self._note(audit.CONSTRAINT_ERROR)
        else:
            self._file.unlink(missing_ok=True)

    # ---- keeping
    def _write(self) -> None:
        """To the disk as it happens: a kill loses only the question one is at."""
        self._late += self.log.take()
        try:
            self._file.parent.mkdir(exist_ok=True)
            new = not self._file.exists()
            with self._file.open("a", encoding="utf-8", newline="") as out:
                out.write((audit.header(self.rules) if new else "") + self._late)
        except OSError:
            log.warning("the form's log was not written", exc_info=True)
        else:
            self._late = ""

    def leave(self) -> None:
        """The form is left: it is saved as a draft."""
        if self._over or self.unnamed():
            return
        self._over = True
        self._leave()
        for name in (audit.FORM_SAVE, audit.FORM_EXIT):
            self._note(name)

    def finish(self, then: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Attach the log to the record, then go on; a reason that is missing is asked for."""
        reason = self.why.text().strip()
        if self._asks_why() and not reason:
            self.why.setFocus()
            failed(BadInput(_("Say above why the finished record is changed, then finish.")))
            return
        self._leave()
        if reason:
            self._note(audit.CHANGE_REASON, reason=reason)
        for name in (audit.END_SCREEN, audit.FORM_SAVE, audit.FORM_EXIT, audit.FORM_FINALIZE):
            self._note(name)
        self._over = True

        def not_attached(error: Exception) -> None:
            self._over = False
            failed(error)

        old = self._driver.session.node(self.rules.path).value
        if old and self._shelf.attachment(self.rules.path, old) is not None:
            self._shelf.let_go(self.rules.path, old, lambda _gone: self._attach(then, not_attached))
        else:
            self._attach(then, not_attached)

    def _attach(self, then: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        try:
            kept = self._file.read_text("utf-8") if self._file.exists() else ""
            copy = Path(mkdtemp(prefix="jdz-")) / audit.FILE
            copy.write_text(
                audit.joined(self.rules, kept + self._late), encoding="utf-8", newline=""
            )
        except OSError as error:
            failed(disk_fault(error, self._file))
            return

        def taken(attachment: Attachment) -> None:
            forget(copy)
            self._driver.session.correct(self.rules.path, attachment.filename, follow=True)
            then()

        self._shelf.take(copy, self._shelf.question(self.rules.path), self, taken, failed)
