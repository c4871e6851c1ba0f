"""OpenRosa submissions in: records from ODK Collect, Kobo, Briefcase and other projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import canonical_json
from jdz_field.core.i18n import _
from jdz_field.core.sites import Record, Site
from jdz_field.operations.definitions import SITE_QUESTION, definition
from jdz_field.operations.photos import add_photos
from jdz_field.operations.records import place_of
from jdz_field.operations.site_updates import site_work
from jdz_field.operations.submission_export import files_folder
from jdz_field.store.project import Project
from jdz_field.xforms.check_block import read_checks
from jdz_field.xforms.entities import updates_of
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.letters import (
    Letter,
    letter_of,
    made_at,
    plain_name,
    preloaded,
    record_id_of,
)
from jdz_field.xforms.position_block import read_block
from jdz_field.xforms.safe_xml import MAX_BYTES, attribute, child, children, local, read_xml
from jdz_field.xforms.submission import Received, read_submission

IMPORTED, KNOWN, REFUSED = "imported", "known", "refused"
#: A submission inside what servers and our own export wrap around it.
_WRAPPERS = ("submissions", "submission")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one submission: ``imported``, ``known`` or ``refused`` (``problem`` why).

    ``notes``: what the record lacks of it, or what sites could not take, in sentences.
    """

    file: Path
    status: str
    id: str | None = None
    instance_id: str = ""
    form: str = ""
    form_version: str = ""
    problem: str | None = None
    notes: tuple[str, ...] = ()
    attachments: int = 0

    def to_json(self) -> dict[str, Any]:
        """As ``records import`` prints it."""
        return {
            "file": str(self.file),
            "status": self.status,
            "id": self.id,
            "instance_id": self.instance_id,
            "form": self.form,
            "form_version": self.form_version,
            "problem": self.problem,
            "notes": list(self.notes),
            "attachments": self.attachments,
        }


@dataclass(frozen=True, slots=True)
class _Sent:
    """A submission and the file that it came in."""

    file: Path
    letter: Letter


def import_submissions(
    project: Project, files: Iterable[Path], folder: Path | None = None
) -> list[Imported]:
    """Bring submissions in as records of their form and version; each is one transaction.

    ``folder`` holds their files; by default ``<stem>-files`` and the folder of each file are
    looked in. The same submission again is ``known``, and only files that were missing are
    added. Answers are taken as they are: they were judged where they were given.
    """
    done: list[Imported] = []
    for file in files:
        try:
            letters = list(_letters(file))
        except JdzError as error:
            done.append(Imported(file, REFUSED, problem=str(error)))
            continue
        done += [_one(project, sent, folder) for sent in letters]
    return done


def _letters(file: Path) -> Iterator[_Sent]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput(
                _("{file} is larger than {n} MB; make it smaller.").format(
                    file=file, n=MAX_BYTES // 1_000_000
                )
            )
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read ({what}).").format(file=file, what=error.strerror or error)
        ) from error
    top = read_xml(data, str(file.name))
    for element in _unwrapped(top):
        yield _Sent(file, letter_of(element))


def _unwrapped(top: etree._Element) -> list[etree._Element]:
    if local(top) not in _WRAPPERS or attribute(top, "id"):
        return [top]
    inside = children(top)
    if local(top) == "submission":
        data = child(top, "data")
        inside = children(data) if data is not None and not attribute(data, "id") else inside[:1]
    return inside


def _one(project: Project, sent: _Sent, folder: Path | None) -> Imported:
    known = Imported(
        sent.file,
        REFUSED,
        instance_id=sent.letter.instance_id,
        form=sent.letter.form,
        form_version=sent.letter.form_version,
    )
    try:
        form = _form(project, known, sent.letter)
        received = read_submission(form, sent.letter.element)
        return _taken(project, sent, form, received, known, folder)
    except BadInput as error:
        return replace(known, problem=str(error))


def _form(project: Project, about: Imported, letter: Letter) -> FormDefinition:
    if letter.encrypted:
        raise BadInput(
            _("{file} is encrypted; decrypt it where its key is, then import it.").format(
                file=about.file.name
            )
        )
    if not about.instance_id:
        raise BadInput(
            _("{file}: the submission has no instanceID; it cannot be told from others.").format(
                file=about.file.name
            )
        )
    versions = [row.version for row in project.form_versions(about.form)]
    if not versions:
        raise BadInput(
            _("The project has no form «{form}»; add it with forms add FILE.").format(
                form=about.form
            )
        )
    if about.form_version not in versions:
        raise BadInput(
            _(
                "Form {form} is not here in version «{version}», only in {known};"
                " add that version with forms add FILE."
            ).format(
                form=about.form, version=about.form_version, known=_(", ").join(versions) or "«»"
            )
        )
    return definition(project, about.form, about.form_version)


