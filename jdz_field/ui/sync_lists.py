"""Behind the counts of the sync page: which sites, records and files; and batch by batch."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.changes import ATTACHMENT, RECORD
from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.sync_lists import RETURNED, Listed, listed
from jdz_field.store.fates import FATES
from jdz_field.store.project import Project
from jdz_field.store.queries import BatchRow
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sync_words import fate_hint, fate_words
from jdz_field.ui.values import joined, kind_label
from jdz_field.ui.widgets import Empty, column, text

#: Rows that a list shows; more are counted at its foot.
MOST = 500


class BehindPage(Page):
    """What is behind one count, or in one batch."""

    def __init__(
        self,
        app: AppContext,
        fate: str,
        batch: BatchRow | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(app, parent)
        self.fate, self.batch = fate, batch
        self.hint = text("", "secondary")
        self.list = RowList()
        self.list.chosen.connect(self._open)
        self.empty = Empty("done", "")
        head = column(self.hint)
        head.setContentsMargins(16, 10, 16, 6)
        whole = column(head, self.list, self.empty, gap=0)
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.empty.hide()
        self.retranslate()

    def title(self) -> str:
        """The count's name, or the batch's number."""
        if self.batch is not None:
            return _("Batch {n}").format(n=self.batch.seq)
        return fate_words(self.fate)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = batch_line(self.batch) if self.batch is not None else fate_hint(self.fate)
        self.hint.setText(words)
        self.empty.say(_("Nothing here now"))

    def refresh(self) -> None:
        """Read the store anew, beside the window."""
        fate, batch = self.fate, self.batch.id if self.batch is not None else None

        def read(reader: Project) -> list[Listed]:
            return listed(reader, fate, batch, MOST)

        self.app.ask(read, self, self._put)

    def _put(self, found: list[Listed]) -> None:
        self.list.put([_row(one, self.fate) for one in found])
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)

    def _open(self, row: Row) -> None:
        one: Listed = row.data
        if one.record:
            self.app.show_page("records", one.record)
        elif one.site and self.app.reader.site(one.site) is not None:
            self.app.open_site(one.site)


class BatchesPage(Page):
    """Every batch that this tablet sealed, the newest first, and what became of it."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.list = RowList()
        self.list.chosen.connect(self._open)
        self.empty = Empty("batch", "")
        whole = column(self.list, self.empty, gap=0)
        self.setLayout(whole)
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Batches")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.empty.say(
            _("Nothing was sealed yet"), _("The first sync, or the first file, seals a batch.")
        )

    def refresh(self) -> None:
        """Read the store anew."""
        fates, rows = self.app.reader.batch_fates(), self.app.reader.batches()
        self.list.put([_batch_row(one, fates.get(one.id, {})) for one in rows[:MOST]])
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)

    def _open(self, row: Row) -> None:
        self.app.push(BehindPage(self.app, "", row.data))


def batch_line(batch: BatchRow) -> str:
    """When a batch was sealed and when the centre answered."""
    now = utc_now()
    sealed = _("sealed {when}").format(when=when(batch.created, now))
    if batch.received is None:
        return joined([sealed, _("no answer from the centre yet")])
    return joined([sealed, _("answered {when}").format(when=when(batch.received, now))])


def _batch_row(batch: BatchRow, fates: dict[str, int]) -> Row:
    parts = [f"{fate_words(fate)} {fates[fate]:,}" for fate in FATES if fates.get(fate)]
    waits = batch.received is None
    return Row(
        key=batch.id,
        title=_("Batch {n}").format(n=batch.seq),
        line=joined([batch_line(batch), *parts]),
        chip=_("Under way") if waits else _("Received"),
        chip_role="attention" if waits else "ok",
        data=batch,
    )


def _row(one: Listed, fate: str) -> Row:
    what = {ATTACHMENT: _("Photo or file"), RECORD: one.form or _("Record")}
    kind = what.get(one.kind) or kind_label(one.kind)
    count = ngettext("{n} change", "{n} changes", one.changes).format(n=one.changes)
    return Row(
        key=one.subject,
        title=one.name or one.subject[:8],
        line=joined([kind, count if fate != RETURNED else ""]),
        right=when(one.at, utc_now()) if one.at else "",
        chip=_("Correct") if fate == RETURNED else "",
        chip_role="attention",
        data=one,
    )
