"""Signing: a wide white sheet, black ink; or the name typed, marked as typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.clock import local_text
from jdz_field.core.i18n import _
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.canvas import Canvas
from jdz_field.ui.form.draw import DrawPage
from jdz_field.ui.theme import FAMILIES
from jdz_field.ui.widgets import button, line, text

#: Pixels of a signature.
WIDE, HIGH = 1500, 560
_INK, _SMALL = QColor("#000000"), QColor("#444444")


def white(width: int, height: int) -> QImage:
    """An empty sheet."""
    sheet = QImage(width, height, QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)
    return sheet


class SignPage(DrawPage):
    """A sheet to sign on by finger, pen or mouse, and a field for who signs by keyboard."""

    def __init__(
        self,
        app: AppContext,
        title: str,
        *,
        kept: Callable[[QImage], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(app, white(WIDE, HIGH), title, ink="#000000", kept=kept, parent=parent)

    def make_canvas(self, base: QImage) -> Canvas:
        """White, with a line to write on."""
        canvas = Canvas(base, guide=True)
        canvas.width_share = 1 / 150
        return canvas

    def build_tools(self) -> QWidget:
        """Clear, and the typed name."""
        made = QWidget()
        self.clear = button(_("Clear"), self.canvas.clear_marks, icon="close")
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("Or type your name"))
        self.name.setMaxLength(40)
        self.name.textChanged.connect(self._typed)
        self.name.returnPressed.connect(self.finish)
        row = line(text(_("Sign on the line")), self.name, self.clear)
        row.setStretch(1, 1)
        made.setLayout(row)
        return made

    def ask_words(self, at: object) -> None:
        """A signature has no words beside it."""

    def _typed(self) -> None:
        self.canvas.setEnabled(not self.name.text().strip())
        if self.name.text().strip() and not self.canvas.empty():
            self.canvas.clear_marks()
        self.canvas.base = self._sheet()
        self.canvas.forget_scaled()
        self.show_state()

    def _sheet(self) -> QImage:
        name = self.name.text().strip()
        return typed_name(name, local_text(self.app.reader.now())) if name else white(WIDE, HIGH)

    def ready(self) -> bool:
        """Drawn or typed."""
        return super().ready() or bool(self.name.text().strip())


def typed_name(name: str, when: str) -> QImage:
    """A name as a picture; below it stands that it was typed, and when."""
    sheet = white(WIDE, HIGH)
    painter = QPainter(sheet)
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setItalic(True)
    font.setPixelSize(200)
    room = QRectF(60, 60, WIDE - 120, HIGH - 220)
    width = QFontMetricsF(font).horizontalAdvance(name)
    if width > room.width():
        font.setPixelSize(max(24, int(200 * room.width() / width)))
    painter.setFont(font)
    painter.setPen(_INK)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)
    font.setItalic(False)
    font.setPixelSize(40)
    painter.setFont(font)
    painter.setPen(_SMALL)
    below = QRectF(60, HIGH - 120, WIDE - 120, 80)
    words = _("Typed by keyboard, not signed by hand · {when}").format(when=when)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return sheet
