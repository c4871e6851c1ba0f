"""The drives that a file can be written to, as the system names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

#: What no person puts a stick's file on.
_INNER = ("/", "/boot", "/boot/efi", "/home", "/usr", "/var", "/tmp", "/snap")  # noqa: S108
_PSEUDO = {"tmpfs", "devtmpfs", "squashfs", "overlay", "proc", "sysfs", "ramfs", "efivarfs"}


@dataclass(frozen=True, slots=True)
class Drive:
    """A mounted drive: where, what it is called, free bytes, whether it can be written."""

    root: Path
    name: str
    free: int
    writable: bool


def drives() -> list[Drive]:
    """Sticks, cards and further drives; never the system's own."""
    return list(_chosen(QStorageInfo.mountedVolumes(), QStorageInfo.root().rootPath()))


def _chosen(volumes: Iterable[QStorageInfo], system: str) -> Iterable[Drive]:
    for volume in volumes:
        root = volume.rootPath()
        kind = bytes(volume.fileSystemType().data()).decode("ascii", "replace")
        inner = root == system or root in _INNER or root.startswith(("/run/user", "/sys", "/etc"))
        if volume.isValid() and volume.isReady() and not inner and kind not in _PSEUDO:
            yield Drive(
                Path(root), volume.displayName(), volume.bytesAvailable(), not volume.isReadOnly()
            )
