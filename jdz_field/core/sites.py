"""Sites, records and attachments as they cross the borders between rooms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.changes import Value

_POINT = re.compile(r"^POINT \((\S+) (\S+)\)$")


def point_wkt(lon: float, lat: float) -> str:
    """``POINT (lon lat)``, EPSG:4490 degrees, nine decimals (0.1 mm), no trailing zeros."""
    return f"POINT ({_trim(lon)} {_trim(lat)})"


def _trim(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def point_of(wkt: str | None) -> tuple[float, float] | None:
    """Longitude and latitude of a ``POINT`` text; ``None`` for anything else."""
    found = _POINT.match(wkt) if wkt else None
    return (float(found[1]), float(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Site:
    """A long-lived thing that is visited: the ODK entity.

    ``fields`` holds every catalogue field by name, without ``geometry``; ``geometry`` is WKT in
    EPSG:4490; ``lon``/``lat`` the point, or a point on the area or line, in degrees.
    A field that a rule gives has in ``fields`` the value that holds, and in ``stated`` what a
    ledger or a person said of it (``core.grades``).
    ``version`` is the central version last pulled, 0 before the first sync.
    """

    id: str
    kind: str
    fields: Mapping[str, Value]
    geometry: str | None = None
    lon: float | None = None
    lat: float | None = None
    version: int = 0
    deleted: bool = False
    local: Mapping[str, Any] = field(default_factory=dict)
    stated: Mapping[str, Value] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The unified number, or the provisional one; empty when there is none."""
        return str(self.fields.get("code") or "")

    @property
    def name(self) -> str:
        """The site's name, empty when there is none."""
        return str(self.fields.get("name") or "")


@dataclass(frozen=True, slots=True)
class Record:
    """One filled form (OpenRosa: submission). Finalized records never change.

    ``answers`` is nested JSON typed by the form, repeats as arrays. ``replaces`` names the
    record this one corrects (OpenRosa ``deprecatedID``). ``review`` is the centre's:
    ``received``, ``approved``, ``returned`` or ``rejected``; empty before the first receipt.
    ``positions``: by a geopoint as answered, how it came to be (``core.positions``).
    ``checks``: what the machine found odd, and why it is so (``core.machine_checks``).
    """

    id: str
    form: str
    form_version: str
    answers: Mapping[str, Any]
    author: str
    started: str
    finished: str
    site: str | None = None
    site_kind: str | None = None
    replaces: str | None = None
    geometry: str | None = None
    review: str = ""
    review_comment: str = ""
    positions: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is being filled; ``place`` is the question the person was at.

    ``carried``: after it was carried over to another version of the form, what it was before:
    ``{"form_version", "answers", "carried"}``.
    ``positions``: by a geopoint as answered, how it came to be (``core.positions``).
    ``checks``: what was said so far of what the machine found odd.
    """

    id: str
    form: str
    form_version: str
    answers: Mapping[str, Any]
    author: str
    started: str
    updated: str
    site: str | None = None
    site_kind: str | None = None
    replaces: str | None = None
    place: str = ""
    carried: Mapping[str, Any] | None = None
    positions: Mapping[str, Any] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, track or file, kept once under its SHA-256.

    ``path`` is the question's path in the record. Position in degrees (EPSG:4490), heights in
    metres, direction in degrees from true north, accuracy in metres. ``taken`` is ISO 8601.
    ``method`` says where the position came from: ``exif``, ``track`` or ``typed``.
    ``geometry`` is the line of a track (WKT, EPSG:4490); photos have none.
    ``direction_ref`` says from which north the direction counts: ``true`` or ``magnetic``.
    ``view`` is a code of the catalogue's views. ``sensitive`` is why the picture must not leave
    the project as it is (``people``, ``protected_species``, ``other``), ``sensitive_areas`` which
    parts of it (``photos.blur``; none: all of it), ``sensitive_note`` in words.
    ``original`` is the SHA-256 of the picture that this one is a copy of, ``variant`` how it
    differs: ``marked``, ``small``.
    """

    id: str
    sha256: str
    filename: str
    size: int
    mime: str
    record: str | None = None
    path: str | None = None
    site: str | None = None
    taken: str | None = None
    lon: float | None = None
    lat: float | None = None
    altitude: float | None = None
    direction: float | None = None
    accuracy: float | None = None
    method: str | None = None
    caption: str | None = None
    geometry: str | None = None
    direction_ref: str | None = None
    view: str | None = None
    sensitive: str | None = None
    sensitive_areas: str | None = None
    sensitive_note: str | None = None
    original: str | None = None
    variant: str | None = None
