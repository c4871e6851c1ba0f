"""Sites on their way out: geometry in the system wanted, and the columns that are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from jdz_field.core.catalogue import SiteKind, site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.geo.crs import Reference, from_lon_lat, legacy_from_lon_lat
from jdz_field.geo.datum import DatumSet, to_legacy
from jdz_field.geo.display import DECIMAL
from jdz_field.ledger.export_profiles import Profile


@dataclass(frozen=True, slots=True)
class Batch:
    """Sites of one kind with their geometry in the system they are written in.

    ``profile``: the columns, else every field of the kind; ``spelling``: how tables write degrees
    (``geo.display``: ``decimal``, ``dm``, ``dms``).
    """

    kind: SiteKind
    sites: Sequence[Site]
    shapes: Any
    system: Reference
    profile: Profile | None = None
    spelling: str = DECIMAL

    @property
    def places(self) -> list[tuple[float | None, float | None]]:
        """East and north (longitude and latitude) of the point that stands for each site."""
        points = shapely.point_on_surface(self.shapes)
        return [(None, None) if p is None or p.is_empty else (p.x, p.y) for p in points]

    @property
    def only_points(self) -> bool:
        """Whether longitude and latitude say everything."""
        kinds = set(np.unique(shapely.get_type_id(self.shapes)).tolist())
        return kinds <= {-1, 0}


def batch_of(
    kind: str,
    sites: Sequence[Site],
    system: Reference,
    *,
    by: DatumSet | None = None,
    profile: Profile | None = None,
) -> Batch:
    """Sites ready to be written; ``by`` takes them back to an older datum.

    Raises ``BadInput`` for a system that is not converted to, or that the set is not for.
    """
    if by.datum is not system.datum if by else not system.modern:
        raise BadInput(
            _(
                "Nothing is converted to {datum} without the office's parameters; "
                "export in CGCS2000 (EPSG:4490, 4548, 4527)."
            ).format(datum=system.datum)
        )
    shapes = shapely.from_wkt(np.array([site.geometry for site in sites], dtype=object))

    def project(xy: Any) -> Any:
        if by is None:
            return np.column_stack(from_lon_lat(system, xy[:, 0], xy[:, 1]))
        x, y = legacy_from_lon_lat(system, *to_legacy(by, xy[:, 0], xy[:, 1]))
        if not np.isfinite(x + y).all():
            raise BadInput(
                _("Some sites lie outside the area that «{name}» is for; choose fewer.").format(
                    name=by.name
                )
            )
        return np.column_stack([x, y])

    if (system.projected or by) and len(shapes):
        shapes = shapely.transform(shapes, project)
    return Batch(site_kind(kind), list(sites), shapes, system, profile)
