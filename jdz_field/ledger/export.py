"""Writing sites to map files, text tables and workbooks, in any modern reference system.

A file appears whole or not at all: everything is written beside its place and then moved there.
"""

from __future__ import annotations

import csv
import dataclasses
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.errors
import pyogrio.raw
import shapely

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW
from jdz_field.geo.crs import CGCS2000, Reference, reference
from jdz_field.ledger.export_batch import Batch, batch_of
from jdz_field.ledger.export_dxf import write_dxf
from jdz_field.ledger.export_kml import Pictures, write_kml, write_kmz
from jdz_field.ledger.export_tables import cell_of, write_csv, write_xlsx
from jdz_field.ledger.synonyms import short_names

__all__ = ["SUFFIXES", "Batch", "Extras", "batch_of", "degrees", "write"]

SUFFIXES = (".gpkg", ".geojson", ".shp", ".csv", ".xlsx", ".kml", ".kmz", ".dxf")
_NUMPY = {"integer": np.int64, "decimal": np.float64, "boolean": np.bool_}
#: Shapefiles hold one family of geometry each.
_FAMILIES = {0: "point", 4: "point", 1: "line", 5: "line", 3: "area", 6: "area"}
_SHP_TYPES = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}


@dataclass(frozen=True, slots=True)
class Extras:
    """What some formats take: the encoding of a shapefile's texts (``UTF-8`` or ``GBK``), and
    pictures by site for a KMZ.
    """

    encoding: str = "UTF-8"
    pictures: Pictures = dataclasses.field(default_factory=dict)


PLAIN = Extras()


def write(out: Path, batches: Sequence[Batch], extras: Extras = PLAIN) -> list[Path]:
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
        ".csv": write_csv,
        ".xlsx": write_xlsx,
        ".shp": lambda file, parts: _write_shp(file, parts, extras.encoding),
        ".kml": write_kml,
        ".kmz": lambda file, parts: write_kmz(file, parts, extras.pictures),
        ".dxf": write_dxf,
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


# ---- map files


def _columns(batch: Batch, names: dict[str, str]) -> tuple[list[str], list[Any], list[Any]]:
    """Names, values and masks (``True``: none) of every column, for GDAL."""
    if batch.profile is not None:
        return _profile_columns(batch)
    fields = ["id", *names.values()]
    values: list[Any] = [np.array([site.id for site in batch.sites], dtype=object)]
    masks: list[Any] = [np.zeros(len(batch.sites), bool)]
    for field in batch.kind.fields:
        column = [site.fields.get(field.name) for site in batch.sites]
        _append(values, masks, column, _NUMPY.get(field.type))
    if HOW in names:
        _append(values, masks, [site.fields.get(HOW) for site in batch.sites], None)
    return fields, values, masks


def _append(values: list[Any], masks: list[Any], column: list[Any], dtype: Any) -> None:
    filled = column if dtype is None else [0 if v is None else v for v in column]
    values.append(np.array(filled, dtype=object if dtype is None else dtype))
    masks.append(np.array([value is None for value in column], bool))


def _profile_columns(batch: Batch) -> tuple[list[str], list[Any], list[Any]]:
    assert batch.profile is not None
    heads: list[str] = []
    values: list[Any] = []
    masks: list[Any] = []
    for one in batch.profile.columns:
        about = batch.kind.by_name.get(one.field)
        if about is None and not one.value:
            # Numbers that run and positions are the map file's own.
            continue
        if about is None:
            column: list[Any] = [one.value] * len(batch.sites)
        elif batch.profile.raw:
            column = [site.fields.get(one.field) for site in batch.sites]
        else:
            column = [cell_of(about, s.fields.get(one.field), labels=True) for s in batch.sites]
        dtype = _NUMPY.get(about.type) if about is not None and about.type != "boolean" else None
        heads.append(one.head)
        _append(values, masks, column, dtype)
    return heads, values, masks


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
        names = _own(batch)
        if any(site.fields.get(HOW) for site in batch.sites):
            names[HOW] = HOW
        _gdal(
            out, "GPKG", batch, names, layer=batch.kind.name, geometry_type=kind,
            append=number > 0,
        )  # fmt: skip


def _write_geojson(out: Path, batches: Sequence[Batch]) -> None:
    if len(batches) > 1:
        raise BadUsage(_("A GeoJSON file holds one kind of site; choose it with --kind."))
    for batch in batches:
        _gdal(out, "GeoJSON", batch, _own(batch), COORDINATE_PRECISION=9)


def _write_shp(out: Path, batches: Sequence[Batch], encoding: str) -> None:
    """One shapefile a kind and family of geometry; one alone keeps the name it was given.

    Beside each a table explains the names, which have ten letters.
    """
    parts: list[tuple[str, str, Batch]] = []
    for batch in batches:
        families = [_FAMILIES.get(int(i), "point") for i in shapely.get_type_id(batch.shapes)]
        for family in dict.fromkeys(families or ["point"]):
            chosen = [i for i, f in enumerate(families) if f == family]
            sites = [batch.sites[i] for i in chosen]
            part = replace(batch, sites=sites, shapes=batch.shapes[chosen])
            parts.append((batch.kind.name, family, part))
    for kind, family, part in parts:
        name = out.stem if len(parts) == 1 else f"{out.stem}_{kind}_{family}"
        _gdal(
            out.with_name(f"{name}.shp"), "ESRI Shapefile", part, short_names(kind),
            geometry_type=_SHP_TYPES[family], promote_to_multi=family != "point",
            encoding=encoding,
        )  # fmt: skip
        _explain(out.with_name(f"{name}_fields.csv"), part)


def _explain(out: Path, batch: Batch) -> None:
    """What the short names mean."""
    names = short_names(batch.kind.name)
    if batch.profile is not None:
        names = {one.field: one.head for one in batch.profile.columns if one.field in names}
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_("Name in the file"), _("Name"), _("Meaning"), _("Unit")])
        for name, short in names.items():
            about = batch.kind.by_name[name]
            writer.writerow([short, name, about.label, about.unit_label])


def degrees() -> Reference:
    """The system of the store: CGCS2000 degrees."""
    return reference(str(CGCS2000))
