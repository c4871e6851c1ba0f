"""A form's own files in the project: pictures, sounds and films of its labels, and its lists.

Beside a form file they lie in the folder ``<stem>-media`` (ODK's convention). In the project they
are kept by their SHA-256 in ``files/``, so that versions of a form share what did not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.photos.keep import keep
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.list_files import read_list
from jdz_field.xforms.media import MAX_FILE, list_name, media_folder
from jdz_field.xforms.static import StaticNode

#: More files than this are no form's media; the wrong folder was given.
MOST = 2_000
_SYSTEM = frozenset(("thumbs.db", "desktop.ini"))


def add_media(
    project: Project, form_id: str, version: str, form_file: Path, folder: Path | None = None
) -> int:
    """Take a form's files into the project; gives how many there are now.

    ``folder`` is by default ``<stem>-media`` beside the form; when that is not there, nothing
    changes. The same version with other files takes those from now on.

    Raises:
        BadInput: the folder is not there, holds too much, or a file cannot be read.
        Unavailable: the project's disk is full or fails.
    """
    place = media_folder(form_file) if folder is None else folder
    if not place.is_dir():
        if folder is None:
            return len(project.form_media(form_id, version))
        raise BadInput(_("There is no folder {path}; check the path.").format(path=folder))
    try:
        files = _media_files(place)
    except OSError as error:
        raise Unavailable(
            _("{file} cannot be read: {reason}; check the disk and the permissions.").format(
                file=place, reason=error.strerror or error
            )
        ) from error
    kept = {file.name: _keep(project, file) for file in files}
    if kept != project.form_media(form_id, version):
        project.set_form_media(form_id, version, kept)
    return len(kept)


def _media_files(folder: Path) -> list[Path]:
    found = [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith((".", "~")) and _no_litter(file)
    ]
    if len(found) > MOST:
        raise BadInput(
            _("The folder {path} holds more than {n} files; give the form's media folder.").format(
                path=folder, n=MOST
            )
        )
    for file in found:
        if file.stat().st_size > MAX_FILE:
            raise BadInput(
                _("{file} is larger than {n} MB; make it smaller.").format(
                    file=file, n=MAX_FILE // 1_000_000
                )
            )
    return found


def _no_litter(file: Path) -> bool:
    return file.name.lower() not in _SYSTEM


def _keep(project: Project, file: Path) -> str:
    return keep(file, project.path / "files", suffix=file.suffix.lower()).sha256


def media_file(project: Project, form_id: str, version: str, name_or_jr_uri: str) -> Path | None:
    """Where a form's file lies: by its name or as forms write it, ``jr://images/map.png``.

    ``None`` when the form has no such file. Upper and lower case are told apart only when two
    files differ in nothing else.
    """
    name = name_or_jr_uri.strip().rpartition("/")[2]
    media = project.form_media(form_id, version)
    sha = media.get(name)
    if sha is None:
        folded = {known.casefold(): value for known, value in media.items()}
        sha = folded.get(name.casefold())
    return None if sha is None else file_of(project.path, sha)


def form_lists(project: Project, definition: FormDefinition) -> Mapping[str, StaticNode]:
    """The lists that a form looks things up in and that are among its files, by their names.

    Those that it declares, and every other list by its file's name without ending, because
    ``pulldata`` and ``search`` may name it in an answer. BadInput or Unavailable when one cannot
    be read.
    """
    form, version = definition.form_id, definition.version
    found: dict[str, StaticNode] = {}
    for source in definition.lists.values():
        name = "" if source.document else list_name(source.src)
        file = media_file(project, form, version, name) if name else None
        if file is not None:
            found[source.name] = _list(file, name)
    for name in project.form_media(form, version):
        stem = Path(name).stem
        if name.lower().endswith(".csv") and stem not in definition.lists:
            file = media_file(project, form, version, name)
            if file is not None:
                found[stem] = _list(file, name)
    return found


@lru_cache(maxsize=32)
def _list(file: Path, name: str) -> StaticNode:
    """A list never changes under its file's name, which is its content's."""
    return read_list(file, name)
