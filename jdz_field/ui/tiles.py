"""Figures and short lists on cards: what the pages Today and Sync are made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget

from jdz_field.ui import icons, theme
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.widgets import column


class Figure(QAbstractButton):
    """A large number with its name and icon; a tap goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure, self._name, self._icon, self._extra = "", "", "info", ""
        self._alarming = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(
        self, figure: int, name: str, icon: str, extra: str = "", *, alarming: bool = False
    ) -> None:
        """Show a number; ``extra`` is a few words beside its name."""
        self._figure, self._name, self._icon = f"{figure:,}", name, icon
        self._extra, self._alarming = extra, alarming
        self.setAccessibleName(f"{name}: {figure}")
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines: the number, its name."""
        now = theme.current()
        return QSize(140, round(now.text("figure") * 1.25 + now.text("caption") * 1.6 + 28))

    def minimumSizeHint(self) -> QSize:
        """As wanted, but may be narrow."""
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card."""
        del event
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        painter.setPen(QPen(now.colour("accent" if focus else "line"), 2 if focus else now.outline))
        ground = "accent_soft" if self.isDown() else "surface"
        if self._alarming:
            ground = "attention_soft"
        painter.setBrush(now.colour(ground))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        inner = self.rect().adjusted(14, 12, -14, -10)
        tint = "attention" if self._alarming else "accent"
        picture = icons.pixmap(self._icon, tint, 24, self.devicePixelRatioF())
        painter.drawPixmap(inner.right() - 24, inner.bottom() - 24, picture)
        painter.setPen(now.colour("attention" if self._alarming else "ink"))
        painter.setFont(now.font("figure", bold=True))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop), self._figure)
        painter.setFont(now.font("caption"))
        painter.setPen(now.colour("ink2"))
        words = f"{self._name} · {self._extra}" if self._extra else self._name
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), words)


class RowCard(QFrame):
    """A short list on a card, as high as its rows.

    Signals:
        chosen: the row that was tapped.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.list = RowList()
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.chosen.connect(self.chosen)
        layout = column(self.list)
        layout.setContentsMargins(2, 2, 2, 2)
        self.setLayout(layout)

    def put(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self.list.put(rows)
        model = self.list.model()
        heights = (self.list.sizeHintForRow(row) for row in range(model.rowCount()))
        self.list.setFixedHeight(sum(heights) + 2)
