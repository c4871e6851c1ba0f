"""``sites export``: the sites of a filter in a format, a system, an office's columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context, progress_to_terminal
from jdz_field.cli.personal import personal_options, privacy_asked
from jdz_field.cli.sensitive import coordinates_option, sensitive_option
from jdz_field.cli.sites_find import filters
from jdz_field.core.i18n import _

# Workbooks, GDAL and PROJ take long to load; only the commands that need them do.
# ruff: noqa: PLC0415


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--crs", default="", metavar="EPSG:n", help="Reference system (default: EPSG:4490).")
@click.option("--profile", default="", help="Columns of an office: a file of catalogue/exports.")
@click.option("--datum", default="", metavar="NAME", help="Parameter set back to an older datum.")
@click.option(
    "--encoding", type=click.Choice(["UTF-8", "GBK"]), default="UTF-8", help="Of a shapefile."
)
@filters
@personal_options
@json_option
@sensitive_option
@coordinates_option
@pass_context
def export_command(
    context: Context,
    /,
    out: Path,
    crs: str,
    profile: str,
    datum: str,
    encoding: str,
    sensitive: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Write sites to OUT (.gpkg .geojson .shp .csv .xlsx .kml .kmz .dxf)."""
    from jdz_field.operations.exporting import ExportRequest, export_request
    from jdz_field.operations.finding import site_query

    asked = {name: given.pop(name) for name in _PERSONAL}
    coordinates = given.pop("coordinates") or ""
    near, unvisited, limit = (given.pop(name) for name in ("near", "unvisited", "limit"))
    given["order"] = given["order"] or "code"
    privacy = privacy_asked(**asked)
    with context.open(read_only=True) as project:
        query = site_query(given, near=near, unvisited=unvisited)
        request = ExportRequest(query, crs, profile, datum, encoding, limit, sensitive, coordinates)
        done = export_request(
            project, out, request, privacy=privacy, progress=progress_to_terminal()
        )
    said = _("Wrote {n} sites to {file}.").format(n=done.written, file=done.file)
    lines = (said, *done.told, done.sentence)
    emit(done.to_json(), as_json=as_json, text="\n".join(filter(None, lines)))


_PERSONAL = ("personal", "encrypt", "recipient", "passphrase_file")
