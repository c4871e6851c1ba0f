"""What happened to a site: who changed what, when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.store.queries import HistoryEntry
from jdz_field.ui.numbers import when
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import boxed, button, clear, column, divider, line, text

#: Entries shown before the person asks for all.
FIRST = 3


def state_words(state: str) -> tuple[str, str]:
    """The word for a change's state and its chip's role."""
    return {
        "unsent": (_("unsent"), "chip-accent"),
        "sent": (_("sent"), "chip"),
        "received": (_("received"), "chip-ok"),
        "conflict": (_("conflict"), "chip-error"),
        "proposed": (_("at the office"), "chip-attention"),
        "waiting": (_("waiting"), "chip-attention"),
        "quarantined": (_("held"), "chip-error"),
        "rejected": (_("not taken"), "chip-error"),
    }.get(state, (state, "chip"))


def origin_words(origin: str) -> str:
    """How a change came about, where that is worth a word."""
    head = origin.split(":", 1)[0]
    return {
        "import": _("ledger"),
        "form": _("inspection"),
        "external": _("another program"),
        "decision": _("decision of the office"),
        "undo": _("undone"),
    }.get(head, "")


class History(QWidget):
    """The last changes.

    Signals:
        all_wanted: the person wants to see all of them.
    """

    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: Sequence[HistoryEntry] = ()
        self._layout = column(gap=0)
        self.setLayout(self._layout)

    def show_entries(self, entries: Sequence[HistoryEntry]) -> None:
        """Show these, newest first."""
        self._entries = sorted(entries, key=lambda e: e.change.hlc, reverse=True)
        self._draw()

    def _draw(self) -> None:
        clear(self._layout)
        inside = column(gap=0)
        inside.setContentsMargins(1, 1, 1, 1)
        seen = self._entries[:FIRST]
        for entry in seen:
            if inside.count():
                inside.addWidget(divider())
            inside.addLayout(_entry(entry))
        if seen:
            more = _("All {n} changes, and back to an earlier value").format(n=len(self._entries))
            inside.addWidget(divider())
            inside.addWidget(button(more, self.all_wanted.emit, kind="quiet", icon="clock"))
        if seen:
            self._layout.addWidget(boxed(inside))


def _entry(entry: HistoryEntry) -> QHBoxLayout:
    who = joined(
        (entry.change.author, origin_words(entry.change.origin), when(entry.at, utc_now()))
    )
    words, role = state_words(entry.state)
    summary = entry.summary if len(entry.summary) <= 160 else entry.summary[:160] + "…"
    row = line(column(text(summary), text(who, "caption"), gap=2), text(words, role, wrap=False))
    row.setStretch(0, 1)
    row.setContentsMargins(12, 10, 12, 10)
    return row
