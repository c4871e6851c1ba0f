"""Forms that the centre publishes come to the device, each with the files that it needs.

A form version never changes, so one that is here is not asked for again; its files may come
later or be others, and are compared every time. A file comes whole with its hash verified, and
goes on where an earlier try broke off. A form that this program cannot read is listed and holds
nothing up: the records of other forms go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.photos.keep import keep
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync.batch import decode
from jdz_field.sync.client import CentralClient
from jdz_field.sync.engine import SyncReport
from jdz_field.sync.link import Refused, nonsense
from jdz_field.xforms.definition import parse_form

#: Folder of the project in which files arrive before they are whole.
_COMING = "thumbnails/coming"
_CUT_OFF = (401, 403)


@dataclass(frozen=True, slots=True)
class Told:
    """A form version as the centre lists it; ``media``: SHA-256 by file name."""

    form_id: str
    version: str
    title: str
    media: Mapping[str, str]


def pull_forms(project: Project, client: CentralClient, report: SyncReport) -> None:
    """Fetch what is published and not here; ``report.forms`` counts the new versions.

    ``Unavailable``: the connection or the disk; ``Refused``: this device is shut out.
    """
    known = {(row.form_id, row.version) for row in project.form_versions()}
    # The centre lists the newest first; the one added last is the one that is filled.
    for form in reversed(_told(client.forms())):
        try:
            if (form.form_id, form.version) not in known:
                add_version(project, form, client.form_xml(form.form_id, form.version))
                report.forms += 1
            _pull_media(project, client, form)
        except BadInput as error:
            if isinstance(error, Refused) and error.status in _CUT_OFF:
                raise
            report.refused.append({"file": form.title or form.form_id, "message": str(error)})


def take_forms(project: Project, forms: Iterable[Mapping[str, Any]], report: SyncReport) -> None:
    """Enter the forms of an answer by hand, each with the files that came with it.

    One that cannot be entered is listed. ``Unavailable``: the disk.
    """
    known = {(row.form_id, row.version) for row in project.form_versions()}
    for data in forms:
        (told,) = _told([data])
        try:
            if (told.form_id, told.version) not in known:
                add_version(project, told, str(data.get("xml") or ""))
                report.forms += 1
            _take_media(project, told, data.get("files") or {})
        except BadInput as error:
            report.refused.append({"file": told.title or told.form_id, "message": str(error)})


def _take_media(project: Project, told: Told, files: Mapping[str, str]) -> None:
    if not told.media or dict(told.media) == project.form_media(told.form_id, told.version):
        return
    with TemporaryDirectory(prefix="jdz-") as folder:
        for filename, sha in told.media.items():
            draft = Path(folder) / sha
            draft.write_bytes(decode(files.get(sha), filename))
            kept = keep(draft, project.path / "files", suffix=Path(filename).suffix.lower())
            if kept.sha256 != sha:
                raise BadInput(
                    _("Attachment {sha} arrived damaged; sync again.").format(sha=sha[:16])
                )
    project.set_form_media(told.form_id, told.version, told.media)


def add_version(project: Project, told: Told, xml: str) -> None:
    """Enter a form that came from the centre. ``BadInput``: it is not what the centre says."""
    form = parse_form(xml)
    if (form.form_id, form.version) != (told.form_id, told.version):
        raise BadInput(
            _("Form {form} {version} came with another name; tell the office.").format(
                form=told.form_id, version=told.version
            )
        )
    project.add_form(form.form_id, form.version, form.title, xml, None, dict(form.titles))


def _told(data: Any) -> list[Told]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise nonsense()
    try:
        return [
            Told(
                str(row["form_id"]),
                str(row["version"]),
                str(row.get("title") or ""),
                {str(m["filename"]): str(m["sha256"]) for m in row.get("media", ())},
            )
            for row in data
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise nonsense() from error


def _pull_media(project: Project, client: CentralClient, form: Told) -> None:
    if not form.media or dict(form.media) == project.form_media(form.form_id, form.version):
        return
    for filename, sha in form.media.items():
        if file_of(project.path, sha) is None:
            _fetch(project.path, client, sha, Path(filename).suffix.lower() or ".bin")
    # Only a whole set takes effect: half of the lists would ask the wrong questions.
    project.set_form_media(form.form_id, form.version, form.media)


def _fetch(folder: Path, client: CentralClient, sha: str, suffix: str) -> None:
    target = folder / "files" / sha[:2] / f"{sha}{suffix}"
    beside = folder / _COMING / target.name
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        client.download(sha, beside)
        beside.replace(target)
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({reason}); check the disk and its free space.").format(
                file=target, reason=error.strerror or error
            )
        ) from error
