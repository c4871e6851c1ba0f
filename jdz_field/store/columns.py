"""Whole columns of a table at once, as texts.

A cell that SQLite hands over one by one costs more than all that is done with it afterwards:
``group_concat`` gives a column of 100,000 cells as one text in some 10 ms, which is then split.
"""
# ruff: noqa: S608 - what is asked for comes from the catalogue

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jdz_field.store.db import Database

#: Between the cells; a table in which a cell has this sign itself is read row by row.
_BETWEEN = "\x1d"


def text_columns(db: Database, expressions: Sequence[str], source: str) -> list[list[str]]:
    """The values of some expressions over the rows of ``source`` (what follows FROM).

    Rows are in no order, but in the same one in every column. NULL is an empty text; numbers
    have 15 digits.
    """
    cells = [f"ifnull({expression}, '')" for expression in expressions]
    joined = ", ".join(f"group_concat({cell}, '{_BETWEEN}')" for cell in cells)
    count, *texts = db.row(f"SELECT count(*), {joined} FROM {source}") or (0,)
    if not count:
        return [[] for _cell in cells]
    columns = [text.split(_BETWEEN) for text in texts]
    if all(len(column) == count for column in columns):
        return columns
    rows = db.rows(f"SELECT {', '.join(cells)} FROM {source}")
    return [list(map(str, column)) for column in zip(*rows, strict=True)]


def numbers(texts: Sequence[str]) -> NDArray[np.float64]:
    """A column's texts as numbers; NaN where one is empty."""
    return np.fromiter((float(text or "nan") for text in texts), np.float64, len(texts))
