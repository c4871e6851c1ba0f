"""Cells that are already as they should be: told at a glance, without the full reading.

A million rows hold mostly plain digits and plain words. ``quick_for`` gives a function that
returns the value of such a text (``None`` for an empty one) and ``MISSED`` for everything else,
which then is read properly. It never says anything that the full reading would not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jdz_field.core.catalogue import Field, table

Quick = Callable[[Any], Any]

#: The full reading has to look at this cell.
MISSED = object()


def quick_for(field: Field, scale: float) -> Quick | None:
    """The function for a field; ``None`` where only the full reading knows (dates, codes)."""
    if field.type == "integer" and scale == 1:
        return _whole(field)
    if field.type != "text" or field.name in table("ledger")["dates"]["partial"]:
        return None
    if field.name == "code":
        return _digits(re.compile(r"\d{1,64}", re.ASCII))
    return _digits(re.compile(field.pattern)) if field.pattern else _word


def _whole(field: Field) -> Quick:
    low = -(2**53) if field.minimum is None else field.minimum
    high = 2**53 if field.maximum is None else field.maximum

    def quick(cell: Any) -> Any:
        if not cell:
            return None
        if cell.isdecimal() and cell.isascii() and len(cell) < 16 and low <= int(cell) <= high:
            return int(cell)
        return MISSED

    return quick


def _digits(pattern: re.Pattern[str]) -> Quick:
    match = pattern.fullmatch

    def quick(cell: Any) -> Any:
        if not cell:
            return None
        return cell if cell.isdecimal() and cell.isascii() and match(cell) else MISSED

    return quick


def _word(cell: Any) -> Any:
    if not cell:
        return None
    return cell if cell.isalnum() and len(cell) < 1000 else MISSED
