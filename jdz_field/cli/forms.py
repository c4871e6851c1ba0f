"""``forms``: the forms of a project, checking a form, and the engine without a window."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.lists import list_names, list_rows
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.entities import datasets_read
from jdz_field.xforms.media import load_lists, media_folder
from jdz_field.xforms.runner import Runner, system_language
from jdz_field.xforms.session import FormSession

if TYPE_CHECKING:
    from jdz_field.xforms.complaints import Issue
    from jdz_field.xforms.form import FormDefinition
    from jdz_field.xforms.session import ListRows

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def forms() -> None:
    """Forms: add, list, check, run."""


@forms.command()
@click.argument("file", type=_FILE)
@click.option(
    "--media", type=_FOLDER, help="The folder with the form's own files (default: FILE-media)."
)
@json_option
@pass_context
def add(context: Context, file: Path, media: Path | None, as_json: bool) -> None:
    """Add a form (.xlsx, .xls or .xml) to the project, with its own files."""
    # Running a form starts without the store.
    from jdz_field.operations.forms import add_form  # noqa: PLC0415

    with context.open() as project:
        made = add_form(project, file, media)
        files = len(project.form_media(made.form_id, made.version))
    data = {
        "form": made.form_id,
        "version": made.version,
        "title": made.title,
        "files": files,
    }
    emit(
        data,
        as_json=as_json,
        text=_("Added {title} ({form}, version {version}).").format(**data),
    )


@forms.command("list")
@json_option
@pass_context
def list_forms(context: Context, as_json: bool) -> None:
    """List the project's forms."""
    with context.open(read_only=True) as project:
        data = [
            {"form": row.form_id, "version": row.version, "title": row.title, "added": row.added}
            for row in project.forms()
        ]
    emit(
        data,
        as_json=as_json,
        text=lambda: (
            "\n".join(f"{row['form']}  {row['version']}  {row['title']}" for row in data)
            or _("No forms yet; add one with forms add FILE.")
        ),
    )


@forms.command()
@click.argument("file", type=_FILE)
@click.option(
    "--media", type=_FOLDER, help="The folder with the form's own files (default: FILE-media)."
)
@json_option
def check(file: Path, media: Path | None, as_json: bool) -> None:
    """Say what is wrong with a form: sheet, row, column."""
    from jdz_field.core.catalogue import site_kinds  # noqa: PLC0415
    from jdz_field.xforms.check import check_form, valid  # noqa: PLC0415

    given = [f"{name}.csv" for name in (*(k.entity_list for k in site_kinds()), *list_names())]
    issues, _form = check_form(file, media, given)
    sound = valid(issues)
    data = {"valid": sound, "problems": [issue.to_json() for issue in issues]}
    emit(data, as_json=as_json, text=lambda: "\n".join(_told(issues, sound=sound)))
    finish(refused=not sound)


def _told(issues: list[Issue], *, sound: bool) -> Iterator[str]:
    for issue in issues:
        sign = _("Error") if issue.severity == "error" else _("Warning")
        yield f"{sign}: {issue.sentence()}"
    if sound:
        yield _("The form can be used.") if issues else _("The form is in order.")


@forms.command()
@click.argument("file", type=_FILE)
@click.option("--media", type=_FOLDER, help="The folder with the lists the form looks up.")
@json_option
def run(file: Path, media: Path | None, as_json: bool) -> None:
    """Run a form without a window: commands on stdin, one JSON line for each answer."""
    del as_json  # every line is JSON anyway
    started = time.perf_counter()
    form = parse_form(convert_xlsform(file).xml)
    lists: dict[str, ListRows] = dict(_of_catalogue(form))
    lists |= load_lists(form, media or media_folder(file))
    session = FormSession(form, instances=lists, date_language=system_language())
    _say(json.dumps({"load_ms": (time.perf_counter() - started) * 1000}))
    for line in Runner(session).run(_commands()):
        _say(line)


def _of_catalogue(form: FormDefinition) -> dict[str, ListRows]:
    found = {name: list_rows(dataset) for name, dataset in datasets_read(form.lists).items()}
    return {name: rows for name, rows in found.items() if rows is not None}


def _commands() -> Iterator[str]:
    """The lines of stdin as UTF-8, whatever the console's own encoding is."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").lstrip("\ufeff")


def _say(line: str) -> None:
    """One line of UTF-8 at once, whatever the console's own encoding is."""
    try:
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise Unavailable(_("Nobody reads the answers any more.")) from None
