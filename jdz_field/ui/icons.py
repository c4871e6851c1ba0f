"""The icon family (drawn for this program, ``resources/icons``), tinted by the theme in force.

``give(button, "plus")`` puts an icon on a button and remembers it, so that ``retint`` can draw
it anew after a theme switch. ``pixmap`` is for labels and paint code.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from jdz_field.core.resources import resource
from jdz_field.ui import theme

#: Dynamic properties that say which icon a widget bears.
_NAME, _TINT, _SIZE = "jdz_icon", "jdz_icon_tint", "jdz_icon_size"


#: Space between icon and word on buttons, in pixels; styles have no setting for it.
GAP = 6


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, size: int, ratio: float, gap: int = 0) -> QPixmap:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    picture = QPixmap(QSize(round((size + gap) * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def pixmap(
    name: str, tint: str = "ink", size: int = 24, ratio: float = 1.0, gap: int = 0
) -> QPixmap:
    """The icon ``name`` in a colour token, ``size`` device-independent pixels square.

    ``tint`` is a token of the theme or ``#RRGGBB``; ``gap`` is empty space at the right.
    ``FileNotFoundError`` for no such icon.
    """
    colour = tint if tint.startswith("#") else theme.current().colour(tint).name()
    return _draw(name, QColor(colour).name(), size, ratio, gap)


def exists(name: str) -> bool:
    """Whether the family has this icon."""
    return resource("icons", f"{name}.svg").is_file()


def icon(name: str, tint: str = "ink", size: int = 24, gap: int = 0) -> QIcon:
    """The icon for buttons and menus: tinted, paler when disabled, accent when checked."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, tint, size, ratio, gap))
        made.addPixmap(pixmap(name, "ink2", size, ratio, gap), QIcon.Mode.Disabled)
        if tint in ("ink", "ink2"):
            made.addPixmap(
                pixmap(name, "accent", size, ratio, gap), QIcon.Mode.Normal, QIcon.State.On
            )
    return made


def give(widget: QAbstractButton | QLabel, name: str, tint: str = "ink", size: int = 24) -> None:
    """Put an icon on a button or a label and keep it in step with the theme."""
    widget.setProperty(_NAME, name)
    widget.setProperty(_TINT, tint)
    widget.setProperty(_SIZE, size)
    _put(widget)


def _put(widget: QWidget) -> None:
    name, tint = str(widget.property(_NAME)), str(widget.property(_TINT))
    # Icons grow with the text, half as fast: they are pictures, not letters.
    size = round(int(widget.property(_SIZE)) * (1 + theme.current().scale) / 2)
    if isinstance(widget, QAbstractButton):
        gap = GAP if isinstance(widget, QPushButton) else 0
        widget.setIcon(icon(name, tint, size, gap))
        widget.setIconSize(QSize(size + gap, size))
    elif isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, tint, size, widget.devicePixelRatioF()))


def retint(root: QWidget) -> None:
    """Draw anew every icon that ``give`` put under ``root``; after a theme switch."""
    for widget in (root, *root.findChildren(QWidget)):
        if widget.property(_NAME):
            _put(widget)
