"""The first page: what to go on with, what was touched last, what waits to be sent."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _
from jdz_field.operations.drafts import is_own
from jdz_field.operations.form_choice import choices
from jdz_field.operations.patrols import rain_since
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row
from jdz_field.ui.sites.model import row_of
from jdz_field.ui.sync_state import to_look_at
from jdz_field.ui.tasks_card import TasksCard
from jdz_field.ui.tiles import Figure, RowCard
from jdz_field.ui.tracking_panel import TrackPanel
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Empty, Scroll, button, column, line, text

#: Rows of each card.
FEW = 5


class TodayPage(Page):
    """Today."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.greeting = text("", "title")
        self.day = text("", "secondary")
        self.figures = {name: Figure() for name in ("sites", "drafts", "unsent", "problems")}
        self.track = TrackPanel(app, brief=True)
        self.tasks = TasksCard(app)
        self.drafts_head, self.recent_head = text("", "section"), text("", "section")
        self.drafts, self.recent = RowCard(), RowCard()
        self.urgent = button("", self._urgent, kind="danger", icon="warning")
        self.forms = button("", self._forms, icon="records")
        self.first = button("", self._import, kind="primary", icon="import")
        self.nothing = Empty("sites", "", "", self.first)
        self._lay_out()
        self.figures["sites"].clicked.connect(self._to_sites)
        self.figures["drafts"].clicked.connect(self._to_records)
        self.figures["unsent"].clicked.connect(self._to_sync)
        self.figures["problems"].clicked.connect(self._to_sync)
        self.drafts.chosen.connect(self._resume)
        self.recent.chosen.connect(self._open_site)
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, place // 2, place % 2)
        scroll.body.addWidget(self.greeting)
        scroll.body.addWidget(self.day)
        scroll.body.addLayout(grid)
        scroll.body.addLayout(line(self.urgent, self.forms))
        scroll.body.addWidget(self.tasks)
        scroll.body.addWidget(self.track)
        for part in (self.drafts_head, self.drafts, self.recent_head, self.recent, self.nothing):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def title(self) -> str:
        """The heading."""
        return _("Today")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.track.retranslate()
        self.drafts_head.setText(_("Go on where you stopped"))
        self.recent_head.setText(_("Last touched"))
        self.nothing.say(
            _("No sites yet"), _("Import the county's ledger, or sync with the centre.")
        )
        self.urgent.setText(_("Urgent report"))
        self.forms.setText(_("Fill in a form"))
        self.first.setText(_("Import a ledger"))

    def refresh(self) -> None:
        """Read the store anew."""
        reader = self.app.reader
        counts = reader.counts()
        now = utc_now()
        self.greeting.setText(reader.author or reader.name)
        here = now.astimezone(BEIJING)
        self.day.setText(f"{here:%Y-%m-%d} · {_weekday(here.weekday())}")
        sites = sum(counts["sites"].values())
        problems = to_look_at(reader)
        self.urgent.setVisible(any(one.urgent for one in choices(reader)))
        self.figures["sites"].say(sites, _("Sites"), "sites")
        self.figures["drafts"].say(counts["drafts"], _("Unfinished"), "edit")
        self.figures["unsent"].say(counts["unsent"], _("Unsent"), "export")
        self.figures["problems"].say(problems, _("To look at"), "warning", alarming=problems > 0)
        self.tasks.refresh(reader)
        self._show_drafts()
        recent = reader.search(SiteQuery(order="updated"), limit=FEW)
        rain = rain_since(self.app.reader)
        self.recent.put([row_of(site, rain=rain) for site in recent])
        for part in (self.recent_head, self.recent):
            part.setVisible(bool(recent))
        self.nothing.setVisible(sites == 0)

    def _show_drafts(self) -> None:
        reader, now = self.app.reader, utc_now()
        titles = {form.form_id: form.title for form in reader.forms()}
        rows = []
        # One's own first.
        drafts = sorted(reader.drafts(), key=lambda one: not is_own(one, self.app.person))
        for draft in drafts[:FEW]:
            site = reader.site(draft.site) if draft.site else None
            form = titles.get(draft.form, draft.form)
            own = is_own(draft, self.app.person)
            rows.append(
                Row(
                    key=draft.id,
                    title=site.name if site and site.name else form,
                    line=joined((form, when(draft.updated, now))),
                    chip=_("Resume") if own else draft.author,
                    chip_role="accent" if own else "",
                    data=draft,
                )
            )
        self.drafts.put(rows)
        for part in (self.drafts_head, self.drafts):
            part.setVisible(bool(rows))

    # ---- acts
    def _resume(self, row: Row) -> None:
        draft = row.data
        self.app.open_form(draft.form, draft.site, draft.id)

    def _open_site(self, row: Row) -> None:
        self.app.open_site(row.key)

    def _to_sites(self) -> None:
        self.app.show_page("sites")

    def _to_records(self) -> None:
        self.app.show_page("records")

    def _to_sync(self) -> None:
        self.app.show_page("sync")

    def _urgent(self) -> None:
        found = [one for one in choices(self.app.reader) if one.urgent]
        if len(found) == 1:
            self.app.open_form(found[0].id, None)
        else:
            self._forms()

    def _forms(self) -> None:
        self.app.show_page("forms")

    def _import(self) -> None:
        self.app.show_page("import")


def _weekday(day: int) -> str:
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )[day]
