"""The report of the plan's progress as a file: .xlsx for an office to edit, .pdf or .png."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jdz_field.core.clock import from_text, local_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.files import write_whole
from jdz_field.core.i18n import _
from jdz_field.operations.progress_tables import Tables
from jdz_field.reports.tables import set_tables
from jdz_field.reports.workbook import Marks, workbook

SUFFIXES = (".xlsx", ".pdf", ".png")


def marks_of(found: Mapping[str, Any]) -> Marks:
    """Who may see the report, whether it is invented, of when it is."""
    moment = local_text(from_text(found["until"]))
    return Marks(
        _("For internal use"),
        _("Invented example") if found["sample"] else "",
        _("As of {moment} (Beijing)").format(moment=moment),
    )


def write_progress(found: Mapping[str, Any], out: Path) -> list[Path]:
    """The report in a file, or a .png a page; the same progress gives the same bytes.

    ``found`` as ``core.progress_json`` has it. ``BadUsage``: another suffix; ``Unavailable``: it
    cannot be written, or there is no font with Chinese signs.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadUsage(
            _("{name}: this report is written as .xlsx, .pdf or .png.").format(name=out.name)
        )
    made, tables, marks = from_text(found["until"]), Tables(found).all(), marks_of(found)
    if suffix == ".xlsx":
        pages = [workbook(tables, marks, made=made)]
    else:
        pages = set_tables(tables, marks, made=made, form="png" if suffix == ".png" else "pdf")
    names = [
        out if n == 1 else out.with_name(f"{out.stem}-{n}{out.suffix}")
        for n in range(1, len(pages) + 1)
    ]
    for name, page in zip(names, pages, strict=True):
        write_whole(name, page)
    return names
