"""Parameter sets of a project: entered, listed, removed, and used on what waits for conversion.

They are settings of the project, so that they travel in its backups and copies. A site whose
coordinates an import kept has them in its remarks behind ``坐标待转换：``; ``apply_datum`` turns
them into a position and says there what it did.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from jdz_field.core.clock import to_text, utc_now
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site, point_wkt
from jdz_field.geo.coordinates import parse_coordinate, point_from_text
from jdz_field.geo.counties import county_at
from jdz_field.geo.crs import reference
from jdz_field.geo.datum import Conversion, DatumSet, checked_set, convert, residual
from jdz_field.geo.geometry import anchor, wkt_of
from jdz_field.geo.shift import known_shift
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.sites import GEOMETRY
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

_SETTING = "datum_sets"
WAITING = "坐标待转换："
_KEPT = re.compile(
    r"坐标待转换：(?P<datum>Xi'an 1980|Beijing 1954)(?:（(?P<zone>\d+|\?)带）)? (?P<words>[^；]+)"
)
_ALL = 1 << 40


@dataclass(frozen=True, slots=True)
class Waiting:
    """A site whose coordinates wait, and where a set puts it.

    ``raw``: what the ledger said. ``geometry``: WKT (EPSG:4490), or ``None`` with the reason why
    not in ``problem``. ``lon``, ``lat``: a point that stands for it, degrees.
    """

    site: Site
    raw: str
    geometry: str | None = None
    lon: float | None = None
    lat: float | None = None
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``datum apply --json`` prints it."""
        return {
            "id": self.site.id,
            "code": self.site.code,
            "name": self.site.name,
            "raw": self.raw,
            "lon": self.lon,
            "lat": self.lat,
            "problem": self.problem,
        }


def datum_sets(project: Project) -> list[DatumSet]:
    """Every set of the project, by name."""
    stored = project.get_setting(_SETTING, {})
    return [DatumSet.from_json(stored[name]) for name in sorted(stored)]


def datum_named(project: Project, name: str) -> DatumSet:
    """The set of this name; ``BadUsage`` when the project has none."""
    stored = project.get_setting(_SETTING, {})
    if name not in stored:
        raise BadUsage(
            _("The project has no parameter set «{name}»; it has {names}.").format(
                name=name, names="、".join(stored) or _("none; enter one with datum add")
            )
        )
    return DatumSet.from_json(stored[name])


def add_datum(project: Project, one: DatumSet) -> DatumSet:
    """Store a set, signed with who works here and the time; gives it as it is stored.

    Raises ``BadInput`` for an incomplete or implausible one, ``BadUsage`` when its name is taken:
    what was converted with a set names it, so that it never changes under that name.
    """
    made = replace(checked_set(one), name=one.name.strip(), by=project.author)
    made = replace(made, at=to_text(utc_now()))
    stored = dict(project.get_setting(_SETTING, {}))
    if made.name in stored:
        raise BadUsage(
            _("There is a set «{name}» already; remove it or take another name.").format(
                name=made.name
            )
        )
    project.set_setting(_SETTING, stored | {made.name: made.to_json()})
    return made


def remove_datum(project: Project, name: str) -> None:
    """Forget a set; what it converted stays. ``BadUsage`` when the project has none of the name."""
    datum_named(project, name)
    stored = dict(project.get_setting(_SETTING, {}))
    del stored[name]
    project.set_setting(_SETTING, stored)


def with_conversion(project: Project, options: ImportOptions) -> ImportOptions:
    """The options with what ``shift`` and ``datum`` name.

    ``BadUsage`` for names that are none, for both at once, and for a set from another datum than
    the system named is on.
    """
    known_shift(options.shift)
    if not options.datum:
        return replace(options, conversion=Conversion(options.shift))
    one = datum_named(project, options.datum)
    if options.shift:
        raise BadUsage(_("Phone maps' degrees need no parameter set; give --shift or --datum."))
    if options.crs and reference(options.crs).datum is not one.datum:
        raise BadUsage(
            _("«{name}» converts from {datum}, but --crs names {other}; leave one out.").format(
                name=one.name, datum=one.datum, other=reference(options.crs).datum
            )
        )
    return replace(options, conversion=Conversion(datum=one))


