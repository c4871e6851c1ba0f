"""Records as tables and documents: .json .csv .xlsx .gpkg .xml (OpenRosa)."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import shapely

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.machine_checks import kept_words
from jdz_field.core.sites import Record
from jdz_field.operations.coordinate_forms import TABLES, check_form, spelled
from jdz_field.operations.photo_sensitive import BLUR, known_choice
from jdz_field.operations.position_words import record_words
from jdz_field.operations.record_places import RecordPlaces
from jdz_field.operations.submission_export import export_files, export_submissions, files_folder
from jdz_field.store.project import Project

_HEAD = ("id", "form", "form_version", "site", "site_code", "site_name", "author")
_TAIL = ("started", "finished", "review", "review_comment", "replaces", "sample")
#: Columns of how positions were found, where a record says it: in words, and whole as JSON.
_HOW = ("@positions", "@positions_json")
#: And of what the machine found odd, with the reasons that were given.
_ODD = ("@checks", "@checks_json")
#: Spreadsheets run these as formulas when a cell begins with one.
_FORMULA_STARTS = ("=", "+", "-", "@")


def record_json(project: Project, record: Record) -> dict[str, Any]:
    """One record with its site's number and name, its state and its attachments."""
    site = project.site(record.site) if record.site else None
    return {
        "id": record.id,
        "state": project.record_state(record.id),
        "form": record.form,
        "form_version": record.form_version,
        "site": record.site,
        "site_code": site.code if site else None,
        "site_name": site.name if site else None,
        "author": record.author,
        "started": record.started,
        "finished": record.finished,
        "review": record.review,
        "review_comment": record.review_comment,
        "replaces": record.replaces,
        "sample": bool(site and site.fields.get("sample")),
        "geometry": record.geometry,
        "answers": dict(record.answers),
        "positions": dict(record.positions),
        "checks": dict(record.checks),
        "attachments": [
            {"sha256": a.sha256, "filename": a.filename, "path": a.path}
            for a in project.attachments(record=record.id)
        ],
    }


def _leaves(answers: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        here = f"{path}/{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from _leaves(value, here)
        elif isinstance(value, list):
            yield here, json.dumps(value, ensure_ascii=False)
        else:
            yield here, value


def _table(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """Flat rows and their columns; repeats stay JSON text in one cell."""
    own = (*_HEAD, *_TAIL)
    flat = [{**{k: row[k] for k in own}, **dict(_leaves(row["answers"]))} for row in rows]
    answered = dict.fromkeys(k for row in flat for k in row if k not in own)
    told = _HOW if any(row.get("positions") for row in rows) else ()
    odd = _ODD if any(row.get("checks") for row in rows) else ()
    for line, row in zip(flat, rows, strict=True):
        line.update(zip(told, _found(row), strict=False))
        line.update(zip(odd, _odd(row), strict=False))
    return [*_HEAD, *answered, *told, *odd, *_TAIL], flat


def _found(row: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """How the positions of a record were found: in words, and as it is kept."""
    positions = row.get("positions")
    if not positions:
        return None, None
    return record_words(positions), json.dumps(positions, ensure_ascii=False)


def _odd(row: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What the machine found odd in a record: in words, and as it is kept."""
    checks = row.get("checks")
    return (kept_words(checks), json.dumps(checks, ensure_ascii=False)) if checks else (None, None)


def _as_json(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def safe(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def _as_csv(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns, flat = _table(rows)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({k: safe(v) for k, v in row.items()} for row in flat)


def _as_xlsx(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for form in dict.fromkeys(row["form"] for row in rows) or ["records"]:
        columns, flat = _table([row for row in rows if row["form"] == form])
        sheet = book.create_sheet(form[:31])
        sheet.append(columns)
        for row in flat:
            sheet.append([safe(row.get(column)) for column in columns])
    book.save(out)


def _as_gpkg(out: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns, flat = _table(rows)
    shapes = [shapely.from_wkt(row["geometry"]) if row["geometry"] else None for row in rows]
    cells = [
        np.array([None if row.get(c) is None else str(row[c]) for row in flat], dtype=object)
        for c in columns
    ]
    pyogrio.raw.write(
        out,
        shapely.to_wkb(np.array(shapes, dtype=object)),
        cells,
        columns,
        layer="records",
        geometry_type="Point",
        crs="EPSG:4490",
        driver="GPKG",
    )


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many records, and in sentences what could not be as it is."""

    written: int
    notes: tuple[str, ...] = ()


def export_records(
    project: Project, out: Path, sensitive: str = BLUR, coordinates: str = ""
) -> Exported:
    """Write every record to ``out`` by its suffix; ``BadUsage`` for another suffix.

    OpenRosa submissions (.xml) come with their files, in ``<stem>-files/<UUID>/``; sensitive
    photos among them blurred or left out. Places of records that show protected species are
    coarse in every format. ``coordinates``: how tables spell geopoints, a form of
    ``geo.display``; without it as OpenRosa does (latitude, longitude, height, error).
    """
    known_choice(sensitive)
    writers: dict[str, Callable[[Path, Sequence[Mapping[str, Any]]], None]] = {
        ".json": _as_json,
        ".csv": _as_csv,
        ".xlsx": _as_xlsx,
        ".gpkg": _as_gpkg,
    }
    suffix = out.suffix.lower()
    if suffix not in (*writers, ".xml"):
        raise BadUsage(
            _("Records cannot be written as «{suffix}»; use one of {known}.").format(
                suffix=out.suffix, known=" ".join((*writers, ".xml"))
            )
        )
    check_form(coordinates, suffix)
    kept = project.records(limit=10_000_000)
    places = RecordPlaces(project, kept)
    records = [places.leaving(one) for one in kept]
    if coordinates and suffix in TABLES:
        records = spelled(project, records, coordinates)
    unfinished = out.with_name(f".{out.stem}.part{out.suffix}")
    unfinished.unlink(missing_ok=True)
    written, notes = len(records), places.notes(kept)
    if suffix == ".xml":
        written, told = export_submissions(project, unfinished, records)
        notes += [*told, *export_files(project, files_folder(out), records, sensitive, places)]
    else:
        writers[suffix](unfinished, [record_json(project, record) for record in records])
    os.replace(unfinished, out)  # noqa: PTH105 - the atomic one, on Windows too
    return Exported(written, tuple(notes))
