"""What the list and the map show of a site before anything else; ``[show]`` of its kind's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The list whose codes colour a mark on the map.
GRADES = "danger_grade"
#: Most fields in a row of the list: it is one line.
MOST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A field whose value is shown; with its label where the value alone would say nothing."""

    field: str
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class ShownFirst:
    """``line``: in the list and at the head of the site's page, before its place. ``label``: what
    stands at the point on the map, the first of these fields that has a value. ``grade``: the
    field that colours its mark, ``""`` for none.
    """

    line: tuple[Said, ...] = ()
    label: tuple[str, ...] = ("name",)
    grade: str = ""


def shown_first(entry: Mapping[str, Any]) -> ShownFirst:
    """``[show]`` as read; its faults are those of ``catalogue_check_kinds``."""
    line = tuple(
        Said(str(one["field"]), bool(one.get("label", False)))
        if isinstance(one, Mapping)
        else Said(str(one))
        for one in entry.get("line", ())
    )
    return ShownFirst(line, tuple(entry.get("label", ("name",))), str(entry.get("grade", "")))
