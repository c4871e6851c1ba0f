"""Heights above the 1985 datum: what an office measured for the region of a project."""

from __future__ import annotations

import math
from dataclasses import dataclass

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store.project import Project

_KEY = "height_1985"
#: Offsets between ellipsoid and 1985 datum in China lie well within these metres.
_MOST = 120.0
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class HeightOffset:
    """``metres`` are added to a height above the ellipsoid; ``source``: who says so."""

    metres: float
    source: str


def height_offset(project: Project) -> HeightOffset | None:
    """What this project knows; ``None`` when nobody has said anything (or it is damaged)."""
    found = project.get_setting(_KEY)
    if not isinstance(found, dict):
        return None
    metres, source = found.get("metres"), found.get("source")
    if isinstance(metres, bool) or not isinstance(metres, int | float):
        return None
    if not math.isfinite(metres) or abs(metres) > _MOST:
        return None
    return HeightOffset(float(metres), source if isinstance(source, str) else "")


def set_height_offset(project: Project, metres: float | None, source: str = "") -> None:
    """Keep it, with who says so; ``None`` forgets it.

    ``BadInput``: no number within 120 m, or nobody named.
    """
    if metres is None:
        project.set_setting(_KEY, None)
        return
    if not math.isfinite(metres) or abs(metres) > _MOST:
        raise BadInput(
            _("{n} m is no offset to the 1985 datum; it lies within 120 m.").format(n=f"{metres:g}")
        )
    said = source.strip()
    if not said or len(said) > _LONGEST:
        raise BadInput(_("Say in a few words who gave the offset to the 1985 datum."))
    project.set_setting(_KEY, {"metres": metres, "source": said})


def shown_offset(known: HeightOffset) -> str:
    """The offset with its source, for a person."""
    words = _("1985 national height datum (offset {n} m, {source})")
    return words.format(n=f"{known.metres:+.2f}", source=known.source)
