"""Sites as a drawing: ASCII DXF of release 12 in GBK, which every CAD program opens.

A point is a block with its fields as attributes (its number and name in sight, the rest hidden),
an outline a closed polyline with its name inside; each kind has a layer (Autodesk DXF Reference,
AC1009; polylines of release 12 are POLYLINE and VERTEX). Read back, a point has its fields; an
outline has its layer and name alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from jdz_field.core.sites import Site
from jdz_field.ledger.export_batch import Batch
from jdz_field.ledger.export_tables import cell_of

ENCODING = "gbk"
#: Colour numbers of the layers: red, green, brown …
_COLOURS = {"geohazard": 1, "risk": 6, "mine": 34, "plot": 3, "works": 5}
#: Height of letters in metres, and in degrees where the drawing is in degrees.
_HEIGHT, _DEGREES = 5.0, 0.00005
#: Characters of an attribute that release 12 holds.
MAX_TEXT = 255
_BLOCK = "JDZ_SITE"

Pair = tuple[int, Any]


def write_dxf(out: Path, batches: Sequence[Batch]) -> None:
    """Write a drawing; sites without a geometry are left out."""
    with out.open("w", encoding=ENCODING, errors="strict", newline="\r\n") as file:
        for code, value in _drawing(batches):
            file.write(f"{code}\n{_safe(value)}\n")


def _safe(value: Any) -> str:
    """The value in GBK; other characters as DXF escapes them, line ends as blanks."""
    if not isinstance(value, str):
        return f"{value:.9f}" if isinstance(value, float) else str(value)
    plain = " ".join(value.split("\n")).replace("\r", " ")
    return "".join(one if _fits(one) else f"\\U+{ord(one):04X}" for one in plain)


def _fits(one: str) -> bool:
    try:
        one.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return one >= " "


def _drawing(batches: Sequence[Batch]) -> Iterator[Pair]:
    yield from ((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"))
    yield from ((9, "$DWGCODEPAGE"), (3, "ANSI_936"), (0, "ENDSEC"))
    yield from ((0, "SECTION"), (2, "TABLES"), (0, "TABLE"), (2, "LAYER"), (70, len(batches)))
    for batch in batches:
        colour = _COLOURS.get(batch.kind.name, 7)
        yield from ((0, "LAYER"), (2, layer(batch)), (70, 0), (62, colour), (6, "CONTINUOUS"))
    yield from ((0, "ENDTAB"), (0, "ENDSEC"), (0, "SECTION"), (2, "BLOCKS"))
    yield from ((0, "BLOCK"), (8, "0"), (2, _BLOCK), (70, 2), (10, 0.0), (20, 0.0), (30, 0.0))
    yield from ((0, "POINT"), (8, "0"), (10, 0.0), (20, 0.0), (30, 0.0), (0, "ENDBLK"), (8, "0"))
    yield from ((0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES"))
    for batch in batches:
        height = _HEIGHT if batch.system.projected else _DEGREES
        shapes = shapely.force_2d(batch.shapes) if len(batch.sites) else np.empty(0, object)
        for site, shape in zip(batch.sites, shapes, strict=True):
            yield from _entity(batch, site, shape, height)
    yield from ((0, "ENDSEC"), (0, "EOF"))


def layer(batch: Batch) -> str:
    """The layer of a kind."""
    return batch.kind.labels["zh"]


def _entity(batch: Batch, site: Site, shape: Any, height: float) -> Iterator[Pair]:
    if shape is None or shape.is_empty:
        return
    if hasattr(shape, "geoms"):
        for part in shape.geoms:
            yield from _entity(batch, site, part, height)
    elif shape.geom_type == "Point":
        yield from _point(batch, site, shape, height)
    else:
        rings = [shape.exterior, *shape.interiors] if shape.geom_type == "Polygon" else [shape]
        for ring in rings:
            yield from _line(batch, ring, closed=shape.geom_type == "Polygon")
        spot = shape.representative_point()
        yield from _text("TEXT", batch, spot, height)
        yield 1, site.name or site.code


def _text(kind: str, batch: Batch, spot: Any, height: float) -> Iterator[Pair]:
    yield from ((0, kind), (8, layer(batch)), (10, spot.x), (20, spot.y), (30, 0.0), (40, height))


def _point(batch: Batch, site: Site, shape: Any, height: float) -> Iterator[Pair]:
    yield from ((0, "INSERT"), (8, layer(batch)), (66, 1), (2, _BLOCK))
    yield from ((10, shape.x), (20, shape.y), (30, 0.0))
    cells = [("id", site.id)]
    for field in batch.kind.fields:
        value = cell_of(field, site.fields.get(field.name), labels=False)
        if value is not None:
            cells.append((field.name, str(value)))
    for name, text in cells:
        yield from _text("ATTRIB", batch, shape, height)
        yield from ((1, text[:MAX_TEXT]), (2, name), (70, 0 if name in ("code", "name") else 1))
    yield from ((0, "SEQEND"), (8, layer(batch)))


def _line(batch: Batch, line: Any, *, closed: bool) -> Iterator[Pair]:
    points = shapely.get_coordinates(line).tolist()
    yield from ((0, "POLYLINE"), (8, layer(batch)), (66, 1), (70, int(closed)))
    yield from ((10, 0.0), (20, 0.0), (30, 0.0))
    for x, y in points[:-1] if closed else points:
        yield from ((0, "VERTEX"), (8, layer(batch)), (10, x), (20, y), (30, 0.0))
    yield from ((0, "SEQEND"), (8, layer(batch)))
