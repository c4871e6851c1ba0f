"""What was measured on the map: kept until it is cleared on purpose, written out, made a site.

The draft lies beside the preferences, one for each project: it is no data of the project.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Site
from jdz_field.geo.measures import crossings
from jdz_field.operations.preferences_place import configuration
from jdz_field.operations.sites import checked, known_kind, new_site
from jdz_field.store.project import Project

log = logging.getLogger(__name__)

#: Longitude, latitude (EPSG:4490), height and accuracy in metres (0: unknown, drawn).
Position = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A line, or (``closed``) a ring without its first position repeated."""

    closed: bool
    positions: tuple[Position, ...]

    def geometry(self) -> shapely.Geometry:
        """As a geometry in degrees; ``BadInput`` when there are too few different positions."""
        xy = [position[:2] for position in self.positions]
        least = 3 if self.closed else 2
        if len(set(xy)) < least:
            raise BadInput(
                _("An area needs 3 different points.")
                if self.closed
                else _("A line needs 2 different points.")
            )
        return shapely.Polygon(xy) if self.closed else shapely.LineString(xy)

    def wkt(self) -> str:
        """WKT in degrees, longitude first; ``BadInput`` as ``geometry``."""
        return str(shapely.to_wkt(self.geometry(), rounding_precision=8, trim=True))

    def geojson(self) -> str:
        """A GeoJSON geometry (RFC 7946; CGCS2000 for WGS 84); ``BadInput`` as ``geometry``."""
        return str(shapely.to_geojson(self.geometry()))

    def crossing(self) -> tuple[float, float] | None:
        """A place where it crosses itself; ``None`` when it does not."""
        x, y = ([position[n] for position in self.positions] for n in (0, 1))
        found = crossings(x, y, closed=self.closed)
        if not found:
            return None
        count = len(self.positions)
        one, other = (
            shapely.LineString([self.positions[at][:2], self.positions[(at + 1) % count][:2]])
            for at in found[0]
        )
        place = shapely.intersection(one, other).representative_point()
        return float(place.x), float(place.y)


def _file() -> Path:
    return configuration() / "measured.json"


def _read() -> dict[str, object]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def kept(project: Path) -> Measured | None:
    """What was being measured in a project; ``None`` when nothing is kept or it is damaged."""
    found = _read().get(str(project.resolve()))
    if not isinstance(found, dict):
        return None
    try:
        positions = tuple(_position(one) for one in found["positions"])
        return Measured(bool(found["closed"]), positions) if positions else None
    except (KeyError, TypeError, ValueError):
        return None


def _position(given: Sequence[float]) -> Position:
    lon, lat, height, accuracy = map(float, given)
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(given)
    return lon, lat, height, accuracy


def keep(project: Path, measured: Measured | None) -> None:
    """Keep what is being measured, or (``None``) nothing; a disk that refuses stops nobody."""
    whole = _read()
    whole.pop(str(project.resolve()), None)
    if measured is not None and measured.positions:
        whole[str(project.resolve())] = {
            "closed": measured.closed,
            "positions": [list(position) for position in measured.positions],
        }
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(whole), encoding="utf-8")
        beside.replace(file)
    except OSError:
        log.warning("what was measured is not kept", exc_info=True)


def add_measured(
    project: Project, kind: str, measured: Measured, fields: Mapping[str, Value]
) -> Site:
    """A new site with this outline and a provisional number.

    ``BadInput`` for a kind whose sites are points, a bad value, too few points, and an area that
    crosses itself: the sentence says where.
    """
    about = known_kind(kind)
    if about.geometry == "POINT":
        raise BadInput(_("{kind}: such sites are points, not outlines.").format(kind=about.label))
    crossing = measured.crossing() if measured.closed else None
    if crossing is not None:
        raise BadInput(
            _("The outline crosses itself at {lon}, {lat}; move a point there first.").format(
                lon=f"{crossing[0]:.6f}", lat=f"{crossing[1]:.6f}"
            )
        )
    subject, values = new_id(), checked(about, fields)
    project.edit(kind, subject, new_site(project, values, measured.wkt()))
    made = project.site(subject)
    assert made is not None
    return made
