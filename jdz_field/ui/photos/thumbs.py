"""Thumbnails for lists and walls: decoded off the window's thread, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

#: So many are decoded at once: one thread stays free for other work.
AT_WORK = 2
#: Wishes that are remembered; older ones were scrolled past.
WISHES = 120
#: Memory for thumbnails, bytes.
MEMORY = 48 << 20

Make = Callable[[], QImage]


class Lanes(Protocol):
    """The part of ``Jobs`` that is needed here."""

    def without_store(
        self,
        work: Callable[[], Any],
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run work off the GUI thread."""


@dataclass(frozen=True, slots=True)
class _Made:
    key: str
    image: QImage


class Thumbs(QObject):
    """Square thumbnails of ``side`` pixels by key; asks for those that are not there.

    Signals:
        arrived(str): the thumbnail of this key can be had now.
    """

    arrived = Signal(str)

    def __init__(
        self, lanes: Lanes, side: int, parent: QObject | None = None, *, memory: int = MEMORY
    ) -> None:
        super().__init__(parent)
        self._lanes, self.side = lanes, side
        self._most = max(1, memory // (4 * side * side))
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._wishes: OrderedDict[str, Make] = OrderedDict()
        self._working: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Whether it is there."""
        return key in self._kept

    def get(self, key: str, make: Make) -> QPixmap | None:
        """The thumbnail (null when there is no picture); ``None``: ``arrived`` will tell.

        ``make`` gives the picture, in a worker thread.
        """
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        if key not in self._working:
            self._wishes[key] = make
            self._wishes.move_to_end(key)
            while len(self._wishes) > WISHES:
                self._wishes.popitem(last=False)
            self._work()
        return None

    def resize(self, side: int) -> None:
        """Another size: make all anew."""
        if side != self.side:
            self.side = side
            self._kept.clear()

    def count(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def idle(self) -> bool:
        """Whether nothing is wished for."""
        return not self._wishes and not self._working

    def _work(self) -> None:
        # What was wished for last is what the person looks at.
        while self._wishes and len(self._working) < AT_WORK:
            key, make = self._wishes.popitem()
            self._working.add(key)
            side = self.side
            self._lanes.without_store(
                _job(key, make, side), self, self._take, _failed(self._give_up, key)
            )

    def _take(self, made: _Made) -> None:
        self._put(made.key, QPixmap.fromImage(made.image))

    def _give_up(self, key: str) -> None:
        # A null picture is kept: it is not asked for again with every paint.
        self._put(key, QPixmap())

    def _put(self, key: str, pixmap: QPixmap) -> None:
        self._working.discard(key)
        if pixmap.isNull() or pixmap.width() == self.side:
            self._kept[key] = pixmap
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self.arrived.emit(key)
        self._work()


def _job(key: str, make: Make, side: int) -> Callable[[], _Made]:
    return lambda: _Made(key, squared(make(), side))


def _failed(give_up: Callable[[str], None], key: str) -> Callable[[Exception], None]:
    return lambda _error: give_up(key)


def squared(image: QImage, side: int) -> QImage:
    """The middle of a picture as a square of ``side`` pixels, ready to be drawn as it is."""
    if image.isNull():
        return image
    filled = image.scaled(
        QSize(side, side),
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (filled.width() - side) // 2, (filled.height() - side) // 2
    # The window's own format: drawing it needs no conversion.
    return filled.copy(left, top, side, side).convertToFormat(QImage.Format.Format_RGB32)
