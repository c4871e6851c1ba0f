"""奥维互动地图's .ovjsn, and what to do with its .ovobj.

An .ovjsn is JSON (UTF-8, with BOM): ``ObjItems``, each with an ``Object`` of ``Name`` and
``ObjectDetail``: ``Lat`` and ``Lng`` of a label, ``Latlng`` (latitude, longitude, …) of a line or
area, ``ObjChildren`` of a folder. The structure is as public programs read it; the maker
publishes none. Degrees are GCJ-02 (``Gcj02`` 1) in present versions: told, never converted
unasked. An .ovobj is binary and undocumented: it is refused with the way to export again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.geo.crs import reference
from jdz_field.ledger.described import fields_of
from jdz_field.ledger.kml import shifted_note
from jdz_field.ledger.objects import FOLDER, NAME, OUTER, Objects, shape_of
from jdz_field.ledger.tables import Table, broken

MAX_BYTES = 256 << 20
MAX_DEPTH = 64
_COMMENTS = ("Comment", "Remark", "Remarks", "Description", "Desc", "Note")
#: Type numbers as public programs give them: 7 label, 8 track, 9 line, 10 area.
_AREA = 10


def refuse_ovobj(path: Path) -> list[Table]:
    """``BadInput``: how to export again."""
    raise BadInput(
        _(
            "{file} is 奥维's own binary format, which no other program reads; in 奥维 choose "
            "Export and save as .ovjsn, .ovkml, .shp or .csv, then import that file."
        ).format(file=path.name)
    )


def read_ovjsn(path: Path) -> list[Table]:
    """The labels, lines and areas of an .ovjsn as one table; ``BadInput`` when it is none."""
    if path.stat().st_size > MAX_BYTES:
        raise broken(path, _("it unfolds to an unreasonable size"))
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise broken(path, _("it is no sound map file")) from error
    items = data.get("ObjItems") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise broken(path, _("it is no sound map file"))
    objects = Objects()
    for thing, folders in _objects(items, ()):
        _add(objects, thing, folders)
    return [objects.table(path.stem, reference("4326"), [shifted_note()])]


def _objects(
    items: Any, folders: tuple[str, ...]
) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    for item in items if isinstance(items, list) else ():
        thing = item.get("Object", item) if isinstance(item, dict) else None
        if not isinstance(thing, dict):
            continue
        if "Type" in item:
            thing = {"Type": item["Type"], **thing}
        detail = thing.get("ObjectDetail")
        children = detail.get("ObjChildren") if isinstance(detail, dict) else None
        if children is not None and len(folders) < MAX_DEPTH:
            yield from _objects(children, (str(thing.get("Name") or ""), *folders))
        else:
            yield thing, folders


def _add(objects: Objects, thing: Mapping[str, Any], folders: tuple[str, ...]) -> None:
    detail = thing.get("ObjectDetail")
    detail = detail if isinstance(detail, dict) else {}
    fields: dict[str, Any] = {NAME: str(thing.get("Name") or "").strip()}
    fields |= dict(zip((FOLDER, OUTER), folders, strict=False))
    for source in (thing, detail):
        for name in _COMMENTS:
            if isinstance(source.get(name), str):
                fields |= {k: v for k, v in fields_of(source[name]).items() if k not in fields}
    points = _points(detail)
    closed = len(points) > 3 and points[0] == points[-1]
    objects.add(fields, shape_of(points, area=closed or thing.get("Type") == _AREA))


def _points(detail: Mapping[str, Any]) -> list[tuple[float, float]]:
    run = detail.get("Latlng")
    if isinstance(run, list):
        return [p for i in range(0, len(run) - 1, 2) if (p := _point(run[i + 1], run[i]))]
    listed = detail.get("PointList")
    if isinstance(listed, list):
        ends = [p for p in listed if isinstance(p, dict)]
        return [p for one in ends if (p := _point(one.get("Lng"), one.get("Lat")))]
    one = _point(detail.get("Lng"), detail.get("Lat"))
    return [one] if one else []


def _point(lon: Any, lat: Any) -> tuple[float, float] | None:
    numbers = [n for n in (lon, lat) if isinstance(n, (int, float)) and math.isfinite(n)]
    return (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else None
