"""Sites of high danger, small and fast, for warning whoever comes near."""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.store import geometry
from jdz_field.store.base import Base
from jdz_field.store.layers import layer


class Danger(NamedTuple):
    """A site; degrees, EPSG:4490. ``shape`` is the WKT of what is more than a point."""

    id: str
    kind: str
    name: str
    grade: str
    lon: float
    lat: float
    shape: str | None = None


class Dangers(Base):
    """Reading them."""

    def dangers(self, grades: Sequence[str], statuses: Sequence[str]) -> list[Danger]:
        """Placed sites of these danger grades whose status is one of these, or not known."""
        found: list[Danger] = []
        wanted = json.dumps(list(grades)), json.dumps(list(statuses))
        for name in SITE_KINDS:
            one = layer(name)
            if "danger_grade" not in one.types:
                continue
            shape = "NULL" if one.geometry == "POINT" else "geom"
            rows = self._db.rows(
                f"SELECT id, ifnull(name, ''), danger_grade, lon, lat, {shape} FROM {one.name}"
                " WHERE deleted = 0 AND id IS NOT NULL AND lon IS NOT NULL AND lat IS NOT NULL"
                " AND danger_grade IN (SELECT value FROM json_each(?1))"
                " AND (ifnull(status, '') = '' OR status IN (SELECT value FROM json_each(?2)))",
                wanted,
            )
            found += [
                Danger(id_, name, called, grade, lon, lat, _shape(blob))
                for id_, called, grade, lon, lat, blob in rows
            ]
        return found


def _shape(blob: object) -> str | None:
    if not isinstance(blob, bytes):
        return None
    try:
        text = geometry.to_wkt(blob)
    except ValueError:
        return None
    return None if text is None or text.startswith("POINT") else text
