"""Pictures and sounds that a form gives its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImageReader, QPixmap

#: Finds the file that a form names (``jr://images/a.png``), if it is there.
Find = Callable[[str], Path | None]
#: Longest side of a choice's picture in pixels, before the screen's ratio.
EDGE = 320
#: Larger files are no pictures of choices; a form from outside is not to fill the memory.
_LARGEST = 30_000_000


def nothing(_name: str) -> Path | None:
    """For forms without files."""
    return None


def open_outside(file: Path) -> None:
    """Play or show a file with the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


@dataclass(frozen=True, slots=True)
class ChoiceMedia:
    """Where choices' files are found, and how a sound is played."""

    find: Find = nothing
    play: Callable[[Path], None] = open_outside

    def picture(self, media: Mapping[str, str]) -> Path | None:
        """The picture of a choice: ``image``, else ``big-image``."""
        name = media.get("image") or media.get("big-image")
        return self.find(name) if name else None

    def sound(self, media: Mapping[str, str]) -> Path | None:
        """The sound or film of a choice."""
        name = media.get("audio") or media.get("video")
        return self.find(name) if name else None


def read_picture(file: Path, edge: int = EDGE) -> QPixmap:
    """A picture of at most ``edge`` pixels a side; empty when the file is none."""
    if not file.is_file() or file.stat().st_size > _LARGEST:
        return QPixmap()
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > edge:
        room = QSize(edge, edge)
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())
