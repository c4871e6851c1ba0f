"""How a position came to be, as one line that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.core.positions import MEASURED, Provenance, provenance_at, read_word
from jdz_field.core.sites import Site, point_of
from jdz_field.operations.answer_positions import read_positions
from jdz_field.operations.sites import position_of
from jdz_field.store.queries import HistoryEntry

#: CGCS2000 Gauss-Krüger, 3° zones: by number (zone 25 is the first), by central meridian (75° E).
_ZONES, _MERIDIANS = range(4513, 4534), range(4534, 4555)
_REASONS = "position_reason"


def position_words(how: Provenance) -> str:
    """``Averaged ±1.2 m · 23 fixes · RTK fixed · 14 satellites``, without the override."""
    parts = [_method(how)]
    if how.accuracy is not None:
        parts[0] += f" ±{_metres(how.accuracy)} m"
    elif how.method in MEASURED:
        parts.append(_("accuracy unknown"))
    if how.method in MEASURED:
        parts += _measured(how)
    if how.replay:
        parts.append(_("from a recorded log"))
    return " · ".join(parts)


def override_words(how: Provenance) -> str:
    """Why a position counts that is worse than was asked for; empty when it is not."""
    if not how.overridden:
        return ""
    said = code_list(_REASONS).label(how.reason)
    why = _("{reason}, {note}").format(reason=said, note=how.note) if how.note else said
    if how.limit is None:
        return _("Accuracy not kept: {why}").format(why=why)
    return _("Worse than the {limit} m asked for: {why}").format(limit=f"{how.limit:g}", why=why)


def whole_words(how: Provenance) -> str:
    """``position_words`` with the override, if there is one."""
    return " · ".join(filter(None, (position_words(how), override_words(how))))


def point_words(kept: object, wkt: object) -> tuple[str, str]:
    """What ``position_how`` of a site says of a geometry: how found, and why it is overridden."""
    point = point_of(wkt) if isinstance(wkt, str) else None
    how = provenance_at(kept, *point) if point is not None else None
    return (position_words(how), override_words(how)) if how is not None else ("", "")


def record_words(positions: Mapping[str, Any]) -> str:
    """What a record says of its positions; of several each begins with its coordinates."""
    known = read_positions(positions)
    if len(known) == 1:
        return whole_words(next(iter(known.values())))
    named = [(" ".join(value.split()[:2]), how) for value, how in known.items()]
    return "; ".join(f"{place}: {whole_words(how)}" for place, how in named)


def overrides(positions: Mapping[str, Any]) -> list[str]:
    """Every override among a record's positions, in words."""
    return [words for how in read_positions(positions).values() if (words := override_words(how))]


def added_words(before: object, after: object) -> str:
    """What a change of a site's ``position_how`` says that was not said before."""
    had = before.split() if isinstance(before, str) else ()
    new = [word for word in after.split() if word not in had] if isinstance(after, str) else []
    return "; ".join(whole_words(how) for word in new if (how := read_word(word)) is not None)


def found_how(site: Site, entries: Iterable[HistoryEntry]) -> Provenance | None:
    """How the position of a site came to be: what the site says, else the import that gave it.

    Ledgers say nothing point by point: 100,000 rows would carry the same words. That a
    position is a ledger's is known of the change that set it, on the device that took the
    ledger in. ``entries``: the site's history, newest first.
    """
    said = position_of(site)
    if said is not None or point_of(site.geometry) is None:
        return said
    for entry in entries:
        if entry.change.fields.get("geometry", (None, None))[1] == site.geometry:
            imported = entry.change.origin.startswith("import:")
            return Provenance(method="file") if imported else None
    return None


def _method(how: Provenance) -> str:
    if how.method == "typed":
        system = crs_words(how.crs)
        return _("Typed ({system})").format(system=system) if system else _("Typed")
    names = {
        "receiver": _("Receiver"),
        "average": _("Averaged"),
        "map": _("Tapped on the map"),
        "site": _("Taken from the site"),
        "photo": _("Taken from a photo"),
        "file": _("From a ledger"),
        "track": _("From a track"),
    }
    return names[how.method]


def _measured(how: Provenance) -> list[str]:
    parts = []
    if how.samples is not None and how.samples > 1:
        parts.append(_("{n} fixes").format(n=how.samples))
    if how.fix:
        parts.append(fix_words(how.fix))
    if how.satellites:
        parts.append(_("{n} satellites").format(n=how.satellites))
    if how.antenna:
        parts.append(_("antenna {n} m").format(n=f"{how.antenna:g}"))
    return parts


def fix_words(fix: str) -> str:
    """The kind of solution in two words."""
    names = {
        "single": _("single fix"),
        "dgps": _("DGPS"),
        "float": _("RTK float"),
        "rtk": _("RTK fixed"),
    }
    return names.get(fix, fix)


def crs_words(crs: str) -> str:
    """``CGCS2000``, ``CGCS2000 3° zone 39``, ``WGS 84``, else the code; empty for none."""
    code = crs.removeprefix("EPSG:")
    number = int(code) if code.isascii() and code.isdecimal() else 0
    if number in _ZONES:
        return _("CGCS2000 3° zone {n}").format(n=25 + _ZONES.index(number))
    if number in _MERIDIANS:
        return _("CGCS2000 3°, {n}° E").format(n=75 + 3 * _MERIDIANS.index(number))
    return {4490: "CGCS2000", 4326: "WGS 84"}.get(number, crs)


def _metres(metres: float) -> str:
    if metres >= 10:
        return f"{metres:.0f}"
    return f"{metres:.1f}" if metres >= 0.1 else f"{metres:.2f}"
