"""How well the position of a kind of site must be known; ``[position]`` of its catalogue file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: Beyond these a figure is a slip of the pen: metres, seconds.
_MOST = {"accuracy_m": 1000.0, "average_s": 600.0}
_CERTAINTIES = ("source", "general")


@dataclass(frozen=True, slots=True)
class PositionRule:
    """What is asked of a measured position.

    Attributes:
        accuracy_m: it is recorded when its error (one sigma) is at most so many metres.
        average_s: seconds that it is averaged for at least.
        source, certainty: where the figures are from; ``source`` or ``general``.
    """

    accuracy_m: float
    average_s: float
    source: str
    certainty: str


def position_rule(entry: Mapping[str, Any], file: str) -> PositionRule:
    """The rule of a catalogue file; ``BadInput`` naming file and reason when a value is bad."""
    figures = [_figure(entry, name, file) for name in _MOST]
    if figures[0] <= 0:
        raise _bad(file, "accuracy_m", entry.get("accuracy_m"))
    source, certainty = entry.get("source"), entry.get("certainty")
    if not isinstance(source, str) or not source.strip():
        raise _bad(file, "source", source)
    if certainty not in _CERTAINTIES:
        raise _bad(file, "certainty", certainty)
    return PositionRule(figures[0], figures[1], source, certainty)


def _figure(entry: Mapping[str, Any], name: str, file: str) -> float:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad(file, name, value)
    if not math.isfinite(value) or not 0 <= value <= _MOST[name]:
        raise _bad(file, name, value)
    return float(value)


def _bad(file: str, name: str, value: object) -> BadInput:
    return BadInput(
        _(
            "{file}: [position] {name} cannot be «{value}»; accuracy_m takes metres up to 1000, "
            "average_s seconds up to 600, and source and certainty (source, general) must be there."
        ).format(file=file, name=name, value="" if value is None else value)
    )
