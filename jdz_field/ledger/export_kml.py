"""Sites for map programs and phones: KML, and KMZ with small pictures inside (OGC 07-147r2).

Styled by kind, and geohazard points by grade. The balloon shows labels; beside it stand the
stored values as ExtendedData, so that the file can be taken in again.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import IO, Any

import numpy as np
import shapely

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.ledger.export_batch import Batch
from jdz_field.ledger.export_tables import cell_of

#: AABBGGRR. By grade (险情等级) worst first, then by kind.
_GRADES = {"A": "ff1c1ce6", "B": "ff0a7fff", "C": "ff00c8ff", "D": "ffd0902b"}
_KINDS = {
    "geohazard": "ffd0902b", "risk": "ff4040e0", "mine": "ff3f6f9f", "plot": "ff3f9f3f",
    "works": "ffb0508f",
}  # fmt: skip
_START = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
#: XML holds none of these.
_BARE = {code: " " for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: " ", 0xFFFF: " "}


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture of a site: its name in the archive and its JPEG bytes."""

    name: str
    content: bytes


Pictures = Mapping[str, Sequence[Picture]]


def write_kml(out: Path, batches: Sequence[Batch]) -> None:
    """Write a KML; ``BadUsage`` for batches in metres."""
    with out.open("wb") as file:
        _document(file, batches, {})


def write_kmz(out: Path, batches: Sequence[Batch], pictures: Pictures) -> None:
    """Write a KMZ with its pictures in ``files/``; ``BadUsage`` for batches in metres."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("doc.kml", "w") as file:
            _document(file, batches, pictures)
        names = set()
        for site in (site for batch in batches for site in batch.sites):
            for picture in pictures.get(site.id, ()):
                if picture.name not in names:
                    names.add(picture.name)
                    archive.writestr(f"files/{picture.name}", picture.content)


def _document(file: IO[bytes], batches: Sequence[Batch], pictures: Pictures) -> None:
    if any(batch.system.projected or not batch.system.modern for batch in batches):
        raise BadUsage(_("KML holds degrees only; leave --crs out."))
    file.write((_START + "<Document>\n" + "".join(_styles())).encode())
    for batch in batches:
        file.write(f"<Folder><name>{_text(batch.kind.label)}</name>\n".encode())
        shapes = shapely.force_2d(batch.shapes) if len(batch.sites) else np.empty(0, object)
        for site, shape in zip(batch.sites, shapes, strict=True):
            file.write("".join(_placemark(batch, site, shape, pictures)).encode())
        file.write(b"</Folder>\n")
    file.write(b"</Document>\n</kml>\n")


def _styles() -> Iterator[str]:
    icon = "http://maps.google.com/mapfiles/kml/shapes/triangle.png"
    for name, colour in (_GRADES | _KINDS).items():
        yield (
            f'<Style id="{name}"><IconStyle><color>{colour}</color><scale>0.9</scale>'
            f"<Icon><href>{icon}</href></Icon></IconStyle><LabelStyle><scale>0.8</scale>"
            f"</LabelStyle><LineStyle><color>{colour}</color><width>2</width></LineStyle>"
            f"<PolyStyle><color>66{colour[2:]}</color></PolyStyle></Style>\n"
        )


def _placemark(batch: Batch, site: Site, shape: Any, pictures: Pictures) -> Iterator[str]:
    grade = str(site.fields.get("danger_grade") or "")
    style = grade if grade in _GRADES and batch.kind.name == "geohazard" else batch.kind.name
    yield f"<Placemark><name>{_text(site.name)}</name>"
    yield f"<description>{_text(_balloon(batch, site, pictures))}</description>"
    yield f"<styleUrl>#{style}</styleUrl><ExtendedData>"
    yield _data("id", site.id)
    for field in batch.kind.fields:
        value = cell_of(field, site.fields.get(field.name), labels=False)
        if value is not None:
            yield _data(field.label, str(value))
    yield f"</ExtendedData>{_geometry(shape)}</Placemark>\n"


def _data(name: str, value: str) -> str:
    return f'<Data name="{_text(name)}"><value>{_text(value)}</value></Data>'


def _text(text: str) -> str:
    return escape(text.translate(_BARE))


def _balloon(batch: Batch, site: Site, pictures: Pictures) -> str:
    """A table of what is known, in labels; pictures below it."""
    rows = []
    for field in batch.kind.fields:
        value = cell_of(field, site.fields.get(field.name), labels=True)
        if value is not None and field.name not in ("sample", "provisional"):
            words = f"{value} {field.unit_label}".strip()
            rows.append(f"<tr><td>{escape(field.label)}</td><td>{escape(words)}</td></tr>")
    shown = "".join(
        f'<p><img src="files/{escape(picture.name)}" width="320"/></p>'
        for picture in pictures.get(site.id, ())
    )
    return f"<table>{''.join(rows)}</table>{shown}"


def _geometry(shape: Any) -> str:
    if shape is None or shape.is_empty:
        return ""
    if hasattr(shape, "geoms"):
        return f"<MultiGeometry>{''.join(map(_geometry, shape.geoms))}</MultiGeometry>"
    if shape.geom_type == "Polygon":
        inner = "".join(f"<innerBoundaryIs>{_ring(r)}</innerBoundaryIs>" for r in shape.interiors)
        outer = f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"
        return f"<Polygon>{outer}{inner}</Polygon>"
    tag = "Point" if shape.geom_type == "Point" else "LineString"
    return f"<{tag}>{_coordinates(shape)}</{tag}>"


def _ring(ring: Any) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: Any) -> str:
    words = " ".join(f"{x:.9f},{y:.9f}" for x, y in shapely.get_coordinates(shape).tolist())
    return f"<coordinates>{words}</coordinates>"
