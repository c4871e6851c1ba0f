"""Whether the triggers that notice edits from outside are all there.

A program that makes a table anew to take a column out of it (older GDAL does) leaves them behind.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache

from jdz_field.store import gpkg
from jdz_field.store.layers import layers

_NAME = re.compile(r"CREATE TRIGGER (\S+) ")


@cache
def _names() -> frozenset[str]:
    statements = (sql for layer in layers() for sql in gpkg.watch_layer(layer))
    return frozenset(match[1] for sql in statements if (match := _NAME.match(sql)))


def stand(connection: sqlite3.Connection) -> bool:
    """Whether every trigger that ``gpkg.watch_layer`` makes is in the file."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'jdz_%'"
    )
    return _names() <= {name for (name,) in found}
