"""The page that one draws on: a photo to mark, a sketch, a signature."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeySequence, QPainter, QPixmap, QShortcut
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import flow
from jdz_field.ui.form.canvas import ARROW, BOX, PEN, WORDS, Canvas
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, frame, line, tool

#: Colours that are told apart on any photo, with what they are called.
_COLOURS = ("#D32F2F", "#FFD600", "#1565C0", "#FFFFFF", "#000000")


class DrawPage(QWidget):
    """Tools, the picture, and a button that keeps it.

    Leaving the page keeps what was drawn; only «throw away» does not, and it offers it back.

    ``kept`` is told the finished picture.
    """

    full = True

    def __init__(
        self,
        app: AppContext,
        base: QImage,
        title: str,
        *,
        ink: str = _COLOURS[0],
        kept: Callable[[QImage], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.app, self._title, self._owner = app, title, kept
        self._over = False
        self.canvas = self.make_canvas(base)
        self.canvas.colour = QColor(ink)
        self.keep = button(_("Done"), self.finish, kind="primary", icon="check", key="Ctrl+Return")
        self.undo = tool("undo", _("Undo (Ctrl+Z)"), self.canvas.undo)
        self.redo = tool("redo", _("Redo (Ctrl+Y)"), self.canvas.redo)
        self.discard = button(_("Throw away"), self.throw_away, kind="quiet", icon="trash")
        bar = frame("strip")
        row = line(self.build_tools(), self.undo, self.redo)
        row.setStretch(0, 1)
        row.setContentsMargins(12, 8, 12, 8)
        bar.setLayout(row)
        foot = frame("bar")
        last = line(self.discard, None, self.keep)
        last.setContentsMargins(12, 8, 12, 8)
        foot.setLayout(last)
        self.middle = column(self.canvas, margins=12)
        whole = column(bar, self.middle, foot, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._keys()
        self.canvas.changed.connect(self.show_state)
        self.canvas.words_wanted.connect(self.ask_words)
        self.setFocusProxy(self.canvas)
        self.show_state()

    def make_canvas(self, base: QImage) -> Canvas:
        """What is drawn on."""
        return Canvas(base)

    def _keys(self) -> None:
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self.canvas.undo),
            (QKeySequence("Ctrl+Y"), self.canvas.redo),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # ---- tools
    def build_tools(self) -> QWidget:
        """Pen, arrow, box, words, and the colours."""
        self.tools, self.colours = QButtonGroup(self), QButtonGroup(self)
        parts: list[QWidget] = []
        for name, words, icon, key in (
            (PEN, _("Pen"), "edit", "P"),
            (ARROW, _("Arrow"), "arrow", "A"),
            (BOX, _("Box"), "box", "R"),
            (WORDS, _("Text"), "text", "T"),
        ):
            made = self._tool(name, words, icon, key)
            self.tools.addButton(made)
            parts.append(made)
        self.tools.buttons()[0].setChecked(True)
        self.tools.buttonClicked.connect(self._tool_chosen)
        names = (_("Red"), _("Yellow"), _("Blue"), _("White"), _("Black"))
        for colour, words in zip(_COLOURS, names, strict=True):
            dot = self._dot(colour, words)
            self.colours.addButton(dot)
            parts.append(dot)
        self.colours.buttonClicked.connect(self._colour_chosen)
        self.entry = self._build_entry()
        tools = flow(*parts)
        self.entry_row = QWidget()
        row = line(self.entry, button(_("Put it there"), self.put_words, icon="check"))
        row.setStretch(0, 1)
        self.entry_row.setLayout(row)
        self.entry_row.hide()
        made_tools = QWidget()
        made_tools.setLayout(column(tools, self.entry_row))
        return made_tools

    @staticmethod
    def _tool(name: str, words: str, icon: str, key: str) -> QPushButton:
        made = button(words, icon=icon, kind="chip")
        made.setObjectName(name)
        made.setCheckable(True)
        made.setToolTip(f"{words} ({key})")
        made.setShortcut(key)
        return made

    def _dot(self, colour: str, words: str) -> QToolButton:
        made = tool("text", words, kind="")
        made.setObjectName(colour)
        made.setCheckable(True)
        made.setIcon(_dot(colour))
        made.setIconSize(QSize(26, 26))
        made.setProperty("jdz_icon", None)
        made.setChecked(QColor(colour) == self.canvas.colour or colour == _COLOURS[0])
        return made

    def _build_entry(self) -> QLineEdit:
        entry = QLineEdit()
        entry.setPlaceholderText(_("Text on the picture"))
        entry.setMaxLength(60)
        entry.returnPressed.connect(self.put_words)
        self._words_at = QPointF()
        return entry

    def _tool_chosen(self, chosen: QPushButton) -> None:
        self.canvas.tool = chosen.objectName()
        self.entry_row.setVisible(False)
        self.canvas.setFocus()

    def _colour_chosen(self, chosen: QToolButton) -> None:
        self.canvas.colour = QColor(chosen.objectName())
        self.canvas.setFocus()

    def ask_words(self, at: QPointF) -> None:
        """A place was chosen: what is to stand there?"""
        self._words_at = at
        self.entry.clear()
        self.entry_row.show()
        self.entry.setFocus()

    def put_words(self) -> None:
        """Put the typed words where the picture was tapped."""
        words = self.entry.text().strip()
        self.entry_row.hide()
        if words:
            mark = self.canvas.new_mark(WORDS)
            mark.points, mark.words = [self._words_at], words
            self.canvas.add(mark)
        self.canvas.setFocus()

    # ---- keeping
    def show_state(self) -> None:
        """What may be done now."""
        self.undo.setEnabled(bool(self.canvas.marks))
        self.redo.setEnabled(bool(self.canvas.undone))
        self.keep.setEnabled(self.ready())
        self.discard.setVisible(self.ready())

    def ready(self) -> bool:
        """Whether there is anything to keep."""
        return not self.canvas.empty()

    def image(self) -> QImage:
        """What is kept."""
        return self.canvas.image()

    def title(self) -> str:
        """The heading."""
        return self._title

    def leave(self) -> bool:
        """Always; what was drawn is kept."""
        self._keep()
        return True

    def finish(self) -> None:
        """Keep it and go back."""
        if self.ready():
            self._keep()
            self.app.back()

    def _keep(self) -> None:
        if not self._over and self.ready() and self._owner is not None:
            self._owner(self.image())
        self._over = True

    def throw_away(self) -> None:
        """Go back without it; ten seconds long it can be had back."""
        image, owner, self._over = self.image(), self._owner, True

        def undo() -> None:
            if owner is not None:
                owner(image)

        self.app.back()
        self.app.toast(_("The drawing was thrown away."), undo)


def _dot(colour: str) -> QIcon:
    picture = QPixmap(52, 52)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(current().colour("ink2"))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(3, 3, 46, 46)
    painter.end()
    picture.setDevicePixelRatio(2)
    return QIcon(picture)
