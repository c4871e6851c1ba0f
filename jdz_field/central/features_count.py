"""How many features a question has in all: counted once, until the features change.

Many are counted anew half a minute later at the earliest: what a page costs must not hang on how
often something changes, and of ten thousand the last few are out of date anyway when the answer
arrives.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from jdz_field.central.direct import Statement, rows

#: Most answers kept for one database.
_MOST = 500
_POSITION = Statement("SELECT position FROM feature_state")

#: From so many on a count may be as many seconds old.
_LARGE, _FRESH = 10_000, 30.0
#: Question → position of the features and the time when it was counted, and the count.
_Kept = OrderedDict[tuple[object, ...], tuple[object, float, int]]
_counts: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_guard = threading.Lock()


def counted(connection: Connection, question: tuple[object, ...], count: Callable[[], int]) -> int:
    """The answer to a question, asked anew when the features are others than then.

    ``question`` names who asks for what; ``count`` counts in the same transaction.
    """
    position = rows(connection, _POSITION)
    now, here = time.monotonic(), position[0][0] if position else None
    with _guard:
        kept = _counts.setdefault(connection.engine, OrderedDict())
        if question in kept:
            kept.move_to_end(question)
            there, at, found = kept[question]
            if there == here or (found >= _LARGE and now - at < _FRESH):
                return found
    found = count()
    with _guard:
        kept[question] = here, now, found
        while len(kept) > _MOST:
            kept.popitem(last=False)
    return found
