"""How far the form is, in all and part by part, and the list of parts to jump to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.body import Body
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.widgets import column
from jdz_field.xforms.session import FormSession

#: Width of the list beside the form.
_WIDE = 280
#: Read-only expressions that make a question a note for ever.
_NEVER = ("true()", "1")


def counts(session: FormSession, left_out: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Answered and asked questions for every part at the form's top level; notes do not count."""
    tops = {
        inner.definition: place
        for place, top in enumerate(session.form.controls)
        for inner in top.walk()
    }
    found = [[0, 0] for _top in session.form.controls]
    for control, node in session.questions():
        note = control.tag == "input" and control.definition.bind.readonly in _NEVER
        if node.ref in left_out:
            continue
        if not note and node.relevant and not node.readonly:
            part = found[tops[control.definition]]
            part[0] += node.text != ""
            part[1] += 1
    return [(answered, asked) for answered, asked in found]


class Contents(QFrame):
    """The parts of the form with their counts.

    Signals:
        wanted(str): the ref of the part to go to.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self.setFixedWidth(_WIDE)
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.setLayout(column(self.list))

    def put(self, body: Body, parts: Sequence[tuple[int, int]]) -> None:
        """Show every part that is seen now."""
        rows = []
        for place, card in enumerate(body.cards):
            if card.isHidden():
                continue
            done = sum(parts[top][0] for top in body.tops[place])
            asked = sum(parts[top][1] for top in body.tops[place])
            if not asked:
                continue
            rows.append(
                Row(
                    key=body.first_of(card),
                    title=body.title_of(card) or _("Questions"),
                    chip=_("{done}/{all}").format(done=done, all=asked),
                    chip_role="ok" if done == asked else "",
                )
            )
        self.list.put(rows)

    def mark(self, ref: str) -> None:
        """Mark the part with this key."""
        self.list.select(ref)

    def _chosen(self, row: Row) -> None:
        self.wanted.emit(row.key)
