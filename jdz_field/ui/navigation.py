"""The way around: a rail at the left, or a bar at the bottom when the window stands upright."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QSizePolicy, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import icons, theme
from jdz_field.ui.widgets import set_role


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the navigation: its page, its icon, its key; ``foot``: at the rail's foot."""

    name: str
    icon: str
    key: str
    foot: bool = False

    def words(self) -> str:
        """Its name for the person."""
        return {
            "today": _("Today"),
            "map": _("Map"),
            "sites": _("Sites"),
            "records": _("Records"),
            "sync": _("Sync"),
            "settings": _("Settings"),
            "help": _("Help"),
        }[self.name]


PLACES = (
    Place("today", "today", "Ctrl+1"),
    Place("map", "map", "Ctrl+2"),
    Place("sites", "sites", "Ctrl+3"),
    Place("records", "records", "Ctrl+4"),
    Place("sync", "sync", "Ctrl+5"),
    Place("settings", "settings", "Ctrl+,", foot=True),
    Place("help", "help", "F1", foot=True),
)


class NavButton(QToolButton):
    """An icon above a word, with a number when something waits there."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self._count = 0
        self.setProperty("kind", "nav")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        icons.give(self, place.icon, "ink2")
        self.setShortcut(place.key)
        self.retranslate()

    def retranslate(self) -> None:
        """Its word and tooltip."""
        self.setText(self.place.words())
        self.setToolTip(f"{self.place.words()} ({self.place.key})")
        # A new text takes the shortcut away.
        self.setShortcut(self.place.key)

    def set_count(self, count: int) -> None:
        """Show how many wait; 0 shows nothing."""
        self._count = count
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the icon, the word and a gloved thumb."""
        now = theme.current()
        return QSize(80, max(now.touch() + 16, 40 + round(now.text("caption") * 1.8)))

    def minimumSizeHint(self) -> QSize:
        """Icon and word without air, for low windows and large text."""
        return QSize(48, max(44, 32 + round(theme.current().text("caption") * 1.4)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, then the number."""
        super().paintEvent(event)
        if not self._count:
            return
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = now.font("caption", bold=True)
        font.setPixelSize(12)
        words = str(self._count) if self._count < 1000 else "999+"
        width = max(20.0, QFontMetricsF(font).horizontalAdvance(words) + 10)
        left = min(self.width() / 2 + 4, self.width() - width - 4)
        box = QRectF(left, 5, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("accent"))
        painter.drawRoundedRect(box, 10, 10)
        painter.setFont(font)
        painter.setPen(now.colour("on_accent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class Navigation(QFrame):
    """The rail or bar.

    Signals:
        chosen: the name of the page that the person wants.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, NavButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setSpacing(4)
        for place in PLACES:
            button = NavButton(place, self)
            self.buttons[place.name] = button
            self._group.addButton(button)
            button.clicked.connect(self._clicked)
        self.set_upright(upright=False)

    def set_upright(self, *, upright: bool) -> None:
        """Be a bar at the bottom (``upright``) or a rail at the left."""
        while self._layout.count():
            self._layout.takeAt(0)
        way = QBoxLayout.Direction
        self._layout.setDirection(way.LeftToRight if upright else way.TopToBottom)
        self._layout.setContentsMargins(*((8, 4, 8, 4) if upright else (6, 8, 6, 8)))
        for place in PLACES:
            if place.foot and not upright and place.name == "settings":
                self._layout.addStretch(1)
            self._layout.addWidget(self.buttons[place.name], 1 if upright else 0)
        set_role(self, "bar" if upright else "rail")
        wide = 16777215 if upright else 92
        self.setMaximumWidth(wide)
        self.setMinimumWidth(0 if upright else 92)

    def show_place(self, name: str) -> None:
        """Mark where the person is."""
        if name in self.buttons:
            self.buttons[name].setChecked(True)

    def retranslate(self) -> None:
        """Every word anew."""
        for button in self.buttons.values():
            button.retranslate()

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, NavButton):
            self.chosen.emit(button.place.name)
