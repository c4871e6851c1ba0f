"""What stands above and below the questions: where one is, how far, what is saved, the way on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QMenu,
    QProgressBar,
    QToolButton,
    QWidget,
)

from jdz_field.core.i18n import _
from jdz_field.ui.context import sentence
from jdz_field.ui.flow import FlowingRow
from jdz_field.ui.form.paging import VIEWS, View, view_name
from jdz_field.ui.form.steps import Step
from jdz_field.ui.form.tally import Tally
from jdz_field.ui.icons import give
from jdz_field.ui.numbers import clock
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import Elided, button, column, line, set_role, text, tool

#: Narrower than this, at normal text size, the head takes two lines.
_ONE_LINE = 900


class StepButton(QToolButton):
    """Undo or redo: its tooltip says which step, asked for only when somebody looks."""

    def __init__(self, icon: str, words: str, key: str, ask: Callable[[], str]) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        give(self, icon, "accent")
        self._words, self._key, self._ask = words, key, ask
        self.setAccessibleName(f"{words} ({key})")

    def event(self, event: QEvent) -> bool:
        """Put the tooltip together right before it is shown."""
        if event.type() in (QEvent.Type.ToolTip, QEvent.Type.FocusIn):
            what = self._ask()
            name = _("{act}: {what}").format(act=self._words, what=what) if what else self._words
            self.setToolTip(f"{name} ({self._key})")
            self.setAccessibleName(self.toolTip())
        return super().event(event)


class ViewButton(QToolButton):
    """How much of the form is on one screen.

    Signals:
        chosen(str): a view, or empty for the one that fits the screen.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "quiet")
        give(self, "pages", "accent")
        words = _("Pages of this form")
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._group = QActionGroup(menu)
        self.fits = self._action(menu, _("As fits the screen"), "")
        menu.addSeparator()
        self.views = {view: self._action(menu, view_name(view), view) for view in VIEWS}
        self._group.triggered.connect(self._triggered)
        self.languages = menu.addMenu(_("Language of the form"))
        self.languages.menuAction().setVisible(False)
        self.setMenu(menu)

    def _action(self, menu: QMenu, words: str, view: str) -> QAction:
        made = QAction(words, menu)
        made.setCheckable(True)
        made.setData(view)
        self._group.addAction(made)
        menu.addAction(made)
        return made

    def show_view(self, view: View, *, chosen: bool) -> None:
        """Mark the view in force; ``chosen``: by the person, not by the screen's size."""
        (self.views[view] if chosen else self.fits).setChecked(True)
        fits = _("As fits the screen")
        self.fits.setText(fits if chosen else f"{fits} · {view_name(view)}")

    def _triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))


