"""``init``, ``info``, ``check``, ``backup``, ``restore``: life of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import _
from jdz_field.operations.projects import create_project, describe
from jdz_field.store.project import Project


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the project (default: the folder's).")
@click.option("--author", default="", help="Name of the person who works with it.")
@json_option
def init(folder: Path, name: str | None, author: str, as_json: bool) -> None:
    """Make a project in FOLDER, with the forms that ship."""
    with create_project(folder, name=name or folder.name, author=author) as project:
        data = {"project": str(folder), "device": project.device, "forms": len(project.forms())}
    emit(data, as_json=as_json, text=lambda: _("Made the project {folder}.").format(folder=folder))


def _info_text(data: dict[str, Any]) -> str:
    lines = [f"{data['name']}  {data['project']}"]
    if data["sample"]:
        lines.append(_("Invented sample data"))
    lines += [f"{site_kind(kind).label}: {count}" for kind, count in data["sites"].items()]
    lines += [
        _("Records: {n}").format(n=sum(data["records"].values())),
        _("Attachments: {n}").format(n=data["attachments"]),
        _("Unsent changes: {n}").format(n=data["unsent"]),
        _("Server: {url}").format(url=data["server"] or _("none yet")),
    ]
    return "\n".join(lines)


@click.command()
@json_option
@pass_context
def info(context: Context, as_json: bool) -> None:
    """Say what the project holds."""
    with context.open(read_only=True) as project:
        data = describe(project)
    emit(data, as_json=as_json, text=lambda: _info_text(data))


@click.command()
@json_option
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Prove that the store is whole and equals its change log."""
    with context.open() as project:
        problems = project.check()
    text = "\n".join(problems) or _("The project is sound.")
    emit({"sound": not problems, "problems": problems}, as_json=as_json, text=text)
    finish(refused=bool(problems))


@click.command()
@json_option
@pass_context
def backup(context: Context, as_json: bool) -> None:
    """Make a backup now, beside the others in the project's folder."""
    with context.open() as project:
        made = project.backup("command")
    emit(
        {"backup": str(made), "bytes": made.stat().st_size},
        as_json=as_json,
        text=lambda: _("Backup made: {file}").format(file=made),
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_context
def restore(context: Context, file: Path, as_json: bool) -> None:
    """Put a backup in the place of the project's store; the old store is kept beside it."""
    folder = context.project or Path.cwd()
    Project.restore(file, folder)
    emit(
        {"project": str(folder), "from": str(file)},
        as_json=as_json,
        text=lambda: _("Restored {folder} from {file}.").format(folder=folder, file=file),
    )
