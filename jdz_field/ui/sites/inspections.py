"""The records of a site and the draft that waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.core.sites import Draft, Record, Site
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import boxed, button, clear, column, divider, line, text

if TYPE_CHECKING:
    from jdz_field.store.project import Project

#: The form that inspects each kind of site; a county may add forms of its own.
FORMS = {
    "geohazard": "geohazard_inspection",
    "risk": "geohazard_inspection",
    "mine": "mine_inspection",
    "plot": "plot_check",
}
#: Records shown on the page.
FIRST = 4


def form_of(reader: Project, kind: str) -> str | None:
    """The form that inspects sites of ``kind``, if the project has it."""
    wanted = FORMS.get(kind)
    return wanted if wanted in {row.form_id for row in reader.forms()} else None


def record_state(state: str) -> tuple[str, str]:
    """The word for a record's state and its chip's role."""
    return {
        "unsent": (_("unsent"), "chip-accent"),
        "sent": (_("sent"), "chip"),
        "received": (_("received"), "chip-ok"),
        "approved": (_("approved"), "chip-ok"),
        "returned": (_("returned"), "chip-attention"),
        "rejected": (_("rejected"), "chip-error"),
    }.get(state, (state, "chip"))


class Inspections(QWidget):
    """Draft first, then the last records."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.open_draft: Draft | None = None
        self._layout = column(gap=8)
        self.setLayout(self._layout)

    def show_site(self, site: Site) -> int:
        """Show what belongs to ``site``; how many drafts and records."""
        reader = self._app.reader
        drafts = [draft for draft in reader.drafts() if draft.site == site.id]
        records = reader.records(site=site.id, limit=50)
        self.open_draft = drafts[0] if drafts else None
        clear(self._layout)
        titles = {row.form_id: row.title for row in reader.forms()}
        inside = column(gap=0)
        inside.setContentsMargins(1, 1, 1, 1)
        for draft in drafts:
            _separate(inside)
            inside.addLayout(self._draft(draft, titles.get(draft.form, draft.form)))
        for record in records[:FIRST]:
            _separate(inside)
            inside.addLayout(self._record(record, titles.get(record.form, record.form)))
        if inside.count():
            self._layout.addWidget(boxed(inside))
        return len(drafts) + len(records)

    def _draft(self, draft: Draft, form: str) -> QHBoxLayout:
        said = _("begun {when}").format(when=when(draft.started, utc_now()))
        resume = button(_("Resume"), self._resume, kind="quiet")
        row = line(column(text(form, "strong"), text(said, "caption"), gap=2), resume)
        row.setStretch(0, 1)
        row.setContentsMargins(12, 8, 8, 8)
        return row

    def _record(self, record: Record, form: str) -> QHBoxLayout:
        said = joined((record.author, when(record.finished, utc_now())))
        words, role = record_state(self._app.reader.record_state(record.id))
        row = line(
            column(text(form, "strong"), text(said, "caption"), gap=2),
            text(words, role, wrap=False),
        )
        row.setStretch(0, 1)
        row.setContentsMargins(12, 10, 12, 10)
        return row

    def _resume(self) -> None:
        if self.open_draft is not None:
            draft = self.open_draft
            self._app.open_form(draft.form, draft.site, draft.id)


def _separate(inside: QVBoxLayout) -> None:
    if inside.count():
        inside.addWidget(divider())
