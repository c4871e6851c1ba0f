"""Sites: find by number, add one found in the field, edit, delete, restore, show as JSON.

A site found in the field gets a provisional number until the office gives the final one:
county code + ``LS`` (临时) + the last four signs of the device's id + a running number, for
example ``360222LS3F9A001``. Two devices can never draw the same; the site's ``status`` is
``provisional`` and its field ``provisional`` true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, Field, SiteKind, expected, site_kind
from jdz_field.core.changes import Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.grades import STATED
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.positions import HOW, Provenance, provenance_at, with_point
from jdz_field.core.sites import Site, point_of, point_wkt
from jdz_field.ledger.values import reader_for
from jdz_field.store.project import Project

#: The city's own code, for a provisional number outside every county.
CITY = "360200"
GEOMETRY = "geometry"

_FIRST = ("id", "code", "name", "kind", "kind_code", "county_code", "town", "lon", "lat", "version")


def resolve(project: Project, code: str) -> Site:
    """The one site with this number, field number or id; ``BadInput`` when none or several."""
    found = project.sites_by_code(code.strip())
    if not found:
        raise BadInput(
            _("No site has the number or id «{code}»; look it up with sites search.").format(
                code=code
            )
        )
    if len(found) > 1:
        ids = "、".join(f"{site.id} ({site.name})" for site in found)
        raise BadInput(
            _("{count} sites have the number «{code}»; name one by its id: {ids}.").format(
                count=len(found), code=code, ids=ids
            )
        )
    return found[0]


def known_kind(name: str) -> SiteKind:
    """The site kind of this name; ``BadInput`` when there is none."""
    if name not in SITE_KINDS:
        raise BadInput(
            _("There is no kind of site «{kind}»; there are {kinds}.").format(
                kind=name, kinds="、".join(SITE_KINDS)
            )
        )
    return site_kind(name)


# ---- writing


def add_site(
    project: Project,
    kind: str,
    lon: float,
    lat: float,
    fields: Mapping[str, Value],
    how: Provenance | None = None,
) -> Site:
    """A new site with a provisional number; ``BadInput`` for a bad value or position.

    The county is the one that holds the point, unless ``fields`` names one. ``how``: how the
    point came to be.
    """
    about = known_kind(kind)
    subject = new_id()
    values = new_site(project, checked(about, fields), _position(None, lon, lat))
    project.edit(kind, subject, values | said_of(None, values[GEOMETRY], how))
    made = project.site(subject)
    assert made is not None
    return made


def new_site(project: Project, fields: Mapping[str, Value], place: str) -> dict[str, Value]:
    """The fields of a site found in the field: ``fields`` and ``place`` (WKT, EPSG:4490) with a
    provisional number, the county that holds the place, and the marks of both.
    """
    from jdz_field.geo.counties import county_at  # noqa: PLC0415 - loads GEOS and PROJ
    from jdz_field.geo.geometry import anchor  # noqa: PLC0415 - loads GEOS

    values = dict(fields)
    point = anchor(place)
    if values.get("county_code") is None and point is not None:
        values["county_code"] = county_at(*point)
    values |= {
        "code": values.get("code") or _provisional_number(project, values.get("county_code")),
        "status": "provisional",
        "provisional": True,
        GEOMETRY: place,
    }
    if project.sample:
        values["sample"] = True
    return {name: value for name, value in values.items() if value is not None}


def _provisional_number(project: Project, county: str | None) -> str:
    short = project.device.replace("-", "")[-4:].upper()
    running = int(project.get_setting("provisional_numbers", 0))
    while True:
        running += 1
        number = f"{county or CITY}LS{short}{running:03d}"
        # A restored backup counts from an older number than was given out.
        if not project.sites_by_code(number):
            project.set_setting("provisional_numbers", running)
            return number


def said_of(site: Site | None, wkt: Value, how: Provenance | None) -> dict[str, Value]:
    """The field that keeps how a site's new geometry came to be, to go into the same change."""
    place = wkt if isinstance(wkt, str) else None
    words = with_point(site.fields.get(HOW) if site else None, place, how)
    return {} if words is None else {HOW: words}


