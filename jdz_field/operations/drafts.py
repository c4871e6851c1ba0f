"""Whose draft it is on a tablet that several share, and what others may do with it.

Everybody sees that there is one, and whose. Its answers, and taking it over, are the office's to
allow (the project's setting ``drafts_of_others``): ``take-over``, the rule without one, or
``name-only``.
Nothing is lost either way: the person themselves, and the command line, always reach it.
"""

from __future__ import annotations

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Draft
from jdz_field.operations.people_file import Person
from jdz_field.store.project import Project

RULES = ("take-over", "name-only")
_KEY = "drafts_of_others"


def rule(project: Project) -> str:
    """The office's rule for this project."""
    found = project.get_setting(_KEY)
    return found if found in RULES else RULES[0]


def set_rule(project: Project, name: str) -> None:
    """Keep another rule. ``BadUsage`` for another word."""
    if name not in RULES:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(word=name, words=" ".join(RULES))
        )
    project.set_setting(_KEY, name)


def is_own(draft: Draft, person: Person | None) -> bool:
    """Whether a draft belongs to who works now; before anybody gave a name, all do."""
    return person is None or not draft.author or draft.author in person.names


def may_look(project: Project, draft: Draft, person: Person | None) -> bool:
    """Whether who works now may read a draft and take it over."""
    return is_own(draft, person) or rule(project) == "take-over"


def take_over(project: Project, draft: Draft, person: Person) -> Draft:
    """Go on with another person's draft as one's own; it is noted with both names.

    ``BadUsage`` where the office's rule forbids it, ``BadInput`` when the draft is gone.
    """
    if not may_look(project, draft, person):
        raise BadUsage(
            _("The office lets only {name} go on with this draft.").format(name=draft.author)
        )
    return project.hand_over_draft(draft.id, person.name)
