"""A form's own files beside it: which ones it names, and the lists among them."""

from __future__ import annotations

from pathlib import Path

from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.list_files import read_list
from jdz_field.xforms.static import StaticNode

#: A picture, sound or film of a form is not larger than this, in bytes.
MAX_FILE = 200_000_000
_FILE_PREFIX = "jr://"


def media_folder(form_file: Path) -> Path:
    """Where a form's own files lie by ODK's convention: ``<stem>-media`` beside it."""
    return form_file.with_name(f"{form_file.stem}-media")


def load_lists(form: FormDefinition, folder: Path | None) -> dict[str, StaticNode]:
    """The lists that the form declares as files and that are in ``folder``.

    BadInput when a file cannot be read as what its name says; missing ones stay empty.
    """
    found: dict[str, StaticNode] = {}
    for source in form.lists.values():
        file = None if folder is None or source.document else list_file(source.src, folder)
        if file is not None and file.is_file():
            found[source.name] = read_list(file)
    return found


def missing_files(form: FormDefinition, folder: Path) -> list[str]:
    """Names of the files that the form looks things up in and that are not in ``folder``."""
    names = []
    for source in form.lists.values():
        file = None if source.document else list_file(source.src, folder)
        if file is not None and not file.is_file():
            names.append(file.name)
    return names


def list_file(src: str, folder: Path) -> Path | None:
    """The file behind ``jr://file-csv/trees.csv``; None for what is no file beside the form."""
    name = list_name(src)
    return folder / name if name else None


def list_name(src: str) -> str:
    """The name of the file behind ``jr://file-csv/trees.csv``, else ``""``."""
    if not src.startswith(_FILE_PREFIX) or src.startswith("jr://instance"):
        return ""
    name = src.rpartition("/")[2]
    return "" if name in (".", "..") or "\\" in name or "\0" in name else name
