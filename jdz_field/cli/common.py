"""What every command shares: the context, ``--json``, progress, and how results are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _

if TYPE_CHECKING:
    from jdz_field.store.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])

#: Exit code when the work is done, but some rows, files or changes were refused.
SOME_REFUSED = 1


@dataclass
class Context:
    """What the root command knows: the project folder, if one was named."""

    project: Path | None = None

    def folder(self) -> Path:
        """The project folder: ``--project``, else the working folder when it is a project."""
        here = self.project or Path.cwd()
        if self.project is None and not (here / "field.gpkg").exists():
            raise BadUsage(
                _("No project here; name one with --project DIR or make one with init DIR.")
            )
        return here

    @contextmanager
    def open(self, *, read_only: bool = False) -> Iterator[Project]:
        """The project, opened for one command."""
        # Commands that need no project start without the store.
        from jdz_field.operations.renewing import renew_forms  # noqa: PLC0415
        from jdz_field.store.project import Project  # noqa: PLC0415

        project = Project.open(self.folder(), read_only=read_only)
        try:
            if not read_only:
                renew_forms(project)
            yield project
        finally:
            project.close()


pass_context = click.make_pass_decorator(Context, ensure=True)


def json_option(command: Command) -> Command:
    """Adds ``--json`` (passed as ``as_json``)."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")(
        command
    )


def emit(data: Any, *, as_json: bool, text: str | Callable[[], str]) -> None:
    """Print ``data`` as one JSON document, or ``text`` for a person."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        click.echo(text() if callable(text) else text)


def finish(refused: bool) -> None:
    """Leave with exit code 1 when something was refused."""
    if refused:
        click.get_current_context().exit(SOME_REFUSED)


def progress_to_terminal() -> Callable[[int, int], None] | None:
    """A callback ``(done, total)`` that draws on stderr, or ``None`` when it is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        click.echo(f"\r{done}/{total}{end}", nl=False, err=True)

    return show


def finish_with(code: int) -> None:
    """Leave with this exit code."""
    click.get_current_context().exit(code)
