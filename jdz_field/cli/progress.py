"""``report progress``: how far the restoration plan has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _, pick

OUT = click.Path(path_type=Path, dir_okay=False)
as_of_option = click.option(
    "--as-of", default="", help="The state at the end of a day, YYYY-MM-DD."
)


@click.command()
@click.option("-o", "--out", type=OUT, help="A .xlsx, .pdf or .png to write.")
@as_of_option
@json_option
@pass_context
def progress(context: Context, out: Path | None, as_of: str, as_json: bool) -> None:
    """Show or write how far the restoration plan has come, by what this project pulled."""
    from jdz_field.operations.progress import project_progress  # noqa: PLC0415

    until = moment(as_of)
    with context.open(read_only=True) as project:
        found = project_progress(project, until)
    tell(found, out, as_json)


def moment(as_of: str) -> datetime:
    """The end of a day, or now. ``BadUsage``: no day, or one that has not come yet."""
    from jdz_field.operations.report_common import moment_of  # noqa: PLC0415

    return moment_of(as_of, utc_now())


def tell(found: Mapping[str, Any], out: Path | None, as_json: bool) -> None:
    """Print the progress, and write it to a file when one is named."""
    from jdz_field.operations.progress_document import write_progress  # noqa: PLC0415

    files = [str(file) for file in write_progress(found, out)] if out else []
    emit({**found, "files": files}, as_json=as_json, text=lambda: _text(found, files))


def _text(found: Mapping[str, Any], files: list[str]) -> str:
    from jdz_field.core.progress_words import figure as written  # noqa: PLC0415
    from jdz_field.operations.progress_phrases import (  # noqa: PLC0415
        indicator_words,
        target_words,
        unit_words,
    )

    lines = [
        f"{i['no']:2}  {pick(i['name'])}  {written(i['value']) or '—'} {unit_words(i['unit'])}"
        f"  → 2025 {target_words(i['2025'])}  2035 {target_words(i['2035'])}  {indicator_words(i)}"
        for i in found["indicators"]
    ]
    lines += [
        f"{p['id']}  {pick(q['label'])}  {written(q['done']) or '—'} / {written(q['target'])}"
        f" {unit_words(q['unit'])}  " + _("{n} records").format(n=len(q["records"]))
        for p in found["programmes"]
        for q in p["quantities"]
    ]
    return "\n".join([*lines, *files])
