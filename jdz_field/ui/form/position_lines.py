"""What is said of positions in a record that is read: how each was found, and at what price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jdz_field.operations.answer_positions import read_positions, spelt
from jdz_field.operations.position_words import override_words, position_words
from jdz_field.ui.form.answers import Line


def with_positions(lines: Sequence[Line], positions: Mapping[str, Any]) -> list[Line]:
    """The lines, with what ``positions`` of the record or draft say below each geopoint."""
    known = read_positions(positions)
    found = []
    for line in lines:
        how = known.get(spelt(line.raw or line.value)) if known else None
        if how is not None:
            line = replace(line, note=position_words(how), warning=override_words(how))  # noqa: PLW2901
        found.append(line)
    return found
