"""Entries of repeats in nested answers."""

from __future__ import annotations

import re
from typing import Any

#: Nested answers, as drafts hold them.
Answers = dict[str, Any]
_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


def _rows_of(answers: Answers, ref: str) -> tuple[list[Answers], int]:
    """The rows that the instance ``ref`` is among, and its place there (from 0)."""
    here = answers
    steps = _STEP.findall(ref)[1:]
    for name, position in steps[:-1]:
        found = here[name]
        here = found[int(position) - 1] if isinstance(found, list) else found
    name, position = steps[-1]
    rows: list[Answers] = here[name]
    return rows, int(position) - 1


def entry_of(answers: Answers, ref: str) -> Answers:
    """What the entry ``ref`` holds."""
    rows, place = _rows_of(answers, ref)
    return rows[place]


def insert(answers: Answers, ref: str, held: Answers) -> None:
    """Put an entry at the place that ``ref`` names; those from there on move back."""
    rows, place = _rows_of(answers, ref)
    rows.insert(place, held)
