"""At the start: a catalogue with a fault is refused, before anything is done by it."""

from __future__ import annotations

import logging
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from jdz_field.core.catalogue_files import own_folder
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.files import write_whole
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _
from jdz_field.core.resources import resource

log = logging.getLogger(__name__)


def require_sound() -> None:
    """``BadInput`` naming file, line and reason when a table of the catalogue has a fault.

    A catalogue that was found whole is not read again until one of its files changes.
    """
    over = own_folder()
    stamp, kept = _stamp(over), user_cache_path("jdz-field", appauthor=False) / "catalogue"
    try:
        if kept.read_text(encoding="utf-8") == stamp:
            return
    except (OSError, UnicodeDecodeError):
        log.debug("no note of the catalogue", exc_info=True)
    from jdz_field.core.catalogue_check import faults  # noqa: PLC0415 - seldom needed

    found = faults(over)
    if found:
        raise BadInput(_refusal(len(found), found[0].sentence))
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, stamp.encode())
    except (OSError, Unavailable):
        log.info("note of the catalogue not kept", exc_info=True)


def _refusal(count: int, first: str) -> str:
    if count == 1:
        said = _("The catalogue has faults; nothing is done until they are mended: {first}")
        return said.format(first=first)
    return _(
        "The catalogue has {n} faults; nothing is done until they are mended. The first: {first};"
        " jdz-field catalogue check lists them all."
    ).format(n=count, first=first)


def _stamp(over: Path | None) -> str:
    """Names, sizes and times of every file, and which program it was."""
    told = [version("jdz-field")]
    for folder in (resource("catalogue"), over):
        for file in sorted(folder.rglob("*.toml")) if folder is not None else ():
            about = file.stat()
            told.append(f"{file} {about.st_size} {about.st_mtime_ns}")
    return sha256("\n".join(told).encode())
