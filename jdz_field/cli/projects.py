"""``init``, ``info``, ``check``, ``backup``, ``restore``: life of a project."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.operations.backups import SUFFIX, encrypted_backup, opened
from jdz_field.operations.projects import create_project, describe
from jdz_field.store.project import Project
from jdz_field.store.rolling import backups, look_into

_FILE = click.Path(path_type=Path, dir_okay=False)
passphrase_option = click.option(
    "--passphrase-file", type=_FILE, help="Read the passphrase from the first line of this file."
)


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
@click.option("--list", "listed", is_flag=True, help="List the backups instead, newest first.")
@click.option("--encrypt", is_flag=True, help="Encrypt it (age), with a passphrase that is asked.")
@click.option("--recipient", multiple=True, help="Encrypt it for this age1… key instead.")
@passphrase_option
@json_option
@pass_context
def backup(
    context: Context,
    listed: bool,
    encrypt: bool,
    recipient: tuple[str, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make a backup now, beside the others in the project's folder."""
    if listed:
        _list(context.folder(), as_json=as_json)
        return
    wanted = encrypt or passphrase_file is not None
    passphrase = ask_passphrase(passphrase_file, confirm=True) if wanted and not recipient else ""
    with context.open() as project:
        if wanted or recipient:
            made = encrypted_backup(project, passphrase=passphrase, recipients=recipient)
        else:
            made = project.backup("command")
    emit(
        {"backup": str(made), "bytes": made.stat().st_size},
        as_json=as_json,
        text=lambda: _("Backup made: {file}").format(file=made),
    )


def _list(folder: Path, *, as_json: bool) -> None:
    rows = [
        {
            "backup": str(one.file),
            "made": to_text(one.made),
            "reason": one.reason,
            "bytes": one.bytes,
            "encrypted": one.encrypted,
        }
        for one in backups(folder)
    ]
    lines = [
        f"{row['made']}  {row['bytes']:>12,}  {row['reason']}  {row['backup']}" for row in rows
    ]
    emit(rows, as_json=as_json, text="\n".join(lines) or _("There is no backup yet."))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--preview", is_flag=True, help="Say what the backup holds; change nothing.")
@click.option("--identity", type=_FILE, help="File with the key of an encrypted backup.")
@passphrase_option
@json_option
@pass_context
def restore(
    context: Context,
    file: Path,
    preview: bool,
    identity: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Put a backup in the place of the project's store; the old store is kept beside it."""
    folder = context.project or Path.cwd()
    key = _first_key(identity) if identity else ""
    sealed = file.suffix == SUFFIX and file.is_file()
    passphrase = ask_passphrase(passphrase_file) if sealed and not key else ""
    with opened(file, passphrase=passphrase, identity=key) as plain:
        if preview:
            _preview(plain, file, as_json=as_json)
            return
        Project.restore(plain, folder)
    emit(
        {"project": str(folder), "from": str(file)},
        as_json=as_json,
        text=lambda: _("Restored {folder} from {file}.").format(folder=folder, file=file),
    )


def _preview(plain: Path, file: Path, *, as_json: bool) -> None:
    held = look_into(plain)
    data = {"backup": str(file), **asdict(held)}
    data["written"] = to_text(held.written) if held.written else None
    lines = [f"{held.name}  {held.author}  {data['written'] or ''}"]
    lines += [f"{site_kind(kind).label}: {count}" for kind, count in held.sites.items()]
    lines += [
        _("Records: {n}").format(n=held.records),
        _("Attachments: {n}").format(n=held.attachments),
        _("Unsent changes: {n}").format(n=held.unsent),
    ]
    emit(data, as_json=as_json, text="\n".join(lines))


def ask_passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """The passphrase: the first line of a file, else asked where nobody reads along."""
    if file is not None:
        return next(iter(_read(file).splitlines()), "")
    return str(
        click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True)
    )


def _first_key(file: Path) -> str:
    """The key in an age identity file; comments begin with #."""
    lines = (line.strip() for line in _read(file).splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "?")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(_("The file {path} cannot be read.").format(path=file)) from error
