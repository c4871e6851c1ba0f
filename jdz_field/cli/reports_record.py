"""``report record``: inspections on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context, progress_to_terminal
from jdz_field.cli.personal import personal_options, privacy_asked
from jdz_field.cli.reports_tables import AS_OF, OUT, PERSONAL
from jdz_field.cli.sensitive import sensitive_option
from jdz_field.core.i18n import _

# Workbooks and typst take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

MAP_NUMBER = click.option(
    "--map-number", default="", help="Official number of the map (审图号), for a public one."
)


@click.command()
@click.argument("id", nargs=-1)
@click.option("--site", "code", default="", metavar="CODE", help="Every record of this site.")
@click.option("--form", default="", help="Only records of this form.")
@click.option("--no-photos", is_flag=True, help="Without the pictures.")
@OUT
@AS_OF
@MAP_NUMBER
@sensitive_option
@personal_options
@json_option
@pass_context
def record(
    context: Context,
    /,
    id: tuple[str, ...],
    no_photos: bool,
    out: Path,
    as_json: bool,
    **given: Any,
) -> None:
    """Make records by their ids, or those of a site, as .pdf, .docx or .png."""
    from jdz_field.operations.report_common import Issue
    from jdz_field.operations.report_record import RecordRequest, ids_of
    from jdz_field.operations.report_record_files import write_records

    privacy = privacy_asked(**{name: given.pop(name) for name in PERSONAL})
    issue = Issue(given["day"], given["map_number"], privacy)
    with context.open(read_only=True) as project:
        chosen = ids_of(project, id, given["code"], given["form"], issue.day)
        request = RecordRequest(chosen, issue, given["sensitive"], not no_photos)
        made = write_records(project, out, request, progress=progress_to_terminal())
    said = _("{n} records written to {file}").format(n=made.count, file=made.files[0])
    emit(
        {"files": [str(one) for one in made.files], "records": made.count, "told": list(made.told)},
        as_json=as_json,
        text="\n".join((said, *made.told)),
    )
