"""Small pictures of the project's photos, made once and kept in its folder ``thumbnails``.

They are worth nothing that cannot be made again: the folder may be deleted at any time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of

#: The folder in the project, and the longest side of what it holds, in pixels.
FOLDER, EDGE = "thumbnails", 320


def thumbnail_path(project: Path, sha256: str) -> Path:
    """Where the small picture of a photo lies, when it was made."""
    return project / FOLDER / sha256[:2] / f"{sha256}.jpg"


def stored_thumbnail(project: Path, sha256: str) -> bytes:
    """The small picture (JPEG, upright) of a stored photo; made and kept when it is not there.

    Raises:
        BadInput: the photo is not on this device, or cannot be shown.
    """
    kept = thumbnail_path(project, sha256)
    try:
        jpeg = kept.read_bytes()
    except OSError:
        jpeg = b""
    # What a kill or a full disk cut short has no end.
    if jpeg.endswith(b"\xff\xd9"):
        return jpeg
    file = file_of(project, sha256)
    if file is None:
        raise BadInput(_("This photo is not on this device yet, or it is damaged."))
    jpeg = thumbnail(file, EDGE).jpeg
    _keep(kept, jpeg)
    return jpeg


def make_thumbnails(
    project: Path, hashes: Sequence[str], *, cancelled: Callable[[], bool] = lambda: False
) -> int:
    """Make the small pictures of these photos ahead of being asked; how many there are now."""
    made = 0
    for sha256 in hashes:
        if cancelled():
            break
        with suppress(BadInput, Unavailable):
            stored_thumbnail(project, sha256)
            made += 1
    return made


def _keep(target: Path, jpeg: bytes) -> None:
    """A disk that is full or read-only only costs the time to make it again."""
    part = target.with_name(f".jdz-{secrets.token_hex(8)}.part")
    with suppress(OSError):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(jpeg)
            replace(part, target)
        finally:
            with suppress(OSError):
                part.unlink()
