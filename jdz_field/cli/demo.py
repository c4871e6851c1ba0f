"""``demo``: invented sample data, a centre on this machine, the whole loop or a window on it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import click
import platformdirs

from jdz_field.cli.common import emit, finish, finish_with, json_option
from jdz_field.cli.demo_loop import Centre, Loop
from jdz_field.cli.windows import need_screen
from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store.project import Project


@click.command()
@click.option(
    "--headless", is_flag=True, help="No window: two devices, the centre, every figure checked."
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to put it (default: a new folder; the window keeps its own).",
)
@json_option
def demo(headless: bool, folder: Path | None, as_json: bool) -> None:
    """Run the whole loop on invented sample data; without --headless, open it in a window."""
    if headless:
        where = folder or Path(tempfile.mkdtemp(prefix="jdz-field-demo-"))
        _keep_keys_in(where)
        data = _run(where)
        emit(data, as_json=as_json, text=lambda: _text(data))
        finish(refused=bool(data["wrong"]))
        return
    need_screen()
    where = folder or Path(platformdirs.user_data_dir("jdz-field", appauthor=False)) / "demo"
    _keep_keys_in(where)
    if not (where / "project" / "field.gpkg").exists():
        data = _run(where, leave_work=True)
        emit(data, as_json=as_json, text=lambda: _text(data))
    finish_with(_open_window(where))


def _keep_keys_in(where: Path) -> None:
    """The demo's devices are thrown away with it; their keys must not stay with the person's."""
    os.environ["JDZ_FIELD_CONFIG"] = str(where / "keys")
    os.environ["JDZ_FIELD_KEYRING"] = "off"


def _run(where: Path, *, leave_work: bool = False) -> dict[str, Any]:
    if (where / "project").exists():
        raise BadInput(
            _("{folder} holds a demo already; choose another --dir.").format(folder=where)
        )
    loop = Loop(where, lambda sentence: click.echo(sentence, err=True))
    return loop.run(leave_work=leave_work).to_json(loop.project)


def _text(data: dict[str, Any]) -> str:
    lines = [f"{site_kind(kind).label}: {count}" for kind, count in data["sites"].items()]
    lines += [
        _(
            "Records {records}, photos {photos}, batches {batches}, changes applied {applied}"
        ).format(**data),
        _("Conflicts {conflicts}, decided {decided}").format(**data),
        _("All copies are equal.")
        if data["equal"]
        else _("Wrong: {what}").format(what="; ".join(data["wrong"])),
        _("Project: {project} ({seconds} s)").format(**data),
    ]
    return "\n".join(lines)


def _open_window(where: Path) -> int:
    """The field window on the demo's project, its centre listening on a fresh port."""
    from jdz_field.app import main as open_window  # noqa: PLC0415 - Qt only for windows

    centre = Centre.start(where)
    try:
        with Project.open(where / "project") as project:
            project.set_setting("server", centre.server.url)
        return open_window(where / "project")
    finally:
        centre.server.stop()
