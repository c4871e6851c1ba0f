"""The form definitions of a project, parsed once."""

from __future__ import annotations

from functools import lru_cache

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store.project import Project
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.site_edits import SITE_QUESTION

__all__ = ["SITE_QUESTION", "definition", "parsed"]


@lru_cache(maxsize=48)
def parsed(xml: str) -> FormDefinition:
    """The definition that an XForm describes; ``BadInput`` when it describes none."""
    return parse_form(xml)


def definition(project: Project, form_id: str, version: str | None = None) -> FormDefinition:
    """The form in this version (the newest by default); ``BadInput`` when it is not there."""
    xml = project.form_xml(form_id, version)
    if xml is None:
        raise BadInput(
            _("The project has no form «{form}»; add it with forms add FILE.").format(form=form_id)
        )
    return parsed(xml)
