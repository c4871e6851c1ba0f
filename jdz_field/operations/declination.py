"""The magnetic declination of a project: what turns a compass's direction into a true one.

It is measured or looked up by a person, who names the source; without it nothing is turned. It is a
setting of this project on this computer: it does not travel with a sync, since no change of the log
hangs on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.store.project import Project

_KEY = "magnetic_declination"
#: Away from the poles no declination is larger, degrees.
_MOST = 40.0


@dataclass(frozen=True, slots=True)
class Declination:
    """Degrees that magnetic north lies east of true north (west: negative), and who says so."""

    degrees: float
    source: str

    def to_json(self) -> dict[str, Any]:
        """As ``photos declination`` prints it."""
        return {"degrees": self.degrees, "source": self.source}


def declination(project: Project) -> Declination | None:
    """What the project says; ``None`` when it says nothing."""
    found = project.get_setting(_KEY)
    if not isinstance(found, dict):
        return None
    return Declination(float(found["degrees"]), str(found["source"]))


def shown_declination(known: Declination) -> str:
    """``Magnetic declination -4.6° (…)``."""
    words = _("Magnetic declination {n}° ({source})")
    return words.format(n=f"{known.degrees:+g}", source=known.source)


def set_declination(project: Project, degrees: float | None, source: str) -> None:
    """Say it, or ``None`` to forget it.

    ``BadUsage`` without a source, or for a number that no declination has here.
    """
    if degrees is None:
        project.set_setting(_KEY, None)
        return
    if not math.isfinite(degrees) or abs(degrees) > _MOST:
        raise BadUsage(
            _("{n}° is no magnetic declination; east is positive, west negative.").format(n=degrees)
        )
    if not source.strip():
        raise BadUsage(_("Name the source of the declination and its year."))
    project.set_setting(_KEY, Declination(degrees, source.strip()).to_json())


def true_direction(photo: Attachment, known: Declination | None) -> float | None:
    """Degrees from true north that a photo looks to; ``None`` when nobody can say."""
    if photo.direction is None or photo.direction_ref == "true":
        return photo.direction
    if photo.direction_ref != "magnetic" or known is None:
        return None
    return (photo.direction + known.degrees) % 360
