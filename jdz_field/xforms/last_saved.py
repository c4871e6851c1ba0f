"""``jr://instance/last-saved``: the answers of the record that was saved last, as a list.

ODK XForms, "Secondary Instances": a form may read the record of the same form that was saved
last (``${last-saved#name}`` in an XLSForm). Before there is one, all its nodes are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.xforms import submission
from jdz_field.xforms.form import FormDefinition, Seed
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def

SOURCE = "jr://instance/last-saved"


def last_saved_lists(
    form: FormDefinition, answers: Mapping[str, Any] | None
) -> dict[str, StaticNode]:
    """The documents of the lists that are the last saved record, by their names.

    ``answers``: what a session's ``submission()`` or ``answers()`` gave; None when there is none.
    """
    names = [source.name for source in form.lists.values() if source.src.strip() == SOURCE]
    if not names:
        return {}
    document = StaticNode("", None)
    _copy(form.root, submission.seed_from_answers(form, answers or {}), document)
    return dict.fromkeys(names, document)


def _copy(definition: Def, seed: Seed, parent: StaticNode) -> None:
    node = parent.add(definition.name, seed.text)
    for name, inner in definition.children.items():
        for kid in seed.kids.get(name, []):
            _copy(inner, kid, node)
