"""Forms of a project: the ones that ship, and a session over one of them for one site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, language
from jdz_field.core.resources import folder
from jdz_field.core.sites import Site
from jdz_field.operations.form_media import add_media, form_lists
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.xforms.convert import Converted, convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.session import FormSession

#: The question that a form reads its site from, when it has one.
SITE_QUESTION = "site_id"
_ALL = 1_000_000


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
    project.add_form(made.form_id, made.version, made.title, made.xml, made.source)
    return made


def add_shipped_forms(project: Project) -> list[str]:
    """Add every form that ships and that the project does not hold yet; their ids."""
    return [_register(project, made).form_id for made in _shipped()]


@cache
def _shipped() -> tuple[Converted, ...]:
    return tuple(convert_xlsform(file) for file in sorted(folder("forms").glob("*.xlsx")))


@lru_cache(maxsize=16)
def _parsed(xml: str) -> FormDefinition:
    return parse_form(xml)


def definition(project: Project, form_id: str, version: str | None = None) -> FormDefinition:
    """The form in this version (the newest by default); ``BadInput`` when it is not there."""
    xml = project.form_xml(form_id, version)
    if xml is None:
        raise BadInput(
            _("The project has no form «{form}»; add it with forms add FILE.").format(form=form_id)
        )
    return _parsed(xml)


def _entity(site: Site) -> dict[str, str]:
    row = {"name": site.id, "label": site.name, "__version": str(site.version)}
    for name, value in site.fields.items():
        if name != "name" and value is not None:
            row[name] = str(value)
    row["site_name"] = site.name
    if site.lon is not None and site.lat is not None:
        row["geometry"] = f"{site.lat} {site.lon} 0 0"
    return row


def entity_lists(project: Project, site: Site | None) -> dict[str, Sequence[Mapping[str, str]]]:
    """Secondary instances that forms read sites from (ODK entity lists).

    With a site, its own list holds that one row: the form asks for nothing else. Without one,
    every list is filled, so that the person can choose.
    """
    lists: dict[str, Sequence[Mapping[str, str]]] = {}
    for kind in site_kinds():
        if site is None:
            found = project.search(SiteQuery(kinds=(kind.name,)), limit=_ALL)
        else:
            found = [site] if site.kind == kind.name else []
        lists[kind.entity_list] = [_entity(one) for one in found]
    return lists


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
        instances={**form_lists(project, form), **entity_lists(project, site)},
        now=project.now,
        metadata={"username": project.author, "deviceid": project.device},
        first_load=answers is None,
        replaces=replaces,
    )
    question = f"{form.root.path}/{SITE_QUESTION}"
    if answers is None and site is not None and question in form.nodes:
        session.answer(question, site.id)
    return session
