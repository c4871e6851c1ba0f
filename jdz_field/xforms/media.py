"""Lists that lie in files beside a form: CSV, GeoJSON, XML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.model import static_document
from jdz_field.xforms.safe_xml import read_xml
from jdz_field.xforms.static import StaticNode, from_rows

MAX_FILE = 200_000_000
_FILE_PREFIX = "jr://"


def load_lists(form: FormDefinition, folder: Path | None) -> dict[str, StaticNode]:
    """The lists that the form declares as files and that are in ``folder``.

    BadInput when a file cannot be read as what its name says; missing ones stay empty.
    """
    found: dict[str, StaticNode] = {}
    for source in form.lists.values():
        file = None if folder is None or source.document else list_file(source.src, folder)
        if file is not None and file.is_file():
            found[source.name] = read_list(file)
    return found


def missing_files(form: FormDefinition, folder: Path) -> list[str]:
    """Names of the files that the form looks things up in and that are not in ``folder``."""
    names = []
    for source in form.lists.values():
        file = None if source.document else list_file(source.src, folder)
        if file is not None and not file.is_file():
            names.append(file.name)
    return names


def list_file(src: str, folder: Path) -> Path | None:
    """The file behind ``jr://file-csv/trees.csv``; None for what is no file beside the form."""
    if not src.startswith(_FILE_PREFIX) or src.startswith("jr://instance"):
        return None
    name = src.rpartition("/")[2]
    return folder / name if name and name not in (".", "..") and "\\" not in name else None


def read_list(file: Path) -> StaticNode:
    """The document of a list file; BadInput or Unavailable in one sentence."""
    try:
        if file.stat().st_size > MAX_FILE:
            raise BadInput(_("{file} is too large for a list.").format(file=file.name))
        return _read(file)
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError, RecursionError):
        message = _("{file} cannot be read as a list; save it again as UTF-8.")
        raise BadInput(message.format(file=file.name)) from None
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be read: {reason}; check the disk and the permissions.").format(
                file=file, reason=error.strerror or error
            )
        ) from None


def _read(file: Path) -> StaticNode:
    suffix = file.suffix.lower()
    if suffix == ".xml":
        return static_document([read_xml(file.read_bytes(), file.name)])
    if suffix == ".geojson":
        return from_rows(_features(json.loads(file.read_text(encoding="utf-8-sig")), file.name))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return from_rows(list(_rows(csv.DictReader(lines))))


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    for row in reader:
        yield {name.strip(): value or "" for name, value in row.items() if isinstance(name, str)}


def _features(data: Any, name: str) -> list[dict[str, str]]:
    """One row a feature: its properties, id and geometry (as ODK writes positions)."""
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise BadInput(_("{file} is no GeoJSON collection of features.").format(file=name))
    return [_feature(feature) for feature in features if isinstance(feature, dict)]


def _feature(feature: dict[str, Any]) -> dict[str, str]:
    row = {"geometry": _geometry(feature.get("geometry"))}
    if "id" in feature:
        row["id"] = str(feature["id"])
    properties = feature.get("properties")
    for key, value in (properties if isinstance(properties, dict) else {}).items():
        if value is not None:
            row[str(key)] = str(value)
    return row


def _geometry(geometry: Any) -> str:
    if not isinstance(geometry, dict):
        return ""
    coordinates = geometry.get("coordinates")
    kind = geometry.get("type")
    if kind == "Polygon" and isinstance(coordinates, list) and coordinates:
        coordinates = coordinates[0]
    points = [coordinates] if kind == "Point" else coordinates
    if not isinstance(points, list):
        return ""
    return "; ".join(f"{p[1]} {p[0]} 0 0" for p in points if isinstance(p, list) and len(p) > 1)
