"""Whether the place of a project can be written: a card with its lock on, a disc, a share."""

from __future__ import annotations

import os
from pathlib import Path

from jdz_field.store.base import FILE


def is_writable(folder: Path) -> bool:
    """Whether the store in this folder may be written; nothing is written to find out.

    False, too, when there is no store.
    """
    try:
        with (folder / FILE).open("r+b"):
            return os.access(folder, os.W_OK)
    except OSError:
        return False
