"""The machine's own camera program: it is opened, and the picture it takes is waited for.

QtMultimedia is not part of this program: the system's camera does its work better, and knows
its flash and its focus.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

_PROGRAMS = ("snapshot", "cheese", "kamoso", "guvcview", "webcamoid")
_LOOK_MS, _GIVE_UP_S = 1000, 300
_SUFFIXES = frozenset({".jpg", ".jpeg"})


class Camera(QObject):
    """Opens the camera program and tells of the next picture.

    Signals:
        taken(object): ``Path`` of a new picture in the person's picture folders.
    """

    taken = Signal(object)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        """``folder`` is where pictures appear; by default the person's own."""
        super().__init__(parent)
        places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
        self._roots = [folder] if folder is not None else [Path(place) for place in places]
        self._since = 0.0
        self._size: dict[Path, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> bool:
        """Open the camera program and wait for its picture; ``False`` when there is none."""
        if not self._open():
            return False
        self.wait()
        return True

    def wait(self) -> None:
        """Wait for the next picture."""
        self._since = time.time()
        self._size.clear()
        self._timer.start()

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    def _open(self) -> bool:
        if sys.platform == "win32":
            return QDesktopServices.openUrl(QUrl("microsoft.windows.camera:"))
        program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
        return program is not None and QProcess.startDetached(program)[0]

    def _look(self) -> None:
        if time.time() - self._since > _GIVE_UP_S:
            self.stop()
            return
        for path in self._new():
            size = path.stat().st_size
            # Twice the same size: the program has finished writing.
            if size and self._size.get(path) == size:
                self.stop()
                self.taken.emit(path)
                return
            self._size[path] = size

    def _new(self) -> list[Path]:
        found = []
        for root in self._roots:
            for place in (root, *(p for p in _entries(root) if p.is_dir())):
                found += [p for p in _entries(place) if self._is_new(p)]
        return found

    def _is_new(self, path: Path) -> bool:
        if path.suffix.lower() not in _SUFFIXES:
            return False
        try:
            return path.stat().st_mtime >= self._since - 1
        except OSError:
            return False


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