def control(one: DatumSet, old: tuple[str, str], known: tuple[str, str]) -> tuple[float, float]:
    """By how many metres (east, north) a set misses a control point typed as texts.

    ``old`` are its coordinates in the old datum, ``known`` those in CGCS2000; either order.
    ``BadInput`` when a text is no coordinate.
    """
    numbers = [parse_coordinate(text) for text in old]
    if numbers[0] is None or numbers[1] is None:
        raise BadInput(
            _("«{first}» and «{second}» are no coordinates of a control point.").format(
                first=old[0], second=old[1]
            )
        )
    east, north = residual(one, (numbers[0].value, numbers[1].value), point_from_text(*known))
    if not math.isfinite(east + north):
        raise BadInput(_("The control point lies outside the zone of «{n}».").format(n=one.name))
    return east, north


# ---- what waits


def waiting_for(project: Project, one: DatumSet) -> list[Waiting]:
    """Every site that waits for a set from this datum, and where this one puts it."""
    found = []
    for site in project.search(SiteQuery(placed="legacy", order="code"), limit=_ALL):
        kept = _KEPT.search(str(site.fields.get("remarks") or ""))
        if kept and kept["datum"] == str(one.datum):
            found.append(_placed(one, site, kept))
    return found


def apply_datum(
    project: Project, name: str, *, dry_run: bool = False, only: Callable[[str], bool] | None = None
) -> list[Waiting]:
    """Give every waiting site its position by a set: one change each, in one transaction.

    ``dry_run`` only says where they would come to lie; ``only(id)`` chooses among them. Raises
    ``BadUsage`` when the project has no such set.
    """
    one = datum_named(project, name)
    found = [w for w in waiting_for(project, one) if only is None or only(w.site.id)]
    edits = [_edit(one, waiting) for waiting in found if waiting.geometry]
    if edits and not dry_run:
        project.edit_many(edits, origin=f"datum:{one.name}")
    return found


def _edit(one: DatumSet, waiting: Waiting) -> Edit:
    remarks = str(waiting.site.fields["remarks"])
    told = f"坐标由{one.datum}经参数“{one.name}”转换：{waiting.raw}"
    fields: dict[str, Any] = {
        GEOMETRY: waiting.geometry,
        "remarks": _KEPT.sub(lambda _found: told, remarks, count=1),
    }
    if not waiting.site.fields.get("county_code") and waiting.lon and waiting.lat:
        fields["county_code"] = county_at(waiting.lon, waiting.lat)
    return Edit(waiting.site.kind, waiting.site.id, fields)


def _placed(one: DatumSet, site: Site, kept: re.Match[str]) -> Waiting:
    words, zone = kept["words"].strip(), kept["zone"]
    if zone == "?":
        return Waiting(site, words, problem=_("Its plane is of no standard zone."))
    # What the import knew of the zone holds for numbers without a prefix.
    own = replace(one, zone=int(zone)) if zone and one.method == "seven" else one
    if zone and own.zone != int(zone) and _unprefixed(words):
        return Waiting(site, words, problem=_("It lies in another zone than the set is for."))
    shape = _shape(own, words)
    if shape is None:
        return Waiting(site, words, problem=_("Not readable, or outside what the set is for."))
    wkt = wkt_of(shape) if shape.geom_type != "Point" else point_wkt(shape.x, shape.y)
    point = anchor(wkt)
    return Waiting(site, words, wkt, *(point or (None, None)))


def _unprefixed(words: str) -> bool:
    """Whether metres stand there that do not name their own zone."""
    numbers = [float(text) for text in re.findall(r"\d+(?:\.\d+)?", words)]
    return not any(number >= 1e7 for number in numbers)


def _shape(one: DatumSet, words: str) -> Any:
    """The converted geometry of a kept text, ``None`` when it gives none."""
    if re.match(r"[A-Z]+ ?(Z )?\(", words):
        shape = shapely.from_wkt(words, on_invalid="ignore")
    else:
        shape = _point(words)
    if shape is None or shape.is_empty:
        return None
    xy = shapely.get_coordinates(shape)
    lon, lat, _swapped = convert(one, xy[:, 0], xy[:, 1])
    if not np.isfinite(lon + lat).all():
        return None
    return shapely.set_coordinates(shape, np.column_stack([lon, lat]))


def _point(words: str) -> Any:
    """Two coordinates behind their headings, or degrees, minutes, seconds in cells of their own."""
    texts = words.rpartition("：")[2].split("，")
    half = len(texts) // 2
    if len(texts) not in (2, 4, 6):
        return None
    first, second = (parse_coordinate(" ".join(part)) for part in (texts[:half], texts[half:]))
    if first is None or second is None:
        return None
    return shapely.Point(first.value, second.value)
