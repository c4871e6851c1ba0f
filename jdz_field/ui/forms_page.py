"""Which form to fill in: for a site, or one that needs no site."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.operations.form_choice import Choice, choices
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.widgets import Empty, Scroll, column, text


class FormsPage(Page):
    """The forms that fit, the first choice first; a tap begins."""

    def __init__(
        self, app: AppContext, site_id: object = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(app, parent)
        self.site = app.reader.site(str(site_id)) if site_id else None
        self.about = text("", "secondary")
        self.card = RowCard()
        self.nothing = Empty("records", "", "")
        scroll = Scroll(gap=10)
        for part in (self.about, self.card, self.nothing):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))
        self.card.chosen.connect(self._begin)
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Fill in a form")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        name = self.site.name or self.site.code if self.site else ""
        self.about.setText(name or _("Forms that need no site. Others begin at their site."))
        self.nothing.say(
            _("No form for this"), _("Forms come with a sync, or with forms add on this computer.")
        )

    def refresh(self) -> None:
        """Read the store anew."""
        found = choices(self.app.reader, self.site)
        self.card.put([self._row(one) for one in found])
        self.card.setVisible(bool(found))
        self.nothing.setVisible(not found)

    def _row(self, one: Choice) -> Row:
        last = _("last {when}").format(when=when(one.last, utc_now())) if one.last else ""
        word, role = ("", "")
        if one.urgent:
            word, role = _("urgent"), "error"
        elif one.first:
            word, role = _("usual"), "accent"
        return Row(key=one.id, title=one.title, line=last, chip=word, chip_role=role)

    def _begin(self, row: Row) -> None:
        self.app.open_form(row.key, self.site.id if self.site else None)
