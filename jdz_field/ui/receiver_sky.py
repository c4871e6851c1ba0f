"""The satellites of a receiver: a bar for each, as high as its signal, by system."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jdz_field.core.catalogue import table
from jdz_field.core.i18n import _, language, pick
from jdz_field.gnss.sky import Satellite, Sky
from jdz_field.ui import theme

#: dB-Hz at the top of a bar; good signals under open sky have 45 to 50.
_TOP = 52.0
_BAR, _BETWEEN, _HIGH = 18, 4, 46


def system_words(system: str) -> str:
    """What a satellite system is called: ``resources/catalogue/gnss.toml``."""
    rows = {row["name"]: row for row in table("gnss")["system"]}
    row = rows.get(system)
    return pick({"zh": row["zh"], "en": row["en"]}) if row is not None else system


class SkyBars(QWidget):
    """Bars of signal strength; filled ones count in the position, empty ones are only seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sky = Sky()
        self._drawn: tuple[object, QPixmap] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def sky(self) -> Sky:
        """What is shown."""
        return self._sky

    def put(self, sky: Sky) -> None:
        """Show these satellites."""
        if sky == self._sky:
            return
        self._sky = sky
        self._drawn = None
        self.setAccessibleName(", ".join(self._titles()))
        self._fit()
        self.update()

    def _titles(self) -> list[str]:
        words = _("{system}: {used} used, {seen} in view")
        return [
            words.format(system=system_words(system), used=used, seen=seen)
            for system, used, seen in self._sky.counts
        ]

    def _fit(self) -> None:
        self.setFixedHeight(max(self._height_for(self.width()), 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows wrap at the width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(320, self._height_for(max(self.width(), 320)))

    # ---- places
    def _a_row(self, width: int) -> int:
        return max((width + _BETWEEN) // (_BAR + _BETWEEN), 1)

    def _line(self) -> int:
        return QFontMetrics(theme.current().font("caption")).height()

    def _by_system(self) -> list[tuple[str, list[Satellite]]]:
        titles = self._titles()
        return [
            (title, [one for one in self._sky.satellites if one.system == system])
            for title, (system, _used, _seen) in zip(titles, self._sky.counts, strict=True)
        ]

    def _height_for(self, width: int) -> int:
        caption, across = self._line(), self._a_row(width)
        rows = sum(-(-len(ones) // across) for _title, ones in self._by_system())
        return len(self._sky.counts) * (caption + 14) + rows * (_HIGH + caption + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars; drawn anew only when they are others, not with the map below."""
        del event
        key = (self.size(), theme.current(), self.devicePixelRatioF(), language())
        if self._drawn is None or self._drawn[0] != key:
            picture = QPixmap(self.size() * self.devicePixelRatioF())
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter)
            painter.end()
            self._drawn = key, picture
        QPainter(self).drawPixmap(0, 0, self._drawn[1])

    def _draw(self, painter: QPainter) -> None:
        """Title and bars of each system."""
        now, caption, y = theme.current(), self._line(), 0
        across = self._a_row(self.width())
        title_font, font = now.font("caption", bold=True), now.font("caption")
        font.setPixelSize(round(font.pixelSize() * 0.8))
        for title, ones in self._by_system():
            painter.setFont(title_font)
            painter.setPen(now.colour("ink"))
            room = QRectF(0, y, self.width(), caption + 6)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), title)
            y += caption + 10
            painter.setFont(font)
            for first in range(0, len(ones), across):
                for place, one in enumerate(ones[first : first + across]):
                    self._bar(painter, place * (_BAR + _BETWEEN), y, one)
                y += _HIGH + caption + 8
            y += 4

    def _bar(self, painter: QPainter, x: int, y: int, one: Satellite) -> None:
        """A bar and the satellite's number below it."""
        now = theme.current()
        share = min(max((one.strength or 0.0) / _TOP, 0.0), 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("sunken"))
        painter.drawRoundedRect(QRectF(x, y, _BAR, _HIGH), 3, 3)
        high = max(share * _HIGH, 3.0)
        bar = QRectF(x, y + _HIGH - high, _BAR, high)
        if one.used:
            painter.setBrush(now.colour("accent"))
            painter.drawRoundedRect(bar, 3, 3)
        elif one.strength:
            painter.setBrush(now.colour("surface"))
            painter.setPen(QPen(now.colour("ink2"), 1.5))
            painter.drawRoundedRect(bar.adjusted(1, 1, -1, -1), 2, 2)
        painter.setPen(now.colour("ink2"))
        room = QRectF(x - 3, y + _HIGH + 1, _BAR + 6, 24)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignHCenter), str(one.number))
