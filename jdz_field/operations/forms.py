"""Forms of a project: the ones that ship, and a session over one of them for one site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jdz_field.core.i18n import language
from jdz_field.core.sites import Site
from jdz_field.operations.definitions import SITE_QUESTION, definition
from jdz_field.operations.entities import lists_of
from jdz_field.operations.form_media import add_media, form_lists
from jdz_field.operations.renewing import renew_forms
from jdz_field.store.project import Project
from jdz_field.xforms.convert import Converted, convert_xlsform
from jdz_field.xforms.entities import LAST_SAVED
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.model import static_document
from jdz_field.xforms.session import FormSession, ListRows
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.submission import submission_element

__all__ = [
    "SITE_QUESTION",
    "add_form",
    "add_shipped_forms",
    "form_language",
    "instances_of",
    "last_saved",
    "open_session",
]


def add_form(project: Project, file: Path, media: Path | None = None) -> Converted:
    """Add a form (.xlsx or .xml) to the project; ``BadInput`` when it is none.

    Its own files come along, from ``media`` or ``<stem>-media`` beside it. The same form and
    version again is no change; another content under a known version is refused by the store,
    because records name their version.
    """
    made = _register(project, convert_xlsform(file))
    add_media(project, made.form_id, made.version, file, media)
    return made


def _register(project: Project, made: Converted) -> Converted:
    project.add_form(made.form_id, made.version, made.title, made.xml, made.source, made.titles)
    return made


def add_shipped_forms(project: Project) -> list[str]:
    """Add every form that ships and that the project does not hold yet; their ids."""
    return renew_forms(project)


def instances_of(
    project: Project,
    form: FormDefinition,
    site: Site | None = None,
    known: Mapping[str, ListRows] | None = None,
) -> dict[str, ListRows]:
    """What a form looks things up in: its own files, entity lists, its last record.

    ``known``: what this gave for another site while the project was as it is, without the
    lists of sites.
    """
    if known is not None:
        return {**known, **lists_of(project, form, site, known=known)}
    media = form_lists(project, form)
    found: dict[str, ListRows] = {**media, **lists_of(project, form, site, media)}
    for name, source in form.lists.items():
        if source.src == LAST_SAVED:
            found[name] = last_saved(project, form)
    return found


def last_saved(project: Project, form: FormDefinition) -> StaticNode:
    """The record of a form that this person finished last, of any version, as a document.

    Without one every question in it is there and empty, as in ODK Collect.
    """
    found = project.records(form=form.form_id, author=project.author, limit=1)
    if not found:
        return static_document([submission_element(form, {}, whole=True)])
    made = found[0]
    own = definition(project, made.form, made.form_version)
    return static_document([submission_element(own, made.answers)])


def form_language(form: FormDefinition) -> str | None:
    """The form's language that fits the program's, by the tag in brackets: ``中文 (zh)``."""
    tag = f"({language()})"
    return next((name for name in form.languages if name.endswith(tag)), None)


def open_session(
    project: Project,
    form_id: str,
    *,
    version: str | None = None,
    site: Site | None = None,
    answers: Mapping[str, Any] | None = None,
    replaces: str = "",
) -> FormSession:
    """A session over a form: fresh and prefilled from ``site``, or on a draft's ``answers``."""
    form = definition(project, form_id, version)
    session = FormSession(
        form,
        answers=answers,
        language=form_language(form),
        instances=instances_of(project, form, site),
        now=project.now,
        metadata={"username": project.author, "deviceid": project.device},
        first_load=answers is None,
        replaces=replaces,
    )
    question = f"{form.root.path}/{SITE_QUESTION}"
    if answers is None and site is not None and question in form.nodes:
        session.answer(question, site.id)
    return session
