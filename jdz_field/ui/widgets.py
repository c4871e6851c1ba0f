"""Small parts that every page is put together from: texts, buttons, rows, empty states.

Looks come from the style sheet through the dynamic properties ``role`` (frames, labels) and
``kind`` (buttons): ``primary``, ``quiet``, ``danger``, ``chip``, ``row``; default: outlined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QScroller,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from jdz_field.ui import icons
from jdz_field.ui.theme import current


def text(words: str = "", role: str = "body", *, wrap: bool = True) -> QLabel:
    """A label; ``role``: title, heading, strong, caption, section, secondary, error, chip, …"""
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role.startswith("chip"):
        label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    elif wrap:
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


class Elided(QLabel):
    """One line that ends in «…» where the room ends; the whole words are its tooltip."""

    def __init__(self, words: str = "", role: str = "body") -> None:
        super().__init__(words)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words as far as they fit."""
        del event
        fitting = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        self.setToolTip(self.text() if fitting != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), fitting)


def set_role(widget: QWidget, role: str, name: str = "role") -> None:
    """Change a dynamic property and let the style sheet see it."""
    if widget.property(name) != role:
        widget.setProperty(name, role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(
    words: str,
    clicked: Callable[[], Any] | None = None,
    *,
    kind: str = "",
    icon: str = "",
    key: str = "",
) -> QPushButton:
    """A button; ``clicked`` should be a bound method. ``key`` is a shortcut, shown as tooltip."""
    made = QPushButton(words)
    if kind:
        made.setProperty("kind", kind)
    if icon:
        tint = {"primary": "on_accent", "quiet": "accent", "danger": "error"}.get(kind, "ink")
        icons.give(made, icon, tint, 20 if kind != "primary" else 22)
    if clicked is not None:
        made.clicked.connect(clicked)
    if key:
        made.setShortcut(key)
        made.setToolTip(key)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def tool(
    icon: str, tip: str, clicked: Callable[[], Any] | None = None, *, kind: str = "quiet"
) -> QToolButton:
    """A square button with an icon alone; ``tip`` names it for readers and tooltips."""
    made = QToolButton()
    made.setProperty("kind", kind)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    icons.give(made, icon, "accent" if kind == "quiet" else "ink")
    if clicked is not None:
        made.clicked.connect(clicked)
    return made


def frame(role: str = "card") -> QFrame:
    """A frame: card, note, warning, fault, good, sunken, divider, surface …"""
    made = QFrame()
    made.setProperty("role", role)
    return made


def divider() -> QFrame:
    """A hairline."""
    return frame("divider")


def column(*parts: QWidget | QLayout | int | None, margins: int = 0, gap: int = 8) -> QVBoxLayout:
    """Parts below each other; an ``int`` is space, ``None`` stretches."""
    layout = QVBoxLayout()
    _fill(layout, parts, margins, gap)
    return layout


def line(*parts: QWidget | QLayout | int | None, margins: int = 0, gap: int = 8) -> QHBoxLayout:
    """Parts beside each other; an ``int`` is space, ``None`` stretches."""
    layout = QHBoxLayout()
    _fill(layout, parts, margins, gap)
    return layout


def _fill(
    layout: QVBoxLayout | QHBoxLayout,
    parts: tuple[QWidget | QLayout | int | None, ...],
    margins: int,
    gap: int,
) -> None:
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(gap)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)


def boxed(layout: QLayout, role: str = "card") -> QFrame:
    """A frame of ``role`` around a layout."""
    made = frame(role)
    made.setLayout(layout)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


class Scroll(QScrollArea):
    """A column that scrolls by finger, wheel and keys; put parts into ``body``."""

    def __init__(self, parent: QWidget | None = None, *, margins: int = 16, gap: int = 12) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(margins, margins, margins, margins)
        self.body.setSpacing(gap)
        self.setWidget(inside)
        by_finger(self)

    def minimumSizeHint(self) -> QSize:
        """Small: it scrolls."""
        return QSize(120, 80)


def by_finger(area: QWidget) -> None:
    """Let a scroll area or item view be dragged by touch (not by the mouse)."""
    viewport = area.viewport() if hasattr(area, "viewport") else area
    QScroller.grabGesture(viewport, QScroller.ScrollerGestureType.TouchGesture)


class Empty(QWidget):
    """An empty state: a line drawing, what belongs here, the one act that fills it."""

    def __init__(
        self,
        drawing: str,
        words: str,
        hint: str = "",
        act: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Where there is a line drawing for what the icon means, the drawing.
        drawn = f"empty-{drawing}"
        icons.give(self.picture, drawn if icons.exists(drawn) else drawing, "celadon_fill", 112)
        self.words = text(words, "heading")
        self.hint = text(hint, "secondary")
        for label in (self.words, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hint.setVisible(bool(hint))
        layout = column(None, self.picture, self.words, self.hint, margins=24, gap=10)
        if act is not None:
            layout.addSpacing(8)
            layout.addWidget(act, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.setLayout(layout)

    def say(self, words: str, hint: str = "") -> None:
        """Other words."""
        self.words.setText(words)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))


def touch() -> int:
    """Least side of a target in the theme in force, in pixels."""
    return current().touch()
