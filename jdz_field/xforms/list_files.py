"""Reading lists that a stranger may have written: CSV, GeoJSON, XML; bounded in time and memory."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.xforms.model import static_document
from jdz_field.xforms.safe_xml import read_xml
from jdz_field.xforms.static import StaticNode, from_rows

#: 100,000 rows of ten columns take a tenth of this.
MAX_BYTES = 100_000_000
MAX_CELLS = 5_000_000
MAX_COLUMNS = 2_000
#: Letters of one cell; more is a quotation mark that nobody closed.
MAX_CELL = 131_072
#: Brackets and commas of a GeoJSON file: every one may become a value of 64 bytes and more.
MAX_SIGNS = 8_000_000

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_POINTS = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2}


def read_list(file: Path, name: str = "") -> StaticNode:
    """The document of a list file; BadInput or Unavailable in one sentence.

    ``name`` is what persons know the file by, when that is another one. A CSV is UTF-8, UTF-16
    with its mark, or GB18030, as spreadsheets write it in China; columns are parted by comma,
    semicolon or tab, whichever the first line has.
    """
    shown = name or file.name
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _too_large(shown)
        return _read(file.read_bytes(), file.suffix.lower(), shown)
    except (csv.Error, ValueError, RecursionError):
        raise BadInput(
            _("{file} cannot be read as a list; save it again as UTF-8.").format(file=shown)
        ) from None
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be read: {reason}; check the disk and the permissions.").format(
                file=file, reason=error.strerror or error
            )
        ) from None


def _too_large(name: str) -> BadInput:
    return BadInput(_("{file} is too large for a list.").format(file=name))


def _read(data: bytes, suffix: str, name: str) -> StaticNode:
    if suffix == ".xml":
        return static_document([read_xml(data, name)])
    if suffix == ".geojson":
        if sum(data.count(sign) for sign in (b"[", b"{", b",")) > MAX_SIGNS:
            raise _too_large(name)
        return from_rows(_features(json.loads(_decoded(data)), name))
    return _table(_decoded(data), name)


def _decoded(data: bytes) -> str:
    """ValueError when it is no text."""
    if data.startswith(_UTF16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _table(text: str, name: str) -> StaticNode:
    if "\0" in text:
        raise ValueError
    document = StaticNode("", None)
    root = document.add("root")
    first = text[: text.find("\n") + 1 or len(text)]
    sign = next((mark for mark in (",", "\t", ";") if mark in first), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    columns = _columns(next(rows, []), name)
    cells = 0
    for row in rows:
        if row:
            cells += len(row)
            if cells > MAX_CELLS or max(map(len, row)) > MAX_CELL:
                raise _too_large(name)
            root.add_row("item", columns, tuple(row))
    return document


def _columns(header: list[str], name: str) -> dict[str, int]:
    if len(header) > MAX_COLUMNS:
        raise _too_large(name)
    columns: dict[str, int] = {}
    for at, title in enumerate(header):
        if title.strip():
            columns.setdefault(title.strip(), at)
    return columns


def _features(data: Any, name: str) -> Iterator[dict[str, str]]:
    """One row a feature: its properties, id and geometry (as ODK writes positions)."""
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise BadInput(_("{file} is no GeoJSON collection of features.").format(file=name))
    return (_feature(feature) for feature in features if isinstance(feature, dict))


def _feature(feature: dict[str, Any]) -> dict[str, str]:
    row = {"geometry": _geometry(feature.get("geometry"))}
    if "id" in feature:
        row["id"] = _text(feature["id"])
    properties = feature.get("properties")
    for key, value in (properties if isinstance(properties, dict) else {}).items():
        if value is not None:
            row[str(key)] = _text(value)
    return row


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _geometry(geometry: Any) -> str:
    if not isinstance(geometry, dict):
        return ""
    points = geometry.get("coordinates")
    levels = _POINTS.get(str(geometry.get("type")), -1)
    if levels == 0:
        points = [points]
    elif levels == 2:
        points = points[0] if isinstance(points, list) and points else None
    if levels < 0 or not isinstance(points, list):
        return ""
    return "; ".join(f"{p[1]} {p[0]} 0 0" for p in points if _is_point(p))


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) > 1
        and all(isinstance(c, int | float) and math.isfinite(c) for c in point[:2])
    )
