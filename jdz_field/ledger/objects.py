"""Map objects with fields of their own as one table: columns are every name that occurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from jdz_field.geo.crs import Reference
from jdz_field.ledger.layers import GEOMETRY
from jdz_field.ledger.tables import Row, Table

#: Limits against files that unfold to something unreasonable.
MAX_COLUMNS, MAX_OBJECTS = 512, 3_000_000

NAME, FOLDER, OUTER = "名称", "文件夹", "上级文件夹"


@dataclass
class Objects:
    """Collects objects; ``table`` gives them as rows in their order."""

    columns: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, Any], BaseGeometry | None]] = field(default_factory=list)

    def add(self, fields: dict[str, Any], shape: BaseGeometry | None) -> None:
        """One object; columns beyond the limit are left out."""
        if len(self.rows) >= MAX_OBJECTS:
            return
        cells = {}
        for name, value in fields.items():
            if value not in (None, "") and (
                name in self.columns or len(self.columns) < MAX_COLUMNS
            ):
                cells[self.columns.setdefault(name, len(self.columns))] = value
        self.rows.append((cells, shape))

    def table(self, name: str, system: Reference | None, notes: Sequence[str] = ()) -> Table:
        """The objects as a table with the column ``geometry`` last."""
        width = len(self.columns)

        def rows() -> Iterator[Row]:
            for number, (cells, shape) in enumerate(self.rows, start=1):
                yield number, (*[cells.get(i) for i in range(width)], shape)

        columns = (*self.columns, GEOMETRY)
        return Table(
            name, rows, columns=columns, system=system, size=len(self.rows), notes=tuple(notes)
        )


def shape_of(points: Sequence[tuple[float, float]], *, area: bool = False) -> BaseGeometry | None:
    """A point, a line or (closed, or said to be one) an area; nothing when there are no points."""
    if not points:
        return None
    if len(points) == 1:
        return shapely.Point(points[0])
    if len(set(points)) == 1:
        return shapely.Point(points[0])
    if area and len(set(points)) >= 3:
        return shapely.Polygon(points)
    return shapely.LineString(points)
