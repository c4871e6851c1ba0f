"""Last time's answers of the same form at the same site, ready to be taken again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.i18n import _, ngettext
from jdz_field.ui.form.moments import shown_moment
from jdz_field.ui.form.place import point_of_answer
from jdz_field.ui.values import shown_point
from jdz_field.xforms.submission import as_text
from jdz_field.xforms.view import Choice, Node

_POSITION = re.compile(r"\[(\d+)\]$")
#: Kinds of answer that are never taken over: they belong to their visit.
_NEVER = frozenset({"binary", "dateTime", "date", "time"})


@dataclass(frozen=True, slots=True)
class Last:
    """An answer of last time: as the session takes it, and as a person reads it."""

    lexical: str
    shown: str


def value_at(answers: Mapping[str, Any], ref: str) -> Any:
    """The value at ``/data/group/repeat[2]/question`` in nested JSON; ``None`` if there is none."""
    here: Any = answers
    for step in ref.split("/")[2:]:
        found = _POSITION.search(step)
        name = step[: found.start()] if found else step
        here = here.get(name) if isinstance(here, Mapping) else None
        if isinstance(here, list) and all(isinstance(row, Mapping) for row in here):
            place = int(found[1]) if found else 1
            here = here[place - 1] if place <= len(here) else None
        if here is None:
            return None
    return here


def shown_answer(node_type: str, lexical: str, choices: Sequence[Choice]) -> str:
    """An answer as a person reads it: labels of choices, coordinates, times of here."""
    if choices:
        labels = {choice.value: choice.label for choice in choices}
        return _(", ").join(labels.get(value, value) for value in lexical.split())
    if node_type in ("time", "dateTime"):
        return shown_moment(node_type, lexical)
    if node_type in ("geotrace", "geoshape"):
        count = lexical.count(";") + 1 - (node_type == "geoshape" and lexical.count(";") > 1)
        return ngettext("{n} point", "{n} points", count).format(n=f"{count:,}")
    point = point_of_answer(lexical) if node_type == "geopoint" else None
    return shown_point(*point) if point else lexical


def last_of(previous: Mapping[str, Any], node: Node, choices: Sequence[Choice]) -> Last | None:
    """Last time's answer to this question, when there is one that may be taken again."""
    if not previous or node.type in _NEVER:
        return None
    value = value_at(previous, node.ref)
    lexical = "" if isinstance(value, Mapping) else as_text(value)
    return Last(lexical, shown_answer(node.type, lexical, choices)) if lexical else None
