"""Which counties and kinds of sites this device pulls, kept with the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jdz_field.core.catalogue import SITE_KINDS, code_list
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.store.project import Project
from jdz_field.sync.area import AREA


@dataclass(frozen=True, slots=True)
class Area:
    """County codes and site kinds; none means all of them."""

    counties: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def area_of(project: Project) -> Area:
    """What the project's setting says."""
    found = project.get_setting(AREA) or {}
    return Area(tuple(found.get("counties", ())), tuple(found.get("kinds", ())))


def set_area(project: Project, area: Area) -> Area:
    """Pull only this from the next sync on. ``BadUsage``: no such county or kind."""
    known = {row.value for row in code_list("county").codes}
    _refuse(set(area.counties) - known, _("county"), sorted(known))
    _refuse(set(area.kinds) - set(SITE_KINDS), _("kind"), SITE_KINDS)
    kept = Area(tuple(sorted(set(area.counties))), tuple(sorted(set(area.kinds))))
    project.set_setting(AREA, {"counties": list(kept.counties), "kinds": list(kept.kinds)})
    return kept


def _refuse(unknown: set[str], what: str, known: Iterable[str]) -> None:
    if unknown:
        raise BadUsage(
            _("There is no {what} {name}; there are {known}.").format(
                what=what, name=sorted(unknown)[0], known=" ".join(known)
            )
        )
