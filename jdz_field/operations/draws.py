"""A draw as a file to publish: what was drawn, from which list, by which seed, who inspects."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.operations.record_export import safe


def facts(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a draw says of itself, each with its name; enough to draw it again."""
    at = str(told.get("at") or "")
    return [
        (_("Drawn on"), local_text(from_text(at)) if at else ""),
        (_("By"), str(told.get("by") or "")),
        (_("What for"), str(told.get("why") or "")),
        (_("Drawn of the list"), f"{len(told['drawn'])} / {told['population']}"),
        (_("Seed"), str(told["seed"])),
        (_("SHA-256 of the list"), str(told["fingerprint"])),
    ]


def item_words(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """Number and name, county and kind, inspectors of a drawn item."""
    kind = str(one.get("kind") or "")
    county = code_list("county").label(str(one.get("county_code") or "")) or ""
    what = site_kind(kind).label if kind in SITE_KINDS else str(one.get("form") or "")
    title = " ".join(filter(None, (str(one.get("code") or ""), str(one.get("name") or ""))))
    about = " · ".join(filter(None, (what, county, str(one.get("author") or ""))))
    return title or str(one["id"]), about, "、".join(one.get("inspectors") or ())


def save_draw(told: Mapping[str, Any], out: Path) -> None:
    """Write a draw as .xlsx or .csv. ``BadUsage``: another suffix; ``Unavailable``: the disk."""
    rows: list[Sequence[str]] = [[name, value] for name, value in facts(told)]
    rows += [[], [_("No."), _("Item"), _("About"), _("Inspectors"), "ID"]]
    for number, one in enumerate(told["drawn"], 1):
        rows.append([str(number), *item_words(one), str(one["id"])])
    writers = {".xlsx": _as_xlsx, ".csv": _as_csv}
    write = writers.get(out.suffix.lower())
    if write is None:
        raise BadUsage(_("A draw is written as .xlsx or .csv."))
    try:
        write([[safe(cell) for cell in row] for row in rows], out)
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({reason}); check the disk and its free space.").format(
                file=out, reason=error.strerror or error
            )
        ) from error


def _as_csv(rows: Sequence[Sequence[str]], out: Path) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def _as_xlsx(rows: Sequence[Sequence[str]], out: Path) -> None:
    import openpyxl  # noqa: PLC0415 - takes long to load

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Draw by lot"))
    for letter, width in zip("ABCDE", (22, 44, 34, 24, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in rows:
        sheet.append(list(row))
    book.save(out)
