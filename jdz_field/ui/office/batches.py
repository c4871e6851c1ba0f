"""The batches that came in: who, which device, when, what became of the changes."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import BatchRow
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.office.stick import StickBar
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import column


def outcome_words() -> dict[str, str]:
    """The outcomes in the order in which they are told."""
    return {
        "conflict": _("{n} in conflict"),
        "proposed": _("{n} proposed"),
        "quarantined": _("{n} quarantined"),
        "waiting": _("{n} waiting"),
        "rejected": _("{n} rejected"),
        "applied": _("{n} taken over"),
        "merged": _("{n} merged"),
        "already": _("{n} known already"),
    }


def told(batch: BatchRow) -> str:
    """What became of the batch's changes, in one line."""
    words = outcome_words()
    parts = [
        words[name].format(n=batch.outcomes[name]) for name in words if batch.outcomes.get(name)
    ]
    return joined(parts)


def missing_words(count: int) -> str:
    """So many photos have not arrived."""
    return ngettext("{n} photo missing", "{n} photos missing", count).format(n=count)


class BatchesPage(OfficePage):
    """The list, the newest first."""

    name = "batches"
    drawing = "batch"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.list = RowList()
        self.content.setLayout(column(self.list))
        self.stick = StickBar(office)
        self.stick.taken.connect(self.load)
        whole = self.layout()
        if isinstance(whole, QBoxLayout):
            whole.insertWidget(0, self.stick)
        self.retranslate()

    def fetch(self, desk: Desk) -> list[BatchRow]:
        """Every batch."""
        return desk.batches()

    def show_items(self, items: list[BatchRow]) -> int:
        """One row a batch; a batch whose photos are missing stands out."""
        self.list.put([_row(batch) for batch in items])
        return len(items)

    def recount(self, count: int) -> None:
        """Batches are looked at, not worked off: no number in the navigation."""
        super().recount(count)
        self.office.counted.emit(self.name, 0)

    def empty_words(self) -> tuple[str, str]:
        """No batch yet."""
        return (
            _("No batch has come in yet"),
            _("Batches arrive when a tablet syncs, or from a stick with central receive."),
        )


def _row(batch: BatchRow) -> Row:
    chip, role = _("Complete"), "ok"
    if batch.missing:
        chip, role = missing_words(batch.missing), "attention"
    if batch.held:
        chip, role = _("Held: device shut out"), "error"
    changes = ngettext("{n} change", "{n} changes", batch.changes).format(n=batch.changes)
    return Row(
        key=batch.id,
        title=joined([batch.author, batch.device]),
        line=joined([changes, told(batch)]),
        right=shown_time(batch.received),
        chip=chip,
        chip_role=role,
        data=batch,
    )
