"""The figure: an indicator's value that the office enters, with who says so and in what document.

A subject that only the office writes (as a task), so that it reaches devices with the feed and
keeps every version it ever had.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.plan import plan

#: Kind of the subject, and its states.
FIGURE = "figure"
VALID, WITHDRAWN = "valid", "withdrawn"
#: Longest text of a field.
MOST = 500


@dataclass(frozen=True, slots=True)
class Figure:
    """One entered value.

    Attributes:
        id: UUIDv7.
        indicator: number in 专栏 3-1.
        year: the year it is of.
        value: in the indicator's unit.
        source: who says so (an office, a survey).
        document: name and number of the document.
        stated_on: the document's day, ``YYYY-MM-DD``; empty: not known.
        note: anything else.
        entered_by: who entered it.
        entered: when, UTC, ``core.clock.to_text``.
        state: ``valid`` or ``withdrawn``.
    """

    id: str
    indicator: int
    year: int
    value: float
    source: str
    document: str
    stated_on: str = ""
    note: str = ""
    entered_by: str = ""
    entered: str = ""
    state: str = VALID

    def to_fields(self) -> dict[str, Value]:
        """Its fields in the log."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "id"}

    @classmethod
    def of(cls, figure: str, fields: Mapping[str, Value]) -> Figure | None:
        """The figure with these fields; ``None`` when they are no figure's."""
        texts = {
            name: str(fields.get(name) or "")
            for name in cls.__slots__
            if name not in ("id", "indicator", "year", "value")
        }
        try:
            value = float(fields["value"])
            known = cls(figure, int(fields["indicator"]), int(fields["year"]), value, **texts)
        except (KeyError, TypeError, ValueError):
            return None
        return known if math.isfinite(value) else None


def check_figure(one: Figure) -> None:
    """``BadInput``: no indicator, no such year, or nothing that says where it is from."""
    indicators = {i.no: i for i in plan().indicators}
    if one.indicator not in indicators:
        raise BadInput(_("There is no indicator {no} in the plan.").format(no=one.indicator))
    if not 2015 <= one.year <= 2100:
        raise BadInput(_("{year} is no year of the plan.").format(year=one.year))
    if not math.isfinite(one.value) or one.value < 0:
        raise BadInput(_("{value} is no value of an indicator.").format(value=one.value))
    if indicators[one.indicator].units["en"] == "%" and one.value > 100:
        raise BadInput(_("{value} % is more than all there is.").format(value=one.value))
    if not one.source.strip() or not one.document.strip():
        raise BadInput(_("Say who states the figure, and in which document."))
    if any(len(text) > MOST for text in (one.source, one.document, one.note)):
        raise BadInput(_("A text is longer than {n} letters.").format(n=MOST))
    _check_day(one.stated_on)


def _check_day(text: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("«{day}» is no day; write 2026-11-30.").format(day=text)) from error
