"""Selects with many choices: a field and a list, with a search, that opens in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_list import ChoiceRows, ChoiceView
from jdz_field.ui.form.choice_media import ChoiceMedia
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.icons import pixmap
from jdz_field.ui.widgets import column, line, set_role, text, tool
from jdz_field.xforms.view import Choice

_ROWS_SHOWN = 6
#: Room of the arrow at the right of the field.
_ARROW = 44
_OPENING = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class FieldButton(QPushButton):
    """Looks like a field: words at the left, an arrow at the right.

    Signals:
        typed(str): a letter was typed on it.
        clear_wanted(): Delete was pressed.
    """

    typed = Signal(str)
    clear_wanted = Signal()
    _words = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet(f"text-align: left; padding-right: {_ARROW}px;")

    def say(self, words: str) -> None:
        """Show these words, cut where the room ends; the whole is the tooltip."""
        self._words = words
        self._fit()

    def words(self) -> str:
        """The whole words."""
        return self._words

    def _fit(self) -> None:
        room = max(40, self.width() - _ARROW - 20)
        shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText((shown if self.isVisible() else self._words).replace("&", "&&"))
        self.setToolTip(self._words if shown != self._words else "")
        self.setAccessibleName(self._words)

    def event(self, event: QEvent) -> bool:
        """Another width cuts the words elsewhere."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.FontChange):
            self._fit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow down and Enter open, letters search, Delete clears."""
        key = Qt.Key(event.key())
        if key in _CLEARING:
            self.clear_wanted.emit()
        elif key in _OPENING:
            self.setChecked(True)
        elif event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Long answers are cut, they do not widen the page."""
        return QSize(160, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, then the arrow."""
        super().paintEvent(event)
        name = "chevron-up" if self.isChecked() else "chevron-down"
        arrow = pixmap(name, "ink2", 20, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - 34, (self.height() - 20) // 2, arrow)


class SearchEditor(Editor):
    """One or several of many: what is chosen, and a list that opens below it.

    ``searched`` puts a search above the list; a short drop-down has none. ``quick``: a choice
    leads on to the next question.
    """

    def __init__(
        self,
        *,
        several: bool,
        searched: bool = True,
        quick: bool = False,
        media: ChoiceMedia | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._several, self._searchable, self._quick = several, searched, quick
        self._value: list[str] = []
        self.rows = ChoiceRows()
        self.list = ChoiceView(self.rows, media)
        self.button = FieldButton()
        self.button.setCheckable(True)
        self.button.toggled.connect(self._open)
        self.button.typed.connect(self._typed_on_button)
        self.button.clear_wanted.connect(self._clear_all)
        self.setFocusProxy(self.button)
        self._clear = tool("close", _("Clear"), self._clear_all, kind="")
        self.panel = self._build_panel()
        self.panel.hide()
        top = line(self.button, self._clear)
        top.setStretch(0, 1)
        self.setLayout(column(top, self.panel))
        self._show()

    def _build_panel(self) -> QWidget:
        panel = QWidget()
        self.search = QLineEdit()
        # Enter takes a choice here, it does not turn the page.
        self.search.setProperty("keeps", "Return Enter")
        self.search.setPlaceholderText(_("Search: a part of the name, its code, pinyin initials"))
        self.search.textChanged.connect(self._searched)
        self.search.installEventFilter(self)
        self.list.picked.connect(self._picked)
        self.list.installEventFilter(self)
        self._none = text(_("Nothing on the list matches."), "caption")
        self._none.hide()
        self._empty = tool("close", _("Clear the search"), self.search.clear, kind="")
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = line(self.search, self._empty)
        top.setStretch(0, 1)
        panel.setLayout(column(top, self._none, self.list))
        self.search.setVisible(self._searchable)
        self._empty.hide()
        return panel

    # ---- showing
    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these; an open list stays where it is, an open search as it is typed."""
        place = self.list.verticalScrollBar().value()
        if not self.rows.set_choices(choices):
            return
        if self.button.isChecked():
            self._fit_list()
            self.list.row = min(self.list.row, self.rows.count() - 1)
            self.list.verticalScrollBar().setValue(place)
        self._show()

    def show_value(self, value: str) -> None:
        """Show what is chosen."""
        if value.split() != self._value:
            self._value = value.split()
            self._show()

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        set_role(self.button, "true" if invalid else "false", "invalid")

    def _show(self) -> None:
        self.rows.set_chosen(self._value)
        self.list.refresh()
        labels = self.rows.labels(self._value)
        self.button.say(_(", ").join(labels) if labels else _("Choose"))
        set_role(self.button, "false" if labels else "true", "empty")
        self._clear.setVisible(bool(labels))

    def _fit_list(self) -> None:
        """A short list needs no more room than its rows."""
        self.list.fit(_ROWS_SHOWN)
        self.list.refresh()
        self.list.setVisible(self.rows.count() > 0)
        self._none.setVisible(self.rows.count() == 0)

    # ---- opening, searching
    def _open(self, opened: bool) -> None:
        if opened:
            self.search.clear()
            self._fit_list()
            self.list.go_to(self.rows.row_of(self._value[0]) if self._value else -1)
        self.panel.setVisible(opened)
        if opened:
            (self.search if self._searchable else self.list).setFocus()
            QTimer.singleShot(0, self, self._prepare)
        else:
            self.settled.emit()

    def _prepare(self) -> None:
        if self._searchable and self.button.isChecked():
            self.rows.prepare()

    def _typed_on_button(self, letter: str) -> None:
        self.button.setChecked(True)
        if self._searchable:
            self.search.setText(letter)
        else:
            self.list.find_begun(letter)

    def _searched(self, words: str) -> None:
        self.rows.search(words)
        self._empty.setVisible(bool(words))
        self._fit_list()
        # Enter takes the first match; without a search nothing is taken by chance.
        self.list.go_to(-1)
        self.list.go_to(0 if words.strip() else -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Escape, in the search and in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._panel_key(watched, event)
        return super().eventFilter(watched, event)

    def _panel_key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._close()
            return True
        if watched is not self.search:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.row >= 0:
                self._picked(self.list.row)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.go_to(max(0, self.list.row + (1 if key == Qt.Key.Key_Down else -1)))
        else:
            return False
        return True

    def _close(self) -> None:
        self.button.setChecked(False)
        self.button.setFocus()

    # ---- choosing
    def _picked(self, row: int) -> None:
        value = self.rows.choice(row).value
        gone = not self.rows.is_offered(value)
        if value in self._value and (self._several or gone):
            self._value.remove(value)
        elif self._several:
            self._value.append(value)
        elif not gone:
            self._value = [value]
        if not self._several:
            self._close()
        self._show()
        self.answered.emit(" ".join(self._value))
        if self._quick and not self._several and self._value:
            self.advance.emit()

    def _clear_all(self) -> None:
        if not self._value:
            return
        self._value = []
        self._show()
        self.answered.emit("")
        self.settled.emit()
