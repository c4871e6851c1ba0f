"""Tables for print: the same ``Table`` as in a workbook, set over as many pages as it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jdz_field.core.i18n import _, language
from jdz_field.reports.typeset import Format, typeset
from jdz_field.reports.workbook import Marks, Table

#: Type sizes in points, from which the first that fits the columns is taken.
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
#: Printable width in millimetres, and that of a letter of one point.
_ROOM = {("a4", True): 178, ("a4", False): 265, ("a3", True): 265, ("a3", False): 388}
_LETTER = 0.19


def set_tables(
    tables: Sequence[Table], marks: Marks, *, made: datetime, form: Format = "pdf"
) -> list[bytes]:
    """One PDF, or a PNG a page; the same tables give the same bytes.

    ``Unavailable``: no font with Chinese signs.
    """
    data = {
        "lang": language(),
        "mark": marks.mark,
        "sample": marks.sample,
        "foot": marks.foot,
        "unknown": _("not filled in"),
        "tables": [_printed(one) for one in tables],
    }
    return typeset("table", data, made=made, form=form, tags=False)


def _printed(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "lines": list(table.lines),
        "heads": [
            {
                "words": h.words,
                "width": h.width,
                "number": h.number,
                "group": h.group,
                "optional": h.optional,
            }
            for h in table.heads
        ],
        "high": 2 if any(head.group for head in table.heads) else 1,
        "rows": [[_cell(value) for value in row] for row in table.rows],
        "totals": [_cell(value) for value in table.totals],
        "notes": list(table.notes),
        "strong": sorted(table.strong),
        "paper": table.paper,
        "upright": table.upright,
        "size": _size(table),
    }


def _size(table: Table) -> float:
    """The largest type in which a letter of a column is a letter."""
    room = _ROOM[table.paper, table.upright]
    letters = sum(head.width for head in table.heads) or 1
    fits = (size for size in _SIZES if letters * size * _LETTER <= room)
    return next(fits, _SIZES[-1])


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
