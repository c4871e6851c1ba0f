"""``demo``: invented sample data, a centre on this machine, the whole loop or a window on it."""

from __future__ import annotations

import itertools
import json
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
from jdz_field.sync.keys import load_secret

#: Written when a demo is whole; one that was broken off is left alone.
DONE = "demo.json"


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
    where = folder or _own_folder()
    _keep_keys_in(where)
    if not (where / DONE).exists():
        data = _run(where, leave_work=True)
        emit(data, as_json=as_json, text=lambda: _text(data))
        (where / DONE).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    finish_with(_open_window(where))


def _own_folder() -> Path:
    """The window's own demo: the first folder that holds a whole one, or nothing."""
    base = Path(platformdirs.user_data_dir("jdz-field", appauthor=False))
    names = itertools.chain(["demo"], (f"demo-{number}" for number in itertools.count(2)))
    places = (base / name for name in names)
    return next(place for place in places if (place / DONE).exists() or not place.exists())


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
    """The field window and the office window on the demo, its centre on a fresh port."""
    from jdz_field.app import main as open_window  # noqa: PLC0415 - Qt only for windows
    from jdz_field.ui.office.main import open_office  # noqa: PLC0415

    centre = Centre.start(where)
    url = centre.server.url
    try:
        for name in ("project", "desk"):
            with Project.open(where / name) as project:
                project.set_setting("server", url)
                secret = load_secret(project.device)
        token = secret.token if secret else None
        return open_window(where / "project", beside=lambda: open_office(url, token))
    finally:
        centre.server.stop()
