"""Which site a checked row is: the id it carries, or the one that follows from its values."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from jdz_field.core.ids import import_ids
from jdz_field.ledger.issues import REFUSED, CheckedRow

#: Rows whose ids are made together.
_TOGETHER = 2000


def identified(kind: str, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
    """The rows in their order, each with an id unless it is refused."""
    while block := list(islice(rows, _TOGETHER)):
        alike: dict[tuple[str, ...], list[CheckedRow]] = {}
        for row in block:
            if row.id is None and row.status != REFUSED:
                alike.setdefault(tuple(row.fields), []).append(row)
        for some in alike.values():
            ids = import_ids(kind, [row.fields for row in some])
            for row, made in zip(some, ids, strict=True):
                row.id = made
        yield from block


@contextmanager
def unswept() -> Iterator[None]:
    """No search for garbage in circles meanwhile: rows make none, and it takes a tenth."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()
