"""What every ``central`` command shares: which centre, who acts, and how it is opened."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from jdz_field.central import people
from jdz_field.central.database import default_url
from jdz_field.central.office import Office
from jdz_field.cli.common import json_option
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

Command = TypeVar("Command", bound=Callable[..., Any])

#: Where a centre lies when nobody says it: in the working folder.
DEFAULT_FILES = Path("central") / "files"
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Place:
    """A centre's address: database URL (``None``: SQLite beside the files), files, who acts."""

    database: str | None
    files: Path
    who: str

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database or default_url(self.files)

    @contextmanager
    def office(self, *, found: bool = False) -> Iterator[Office]:
        """The open centre; ``BadInput`` when there is none and this command founds none."""
        if not found and self.url.startswith(_SQLITE):
            path = Path(self.url.removeprefix(_SQLITE))
            if not path.is_file():
                raise BadInput(
                    _(
                        "There is no centre at {path}; name one with --database and --files, "
                        "or found one with central user add."
                    ).format(path=path)
                )
        with Office(self.database, self.files) as opened:
            yield opened

    @contextmanager
    def office_of(self, duty: str, *, found: bool = False) -> Iterator[Office]:
        """The open centre for who holds a duty, once duties are kept apart; else for anybody.

        ``BadInput``: there is no centre, or ``--who`` holds another duty.
        """
        with self.office(found=found) as opened:
            with opened.database.read() as connection:
                people.must_hold(connection, self.who, duty)
            yield opened


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "office"


def central_options(command: Command) -> Command:
    """Adds ``--database``, ``--files``, ``--who`` (as ``place``) and ``--json`` (``as_json``)."""

    def with_place(*args: Any, **options: Any) -> Any:
        place = Place(options.pop("database"), options.pop("files"), options.pop("who") or _user())
        return command(*args, place=place, **options)

    with_place.__name__, with_place.__doc__ = command.__name__, command.__doc__
    given: Any = with_place
    given.__click_params__ = getattr(command, "__click_params__", [])
    for option in (
        click.option("--who", help="Who acts (default: the system's user name)."),
        click.option(
            "--files",
            type=click.Path(path_type=Path, file_okay=False),
            default=DEFAULT_FILES,
            help="Folder of the attachments (default: central/files).",
        ),
        click.option("--database", help="Database address (default: SQLite beside --files)."),
    ):
        given = option(given)
    decorated: Command = json_option(given)
    return decorated
