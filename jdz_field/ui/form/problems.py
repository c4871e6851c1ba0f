"""What stands in the way of finishing: one row each, with a link that leads there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.ui.form.marked import plain
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Scroll, button, clear, column, line, text, tool
from jdz_field.xforms.view import Problem

#: Taller than this the list scrolls.
_HIGH = 260


class Problems(QFrame):
    """The list.

    Signals:
        wanted(str): the ref that the person wants to be led to.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "fault")
        self.heading = text("", "strong")
        self.close_button = tool("close", _("Close"), self.hide)
        top = line(self.heading, self.close_button)
        top.setStretch(0, 1)
        self.area = Scroll(margins=0, gap=4)
        whole = column(top, self.area, gap=4)
        whole.setContentsMargins(16, 8, 8, 12)
        self.setLayout(whole)
        self.hide()

    def put(self, problems: Sequence[Problem], room: int = _HIGH) -> None:
        """Show these, no higher than ``room``; hidden when there are none."""
        clear(self.area.body)
        count = len(problems)
        words = ngettext(
            "{n} answer is still missing or wrong", "{n} answers are still missing or wrong", count
        )
        self.heading.setText(words.format(n=count))
        for problem in problems:
            self.area.body.addLayout(self._row(problem))
        self.area.body.addStretch(1)
        high = self.area.body.sizeHint().height()
        self.area.setFixedHeight(min(room, _HIGH, max(high, current().touch())))
        self.setVisible(bool(problems))

    def _row(self, problem: Problem) -> QHBoxLayout:
        told = _("{label}: {what}")
        words = text(told.format(label=plain(problem.label), what=plain(problem.message)))
        there = button(_("Go there"), self._go, kind="quiet", icon="locate")
        there.setObjectName(problem.ref)
        there.setAccessibleName(_("{act}: {what}").format(act=there.text(), what=words.text()))
        row = line(words, there)
        row.setStretch(0, 1)
        return row

    def _go(self) -> None:
        self.wanted.emit(self.sender().objectName())
