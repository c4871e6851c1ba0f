"""Choosing on a drawing: areas are tapped, or picked from the list below it by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import column, text
from jdz_field.xforms.image_map import ImageMap, read_image_map
from jdz_field.xforms.view import Choice

#: As large as a map stands on the page, in pixels.
_WIDE, _HIGH = 720, 440
#: A finger may miss a small area by so much, in pixels.
_MISS = 16


class MapPicture(QWidget):
    """The drawing, its chosen areas tinted.

    Signals:
        tapped(str): the choice whose area was tapped.
    """

    tapped = Signal(str)

    def __init__(self, drawing: ImageMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map = drawing
        self._by_colour = {colour: value for value, colour in drawing.colours.items()}
        self._plain, self._areas = renderer_of(drawing.svg), renderer_of(drawing.areas)
        self._chosen: frozenset[str] = frozenset()
        self._picture = QImage()
        self._codes = np.zeros((0, 0), np.uint32)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def usable(self) -> bool:
        """Whether there is a drawing with areas."""
        return self._plain.isValid() and bool(self._map.colours)

    def choose(self, values: Sequence[str]) -> None:
        """Tint these areas."""
        self._chosen = frozenset(values)
        self._draw()

    def heightForWidth(self, width: int) -> int:
        """In the drawing's own proportions."""
        return self._size(min(width, _WIDE)).height()

    def hasHeightForWidth(self) -> bool:
        """Narrow means low."""
        return True

    def sizeHint(self) -> QSize:
        """As large as it gets."""
        return self._size(_WIDE)

    def _size(self, width: int) -> QSize:
        own = self._plain.viewBoxF().size()
        if own.isEmpty():
            own = QRectF(0, 0, 4, 3).size()
        room = QSize(max(1, width), _HIGH)
        return own.scaled(room.toSizeF(), Qt.AspectRatioMode.KeepAspectRatio).toSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew at this size."""
        super().resizeEvent(event)
        self._draw()

    def _draw(self) -> None:
        if self.width() < 2:
            return
        size = self._size(min(self.width(), _WIDE)) * self.devicePixelRatioF()
        flat = _rendered(self._areas, size)
        bits = np.frombuffer(flat.constBits(), np.uint32, flat.width() * flat.height())
        self._codes = bits.reshape(flat.height(), flat.width()).copy()
        picture = _rendered(self._plain, size)
        self._tint(picture)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture = picture
        self.update()

    def _tint(self, picture: QImage) -> None:
        codes = [0xFF000000 | self._map.colours[v] for v in self._chosen if v in self._map.colours]
        mask = np.isin(self._codes, np.array(codes, np.uint32))
        accent = current().colour("accent")
        veil = np.zeros(self._codes.shape, np.uint32)
        veil[mask] = 0x90000000 | _premultiplied(accent, 0x90)
        veil[mask & ~_inner(mask)] = 0xFF000000 | (accent.rgb() & 0xFFFFFF)
        high, wide = veil.shape
        overlay = QImage(
            veil.tobytes(), wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied
        )
        painter = QPainter(picture)
        painter.drawImage(0, 0, overlay)
        painter.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The drawing on white, as it was drawn to be seen."""
        del event
        size = self._picture.deviceIndependentSize()
        painter = QPainter(self)
        frame = QRectF(0, 0, size.width(), size.height())
        painter.fillRect(frame, Qt.GlobalColor.white)
        painter.drawImage(QPointF(0, 0), self._picture)
        painter.setPen(QPen(current().colour("line"), 1))
        painter.drawRect(frame.adjusted(0, 0, -1, -1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap on an area, or just beside it."""
        value = self.area_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and value:
            self.tapped.emit(value)

    def area_at(self, place: QPointF) -> str:
        """The choice at a place of the widget, or the nearest within a finger; ``""`` for none."""
        if not QRectF(self.rect()).contains(place):
            return ""
        ratio = self.devicePixelRatioF()
        x, y, far = int(place.x() * ratio), int(place.y() * ratio), int(_MISS * ratio)
        top, left = max(0, y - far), max(0, x - far)
        near = self._codes[top : y + far + 1, left : x + far + 1]
        rows, columns = np.nonzero(near)
        order = np.argsort((rows + top - y) ** 2 + (columns + left - x) ** 2)
        for index in order:
            value = self._by_colour.get(int(near[rows[index], columns[index]]) & 0xFFFFFF)
            if value is not None and int(near[rows[index], columns[index]]) >> 24 == 0xFF:
                return value
        return ""


class ImageMapEditor(Editor):
    """The drawing above, the same choices as a list below."""

    shows_picture = True

    def __init__(
        self, picture: MapPicture, *, several: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._several = several
        self.picture = picture
        self.list = ToggleEditor(several=several)
        self.list.answered.connect(self._answered)
        self.list.settled.connect(self.settled)
        self.picture.tapped.connect(self._tapped)
        self.hint = text(_("Tap the drawing, or choose below."), "caption")
        self.setFocusProxy(self.list)
        self.setLayout(column(self.hint, self.picture, self.list))

    def show_value(self, value: str) -> None:
        """Tint what is chosen."""
        self.list.show_value(value)
        self.picture.choose(value.split())

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offer these in the list."""
        self.list.set_choices(choices)

    def set_readonly(self, readonly: bool) -> None:
        """Legible, not to be changed."""
        super().set_readonly(readonly)
        self.hint.setVisible(not readonly)

    def take_focus(self) -> None:
        """The keyboard is in the list."""
        self.list.take_focus()

    def _answered(self, value: str) -> None:
        self.picture.choose(value.split())
        self.answered.emit(value)

    def _tapped(self, value: str) -> None:
        cell = next((c for c in self.list.grid.cells if c.objectName() == value), None)
        if cell is not None:
            cell.click()


def map_editor(file: Path | None, choices: Sequence[Choice], *, several: bool) -> Editor | None:
    """The editor of an image map; ``None`` when its drawing is missing or no map."""
    if file is None or file.suffix.lower() != ".svg":
        return None
    try:
        drawing = read_image_map(file.read_bytes(), file.name, [c.value for c in choices])
    except (OSError, JdzError) as error:
        return _without(str(error), several=several)
    picture = MapPicture(drawing)
    if not picture.usable():
        picture.deleteLater()
        words = _("{file} has no area that is a choice; choose from the list.")
        return _without(words.format(file=file.name), several=several)
    return ImageMapEditor(picture, several=several)


class _Told(ToggleEditor):
    """The list alone, and why there is no drawing above it."""


def _without(words: str, *, several: bool) -> Editor:
    made = _Told(several=several)
    layout = made.layout()
    if layout is not None:
        layout.addWidget(text(words, "attention"))
    return made


def renderer_of(svg: bytes) -> QSvgRenderer:
    """A renderer that keeps the drawing's proportions."""
    made = QSvgRenderer(QByteArray(svg))
    made.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    return made


def _rendered(renderer: QSvgRenderer, size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return image


def _premultiplied(colour: QColor, alpha: int) -> int:
    parts = (colour.red(), colour.green(), colour.blue())
    red, green, blue = (part * alpha // 255 for part in parts)
    return red << 16 | green << 8 | blue


def _inner(
    mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """What lies two pixels and more inside a mask: the rest is its rim."""
    inner = mask.copy()
    for _turn in range(2):
        small = inner.copy()
        small[1:] &= inner[:-1]
        small[:-1] &= inner[1:]
        small[:, 1:] &= inner[:, :-1]
        small[:, :-1] &= inner[:, 1:]
        inner = small
    return inner
