"""How many features a question has in all: counted once, until the features change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from jdz_field.central.direct import Statement, rows

#: Most answers kept for one database.
_MOST = 500
_POSITION = Statement("SELECT position FROM feature_state")

_Kept = OrderedDict[tuple[object, ...], int]
_counts: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


def counted(connection: Connection, question: tuple[object, ...], count: Callable[[], int]) -> int:
    """The answer to a question, asked anew when the features are others than then.

    ``question`` names who asks for what; ``count`` counts in the same transaction.
    """
    position = rows(connection, _POSITION)
    key = (position[0][0] if position else None, *question)
    with _guard:
        kept = _counts.setdefault(connection.engine, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    found = count()
    with _guard:
        kept[key] = found
        while len(kept) > _MOST:
            kept.popitem(last=False)
    return found