def edit_site(
    project: Project,
    site_id: str,
    fields: Mapping[str, Value],
    how: Provenance | None = None,
) -> Change | None:
    """Set fields of a site in one change; ``None`` when nothing differs.

    ``fields`` may hold ``lon``, ``lat`` and ``geometry`` (WKT) beside the catalogue's fields;
    values may be texts as typed, codes or their labels; empty ones clear a field. Raises
    ``BadInput`` for an unknown field, a value its field does not take, an unknown site. ``how``:
    how the new position came to be.
    """
    site = project.site(site_id)
    if site is None:
        raise BadInput(_("There is no site {id} in this project.").format(id=site_id))
    rest = {name: value for name, value in fields.items() if name not in ("lon", "lat", GEOMETRY)}
    values = checked(site_kind(site.kind), rest)
    if "lon" in fields or "lat" in fields:
        values[GEOMETRY] = _position(site, fields.get("lon"), fields.get("lat"))
    elif GEOMETRY in fields:
        values[GEOMETRY] = fields[GEOMETRY] or None
    values |= said_of(site, values.get(GEOMETRY), how)
    return project.edit(site.kind, site.id, values)


def delete_site(project: Project, site: Site) -> Change | None:
    """Mark a site as deleted; it stays in the log and can be restored."""
    return project.edit(site.kind, site.id, {"deleted": True})


def restore_site(project: Project, site: Site) -> Change | None:
    """Take the deletion of a site back; ``None`` when it is not deleted."""
    return project.edit(site.kind, site.id, {"deleted": False})


def _position(site: Site | None, lon: Value, lat: Value) -> str:
    """A point from longitude and latitude, a missing one taken from where the site is."""
    east = _degrees(lon, site.lon if site else None, 180)
    north = _degrees(lat, site.lat if site else None, 90)
    return point_wkt(east, north)


def _degrees(value: Value, present: float | None, limit: float) -> float:
    if value is None and present is not None:
        return present
    from jdz_field.geo.coordinates import parse_coordinate  # noqa: PLC0415 - loads PROJ

    found = parse_coordinate(value)
    if found is None or not abs(found.value) <= limit:
        raise BadInput(
            _("«{text}» is no coordinate in degrees; write 117.2 or 117°12'30\".").format(
                text="" if value is None else value
            )
        )
    return found.value


# ---- checking values


def checked(kind: SiteKind, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Values as the catalogue wants them, from values or typed texts; ``BadInput`` if not."""
    found = {}
    for name, value in fields.items():
        field = _field(kind, name)
        found[field.name] = _value(field, value)
    return found


def _field(kind: SiteKind, name: str) -> Field:
    found = kind.by_name.get(name)
    if found is None:
        found = next((f for f in kind.fields if name in f.labels.values()), None)
    if found is None:
        raise BadInput(
            _("{kind} have no field «{name}»; they have {names}, lon, lat.").format(
                kind=kind.label, name=name, names=", ".join(kind.by_name)
            )
        )
    return found


def _value(field: Field, value: Value) -> Value:
    if value is None or value == "":
        return None
    reading = reader_for(field)(value)
    # About 30 is good enough for a ledger, which keeps the words; a person can say which.
    if reading.issue is not None or reading.kept is not None:
        raise BadInput(
            _("{field} cannot be «{value}»; it takes {what}.").format(
                field=field.label, value=value, what=expected(field)
            )
        )
    return reading.value


# ---- as JSON


def position_of(site: Site) -> Provenance | None:
    """How the position that a site has came to be, as far as the site says."""
    point = point_of(site.geometry)
    return None if point is None else provenance_at(site.fields.get(HOW), *point)


def _stated(site: Site) -> dict[str, Any]:
    """What was stated of values that rules give, where it is something else."""
    return {f"{n}{STATED}": v for n, v in site.stated.items() if v != site.fields.get(n)}


def to_flat_json(site: Site) -> dict[str, Any]:
    """One flat object: identity and place first, every field, ``local`` what is this device's."""
    own = {
        "id": site.id,
        "kind": site.kind,
        "lon": site.lon,
        "lat": site.lat,
        "version": site.version,
    }
    fields = {name: own.get(name, site.fields.get(name)) for name in _FIRST}
    rest = {name: v for name, v in site.fields.items() if name not in fields and name != HOW}
    how = position_of(site)
    return {
        **fields,
        **rest,
        **_stated(site),
        "geometry": site.geometry,
        "position": how.to_json() if how is not None else None,
        "deleted": site.deleted,
        "local": dict(site.local),
    }
