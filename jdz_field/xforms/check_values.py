"""Values that a form starts with: whether they are values of their questions at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from jdz_field.core.i18n import _
from jdz_field.xforms.check_facts import Facts
from jdz_field.xforms.check_place import Places, listed, meant
from jdz_field.xforms.check_tables import Tables
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.datatypes import read_answer
from jdz_field.xforms.form import FormDefinition, Seed
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def value_issues(facts: Facts, places: Places, tables: Tables) -> Iterator[Issue]:
    """Defaults that are no value of their type or not in their list."""
    for node, text in _defaults(facts.root, facts.seed):
        yield from _typed(node, text, places)
        asked = facts.by_node.get(node)
        values = [] if asked is None else tables.values_of(asked)
        if not values or asked is None:
            continue
        chosen = [text] if asked.tag == "select1" else text.split()
        for value in chosen:
            if value not in values:
                message = _("The default {value} is not in the list ({values}).").format(
                    value=value, values=listed(values)
                )
                yield places.issue(node.path, "default", message + meant(value, values))


def _defaults(definition: Def, seed: Seed) -> Iterator[tuple[Def, str]]:
    """Every question that starts with a value; of a repeat its template or first instance."""
    if definition.leaf:
        if seed.text and not definition.name.startswith("@"):
            yield definition, seed.text
        return
    for name, inner in definition.children.items():
        kids = seed.kids.get(name, [])
        first = seed.template.get(name) or (kids[0] if kids else None)
        if first is not None:
            yield from _defaults(inner, first)


def _typed(node: Def, text: str, places: Places) -> Iterator[Issue]:
    kind = node.bind.type
    if kind in ("select1", "select", "rank", "binary"):
        return
    if read_answer(text, kind, _BEGINNING.date) is None:
        message = _("The default {value} is no value of type {type}.").format(
            value=text[:60], type=kind
        )
        yield places.issue(node.path, "default", message)


def constraint_issues(
    form: FormDefinition, places: Places, lists: Mapping[str, StaticNode]
) -> Iterator[Issue]:
    """Defaults, fixed or computed, that the question's own constraint refuses at once."""
    session = FormSession(form, instances=lists, now=lambda: _BEGINNING)
    for problem in session.problems():
        if problem.kind == "constraint" and session.node(problem.ref).value:
            message = _("The form starts with {value}, which its own constraint refuses.").format(
                value=session.node(problem.ref).value[:60]
            )
            path = "/".join(part.partition("[")[0] for part in problem.ref.split("/"))
            yield places.issue(path, "default", message, "warning")
