"""What the clipboard or a drag brings, as files; copies that other programs may open."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.photos.files import disk_fault
from jdz_field.ui.form.shelf import as_jpeg

#: Above this a file is opened where it lies, read-only: a copy would fill the disk.
_MOST_COPIED = 500_000_000
#: A longer text is no path.
_LONGEST_PATH = 1024


def files_of(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged or copied."""
    urls = data.urls() if data.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def path_in(data: QMimeData) -> Path | None:
    """The file whose path was copied as text (Explorer: copy as path), if there is one."""
    words = data.text().strip().strip('"') if data.hasText() else ""
    if not words or len(words) > _LONGEST_PATH or "\n" in words or "\0" in words:
        return None
    path = Path(words)
    try:
        return path if path.is_absolute() and path.is_file() else None
    except OSError:
        return None


def save_image(image: object) -> Path:
    """A picture from the clipboard as a JPEG file in a scratch folder."""
    if not isinstance(image, QImage) or image.isNull():
        raise BadInput(_("The clipboard's picture cannot be read; save it as a file first."))
    stamp = datetime.now(UTC).astimezone(BEIJING).strftime("%Y%m%d-%H%M%S")
    file = Path(mkdtemp(prefix="jdz-")) / f"pasted-{stamp}.jpg"
    try:
        file.write_bytes(as_jpeg(image))
    except OSError as error:
        raise disk_fault(error, file.parent) from error
    return file


def forget(file: Path) -> None:
    """Remove a picture that ``save_image`` wrote: it lies in the project now, or nowhere."""
    with suppress(OSError):
        file.unlink()
        file.parent.rmdir()


def copy_named(file: Path, folder: Path, name: str) -> Path:
    """A copy under its own name: what another program does to it never reaches the project.

    A very large file is given as it lies, write-protected.
    """
    try:
        if file.stat().st_size > _MOST_COPIED:
            file.chmod(0o444)
            return file
        safe = "".join("_" if c in '<>:"/\\|?*' or ord(c) < 32 else c for c in name)
        target = folder / (os.path.basename(safe).strip(". ") or file.name)  # noqa: PTH119
        shutil.copyfile(file, target)
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be opened ({what}).").format(file=name, what=error.strerror or error)
        ) from error
    return target
