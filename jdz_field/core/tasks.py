"""The task: the office asks for a form at a site until a day. A subject that only it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jdz_field.core.changes import Value

#: Kind of the subject, and its states; whether it is done follows from the records.
TASK = "task"
OPEN, WITHDRAWN = "open", "withdrawn"


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Attributes:
        id: UUIDv7.
        site: id of the site to visit.
        form: id of the form to fill there.
        due: the last day, ``YYYY-MM-DD`` (Beijing).
        note: what to look at, in the office's words.
        assignee: name of the user; empty: whoever holds the site.
        given_by: who gave it.
        given: when, UTC, ``core.clock.to_text``.
        state: ``open`` or ``withdrawn``.
    """

    id: str
    site: str
    form: str
    due: str
    note: str = ""
    assignee: str = ""
    given_by: str = ""
    given: str = ""
    state: str = OPEN

    def to_fields(self) -> dict[str, Value]:
        """Its fields in the log."""
        names = ("site", "form", "due", "note", "assignee", "given_by", "given", "state")
        return {name: getattr(self, name) or None for name in names}

    @classmethod
    def of(cls, task: str, fields: Mapping[str, Value]) -> Task:
        """The task with these fields; what is absent or no text is empty."""
        words = {
            name: value
            for name, value in fields.items()
            if name in cls.__slots__ and name != "id" and isinstance(value, str)
        }
        return cls(**({"site": "", "form": "", "due": ""} | words | {"id": task}))

    def answered(self, site: object, form: object, finished: object) -> bool:
        """Whether a record of this site and form, finished then, does it."""
        return (site, form) == (self.site, self.form) and str(finished or "") >= self.given
