"""Drafts and the versions of their forms: a draft stays on its own, and may be carried over."""

from __future__ import annotations

from dataclasses import replace

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Draft
from jdz_field.operations.definitions import definition
from jdz_field.operations.forms import form_language
from jdz_field.store.project import Project
from jdz_field.xforms.carry import Carry, compare


def newer_version(project: Project, draft: Draft) -> str | None:
    """The version of the draft's form that was added last, when it is not the draft's."""
    versions = [row.version for row in project.form_versions(draft.form)]
    if not versions or versions[-1] == draft.form_version:
        return None
    return versions[-1]


def what_changes(project: Project, draft: Draft, to_version: str | None = None) -> Carry:
    """What carrying a draft over would do; nothing is written.

    ``to_version`` is by default the newest. ``BadInput`` when there is no other version.
    """
    to = to_version if to_version is not None else newer_version(project, draft)
    versions = [row.version for row in project.form_versions(draft.form)]
    if to is None or to == draft.form_version:
        raise BadInput(
            _("The draft {id} is on version {version} already.").format(
                id=draft.id, version=draft.form_version
            )
        )
    if to not in versions:
        raise BadInput(
            _("Form {form} has no version {version}; there are {known}.").format(
                form=draft.form, version=to, known=_(", ").join(versions)
            )
        )
    new = definition(project, draft.form, to)
    old = definition(project, draft.form, draft.form_version)
    return compare(old, new, draft.answers, form_language(new) or "")


def carry_over(project: Project, draft: Draft, to_version: str | None = None) -> Draft:
    """Carry a draft over to another version (the newest by default) and store it.

    It keeps its id, its photos and its place; what it was before stays in ``carried``.
    """
    to = to_version if to_version is not None else newer_version(project, draft)
    carry = what_changes(project, draft, to)
    made = replace(
        draft,
        form_version=str(to),
        answers=carry.answers,
        updated=to_text(project.now()),
        carried=_before(draft),
    )
    project.save_draft(made)
    return made


def _before(draft: Draft) -> dict[str, object]:
    return {
        "form_version": draft.form_version,
        "answers": dict(draft.answers),
        "carried": draft.carried,
    }


def take_back(project: Project, draft: Draft) -> Draft:
    """Undo the carrying over: the draft is as it was before; what it is now stays in ``carried``.

    ``BadInput`` when it was not carried over.
    """
    if not draft.carried:
        raise BadInput(_("The draft {id} was not carried over.").format(id=draft.id))
    made = replace(
        draft,
        form_version=str(draft.carried["form_version"]),
        answers=dict(draft.carried["answers"]),
        updated=to_text(project.now()),
        carried=_before(draft),
    )
    project.save_draft(made)
    return made
