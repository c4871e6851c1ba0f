"""The large toggles that choices are made with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QPolygonF,
    QTextDocument,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.choice_media import read_picture
from jdz_field.ui.form.looks import Look
from jdz_field.ui.form.marked import is_marked, plain, rich
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import tool

_MARK, _PAD, _GAP = 22, 12, 6
#: Greatest height of a choice's picture.
_HIGH, _HIGH_STACKED = 140, 96
_WRAP = Qt.TextFlag.TextWordWrap
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of a cell stand, and how high it has to be."""

    mark: QRect
    picture: QRect
    words: QRect
    height: int


class ChoiceCell(QAbstractButton):
    """One choice: a round or square mark, a picture, a label that wraps, a key for its sound."""

    def __init__(
        self,
        label: str,
        *,
        several: bool,
        look: Look | None = None,
        picture: Path | None = None,
        gone: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._several, self._gone = several, gone
        self.look = look or Look()
        self._file, self._picture = picture, QPixmap()
        self._words = plain(label) if is_marked(label) else label
        self._rich = _document(label) if is_marked(label) else None
        self.setText(self._words.replace("&", "&&"))
        self.setAccessibleName(self._words)
        if not self._labelled():
            self.setToolTip(self._words)
        self.sound: QToolButton | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    def put_sound(self) -> QToolButton:
        """Add a key for the choice's sound."""
        self.sound = tool("play", _("Listen"), kind="quiet")
        self.sound.setParent(self)
        self.sound.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sound.show()
        return self.sound

    def _labelled(self) -> bool:
        return self.look.labels or not (self._pictured() or self.look.stacked)

    def _pictured(self) -> bool:
        if self._file is not None and self._picture.isNull():
            self._picture = read_picture(self._file)
            self._file = None if self._picture.isNull() else self._file
        return self._file is not None

    # ---- sizes
    def wanted_width(self) -> int:
        """Width that shows the label on one line."""
        words = self._advance() if self._labelled() else 0
        if self._pictured():
            words = max(words, min(EDGE_SHOWN, self._shown_picture(EDGE_SHOWN, _HIGH).width()))
        return words + self._left() + _PAD + self._right_room() + 2

    def narrowest(self) -> int:
        """Width below which a label is broken inside its words."""
        if not self._labelled():
            return current().touch()
        longest = max(self._words.split(), key=len, default="")
        # Chinese breaks anywhere; four characters a line still read well.
        letters = longest[:4] if not longest.isascii() else longest
        return self.fontMetrics().horizontalAdvance(letters) + 2 * _GAP + 4

    def wanted_height(self, width: int) -> int:
        """Height that shows the whole label at this width."""
        return self._lay(width).height

    def sizeHint(self) -> QSize:
        """One line of text."""
        return QSize(self.wanted_width(), current().touch())

    def _advance(self) -> int:
        if self._rich is not None:
            self._rich.setDefaultFont(self.font())
            self._rich.setTextWidth(-1)
            return round(self._rich.idealWidth()) + 1
        return self.fontMetrics().horizontalAdvance(self._words)

    def _left(self) -> int:
        return _MARK + 2 * _PAD if self.look.marks and not self.look.stacked else _PAD

    def _right_room(self) -> int:
        """Room at the right: a key for the sound, or the tick of a cell without a mark."""
        if self.sound is not None:
            return current().touch()
        return 0 if self.look.marks or self._pictured() or self.look.passive else _MARK

    def _words_height(self, width: int) -> int:
        if not self._labelled():
            return 0
        if self._rich is not None:
            self._rich.setDefaultFont(self.font())
            self._rich.setTextWidth(width)
            return round(self._rich.size().height())
        room = QRect(0, 0, max(40, width), 10_000)
        return self.fontMetrics().boundingRect(room, int(_WRAP), self._words).height()

    def _shown_picture(self, width: int, height: int) -> QSize:
        if not self._pictured():
            return QSize()
        size, room = self._picture.size(), QSize(max(width, 24), height)
        if size.width() <= room.width() and size.height() <= room.height():
            return size
        return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def _lay(self, width: int) -> _Places:
        return self._lay_stacked(width) if self.look.stacked else self._lay_beside(width)

    def _lay_beside(self, width: int) -> _Places:
        left = self._left()
        room = max(40, width - left - _PAD - self._right_room())
        picture = self._shown_picture(room, _HIGH)
        words = self._words_height(room)
        gap = _GAP if words and not picture.isEmpty() else 0
        inside = max(picture.height(), 0) + gap + words
        height = max(current().touch(), inside + 2 * _PAD)
        top = (max(self.height(), height) - inside) // 2 if self.width() == width else _PAD
        mark = QRect(_PAD, (max(self.height(), height) - _MARK) // 2, _MARK, _MARK)
        shift = 0 if self.look.marks else (room - picture.width()) // 2
        return _Places(
            mark,
            QRect(left + shift, top, picture.width(), max(picture.height(), 0)),
            QRect(left, top + max(picture.height(), 0) + gap, room, words),
            height,
        )

    def _lay_stacked(self, width: int) -> _Places:
        room = max(40, width - 2 * _GAP)
        picture = self._shown_picture(room, _HIGH_STACKED)
        top = _GAP
        shown = QRect((width - picture.width()) // 2, top, picture.width(), picture.height())
        top += picture.height() + _GAP if not picture.isEmpty() else _GAP
        mark = QRect((width - _MARK) // 2, top, _MARK, _MARK)
        top += _MARK + _GAP if self.look.marks else 0
        words = QRect(_GAP, top, room, self._words_height(room))
        height = max(current().touch(), words.bottom() + 1 + _GAP)
        if not self._labelled() and picture.isEmpty():
            mark.moveTop((height - _MARK) // 2)
        return _Places(mark, shown, words, height)

    def mark_line(self) -> int:
        """How far below the cell's top the middle of its mark lies."""
        return self._lay(self.width()).mark.center().y()

    # ---- painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Border, mark, picture, label; the focus is a second border."""
        if self.sound is not None:
            side = current().touch()
            self.sound.setGeometry(self.width() - side - 2, (self.height() - side) // 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        places = self._lay(self.width())
        if not self.look.passive:
            self._paint_frame(painter)
        if not places.picture.isEmpty():
            painter.drawPixmap(places.picture, self._picture)
        if self._labelled():
            self._paint_words(painter, places.words)
        if self.look.marks:
            self._paint_mark(painter, QRectF(places.mark))
        elif self.isChecked():
            self._paint_badge(painter)

    def _paint_frame(self, painter: QPainter) -> None:
        t = current().colours
        bare = self.look.stacked and self.look.marks
        fill = QColor(t.surface)
        if self.isChecked():
            fill = QColor(t.accent_soft)
        elif self.isDown() or self.underMouse():
            fill = QColor(t.sunken)
        outline = round(current().outline)
        pen = QPen(QColor(t.line), outline)
        if self.isChecked():
            pen = QPen(QColor(t.accent), outline + 1)
        if bare and not self.isChecked():
            pen, fill = QPen(Qt.PenStyle.NoPen), QColor(Qt.GlobalColor.transparent)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 2, Qt.PenStyle.SolidLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 6, 6)

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        t, on = current().colours, self.isChecked()
        accent = QColor(t.error if self._gone else t.accent)
        painter.setPen(QPen(accent if on else QColor(t.ink2), 2))
        painter.setBrush(QColor(t.surface))
        if not self._several:
            painter.drawEllipse(box)
            if on:
                painter.setBrush(accent)
                painter.drawEllipse(box.adjusted(6, 6, -6, -6))
            return
        painter.setBrush(accent if on else QColor(t.surface))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            _paint_tick(painter, box)

    def _paint_badge(self, painter: QPainter) -> None:
        """A tick in the corner, where there is no mark: colour alone says nothing in the sun."""
        top = 5 if self._pictured() else (self.height() - _MARK) / 2
        box = QRectF(self.width() - _MARK - 7, top, _MARK, _MARK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().colours.accent))
        painter.drawEllipse(box)
        _paint_tick(painter, box)

    def _paint_words(self, painter: QPainter, box: QRect) -> None:
        t = current().colours
        ink = QColor(t.error if self._gone else t.ink if self.isEnabled() else t.ink2)
        if self._rich is not None:
            context = QAbstractTextDocumentLayout.PaintContext()
            context.palette.setColor(QPalette.ColorRole.Text, ink)
            self._rich.setTextWidth(box.width())
            painter.translate(box.topLeft())
            self._rich.documentLayout().draw(painter, context)
            painter.translate(-box.topLeft())
            return
        painter.setPen(ink)
        centred = self.look.stacked or not self.look.marks
        how = _CENTRE if centred else _LEFT
        painter.drawText(box, int(_WRAP | how), self._words)


#: Widest that a picture makes its cell.
EDGE_SHOWN = 200


def _document(label: str) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setPageSize(QSizeF(-1, -1))
    document.setHtml(rich(label))
    return document


def _paint_tick(painter: QPainter, box: QRectF) -> None:
    tick = [QPointF(5, 11.5), QPointF(9.5, 16), QPointF(17, 6.5)]
    painter.setPen(QPen(QColor(current().colours.on_accent), 2.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([box.topLeft() + point for point in tick]))
