"""Files: taking a name in one step, also where a virus scanner holds the file for a moment."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _

#: Windows: access denied, sharing violation, lock violation. A scanner or the indexer lets go
#: of a fresh file within a second or two.
_SHARED = {5, 32, 33}
#: How long to wait before each further try, in seconds: 2.5 s in all.
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.75, 1.0)


def replace(source: Path, target: Path) -> None:
    """``os.replace``, tried again while another program holds one of the two.

    Raises:
        OSError: as ``os.replace``, at once or when the file is still held after 2.5 s.
    """
    for pause in PAUSES:
        try:
            os.replace(source, target)  # noqa: PTH105 - the name says what it does on Windows too
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _SHARED:
                raise
            time.sleep(pause)
        else:
            return
    os.replace(source, target)  # noqa: PTH105 - as above


def write_whole(target: Path, data: bytes) -> None:
    """A file that is there whole or not at all: written beside, synced, then renamed.

    ``Unavailable``: the folder cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        replace(part, target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Unavailable(
            _("{file} cannot be written ({reason}); choose another place.").format(
                file=target, reason=error.strerror or error
            )
        ) from error
