"""A question about sites from what a person writes: codes or their words, days, a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.store.queries import NEVER, SiteQuery

#: The lists that a filter's codes are of.
_LISTS = {"county": "county", "grade": "danger_grade", "status": "site_status"}


def site_query(given: Mapping[str, Any], *, near: str = "", unvisited: str = "") -> SiteQuery:
    """The query with these attributes; ``county``, ``grade`` and ``status`` as code or word.

    ``near`` is ``LON,LAT`` (degrees), ``unvisited`` a number of days or ``never``. Raises
    ``BadUsage`` for a code that its list does not hold, a place or number that is none.
    """
    told = dict(given)
    for name, codes in _LISTS.items():
        if told.get(name) is not None:
            told[name] = _code(codes, str(told[name]))
    if near:
        told["near"] = _place(near)
    if unvisited:
        told["unvisited"] = _days(unvisited)
    if told.get("order") == "distance" and not near:
        raise BadUsage(_("Sites are sorted by distance from a place; give it: --near LON,LAT."))
    return SiteQuery(**told)


def _code(list_name: str, text: str) -> str:
    codes = code_list(list_name)
    found = codes.find(text)
    if found is None:
        names = "、".join(f"{code.value} {code.label}" for code in codes.codes)
        raise BadUsage(_("«{text}» is none of {names}.").format(text=text, names=names))
    return found.value


def _place(text: str) -> tuple[float, float]:
    from jdz_field.geo.coordinates import parse_coordinate  # noqa: PLC0415 - loads PROJ

    parts = [parse_coordinate(part) for part in text.replace("，", ",").split(",")]
    values = [part.value for part in parts if part is not None]
    if len(parts) != 2 or len(values) != 2 or abs(values[0]) > 180 or abs(values[1]) > 90:
        raise BadUsage(
            _("«{text}» is no place; write longitude,latitude: 117.2,29.3.").format(text=text)
        )
    return values[0], values[1]


def _days(text: str) -> int:
    if text.strip().lower() in ("never", "从未"):
        return NEVER
    if not (text.isascii() and text.isdecimal()):
        raise BadUsage(_("«{text}» is no number of days; write 31, or never.").format(text=text))
    return int(text)
