"""The queue of open conflicts: one large, decided with a key, the next at once."""

from __future__ import annotations

from typing import Any

from jdz_field.core.changes import Value
from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import Conflict, Stand
from jdz_field.ui.office.conflict_view import ConflictView, title_of
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.decisions import Act
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.values import shown
from jdz_field.ui.widgets import column


class ConflictsPage(OfficePage):
    """Works off the conflicts in their order; a decision can be taken back for some seconds."""

    name = "conflicts"
    drawing = "conflict"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.queue: list[Conflict] = []
        self.at = 0
        self._taken: dict[str, tuple[int, Conflict]] = {}
        self._origins: dict[str, Stand] = {}
        self.view = ConflictView()
        self.view.decided.connect(self.decide)
        self.view.turned.connect(self.turn)
        self.content.setLayout(column(self.view))
        office.outbox.taken_back.connect(self._back)
        office.settled.connect(self._settled)
        office.refused.connect(self._refused)
        self.retranslate()

    def fetch(self, desk: Desk) -> list[Conflict]:
        """Every open conflict."""
        return desk.conflicts()

    def show_items(self, items: list[Conflict]) -> int:
        """Keep the place in the queue; leave out what is decided and on its way."""
        here = self.queue[self.at].id if self.queue else ""
        self.queue = [c for c in items if not self.office.pending(c.id)]
        places = [i for i, c in enumerate(self.queue) if c.id == here]
        self.at = places[0] if places else min(self.at, max(0, len(self.queue) - 1))
        self._show()
        return len(self.queue)

    def empty_words(self) -> tuple[str, str]:
        """Everything is decided."""
        return (
            _("No conflicts"),
            _("When two people change the same field of a site, both values come here."),
        )

    def turn(self, steps: int) -> None:
        """Go on or back in the queue without deciding."""
        if self.queue:
            self.at = (self.at + steps) % len(self.queue)
            self._show()

    def decide(self, take: str, value: Value, why: str) -> None:
        """Settle the conflict that is shown and go on to the next."""
        if not self.queue:
            return
        conflict = self.queue.pop(self.at)
        self._taken[conflict.id] = (self.at, conflict)
        self.at = min(self.at, max(0, len(self.queue) - 1))

        def send(desk: Desk) -> Any:
            return desk.decide(conflict, take, value, why)

        self.office.outbox.put(Act(conflict.id, said(conflict, take, value), send))
        self._show()
        self.recount(len(self.queue))

    def _show(self) -> None:
        if not self.queue:
            return
        total = len(self.queue)
        here = self.queue[self.at]
        after = self.queue[(self.at + 1) % total] if total > 1 else None
        self.view.put(here, self.at + 1, total, after)
        if here.id in self._origins:
            self.view.show_origin(self._origins[here.id])
        elif here.type == "field":
            self._ask_origin(here)

    def _ask_origin(self, conflict: Conflict) -> None:
        def arrived(origin: Stand) -> None:
            self._origins[conflict.id] = origin
            if self.queue and self.queue[self.at].id == conflict.id:
                self.view.show_origin(origin)

        self.office.ask(lambda desk: desk.origin(conflict), self, arrived, _unknown)

    def _back(self, key: str) -> None:
        if key in self._taken:
            place, conflict = self._taken.pop(key)
            self.at = min(place, len(self.queue))
            self.queue.insert(self.at, conflict)
            self._show()
            self.recount(len(self.queue))

    def _settled(self, key: str) -> None:
        # Deciding one conflict can close or open others (children, rivals).
        if self._taken.pop(key, None) is not None and not self.queue:
            self.load()

    def _refused(self, key: str, words: str) -> None:
        if key in self._taken:
            self._back(key)
            self.office.toast(words)
            self.load()


def _unknown(_error: Exception) -> None:
    """Who gave the old value stays unsaid."""


def said(conflict: Conflict, take: str, value: Value) -> str:
    """What was decided, for the toast."""
    stands = {"base": conflict.base, "central": conflict.central, "incoming": conflict.incoming}
    taken = stands[take].value if take in stands else value
    return _("{field}: {value}").format(
        field=title_of(conflict), value=shown(conflict.kind, conflict.field, taken)
    )
