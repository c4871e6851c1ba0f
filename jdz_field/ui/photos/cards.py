"""Memory cards and sticks that are in the machine, and the newest photos on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStorageInfo

#: How many photos are offered at once, and how many files are looked at to find them.
NEWEST, MOST_LOOKED_AT = 24, 20_000
_SUFFIXES = frozenset({".jpg", ".jpeg"})


def card_roots() -> list[Path]:
    """Volumes with a ``DCIM`` folder: cards, cameras, telephones."""
    roots = []
    for volume in QStorageInfo.mountedVolumes():
        if volume.isValid() and volume.isReady() and not volume.isRoot():
            root = Path(volume.rootPath())
            if (root / "DCIM").is_dir():
                roots.append(root)
    return roots


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
