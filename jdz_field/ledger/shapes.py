"""Geometry that comes with the file: layers of map files, WKT in a text table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.i18n import _
from jdz_field.geo.coordinates import Resolved, resolve
from jdz_field.geo.crs import Reference
from jdz_field.geo.datum import NO_CONVERSION, Conversion, DatumSet
from jdz_field.geo.geometry import wkt_of
from jdz_field.ledger.positions import Placed, by_set, frame_words, tell_conversion, unshifted
from jdz_field.ledger.values import shown

Shapes = np.ndarray[Any, np.dtype[np.object_]]

#: Characters of an outline that waits in the remarks for its conversion.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class ShapeColumn:
    """The column that holds geometry, the system it is in, what the kind of site allows, and
    what the person says it is.
    """

    index: int
    system: Reference | None
    kind: SiteKind
    conversion: Conversion = NO_CONVERSION

    @property
    def by(self) -> DatumSet | None:
        """The parameter set that converts what the file does not say is modern."""
        by = self.conversion.datum
        fits = by is not None and (self.system is None or self.system.datum is by.datum)
        return by if fits else None


def place_shapes(column: ShapeColumn, cells: Sequence[Any], placed: Placed) -> dict[int, str]:
    """WKT (EPSG:4490) by place for rows with a geometry; points that stand for them in ``placed``.

    Faults go into ``placed``: ``bad_value`` (no geometry), ``bad_geometry`` (an area where a
    point belongs, rings that cross), ``axes_swapped``, ``legacy_datum`` by its text.
    """
    shapes = _shapes(cells, placed)
    full = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if column.system is not None and not column.system.modern and column.by is None:
        for i in full.tolist():
            words = frame_words(column.system.datum, column.system)
            placed.legacy.setdefault(i, f"{words} {_whole(shapes[i])}")
        return {}
    shapes[full] = _single_points(shapely.force_2d(shapes[full]))
    good = _resolved(column, shapes, full, placed)
    return _anchored(column.kind, shapes, good, placed)


def _shapes(cells: Sequence[Any], placed: Placed) -> Shapes:
    shapes = np.full(len(cells), None, dtype=object)
    for i, cell in enumerate(cells):
        if isinstance(cell, BaseGeometry):
            shapes[i] = cell
        elif isinstance(cell, str) and cell.strip():
            shapes[i] = shapely.from_wkt(cell, on_invalid="ignore")
            if shapes[i] is None:
                message = _("«{text}» is no geometry; kept in the remarks.")
                placed.fault(i, "bad_value", message.format(text=shown(cell)))
                placed.keep(i, shown(cell))
    return shapes


def _single_points(shapes: Shapes) -> Shapes:
    """A multipoint of one point is that point."""
    lone = (shapely.get_type_id(shapes) == 4) & (shapely.get_num_geometries(shapes) == 1)
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    return shapes


def _resolved(column: ShapeColumn, shapes: Shapes, full: Any, placed: Placed) -> list[int]:
    """Turn coordinates into EPSG:4490, all at once; the places where that worked."""
    xy, owner = shapely.get_coordinates(shapes[full], return_index=True)
    if not len(xy):
        return []
    found = _found(column, xy)
    lost = np.zeros(len(full), bool)
    lost[owner[~np.isfinite(found.lon)]] = True
    swapped = np.zeros(len(full), bool)
    swapped[owner[found.swapped]] = True
    raw = shapes.copy()
    new = np.column_stack([np.nan_to_num(found.lon), np.nan_to_num(found.lat)])
    shapes[full] = shapely.set_coordinates(shapes[full].copy(), new)
    for i in full[lost].tolist():
        if column.by is not None:
            words = frame_words(column.by.datum, column.system)
            placed.legacy.setdefault(i, f"{words} {_whole(raw[i])}")
        placed.tried.setdefault(i, _("the geometry"))
    for i in full[swapped & ~lost].tolist():
        message = _("The coordinates stood in the wrong order; they were swapped.")
        placed.fault(i, "axes_swapped", message)
    if not found.planar.all() or column.by is not None:
        shift = column.conversion.shift
        for i in full[~lost].tolist():
            tell_conversion(column.by, shift, i, _whole(raw[i]), placed)
    return [int(i) for i in full[~lost]]


def _found(column: ShapeColumn, xy: Any) -> Resolved:
    if column.by is not None:
        old = resolve(xy[:, 0], xy[:, 1], column.system, old=column.by.frame)
        return by_set(column.by, old)
    found = resolve(xy[:, 0], xy[:, 1], column.system)
    shift = column.conversion.shift
    return unshifted(shift, found) if shift else found


def _whole(shape: Any) -> str:
    """Its WKT for the remarks, so that it can be converted later; cut where it is endless."""
    return str(shapely.to_wkt(shape, rounding_precision=9, trim=True))[:_LONGEST]


def _anchored(kind: SiteKind, shapes: Shapes, good: list[int], placed: Placed) -> dict[int, str]:
    texts: dict[int, str] = {}
    if not good:
        return texts
    anchors = shapely.get_coordinates(shapely.point_on_surface(shapes[good]))
    valid = shapely.is_valid(shapes[good])
    for i, (lon, lat), sound in zip(good, anchors.tolist(), valid.tolist(), strict=True):
        shape = shapes[i]
        if kind.geometry == "POINT" and shape.geom_type != "Point":
            message = _("{kind} are points; the row has a {type}.")
            placed.fault(i, "bad_geometry", message.format(kind=kind.label, type=shape.geom_type))
            continue
        if not sound:
            placed.fault(
                i, "invalid_geometry", _("The outline crosses itself; it is kept as it is.")
            )
        placed.lon[i], placed.lat[i] = lon, lat
        texts[i] = wkt_of(shape)
    return texts
