"""Records that would give a protected species away leave with coarse places.

A record is one of these when a photo of it is marked so (``photo_sensitive.SPECIES``), or a photo
of a record that it corrects or that corrects it. Nothing here changes the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import shapely

from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Record
from jdz_field.operations.definitions import SITE_QUESTION, definition
from jdz_field.operations.photo_sensitive import Sensitive, coarse
from jdz_field.store.project import Project

_PLACES = frozenset({"geopoint", "geotrace", "geoshape"})
#: A place written out, as a calculation copies it: latitude and longitude to a hundred metres or
#: finer, perhaps height and error (OpenRosa geopoint); the same again for each point of a line.
_POINT = r"-?\d{1,2}\.\d{3,}\s+-?\d{1,3}\.\d{3,}(?:\s+-?[\d.]+){0,2}"
_WRITTEN = re.compile(rf"(?<![\d.]){_POINT}(?:\s*;\s*{_POINT})*")


class RecordPlaces:
    """How the places of a project's records leave; one for a whole export."""

    def __init__(
        self, project: Project, records: Sequence[Record], photos: Iterable[Attachment] = ()
    ) -> None:
        self._project = project
        found = list(photos) or project.attachments(previews=True)
        known = Sensitive(found)
        marked = {one.record for one in found if one.record and known.species(one)}
        links = [(one.id, one.replaces) for one in records if one.replaces]
        grown = -1
        while grown != len(marked):
            grown = len(marked)
            for pair in links:
                if marked.intersection(pair):
                    marked.update(pair)
        self._marked = marked

    def hides(self, record: Record) -> bool:
        """Whether its places are coarse when it leaves."""
        return record.id in self._marked

    def leaving(self, record: Record) -> Record:
        """The record as it may leave: points are of a square; lines, areas and its site stay here.

        Of the photos that leave with it the same holds (``photo_exports``).
        """
        if not self.hides(record):
            return record
        answers = self._coarse_answers(record)
        if answers.get(SITE_QUESTION):
            answers[SITE_QUESTION] = ""
        geometry = _coarse_geometry(record.geometry)
        return replace(
            record,
            answers=answers,
            geometry=geometry,
            site=None,
            site_kind=None,
            # How a point was found names it: typed letters, keys.
            positions={},
            # How far a photo is from its site, and which other record has it.
            checks={},
        )

    def notes(self, records: Sequence[Record]) -> list[str]:
        """What a person should know of the records that leave."""
        count = sum(map(self.hides, records))
        if not count:
            return []
        text = _(
            "The places of {n} records that show protected species were written coarsely, "
            "to squares of {km} km."
        )
        return [text.format(n=count, km=round(_side() / 1000))]

    def _coarse_answers(self, record: Record) -> dict[str, Any]:
        try:
            nodes = definition(self._project, record.form, record.form_version).nodes
            root = next(iter(nodes)).split("/")[1]
            types = {path: one.bind.type for path, one in nodes.items()}
        except BadInput:  # The form is not here: only what looks like a place is known.
            types, root = {}, "data"
        found: dict[str, Any] = _walked(record.answers, f"/{root}", types)
        return found


def _walked(value: Any, path: str, types: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _walked(inner, f"{path}/{name}", types) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walked(inner, path, types) for inner in value]
    if not isinstance(value, str):
        return value
    if types.get(path) in _PLACES:
        return _coarse_point(value)
    return _WRITTEN.sub(lambda found: _coarse_point(found[0]), value)


def _coarse_point(value: str) -> str:
    """A geopoint of the square's middle, its error the square; nothing for lines and areas."""
    if ";" in value.strip().rstrip(";"):
        return ""
    try:
        lat, lon = (float(part) for part in value.replace(";", " ").split()[:2])
    except ValueError:
        return ""
    east, north = coarse(lon, lat)
    return f"{north} {east} 0 {_side():g}"


def _coarse_geometry(geometry: str | None) -> str | None:
    """A point in the square that the middle lies in (WKT, EPSG:4490)."""
    if not geometry:
        return None
    middle = shapely.from_wkt(geometry).centroid
    if middle.is_empty:
        return None
    east, north = coarse(middle.x, middle.y)
    return f"POINT ({east} {north})"


def _side() -> float:
    return float(table("views")["sensitive"]["species_grid_m"])
