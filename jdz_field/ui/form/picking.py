"""Finding a choice by what is typed: its code, its number, the beginning of its label or pinyin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jdz_field.store.search import initials
from jdz_field.ui.form.editor import half_width
from jdz_field.xforms.view import Choice

#: In longer lists pinyin is not looked for: it costs too much with every key.
_MOST_SPELT = 3_000
#: How far apart the ways of fitting are; the first place decides, then the order of the list.
_CODE, _LABEL, _NUMBER, _STARTS, _PINYIN, _INSIDE, _NOT = range(7)


def exact(typed: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice with this code or label, and no other."""
    wanted = typed.strip()
    by_code = next((one for one in choices if one.value == wanted), None)
    return by_code or next((one for one in choices if one.label.strip() == wanted), None)


def ranked(typed: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices that fit, the best first; all of them when nothing is typed.

    Best is the code, then the whole label, the place in the list (1, 2 …), the beginning of code
    or label, pinyin initials, any part of the label.
    """
    wanted = half_width(typed).casefold()
    if not wanted:
        return list(choices)
    spell = len(choices) <= _MOST_SPELT and wanted.isascii() and wanted.isalpha()
    fits = [(_fit(wanted, place, one, spell=spell), place) for place, one in enumerate(choices, 1)]
    return [choices[place - 1] for fit, place in sorted(fits) if fit != _NOT]


def best(typed: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that what is typed means; ``None`` when it means none."""
    found = ranked(typed, choices) if typed.strip() else []
    return found[0] if found else None


def _fit(wanted: str, place: int, choice: Choice, *, spell: bool) -> int:
    code, label = choice.value.casefold(), choice.label.strip().casefold()
    found = _NOT
    if wanted == code:
        found = _CODE
    elif wanted == label:
        found = _LABEL
    elif wanted == str(place):
        found = _NUMBER
    elif code.startswith(wanted) or label.startswith(wanted):
        found = _STARTS
    elif spell and _spelt(wanted, label):
        found = _PINYIN
    elif wanted in label:
        found = _INSIDE
    return found


@lru_cache(maxsize=8192)
def _spelt(wanted: str, label: str) -> bool:
    return any(one.startswith(wanted) for one in initials(label))
