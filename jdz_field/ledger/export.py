"""Writing sites to map files, text tables and workbooks, in any modern reference system.

A file appears whole or not at all: everything is written beside its place and then moved there.
"""

from __future__ import annotations

import csv
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.errors
import pyogrio.raw
import shapely

from jdz_field.core.catalogue import SiteKind, site_kind
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.geo.crs import CGCS2000, Reference, from_lon_lat, reference
from jdz_field.ledger.books import Book
from jdz_field.ledger.columns import short_names

SUFFIXES = (".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml")
_NUMPY = {"integer": np.int64, "decimal": np.float64, "boolean": np.bool_}
#: Shapefiles hold one family of geometry each.
_FAMILIES = {0: "point", 4: "point", 1: "line", 5: "line", 3: "area", 6: "area"}
_SHP_TYPES = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Sites of one kind with their geometry in the system they are written in."""

    kind: SiteKind
    sites: Sequence[Site]
    shapes: Any
    system: Reference

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


def batch_of(kind: str, sites: Sequence[Site], system: Reference) -> Batch:
    """Sites ready to be written; raises ``BadInput`` for a system that is not converted to."""
    if not system.modern:
        raise BadInput(
            _(
                "Nothing is converted to {datum} without the office's parameters; "
                "export in CGCS2000 (EPSG:4490, 4548, 4527)."
            ).format(datum=system.datum)
        )
    shapes = shapely.from_wkt(np.array([site.geometry for site in sites], dtype=object))

    def project(xy: Any) -> Any:
        return np.column_stack(from_lon_lat(system, xy[:, 0], xy[:, 1]))

    if system.projected and len(shapes):
        shapes = shapely.transform(shapes, project)
    return Batch(site_kind(kind), list(sites), shapes, system)


def write(out: Path, batches: Sequence[Batch]) -> list[Path]:
    """Write every batch to ``out`` (by its suffix); the files made.

    Raises ``BadUsage`` for another suffix, ``BadInput`` for what the format cannot hold,
    ``Unavailable`` when the folder cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadUsage(
            _("{file}: the suffix says the format; it can be {suffixes}.").format(
                file=out.name, suffixes=" ".join(SUFFIXES)
            )
        )
    writers: dict[str, Callable[[Path, Sequence[Batch]], None]] = {
        ".csv": _write_csv,
        ".xlsx": _write_xlsx,
        ".shp": _write_shp,
        ".kml": _write_kml,
        ".geojson": _write_geojson,
        ".gpkg": _write_gpkg,
    }
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
            writers[suffix](Path(folder) / out.name, batches)
            made = sorted(Path(folder).iterdir())
            return [file.replace(out.parent / file.name) for file in made]
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise Unavailable(
            _("{file} could not be written ({what}); check the folder and the disk.").format(
                file=out, what=error
            )
        ) from error


# ---- tables


def _head(batch: Batch) -> list[str]:
    place = (
        [_("East (m)"), _("North (m)")]
        if batch.system.projected
        else [_("Longitude"), _("Latitude")]
    )
    shape = [] if batch.only_points else ["geometry"]
    return ["id", *[field.label for field in batch.kind.fields], *place, *shape]


def _lines(batch: Batch) -> list[list[Any]]:
    lines = []
    texts = shapely.to_wkt(batch.shapes, rounding_precision=9, trim=True)
    shape = [] if batch.only_points else [texts]
    digits = 3 if batch.system.projected else 9
    for i, (site, place) in enumerate(zip(batch.sites, batch.places, strict=True)):
        values = [_cell(site.fields.get(field.name)) for field in batch.kind.fields]
        spot = [None if number is None else round(number, digits) for number in place]
        lines.append([site.id, *values, *spot, *[column[i] for column in shape]])
    return lines


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _write_csv(out: Path, batches: Sequence[Batch]) -> None:
    if len(batches) > 1:
        raise BadUsage(_("A text table holds one kind of site; choose it with --kind."))
    # With the mark, or Excel takes UTF-8 for the local code page.
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for batch in batches:
            writer.writerow(_head(batch))
            writer.writerows(_lines(batch))


