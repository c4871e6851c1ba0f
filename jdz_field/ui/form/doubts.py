"""What the machine found odd, before the record is made: a sentence each, a way there, a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _, ngettext
from jdz_field.core.machine_checks import (
    OTHER,
    REASONS,
    Finding,
    finding_words,
    reasons_of,
)
from jdz_field.ui.flow import flow
from jdz_field.ui.form.marked import plain
from jdz_field.ui.widgets import Scroll, button, clear, column, line, set_role, text, tool

#: Takes a finding and the reason: a code, or the person's words.
Say = Callable[[Finding, str], None]


class Doubt(QWidget):
    """One finding: what it is, «Go there», and its reasons to choose from.

    Signals:
        wanted(str): the ref that the person wants to go to.
        answered(): there is a reason now.
    """

    wanted = Signal(str)
    answered = Signal()

    def __init__(self, found: Finding, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding, self._say = found, say
        told = _("{label}: {what}") if found.label else "{what}"
        self.words = text(told.format(label=plain(found.label), what=finding_words(found)))
        there = button(_("Go there"), self._go, kind="quiet", icon="locate")
        there.setAccessibleName(_("{act}: {what}").format(act=there.text(), what=self.words.text()))
        there.setVisible(found.ref.count("/") > 1)
        self.there = there
        self.reasons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for number, code in enumerate(reasons_of(found.check), 1):
            self._offer(number, code)
        self.note = QLineEdit(found.note)
        self.note.setPlaceholderText(_("In a few words"))
        self.note.setAccessibleName(_("The reason in a few words"))
        self.note.setMaxLength(200)
        self.note.textEdited.connect(self._written)
        self.note.returnPressed.connect(self._done)
        self.note.setVisible(found.reason == OTHER)
        top = line(self.words, there)
        top.setStretch(0, 1)
        self.setLayout(column(top, flow(*self.reasons.values()), self.note, gap=4))

    def _offer(self, number: int, code: str) -> None:
        made = button(f"{number}  {code_list(REASONS).label(code)}", kind="chip")
        made.setCheckable(True)
        made.setChecked(self.finding.reason == code)
        made.clicked.connect(partial(self.choose, code))
        self._group.addButton(made)
        self.reasons[code] = made

    def choose(self, code: str, *_checked: bool) -> None:
        """Give this reason; «other» asks for words."""
        self.reasons[code].setChecked(True)
        self.note.setVisible(code == OTHER)
        if code == OTHER:
            self.finding = replace(self.finding, reason="", note="")
            self.note.setFocus()
            self._written()
        else:
            self._keep(code)
            self.answered.emit()

    def _written(self, *_text: str) -> None:
        if self.note.text().strip():
            self._keep(self.note.text())
        else:
            self.finding = replace(self.finding, reason="", note="")

    def _keep(self, words: str) -> None:
        self._say(self.finding, words)
        known = words in self.reasons and words != OTHER
        self.finding = replace(
            self.finding, reason=words if known else OTHER, note="" if known else words
        )

    def _done(self) -> None:
        if self.finding.answered:
            self.answered.emit()

    def _go(self) -> None:
        self.wanted.emit(self.finding.ref)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        at = event.key() - Qt.Key.Key_1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Not for the form: it would turn the page.
            event.accept()
        elif 0 <= at < len(self.reasons) and not self.note.hasFocus():
            self.choose(list(self.reasons)[at])
        else:
            super().keyPressEvent(event)


class Doubts(QFrame):
    """Every finding; «Finish» below makes the record once each has a reason.

    Signals:
        wanted(str): the ref that the person wants to go to.
        settled(): every finding has a reason.
        closed(): the person goes back to the form.
        finish_wanted(): every one has a reason, and the record is to be made.
    """

    wanted = Signal(str)
    settled = Signal()
    closed = Signal()
    finish_wanted = Signal()

    def __init__(self, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._say = say
        self._high = 0
        self.rows: list[Doubt] = []
        self.heading = text("", "strong")
        self.hint = text("", "caption")
        self.close_button = tool("close", _("Back to the form (Esc)"), self._close)
        # The page's own button is on the last page only while a photo is missing.
        self.done = button(_("Finish"), self.finish_wanted.emit, kind="primary", icon="check")
        top = line(column(self.heading, self.hint, gap=0), self.done, self.close_button)
        top.setStretch(0, 1)
        self.area = Scroll(margins=0, gap=12)
        whole = column(top, self.area, gap=6)
        whole.setContentsMargins(16, 8, 8, 12)
        self.setLayout(whole)
        self.hide()

    def put(self, findings: Sequence[Finding], room: int) -> None:
        """Show these, no higher than ``room``; hidden when there are none."""
        clear(self.area.body)
        self.rows, self._high = [], room
        for found in findings:
            row = Doubt(found, self._say)
            row.wanted.connect(self.wanted)
            row.answered.connect(self._answered)
            self.rows.append(row)
            self.area.body.addWidget(row)
        self.area.body.addStretch(1)
        self._count()
        self.setVisible(bool(self.rows))
        # Chips break their lines only when they know how wide they are.
        QTimer.singleShot(0, self, self._fit)

    def forget(self, refs: Collection[str]) -> None:
        """These questions were answered anew: they are looked at again at the next «Finish»."""
        kept = [row for row in self.rows if row.finding.ref not in refs]
        if len(kept) == len(self.rows):
            return
        for row in self.rows:
            if row not in kept:
                self._body().removeWidget(row)
                row.hide()
                row.deleteLater()
        self.rows = kept
        self._count()
        self.setVisible(bool(kept))
        self._fit()

    def _body(self) -> QVBoxLayout:
        return self.area.body

    def open_rows(self) -> list[Doubt]:
        """Those without a reason."""
        return [row for row in self.rows if not row.finding.answered]

    def to_first(self) -> None:
        """The keyboard goes to the first that has no reason."""
        for row in self.open_rows()[:1]:
            next(iter(row.reasons.values())).setFocus()
            self.area.ensureWidgetVisible(row)

    def _answered(self) -> None:
        self._count()
        if self.open_rows():
            self.to_first()
        else:
            self.settled.emit()

    def _count(self) -> None:
        count, left = len(self.rows), len(self.open_rows())
        words = ngettext("Please look at {n} thing again", "Please look at {n} things again", count)
        self.heading.setText(words.format(n=count))
        ready = _("Every one has a reason: finish now.")
        ask = _("Mend it, or say with one touch why it is so; the reason stays with the record.")
        self.hint.setText(ask if left else ready)
        set_role(self.hint, "caption" if left else "ok")
        self.done.setVisible(count > 0 and not left)

    def _fit(self) -> None:
        width = self.area.viewport().width()
        high = sum(max(row.heightForWidth(width), row.sizeHint().height()) for row in self.rows)
        high += 12 * max(len(self.rows) - 1, 0)
        self.area.setFixedHeight(min(self._high, high + 4))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the form."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
