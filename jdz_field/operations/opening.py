"""Opening a project for a window, with a look at its file after a crash."""

from __future__ import annotations

from pathlib import Path

from jdz_field.core.errors import Damaged
from jdz_field.core.i18n import _
from jdz_field.operations.renewing import renewed_words
from jdz_field.store.base import FILE
from jdz_field.store.project import Project


def is_small(folder: Path, limit: int) -> bool:
    """Whether the database has at most ``limit`` bytes; not, when it cannot be seen."""
    try:
        return (folder / FILE).stat().st_size <= limit
    except OSError:
        return False


def open_reader(folder: Path, *, look: bool) -> Project:
    """A reading project; with ``look``, ``Damaged`` unless every page of the file is whole."""
    reader = Project.open(folder, read_only=True)
    if look and not reader.is_whole():
        reader.close()
        raise broken(folder)
    return reader


def opening_words(*, checked: bool = False, renewed: int = 0) -> str:
    """What a person is told when a project opens; empty when there is nothing to tell.

    ``checked``: it was not closed the last time, and its file was looked through.
    """
    if checked:
        return _("The program was not closed the last time. The project was checked: it is whole.")
    return renewed_words(renewed) if renewed else ""


def broken(folder: Path) -> Damaged:
    """The error of a database that is damaged."""
    return Damaged(
        _("{path} is damaged or no project file; restore a backup.").format(path=folder / FILE)
    )