def _write_xlsx(out: Path, batches: Sequence[Batch]) -> None:
    book = Book()
    for batch in batches:
        head = _head(batch)
        sheet = book.sheet(batch.kind.label, [16] * len(head), head)
        for line in _lines(batch):
            sheet.row(line)
    if not batches:
        book.sheet(_("Sites"), (), ())
    book.save(out)


# ---- map files


def _columns(batch: Batch, names: dict[str, str]) -> tuple[list[str], list[Any], list[Any]]:
    """Names, values and masks (``True``: none) of every field, for GDAL."""
    fields = ["id", *names.values()]
    values: list[Any] = [np.array([site.id for site in batch.sites], dtype=object)]
    masks: list[Any] = [np.zeros(len(batch.sites), bool)]
    for field in batch.kind.fields:
        column = [site.fields.get(field.name) for site in batch.sites]
        mask = np.array([value is None for value in column], bool)
        dtype = _NUMPY.get(field.type)
        filled = column if dtype is None else [0 if v is None else v for v in column]
        values.append(np.array(filled, dtype=object if dtype is None else dtype))
        masks.append(mask)
    return fields, values, masks


def _gdal(out: Path, driver: str, batch: Batch, names: dict[str, str], **options: Any) -> None:
    fields, values, masks = _columns(batch, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            out,
            geometry=shapely.to_wkb(batch.shapes),
            field_data=values,
            field_mask=masks,
            fields=np.array(fields, dtype=object),
            driver=driver,
            crs=_crs_name(batch.system),
            **{"geometry_type": "Unknown", "encoding": "UTF-8", **options},
        )


def _crs_name(system: Reference) -> str:
    return f"EPSG:{system.text}" if system.text.isdigit() else system.text


def _own(batch: Batch) -> dict[str, str]:
    return {field.name: field.name for field in batch.kind.fields}


def _write_gpkg(out: Path, batches: Sequence[Batch]) -> None:
    for number, batch in enumerate(batches):
        kind = "Point" if batch.kind.geometry == "POINT" else "Unknown"
        _gdal(
            out, "GPKG", batch, _own(batch), layer=batch.kind.name, geometry_type=kind,
            append=number > 0,
        )  # fmt: skip


def _write_geojson(out: Path, batches: Sequence[Batch]) -> None:
    if len(batches) > 1:
        raise BadUsage(_("A GeoJSON file holds one kind of site; choose it with --kind."))
    for batch in batches:
        _gdal(out, "GeoJSON", batch, _own(batch), COORDINATE_PRECISION=9)


def _write_kml(out: Path, batches: Sequence[Batch]) -> None:
    for number, batch in enumerate(batches):
        if batch.system.projected:
            raise BadUsage(_("KML holds degrees only; leave --crs out."))
        world = Batch(batch.kind, batch.sites, batch.shapes, _world())
        labels = {field.name: field.label for field in batch.kind.fields}
        labels["name"] = "Name"
        _gdal(out, "LIBKML", world, labels, layer=batch.kind.label, append=number > 0)


def _world() -> Reference:
    return reference("4326")


def _write_shp(out: Path, batches: Sequence[Batch]) -> None:
    """One shapefile a kind and family of geometry; one alone keeps the name it was given."""
    parts: list[tuple[str, str, Batch]] = []
    for batch in batches:
        families = [_FAMILIES.get(int(i), "point") for i in shapely.get_type_id(batch.shapes)]
        for family in dict.fromkeys(families or ["point"]):
            chosen = [i for i, f in enumerate(families) if f == family]
            part = Batch(
                batch.kind, [batch.sites[i] for i in chosen], batch.shapes[chosen], batch.system
            )
            parts.append((batch.kind.name, family, part))
    for kind, family, part in parts:
        name = out.stem if len(parts) == 1 else f"{out.stem}_{kind}_{family}"
        _gdal(
            out.with_name(f"{name}.shp"), "ESRI Shapefile", part, short_names(kind),
            geometry_type=_SHP_TYPES[family], promote_to_multi=family != "point",
        )  # fmt: skip


def degrees() -> Reference:
    """The system of the store: CGCS2000 degrees."""
    return reference(str(CGCS2000))
