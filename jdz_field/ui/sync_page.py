"""The sync page: where things stand, one button, the counts with lists behind them, the rest."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.sync_lists import Piles, piles
from jdz_field.store.queries import LocalConflict
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.enrolling import Enrolling
from jdz_field.ui.flow import Flow
from jdz_field.ui.numbers import megabytes
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row
from jdz_field.ui.settings import Choice
from jdz_field.ui.sites.contested import outcome_words
from jdz_field.ui.sync_area import AreaPage, area_words
from jdz_field.ui.sync_lists import BatchesPage, BehindPage
from jdz_field.ui.sync_progress import SyncProgress
from jdz_field.ui.sync_runner import CHOICES, IDLE, PAUSED, RUNNING, SHUT_OUT, runner_of
from jdz_field.ui.sync_state import (
    LAST,
    clock_words,
    done_words,
    held,
    last_received,
    last_words,
    what_to_do,
)
from jdz_field.ui.sync_usb import UsbPage
from jdz_field.ui.sync_words import FIGURES, Headline, fate_words, headline, mode_words
from jdz_field.ui.tiles import Figure, RowCard
from jdz_field.ui.values import field_label, joined, shown
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, set_role, text


class SyncPage(Page):
    """Sync."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.runner = runner_of(app)
        self._piles: Piles | None = None
        self.state_icon = text("", wrap=False)
        self.state = text("", "heading")
        self.last = text("", "secondary")
        top = line(self.state_icon, column(self.state, self.last, gap=2), margins=12, gap=12)
        top.setStretch(1, 1)
        self.state_box = boxed(top, "note")
        self.figures = {fate: Figure() for fate in FIGURES}
        self.unsent, self.under_way, self.received, *_more = self.figures.values()
        self.said = text("")
        self.said_box = boxed(column(self.said, margins=12), "note")
        self.said_box.hide()
        self.clock = text("")
        self.clock_box = boxed(column(self.clock, margins=12), "warning")
        self.enrolling = Enrolling(app)
        self.problems_head, self.problems = text("", "section"), RowCard()
        self.auto_head, self.auto_hint = text("", "section"), text("", "caption")
        self.auto = Choice(self.runner.choose, CHOICES)
        self.area_head, self.area_now = text("", "section"), text("", "secondary")
        self.area = button("", self._area, icon="filter")
        self.by_hand, self.by_hand_hint = text("", "section"), text("", "caption")
        self.usb = button("", self._usb, icon="usb")
        self.batches = button("", self._batches, icon="batch")
        self.progress = SyncProgress(self.runner)
        self.go = button("", self.start, kind="primary", icon="sync")
        self._lay_out()
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        for figure in self.figures.values():
            figure.clicked.connect(self._behind)
        self.problems.chosen.connect(self._open_problem)
        self.runner.changed.connect(self._show_state)
        self.runner.ended.connect(self._ended)

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, place // 3, place % 3)
        self.piles_box = QWidget()
        grid.setContentsMargins(0, 0, 0, 0)
        self.piles_box.setLayout(grid)
        acts = QWidget()
        flow = Flow(acts)
        for act in (self.usb, self.batches):
            flow.addWidget(act)
        row = line(self.area_now, self.area)
        row.setStretch(0, 1)
        self.more = QWidget()
        self.more.setLayout(
            column(
                *(self.by_hand, self.by_hand_hint, acts, self.area_head, row),
                *(self.auto_head, self.auto, self.auto_hint),
                gap=8,
            )
        )
        parts = (
            *(self.enrolling, self.state_box, self.said_box, self.clock_box, self.piles_box),
            *(self.problems_head, self.problems, self.more),
        )
        for part in parts:
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = column(self.progress, self.go, gap=8)
        foot.setContentsMargins(12, 10, 12, 10)
        self.foot = QWidget()
        self.foot.setLayout(foot)
        whole = column(scroll, divider(), self.foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Sync")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.go.setToolTip("F5")
        self.by_hand.setText(_("Without a network"))
        self.by_hand_hint.setText(
            _("Pack everything into a file for a USB stick; take in the file that comes back.")
        )
        self.usb.setText(_("Use a USB stick"))
        self.batches.setText(_("Batches"))
        self.area_head.setText(_("What this tablet holds"))
        self.area.setText(_("Choose"))
        self.auto_head.setText(_("By itself"))
        self.auto_hint.setText(
            _(
                "By itself it never interrupts you. Over a network that costs money only changes, "
                "urgent photos and small pictures go."
            )
        )
        self.enrolling.retranslate()
        self.progress.retranslate()
        self._show_mode()
        self._show_state()

    def refresh(self) -> None:
        """Read the store anew."""
        reader = self.app.reader
        enrolled = reader.get_setting("enrolment") is not None
        self.enrolling.setVisible(not enrolled)
        self.foot.setVisible(enrolled)
        self.more.setVisible(enrolled)
        self._piles = piles(reader)
        self._show_piles(self._piles)
        self._show_mode()
        self.area_now.setText(area_words(reader))
        self.clock.setText(clock_words(reader))
        self.clock_box.setVisible(bool(self.clock.text()))
        self._show_state()
        found = held(reader)
        self.problems.put([_row(conflict) for conflict in found])
        count = ngettext("{n} own value waits", "{n} own values wait", len(found))
        self.problems_head.setText(joined([_("To look at"), count.format(n=len(found))]))
        self.problems_head.setVisible(bool(found))
        self.problems.setVisible(bool(found))

    def _show_mode(self) -> None:
        self.auto.show_value(self.runner.mode(), {mode: mode_words(mode) for mode in CHOICES})

    def _show_piles(self, counted: Piles) -> None:
        files = megabytes(counted.waiting_bytes) if counted.waiting_files else ""
        for fate, figure in self.figures.items():
            count = getattr(counted, fate)
            alarming = fate in ("conflict", "returned") and count > 0
            extra = files if fate == "unsent" else ""
            figure.say(count, fate_words(fate), FIGURES[fate], extra, alarming=alarming)

    def _show_state(self) -> None:
        state, reader = self.runner.state, self.app.reader
        if self._piles is None:
            self._piles = piles(reader)
        last = last_words(reader.get_setting(LAST), last_received(reader))
        enrolled = reader.get_setting("enrolment") is not None
        running = state.phase == RUNNING
        told = headline(state, self._piles, last)
        if not enrolled:
            told = Headline(_("Not registered yet"), last, "key", "note")
        self._put_headline(told)
        self.state_box.setVisible(not running)
        self.progress.show_state(state)
        self.go.setVisible(not running)
        words = {PAUSED: _("Go on"), SHUT_OUT: _("Ask the centre again"), IDLE: _("Sync now")}
        self.go.setText(words.get(state.phase, _("Try again")))
        # A new text takes the key away.
        self.go.setShortcut("F5")

    def _put_headline(self, told: Headline) -> None:
        self.state.setText(told.words)
        self.last.setText(told.hint)
        tint = {"good": "ok", "fault": "error", "warning": "attention"}.get(told.role, "accent")
        icons.give(self.state_icon, told.icon, tint, 28)
        set_role(self.state_box, told.role)

    def leave(self) -> bool:
        """It may be left while it runs: the sync goes on."""
        return True

    # ---- acting
    def start(self) -> None:
        """Sync now, or go on, beside everything else."""
        self.said_box.hide()
        self.runner.start()

    def _ended(self, what: object) -> None:
        if isinstance(what, dict) and not what["stopped"]:
            self._say(done_words(what), "good")

    def _say(self, words: str, role: str) -> None:
        self.said.setText(words)
        set_role(self.said_box, role)
        self.said_box.show()

    def _behind(self) -> None:
        for fate, figure in self.figures.items():
            if figure is self.sender():
                self.app.push(BehindPage(self.app, fate))

    def _batches(self) -> None:
        self.app.push(BatchesPage(self.app))

    def _usb(self) -> None:
        self.app.push(UsbPage(self.app))

    def _area(self) -> None:
        self.app.push(AreaPage(self.app))

    def _open_problem(self, row: Row) -> None:
        conflict: LocalConflict = row.data
        if self.app.reader.site(conflict.subject) is not None:
            self.app.open_site(conflict.subject)
        else:
            self.app.show_page("records", conflict.subject)


def _row(conflict: LocalConflict) -> Row:
    heading, _next = outcome_words(conflict.outcome)
    chip = {"conflict": "error", "quarantined": "error", "rejected": "error"}
    kind, name = conflict.kind, conflict.field
    both = _("yours {own}, centre {central}").format(
        own=shown(kind, name, conflict.own), central=shown(kind, name, conflict.central)
    )
    return Row(
        key=f"{conflict.subject} {conflict.field}",
        title=conflict.name or conflict.code or conflict.subject[:8],
        line=joined((field_label(kind, name), both, heading)),
        chip=what_to_do(conflict),
        chip_role=chip.get(conflict.outcome, "attention"),
        data=conflict,
    )
