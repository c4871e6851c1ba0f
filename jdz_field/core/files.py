"""Files: taking a name in one step, also where a virus scanner holds the file for a moment."""

from __future__ import annotations

import os
import time
from pathlib import Path

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
