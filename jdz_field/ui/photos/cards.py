"""Memory cards, sticks and telephones at the machine, and the newest photos on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QStorageInfo

#: How many photos are offered at once, and how many files are looked at to find them.
NEWEST, MOST_LOOKED_AT = 24, 20_000
_SUFFIXES = frozenset({".jpg", ".jpeg", ".heic", ".heif", ".png", ".dng"})


def card_roots() -> list[Path]:
    """Volumes with a ``DCIM`` folder, and the storages of telephones that are mounted."""
    roots: dict[Path, None] = {}
    for volume in QStorageInfo.mountedVolumes():
        if volume.isValid() and volume.isReady() and not volume.isRoot():
            root = Path(volume.rootPath())
            if (root / "DCIM").is_dir():
                roots.setdefault(root)
    for root in telephone_roots(telephone_places()):
        roots.setdefault(root)
    return list(roots)


def telephone_places() -> list[Path]:
    """Where desktops of this system mount telephones (GVfs: MTP, PTP, AFC); none on Windows."""
    if os.name != "posix":
        return []
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    places = [Path.home() / ".gvfs"]
    return [Path(runtime) / "gvfs", *places] if runtime else places


def telephone_roots(places: list[Path]) -> Iterator[Path]:
    """Folders with a ``DCIM`` in mounted telephones: each has one or two storages."""
    for place in places:
        for device in _folders(place):
            for root in (device, *_folders(device)):
                if (root / "DCIM").is_dir():
                    yield root


def root_name(root: Path) -> str:
    """How a card or telephone is called."""
    volume = QStorageInfo(str(root))
    told = volume.displayName() if Path(volume.rootPath()) == root else ""
    return told or root.name or str(root)


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(path for path in place.iterdir() if path.is_dir())
    except OSError:
        return []


def newest_photos(
    roots: Callable[[], list[Path]] = card_roots, limit: int = NEWEST
) -> list[Path] | None:
    """The newest photos on the cards, the newest first; ``None`` when there is no card.

    Reads the card: ask for it beside the window's thread.
    """
    found = roots()
    if not found:
        return None
    files: list[tuple[float, Path]] = []
    for root in found:
        for looked_at, path in enumerate((root / "DCIM").rglob("*")):
            if looked_at >= MOST_LOOKED_AT:
                break
            if path.suffix.lower() in _SUFFIXES and not path.name.startswith("."):
                try:
                    files.append((path.stat().st_mtime, path))
                except OSError:
                    continue
    return [path for _time, path in sorted(files, reverse=True)[:limit]]
