"""The sites of a map by columns: no object for each of a hundred thousand that are far away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from jdz_field.core.catalogue import site_kind
from jdz_field.store.columns import numbers, text_columns
from jdz_field.store.db import Database
from jdz_field.store.layers import Layer
from jdz_field.store.queries import MapPoint

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MapPoints(Sequence[MapPoint]):
    """A sequence of ``MapPoint``, each made when it is asked for.

    Attributes:
        lon, lat: degrees, EPSG:4490.
        grades: of danger; an empty text is none.
        unsent, conflict: ids of sites with such own changes.
        order: which column entry each place of the sequence is.
        labels: what stands at each point, by the catalogue; none: its name.
    """

    ids: list[str]
    kinds: list[str]
    kind_codes: list[str]
    lon: Floats
    lat: Floats
    grades: list[str]
    names: list[str]
    unsent: Collection[str] = ()
    conflict: Collection[str] = ()
    order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    labels: Sequence[str] = ()

    def ordered(self, order: NDArray[np.int64]) -> MapPoints:
        """The same points in another order."""
        return replace(self, order=self.order[order])

    def row_of(self, site_id: str) -> int | None:
        """The place of a site in the sequence."""
        if site_id not in self.ids:
            return None
        found = np.flatnonzero(self.order == self.ids.index(site_id))
        return int(found[0]) if len(found) else None

    def __len__(self) -> int:
        """How many points."""
        return len(self.order)

    @overload
    def __getitem__(self, place: int) -> MapPoint: ...
    @overload
    def __getitem__(self, place: slice) -> list[MapPoint]: ...
    def __getitem__(self, place: int | slice) -> MapPoint | list[MapPoint]:
        """A point, or some."""
        if isinstance(place, slice):
            return [self._point(int(at)) for at in self.order[place]]
        return self._point(int(self.order[place]))

    def __iter__(self) -> Iterator[MapPoint]:
        """Every point."""
        return map(self._point, self.order.tolist())

    def _point(self, at: int) -> MapPoint:
        one = self.ids[at]
        return MapPoint(
            one,
            self.kinds[at],
            self.kind_codes[at] or None,
            float(self.lon[at]),
            float(self.lat[at]),
            self.grades[at] or None,
            one in self.unsent,
            one in self.conflict,
            self.names[at],
            self.labels[at] if self.labels else "",
        )


def read(db: Database, layers: Sequence[Layer], own: dict[str, set[str]]) -> MapPoints:
    """The sites of these layers that have a place and are not deleted."""
    columns: list[list[Any]] = [[] for _column in range(7)]
    kinds: list[str] = []
    for one in layers:
        show = site_kind(one.name).show
        grade = show.grade if show.grade in one.types else "NULL"
        label = ", ".join(f"nullif({name}, '')" for name in show.label if name in one.types)
        found = text_columns(
            db,
            ["id", "kind_code", "lon", "lat", grade, "name", f"coalesce({label or 'NULL'}, NULL)"],
            f"{one.name} WHERE deleted = 0 AND lon IS NOT NULL AND id IS NOT NULL",
        )
        kinds += [one.name] * len(found[0])
        for column, values in zip(columns, found, strict=True):
            column.extend(values)
    ids, codes, lon, lat, grades, names, labels = columns
    return MapPoints(
        *(ids, kinds, codes, numbers(lon), numbers(lat), grades, names),
        *(own["unsent"], own["conflict"], np.arange(len(ids)), labels),
    )