def _taken(
    project: Project,
    sent: _Sent,
    form: FormDefinition,
    received: Received,
    about: Imported,
    folder: Path | None,
) -> Imported:
    there = project.record_of_instance(sent.letter.instance_id)
    there = there or project.record(record_id_of(sent.letter.instance_id))
    notes = [
        _("The form has no {ref}; what it held was left out.").format(ref=ref)
        for ref in received.unknown
    ]
    if there is not None:
        if canonical_json(dict(there.answers)) != canonical_json(received.answers):
            raise BadInput(
                _(
                    "A record with the id {id} is here with other answers; a changed submission"
                    " needs an id of its own and names the old one as deprecatedID."
                ).format(id=sent.letter.instance_id)
            )
        about = replace(about, status=KNOWN)
    else:
        there, more = _enter(project, sent, form, received.answers)
        notes += more
        about = replace(about, status=IMPORTED)
    count, missing = _attach(project, sent, received, there, folder)
    return replace(about, id=there.id, notes=(*notes, *missing), attachments=count)


def _enter(
    project: Project, sent: _Sent, form: FormDefinition, answers: Mapping[str, Any]
) -> tuple[Record, list[str]]:
    site = _site(project, answers)
    old = None
    if sent.letter.deprecated_id:
        found = project.record_of_instance(sent.letter.deprecated_id)
        old = found.id if found else record_id_of(sent.letter.deprecated_id)
    place = place_of(answers, site)
    # Versions of another server say nothing about ours.
    updates = [replace(u, base_version="", trunk_version="") for u in updates_of(form, answers)]
    work = site_work(project, updates, place=place, replaces=bool(old))
    only = work.only_site or (None, None)
    positions, notes = _positions(sent, answers)
    now = to_text(project.now())
    started, finished = made_at(sent.letter, form, answers)
    record = Record(
        id=record_id_of(sent.letter.instance_id),
        form=form.form_id,
        form_version=form.version,
        answers=answers,
        author=preloaded(form, answers, "property", "username") or project.author,
        started=started or now,
        finished=finished or now,
        site=site.id if site else only[0],
        site_kind=site.kind if site else only[1],
        replaces=old,
        geometry=place,
        positions=positions,
        checks=read_checks(sent.letter.element),
    )
    project.finalize(record, draft=None, edits=work.numbered(project, positions))
    return record, [*notes, *work.notes, *(problem.message for problem in work.problems)]


def _positions(sent: _Sent, answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """How its positions were found, as it says; a record is never refused for it."""
    try:
        return read_block(sent.letter.element, answers), []
    except BadInput as error:
        return {}, [str(error)]


def _site(project: Project, answers: Mapping[str, Any]) -> Site | None:
    named = answers.get(SITE_QUESTION)
    return project.site(named) if isinstance(named, str) else None


# ---- their files


def _attach(
    project: Project, sent: _Sent, received: Received, record: Record, folder: Path | None
) -> tuple[int, list[str]]:
    """Take the files of a submission in; how many it has here now, and which are missing."""
    there = {(one.path, one.filename) for one in project.attachments(record=record.id)}
    count, notes = 0, []
    for ref, name in received.files.items():
        file = _file(sent, name, record.id, folder)
        if (ref, name) in there:
            count += 1
        elif file is None:
            notes.append(
                _("The file {name} for {ref} is not beside the submission.").format(
                    name=name, ref=ref
                )
            )
        else:
            report = add_photos(
                project, [file], record=record.id, site=record.site, path=ref, any_file=True
            )
            added = report.files[0]
            count += added.attachment is not None
            if added.attachment is None:
                notes.append(added.problem or _("{file} could not be added.").format(file=name))
    return count, notes


def _file(sent: _Sent, name: str, record_id: str, folder: Path | None) -> Path | None:
    if plain_name(name) != name:
        return None
    beside = sent.file.parent
    base = [folder] if folder is not None else [files_folder(sent.file), beside]
    own = record_id_of(sent.letter.instance_id)
    places = [place / part for place in base for part in (own, record_id, "")]
    return next((place / name for place in places if (place / name).is_file()), None)
