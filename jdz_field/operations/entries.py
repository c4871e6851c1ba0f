"""Entries that a fresh form begins with, from what another form found at the site.

``resources/catalogue/entries.toml`` says which: an evacuation begins with the households that the
last survey for the cards named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.sites import Site
from jdz_field.operations.entities import in_order
from jdz_field.store.project import Project
from jdz_field.xforms.session import FormSession

_ALL = 1_000_000_000


def begin_entries(project: Project, session: FormSession, site: Site) -> None:
    """Make the entries in a fresh ``session`` over a form for ``site``; none where none is known.

    A county's own form of the same id that lacks the repeat or a question is left as it is.
    """
    for rule in table("entries")["entries"]:
        if rule["form"] == session.form.form_id:
            _begin(session, rule, _named(project, rule, site))
    session.take_changes()


def _named(project: Project, rule: Mapping[str, Any], site: Site) -> list[Mapping[str, Any]]:
    """The entries of the newest record that counts."""
    found = in_order(project.records(site=site.id, form=rule["of"], limit=_ALL))
    entries = found[-1].answers.get(rule["there"]) if found else None
    return [one for one in entries if isinstance(one, Mapping)] if isinstance(entries, list) else []


def _begin(session: FormSession, rule: Mapping[str, Any], named: list[Mapping[str, Any]]) -> None:
    repeat = f"{session.form.root.path}/{rule['repeat']}"
    asked: Mapping[str, str] = rule["fields"]
    if not {f"{repeat}/{here}" for here in asked} <= set(session.form.nodes):
        return
    for number, one in enumerate(named, 1):
        if number > len(session.node(repeat).children):
            session.add_repeat(repeat)
        for here, there in asked.items():
            value = one.get(there)
            if value is not None:
                session.answer(f"{repeat}[{number}]/{here}", str(value))
