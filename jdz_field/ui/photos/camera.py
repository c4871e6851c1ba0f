"""The machine's own camera program: it is opened, and the pictures it takes are waited for.

QtMultimedia is not part of this program: the system's camera does its work better, and knows
its flash and its focus.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from jdz_field.photos.exif import read_photo
from jdz_field.ui.preferences import Preferences

_PROGRAMS = ("snapshot", "cheese", "kamoso", "guvcview", "webcamoid")
_LOOK_MS, _GIVE_UP_S = 1000, 300
#: A picture that still seems cut off after so many looks is taken as it is.
_PATIENCE = 8
_SUFFIXES = frozenset({".jpg", ".jpeg", ".heic", ".heif", ".png", ".dng", ".webp"})
#: Where camera programs keep their pictures, below the person's picture folders: they are
#: looked into even when they are made only now (Windows: Camera Roll, by its two names).
_FOLDERS = ("Camera Roll", "本机照片", "Camera", "Webcam")


class Camera(QObject):
    """Opens the camera program and tells of the next picture, or of all until it is stopped.

    Signals:
        taken(object): ``Path`` of a new picture that is whole.
    """

    taken = Signal(object)

    def __init__(
        self, folder: Path | None = None, parent: QObject | None = None, *, several: bool = False
    ) -> None:
        """``folder`` is where pictures appear; by default the person's choice, or the system's.

        ``several``: goes on after the first picture until ``stop``.
        """
        super().__init__(parent)
        self._roots = [folder] if folder is not None else camera_folders()
        self._several = several
        self._until = 0.0
        self._before: set[str] = set()
        self._size: dict[Path, tuple[int, int]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> bool:
        """Open the camera program and wait for its picture; ``False`` when there is none."""
        # What is there must be known before the program can make anything new.
        self.wait()
        if not self._open():
            self.stop()
            return False
        return True

    def wait(self) -> None:
        """Wait for the next picture."""
        self._before = set(self._names())
        self._size.clear()
        self._until = time.monotonic() + _GIVE_UP_S
        self._timer.start()

    def waiting(self) -> bool:
        """Whether pictures are waited for."""
        return self._timer.isActive()

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    def _open(self) -> bool:
        if sys.platform == "win32":
            return QDesktopServices.openUrl(QUrl("microsoft.windows.camera:"))
        program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
        return program is not None and QProcess.startDetached(program)[0]

    def _look(self) -> None:
        if time.monotonic() > self._until:
            self.stop()
            return
        for name in sorted(set(self._names()) - self._before):
            path = Path(name)
            if not self._whole(path):
                continue
            self._before.add(name)
            self._until = time.monotonic() + _GIVE_UP_S
            if not self._several:
                self.stop()
            self.taken.emit(path)
            if not self._timer.isActive():
                return

    def _whole(self, path: Path) -> bool:
        """Whether the program has finished writing: the size rests, and the picture has its end."""
        try:
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError:
            # Windows: the program holds it still. It may also be gone again.
            return False
        before, looks = self._size.get(path, (-1, 0))
        self._size[path] = (size, looks + 1)
        if not size or size != before:
            return False
        return not read_photo(path).broken or looks >= _PATIENCE

    def _names(self) -> Iterator[str]:
        for root in self._roots:
            below = {root, *(root / name for name in _FOLDERS)}
            below.update(Path(one.path) for one in _entries(root) if one.is_dir())
            for place in below:
                for entry in _entries(place):
                    if _is_picture(entry.name):
                        yield entry.path


def camera_folders() -> list[Path]:
    """Where new pictures appear: the folder that the person chose, else the system's own."""
    chosen = Preferences.load().camera
    if chosen:
        return [Path(chosen)]
    kind = QStandardPaths.StandardLocation.PicturesLocation
    places = [Path(place) for place in QStandardPaths.standardLocations(kind)]
    # Where OneDrive took the picture folder over, the camera may keep to the old one.
    for root in (os.environ.get("ONEDRIVE", ""), str(Path.home())):
        if root and Path(root) / "Pictures" not in places:
            places.append(Path(root) / "Pictures")
    return places


def _is_picture(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in _SUFFIXES


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
