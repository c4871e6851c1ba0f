"""How the choices of a select are laid out, as the form's appearance asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COUNTED = re.compile(r"(?:columns|compact|quickcompact)-(\d+)")
#: All choices on one line.
ALL = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """The layout of a select's choices.

    Attributes:
        columns: so many columns; 0: as many as the labels allow; ``ALL``: one line.
        least: at least so many columns, where ``columns`` is 0.
        pack: every cell as wide as its own label.
        marks: round or square marks stand beside (or above) the labels.
        labels: the labels are shown; where a choice has no picture they are shown anyway.
        stacked: mark and picture above the label, all centred.
        line: a line joins the marks: a scale from one end to the other.
        passive: labels alone, to stand above other questions with the same choices.
        quick: a choice leads on to the next question.
    """

    columns: int = 0
    least: int = 1
    pack: bool = False
    marks: bool = True
    labels: bool = True
    stacked: bool = False
    line: bool = False
    passive: bool = False
    quick: bool = False

    @property
    def one_line(self) -> bool:
        """Whether the choices are columns that other questions may line up with."""
        return self.columns == ALL and not self.line


def look_of(appearance: str) -> Look:
    """The layout that an appearance asks for; words it does not know are left out."""
    words = frozenset(appearance.split())
    counted = _COUNTED.search(appearance)
    number = int(counted[1]) if counted else 0
    compact = any(word.startswith(("compact", "quickcompact")) for word in words)
    quick = "quick" in words or any(word.startswith("quickcompact") for word in words)
    plain = "no-buttons" in words or compact
    if words & {"likert"}:
        return Look(columns=ALL, stacked=True, line=True, quick=quick)
    if words & {"label"}:
        return Look(columns=ALL, stacked=True, marks=False, passive=True)
    if words & {"list-nolabel"}:
        return Look(columns=ALL, stacked=True, labels=False, quick=quick)
    if words & {"list"}:
        return Look(columns=ALL, stacked=True, quick=quick)
    return Look(
        columns=number,
        least=2 if "columns" in words else 1,
        pack=bool(words & {"columns-pack", "horizontal", "horizontal-compact"})
        or (compact and not number),
        marks=not plain,
        labels=not plain,
        quick=quick,
    )
