"""Own values that the centre has not taken: its value and one's own, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.store.queries import LocalConflict
from jdz_field.sync.merge_rules import reason_text
from jdz_field.ui.values import field_label, shown
from jdz_field.ui.widgets import boxed, clear, column, line, text


def outcome_words(outcome: str) -> tuple[str, str]:
    """A heading and what comes next, for an outcome that holds a value back."""
    return {
        "conflict": (
            _("Two people changed this field"),
            _("The office decides. Your value is kept; edit the field again to send another."),
        ),
        "proposed": (_("Waits for the office's approval"), _("Nothing to do.")),
        "waiting": (
            _("Waits for an earlier change"),
            _("It goes on by itself when the missing change arrives at the centre."),
        ),
        "quarantined": (
            _("Breaks a rule"),
            _("Edit the field again; the office can release it too."),
        ),
        "rejected": (
            _("The office did not take it"),
            _("Edit the field again if you know better."),
        ),
    }.get(outcome, (outcome, ""))


class Contested(QWidget):
    """A card for each field whose own value waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = column(gap=8)
        self.setLayout(self._layout)

    def show_conflicts(self, conflicts: Sequence[LocalConflict]) -> None:
        """Show these; nothing at all when there are none."""
        clear(self._layout)
        for conflict in conflicts:
            self._layout.addWidget(_card(conflict))
        self.setVisible(bool(conflicts))


def _card(conflict: LocalConflict) -> QWidget:
    heading, what_next = outcome_words(conflict.outcome)
    label = field_label(conflict.kind, conflict.field)
    sides = line(
        _side(_("At the centre"), shown(conflict.kind, conflict.field, conflict.central)),
        _side(_("Yours"), shown(conflict.kind, conflict.field, conflict.own)),
        gap=8,
    )
    parts: list[QWidget] = [text(f"{label} · {heading}", "strong")]
    box = column(*parts, sides, gap=8)
    if conflict.reason:
        box.addWidget(text(reason_text(conflict.reason)))
    if what_next:
        box.addWidget(text(what_next, "caption"))
    box.setContentsMargins(14, 12, 14, 12)
    role = "fault" if conflict.outcome in ("conflict", "quarantined") else "warning"
    return boxed(box, role)


def _side(heading: str, value: str) -> QWidget:
    box = column(text(heading, "section"), text(value, "strong"), None, gap=4)
    box.setContentsMargins(12, 8, 12, 8)
    return boxed(box, "card")
