"""KML and KMZ, and 奥维's .ovkml and .ovkmz, which are the same: every placemark of every folder.

All folders become one table: their names are columns, because counties sort points into folders
by town or kind. Fields come from ExtendedData (Data, SchemaData) and from the description, where
奥维 and Google Earth keep tables (OGC 07-147r2, clauses 9.1-9.3, 10, 12). Since 奥维 9.3 its
exports are shifted (GCJ-02); a file does not say so and nothing is converted unasked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import shapely
from lxml import etree
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from jdz_field.core.i18n import _
from jdz_field.geo.crs import reference
from jdz_field.ledger.described import fields_of
from jdz_field.ledger.objects import FOLDER, NAME, OUTER, Objects, shape_of
from jdz_field.ledger.tables import Table, broken

SUFFIXES = frozenset({".kml", ".kmz", ".ovkml", ".ovkmz"})
#: A KMZ that unfolds to more than this, or by more than this factor, is no ledger.
MAX_UNPACKED, MAX_RATIO = 512 << 20, 400
MAX_PARTS = 64
_DAMAGE = (
    etree.LxmlError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


def read_kml(path: Path) -> list[Table]:
    """The placemarks of a file as one table; ``BadInput`` when it is damaged or unreasonable."""
    objects = Objects()
    try:
        for part in _parts(path):
            with part:
                _read(part, objects)
    except _DAMAGE as error:
        raise broken(path, _("it is no sound map file")) from error
    notes = [shifted_note()] if path.suffix.lower().startswith(".ov") else []
    return [objects.table(path.stem, reference("4326"), notes)]


def shifted_note() -> str:
    """What has to be known of 奥维's degrees."""
    return _(
        "奥维 since version 9.3 writes shifted degrees (GCJ-02); if the points lie about 500 m "
        "east of where they belong, say so with --shift gcj02."
    )


def _parts(path: Path) -> list[IO[bytes]]:
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if not packed:
        return [path.open("rb")]
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if m.filename.lower().endswith(".kml")]
        total = sum(member.file_size for member in members)
        packed_size = sum(member.compress_size for member in members) or 1
        bomb = total > MAX_UNPACKED or (total > 1 << 24 and total / packed_size > MAX_RATIO)
        if bomb or len(members) > MAX_PARTS:
            raise broken(path, _("it unfolds to an unreasonable size"))
        if not members:
            raise broken(path, _("it holds no .kml"))
        return [io.BytesIO(archive.read(member)) for member in members]


def _read(stream: IO[bytes], objects: Objects) -> None:
    schema: dict[str, str] = {}
    # Recovering, because map programs write bare & in names; entities are never unfolded.
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=("{*}Placemark", "{*}SimpleField"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
    )
    seen = False
    for _event, element in events:
        seen = True
        if etree.QName(element).localname == "SimpleField":
            shown = element.findtext("{*}displayName") or element.get("name") or ""
            schema[str(element.get("name"))] = shown.strip()
            continue
        objects.add(_fields(element, schema), _shape(element))
        element.clear()
    root = events.root
    if not seen and (root is None or etree.QName(root).localname.lower() != "kml"):
        raise ValueError("no kml")


def _text(element: Any, tag: str) -> str:
    found = element.find(tag)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def _fields(mark: Any, schema: dict[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {NAME: _text(mark, "{*}name")}
    folders = [_text(one, "{*}name") for one in mark.iterancestors("{*}Folder")]
    fields |= dict(zip((FOLDER, OUTER), folders, strict=False))
    if mark.get("id"):
        fields["id"] = mark.get("id")
    for data in mark.iterfind("{*}ExtendedData//{*}Data"):
        name = _text(data, "{*}displayName") or str(data.get("name"))
        fields.setdefault(name, (data.findtext("{*}value") or "").strip())
    for data in mark.iterfind("{*}ExtendedData//{*}SimpleData"):
        name = str(data.get("name"))
        fields.setdefault(schema.get(name) or name, "".join(data.itertext()).strip())
    said = mark.findtext("{*}description") or mark.findtext("{*}Snippet") or ""
    for name, value in fields_of(said).items():
        fields.setdefault(name, value)
    return fields


# ---- geometry


def _shape(mark: Any) -> BaseGeometry | None:
    shapes = [_one(element) for element in mark.iter(*_MAKERS)]
    known = [shape for shape in shapes if shape is not None]
    try:
        if len(known) > 1:
            return shapely.union_all(known) if _alike(known) else known[0]
    except ShapelyError:
        return known[0]
    return known[0] if known else None


def _alike(shapes: list[BaseGeometry]) -> bool:
    return len({shape.geom_type for shape in shapes}) == 1


def _one(element: Any) -> BaseGeometry | None:
    name = etree.QName(element).localname
    if name == "Polygon":
        rings = [
            _points(ring.findtext("{*}LinearRing/{*}coordinates"))
            for ring in element
            if etree.QName(ring).localname in ("outerBoundaryIs", "innerBoundaryIs")
        ]
        rings = [ring for ring in rings if len(set(ring)) >= 3]
        return shapely.Polygon(rings[0], rings[1:]) if rings else None
    if name == "Track":
        texts = [(coord.text or "").replace(" ", ",") for coord in element.iterfind("{*}coord")]
        return shape_of(_points(" ".join(texts)))
    return shape_of(_points(element.findtext("{*}coordinates")))


_MAKERS = ("{*}Point", "{*}LineString", "{*}Polygon", "{*}Track")


def _points(text: str | None) -> list[tuple[float, float]]:
    points = []
    for word in (text or "").replace(", ", ",").split():
        parts = word.split(",")
        if len(parts) >= 2:
            try:
                points.append((float(parts[0]), float(parts[1])))
            except ValueError:
                continue
    return points