class Head(QFrame):
    """The site, how far the form is, what stands against finishing, undo, views, languages.

    Signals:
        language_chosen(str): another language of the form.
        list_wanted(), problem_wanted(), undo_wanted(), redo_wanted(): the buttons.
    """

    language_chosen = Signal(str)
    list_wanted = Signal()
    problem_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(
        self,
        name: str,
        languages: Sequence[str],
        describe: tuple[Callable[[], str], Callable[[], str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.list = tool("list", _("All questions (Ctrl+G)"), self.list_wanted.emit)
        self.list.setCheckable(True)
        self.name = Elided(name, "strong")
        # Not shown yet: a widget without a parent would be a window of its own for a moment.
        if not name:
            self.name.hide()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.answered = text("", "caption", wrap=False)
        self.problems = button("", self.problem_wanted.emit, kind="chip")
        self.undo = StepButton("undo", _("Undo"), "Ctrl+Z", describe[0])
        self.redo = StepButton("redo", _("Redo"), "Ctrl+Y", describe[1])
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        self.view = ViewButton()
        self.language = self._languages(languages)
        self._languages_menu = self._list_languages(languages)
        self._tally = Tally()
        self._lay()
        self.show_steps(undo=False, redo=False)

    def _languages(self, languages: Sequence[str]) -> QComboBox:
        made = QComboBox()
        for language in languages:
            # "中文 (zh)": the code is for machines.
            made.addItem(language.partition(" (")[0], language)
        made.setToolTip(_("Language of the form"))
        made.setAccessibleName(_("Language of the form"))
        made.activated.connect(self._chosen)
        if len(languages) < 2:
            made.hide()
        return made

    def _list_languages(self, languages: Sequence[str]) -> QActionGroup:
        group = QActionGroup(self.view.languages)
        for language in languages:
            action = QAction(language.partition(" (")[0], group)
            action.setCheckable(True)
            action.setData(language)
            self.view.languages.addAction(action)
        group.triggered.connect(self._chosen_in_menu)
        return group

    def _lay(self) -> None:
        first = line(self.list, self.name, self.bar, self.answered, gap=12)
        first.setStretch(1, 2)
        first.setStretch(2, 3)
        second = FlowingRow()
        for part in (self.problems, self.undo, self.redo, self.view, self.language):
            second.addWidget(part)
        self.compact = False
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._whole.setContentsMargins(12, 6, 12, 6)
        self._whole.setSpacing(6)
        self._whole.addLayout(first, 1)
        self._whole.addLayout(second)
        self.setLayout(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two lines when there is no room for one."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        way = QBoxLayout.Direction
        one = self.compact or self.width() >= _ONE_LINE * current().scale
        self._whole.setDirection(way.LeftToRight if one else way.TopToBottom)

    def set_compact(self, *, compact: bool) -> None:
        """Only what is needed at every moment, where a line of the head costs a question."""
        if compact is self.compact:
            return
        self.compact = compact
        several = self.language.count() > 1
        self.name.setVisible(bool(self.name.text()) and not compact)
        self.bar.setVisible(not compact)
        self.language.setVisible(several and not compact)
        self.view.languages.menuAction().setVisible(several and compact)
        self._show_counts()
        self._turn()

    def show_language(self, language: str) -> None:
        """The language in force."""
        self.language.setCurrentIndex(self.language.findData(language))
        for action in self._languages_menu.actions():
            action.setChecked(action.data() == language)

    def _chosen(self, row: int) -> None:
        self.language_chosen.emit(str(self.language.itemData(row)))

    def _chosen_in_menu(self, action: QAction) -> None:
        self.language_chosen.emit(str(action.data()))

    def show_tally(self, tally: Tally) -> None:
        """How many questions are answered, and what is still missing or wrong."""
        self._tally = tally
        self.bar.setRange(0, max(tally.all, 1))
        self.bar.setValue(tally.done)
        self._show_counts()

    def _show_counts(self) -> None:
        tally = self._tally
        words = _("{done}/{all}") if self.compact else _("{done}/{all} answered")
        self.answered.setText(words.format(done=tally.done, all=tally.all))
        parts = [
            _("{n} wrong").format(n=tally.wrong) if tally.wrong else "",
            _("{n} required open").format(n=tally.missing) if tally.missing else "",
        ]
        told = " · ".join(part for part in parts if part) or _("Nothing is missing")
        self.problems.setText(str(tally.missing + tally.wrong) if self.compact else told)
        self.problems.setAccessibleName(told)
        lead = _("Go to the next open question (F8)")
        self.problems.setToolTip(f"{told}\n{lead}")
        self.problems.setEnabled(bool(tally.missing or tally.wrong))
        tint = "error" if tally.wrong else "attention" if tally.missing else "ok"
        give(self.problems, "error" if tally.missing or tally.wrong else "check", tint, 20)

    def show_steps(self, *, undo: bool, redo: bool) -> None:
        """Whether there is anything to take back or to do again."""
        self.undo.setEnabled(undo)
        self.redo.setEnabled(redo)


class Foot(QFrame):
    """What is saved, back and on when the form is paged, and the button that finishes.

    Signals:
        finish_wanted(): the person has done.
        turn_wanted(int): on (1) or back (-1).
    """

    finish_wanted = Signal()
    turn_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.back = button(_("Previous page"), self._back, icon="chevron-left")
        self.back.setToolTip(_("Previous page (Alt+←)"))
        self.on = button(_("Next page"), self._on, kind="primary")
        self.on.setToolTip(_("Next page (Alt+→)"))
        self.where = Elided("", "strong")
        self.where.setMinimumWidth(1)
        self.saved = text("", "secondary")
        self._compact = self._ready = False
        self._last = True
        self.done = button("", self.finish_wanted.emit, kind="primary", icon="check")
        self.done.setToolTip(_("Check everything and make the record (Ctrl+Enter)"))
        middle = column(self.where, self.saved, gap=0)
        row = line(self.back, middle, self.done, self.on, gap=12)
        row.setContentsMargins(16, 8, 16, 8)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.show_busy(busy=False)
        self.show_saved(None)
        self.show_step(None, 0, 0)

    def show_step(self, step: Step | None, place: int, all_steps: int) -> None:
        """Where one is among the steps; None: everything is on the page."""
        self._last = step is None or place == all_steps - 1
        self._show_done()
        self.back.setVisible(step is not None)
        self.back.setEnabled(place > 0)
        self.on.setVisible(not self._last)
        self.where.setVisible(step is not None)
        if step is not None:
            words = _("{place}/{all} · {title}")
            self.where.setText(words.format(place=place + 1, all=all_steps, title=step.title))
        self._show_saved_line()

    def set_compact(self, *, compact: bool) -> None:
        """The strip above says what is saved; here only what is not."""
        self._compact = compact
        self._show_saved_line()

    def _show_saved_line(self) -> None:
        quiet = self.saved.property("role") != "error"
        self.saved.setVisible(not (self._compact and quiet and not self.where.isHidden()))

    def show_tally(self, tally: Tally) -> None:
        """When nothing is missing one may finish from any page."""
        self._ready = not (tally.missing or tally.wrong)
        self._show_done()

    def _show_done(self) -> None:
        self.done.setVisible(self._last or self._ready)

    def show_saved(self, moment: datetime | None) -> None:
        """When the draft was last written; ``None``: not yet."""
        set_role(self.saved, "secondary")
        if moment is None:
            self.saved.setText(_("Every answer is saved by itself"))
        else:
            self.saved.setText(_("Draft saved {time}").format(time=clock(moment)))
        self._show_saved_line()

    def show_failure(self, error: Exception) -> None:
        """The draft could not be written."""
        set_role(self.saved, "error")
        self.saved.setText(
            _("Not saved yet: {what} It is tried again.").format(what=sentence(error))
        )
        self._show_saved_line()

    def show_busy(self, *, busy: bool) -> None:
        """While the record is made."""
        for one in (self.done, self.on):
            one.setEnabled(not busy)
        self.done.setText(_("Finishing …") if busy else _("Finish"))
        # A new text takes the shortcut away.
        self.done.setShortcut("Ctrl+Return")

    def _back(self) -> None:
        self.turn_wanted.emit(-1)

    def _on(self) -> None:
        self.turn_wanted.emit(1)
