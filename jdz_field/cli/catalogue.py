"""``catalogue`` and ``patrol``: the county's tables, and what the patrol plan says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish_with, json_option, pass_context
from jdz_field.core import patrol as plan
from jdz_field.core.catalogue_check import faults
from jdz_field.core.catalogue_files import own_files, own_folder, shipped_files
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.patrols import (
    due_of,
    due_words,
    duty_words,
    local_day,
    rain_since,
    warn_of_rain,
)
from jdz_field.operations.sites import resolve


@click.group()
def catalogue() -> None:
    """Tables: code lists, site fields, limits, plans."""


@catalogue.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Check every table, with the county's own in FOLDER laid over the ones that ship."""
    if folder is not None and not folder.is_dir():
        raise BadInput(_("There is no folder {path}; check the path.").format(path=folder))
    over = folder or own_folder()
    own, found = own_files(over), faults(over)
    told = [{"file": one.file, "line": one.line, "reason": one.reason} for one in found]
    data: dict[str, Any] = {"valid": not found, "own": own, "faults": told}
    fine = _("The catalogue is in order: {n} files, {own} of the county's own.").format(
        n=len({*own, *shipped_files()}), own=len(own)
    )
    emit(data, as_json=as_json, text="\n".join([one.sentence for one in found]) if found else fine)
    if found:
        finish_with(BadInput.exit_code)


@click.group()
def patrol() -> None:
    """Patrol plan: what is due, and the warning of heavy rain."""


@patrol.command("plan")
@json_option
def show_plan(as_json: bool) -> None:
    """The duties, their seasons and where they are from."""
    rain = plan.rain_duty()
    every = [*plan.duties(), *([rain] if rain is not None else [])]
    data = [
        {
            "name": one.name,
            "kind": one.kind,
            "label": one.label,
            "from": "{:02}-{:02}".format(*one.begin),
            "until": "{:02}-{:02}".format(*one.end),
            "once": one.once,
            "on": list(one.on),
            "every": one.every or None,
            "source": one.source,
            "certainty": one.certainty,
        }
        for one in every
    ]
    lines = [
        f"{row['from']} – {row['until']}  {duty_words(one)}  {one.source}"
        for row, one in zip(data, every, strict=True)
    ]
    emit(data, as_json=as_json, text="\n".join(lines))


@patrol.command()
@click.argument("code")
@json_option
@pass_context
def due(context: Context, code: str, as_json: bool) -> None:
    """What is due of the site CODE next."""
    with context.open(read_only=True) as project:
        site = resolve(project, code)
        found = due_of(site, project.now(), rain_since(project))
    data = {
        "code": site.code,
        "due": found.day.isoformat() if found and found.day else None,
        "overdue": bool(found and found.overdue),
        "duty": found.duty.name if found else None,
        "certainty": found.duty.certainty if found else None,
    }
    emit(data, as_json=as_json, text=due_words(found) or _("Nothing is ever due of this site."))


@patrol.command()
@click.argument("word", required=False, type=click.Choice(["on", "off"]))
@click.option("--since", help="Local day since which it holds, YYYY-MM-DD (default: today).")
@json_option
@pass_context
def rain(context: Context, word: str | None, since: str | None, as_json: bool) -> None:
    """Say that heavy rain is warned of (on) or no more (off); without a word: which holds."""
    if since and word != "on":
        raise BadUsage(_("--since goes with on."))
    with context.open(read_only=word is None) as project:
        if word is not None:
            day = _day(since) if since else local_day(project.now())
            warn_of_rain(project, day if word == "on" else None)
        holds = rain_since(project)
    duty = plan.rain_duty()
    said = _("No heavy rain is warned of.")
    if holds is not None and duty is not None:
        said = _("Heavy rain is warned of since {day}: {duty}.").format(
            day=holds, duty=duty_words(duty)
        )
    emit({"since": holds.isoformat() if holds else None}, as_json=as_json, text=said)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadUsage(
            _("«{text}» is no day; write it as 2026-05-06.").format(text=text)
        ) from error
