"""The records of a site and the draft that waits for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.core.sites import Draft, Record, Site
from jdz_field.operations.drafts import is_own
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import joined

#: Records shown on the page.
FIRST = 4


def record_state(state: str) -> tuple[str, str]:
    """The word for a record's state and its chip's role."""
    return {
        "unsent": (_("unsent"), "accent"),
        "sent": (_("sent"), ""),
        "received": (_("received"), "ok"),
        "approved": (_("approved"), "ok"),
        "returned": (_("returned"), "attention"),
        "rejected": (_("rejected"), "error"),
    }.get(state, (state, ""))


class Inspections(RowCard):
    """Drafts first, then the last records; a tap resumes or shows."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.open_draft: Draft | None = None
        self.chosen.connect(self._open)

    def show_site(self, site: Site) -> int:
        """Show what belongs to ``site``; how many drafts and records."""
        reader = self._app.reader
        drafts = [draft for draft in reader.drafts() if draft.site == site.id]
        records = reader.records(site=site.id, limit=50)
        # Another person's draft is no reason not to begin one's own.
        own = (draft for draft in drafts if is_own(draft, self._app.person))
        self.open_draft = next(own, None)
        titles = {row.form_id: row.title for row in reader.forms()}
        rows = [self._draft(draft, titles.get(draft.form, draft.form)) for draft in drafts]
        rows += [self._record(one, titles.get(one.form, one.form)) for one in records[:FIRST]]
        self.put(rows)
        return len(drafts) + len(records)

    def _draft(self, draft: Draft, form: str) -> Row:
        own = is_own(draft, self._app.person)
        return Row(
            key=draft.id,
            title=form,
            line=_("begun {when}").format(when=when(draft.started, utc_now())),
            chip=_("Resume") if own else draft.author,
            chip_role="accent" if own else "",
            data=draft,
        )

    def _record(self, record: Record, form: str) -> Row:
        words, role = record_state(self._app.reader.record_state(record.id))
        return Row(
            key=record.id,
            title=form,
            line=joined((record.author, when(record.finished, utc_now()))),
            chip=words,
            chip_role=role,
            data=record,
        )

    def _open(self, row: Row) -> None:
        if isinstance(row.data, Draft):
            self._app.open_form(row.data.form, row.data.site, row.data.id)
        else:
            self._app.show_page("records", row.key)
