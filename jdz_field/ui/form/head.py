"""What stands above and below the questions: where one is, how far, what is saved, the way out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QProgressBar, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.context import sentence
from jdz_field.ui.numbers import clock
from jdz_field.ui.widgets import button, line, set_role, text


class Head(QFrame):
    """The site, the languages of the form, how far it is.

    Signals:
        language_chosen(str): another language of the form.
    """

    language_chosen = Signal(str)

    def __init__(self, name: str, languages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.name = text(name, "strong")
        self.language = QComboBox()
        for language in languages:
            # "中文 (zh)": the code is for machines.
            self.language.addItem(language.partition(" (")[0], language)
        self.language.setToolTip(_("Language of the form"))
        self.language.activated.connect(self._chosen)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.answered = text("", "caption", wrap=False)
        top = line(self.name, self.bar, self.answered, self.language, gap=16)
        top.setStretch(0, 2)
        top.setStretch(1, 3)
        top.setContentsMargins(20, 6, 20, 6)
        self.setLayout(top)
        self.name.setVisible(bool(name))
        self.language.setVisible(len(languages) > 1)

    def show_language(self, language: str) -> None:
        """The language in force."""
        self.language.setCurrentIndex(self.language.findData(language))

    def _chosen(self, row: int) -> None:
        self.language_chosen.emit(str(self.language.itemData(row)))

    def show_progress(self, done: int, asked: int) -> None:
        """So many questions of those that are asked now."""
        self.bar.setRange(0, max(asked, 1))
        self.bar.setValue(done)
        self.answered.setText(_("{done}/{all} answered").format(done=done, all=asked))


class Foot(QFrame):
    """What is saved, and the button that finishes.

    Signals:
        finish_wanted(): the person has done.
    """

    finish_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.saved = text("", "secondary")
        self.done = button("", self.finish_wanted.emit, kind="primary", icon="check")
        self.done.setToolTip(_("Check everything and make the record (Ctrl+Enter)"))
        row = line(self.saved, self.done, gap=12)
        row.setContentsMargins(20, 8, 20, 8)
        row.setStretch(0, 1)
        self.setLayout(row)
        self.show_busy(busy=False)
        self.show_saved(None)

    def show_saved(self, moment: datetime | None) -> None:
        """When the draft was last written; ``None``: not yet."""
        set_role(self.saved, "secondary")
        if moment is None:
            self.saved.setText(_("Every answer is saved by itself"))
        else:
            self.saved.setText(_("Draft saved {time}").format(time=clock(moment)))

    def show_failure(self, error: Exception) -> None:
        """The draft could not be written."""
        set_role(self.saved, "error")
        self.saved.setText(
            _("Not saved yet: {what} It is tried again.").format(what=sentence(error))
        )

    def show_busy(self, *, busy: bool) -> None:
        """While the record is made."""
        self.done.setEnabled(not busy)
        self.done.setText(_("Finishing …") if busy else _("Finish"))
        # A new text takes the shortcut away.
        self.done.setShortcut("Ctrl+Return")
