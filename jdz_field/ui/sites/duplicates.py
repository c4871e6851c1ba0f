"""Sites that may be one, side by side: which stays, with which values; or they are two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import _
from jdz_field.operations.duplicates import (
    NUMBER,
    FieldPair,
    Pair,
    compare,
    find_duplicates,
    keep_both,
    merge_sites,
)
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sites.import_cells import Switches
from jdz_field.ui.sites.import_steps import keyed
from jdz_field.ui.widgets import Empty, button, column, line, text

_NARROW = 900


class DuplicatesPage(Page):
    """The pairs at the left or above; the two sites field by field beside."""

    full = True

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.pairs: Sequence[Pair] = ()
        self.fields: Sequence[FieldPair] = ()
        self.first_stays = True
        self.take: set[str] = set()
        self._open = ""
        self.empty = Empty("done", "")
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.heading, self.hint = text("", "heading"), text("", "secondary")
        self.one = keyed("1", button("", self._one_stays, kind="chip"))
        self.other = keyed("2", button("", self._other_stays, kind="chip"))
        for chip in (self.one, self.other):
            chip.setCheckable(True)
        self.cells = Switches()
        self.cells.chosen.connect(self._switch)
        self.two = keyed("Alt+K", button("", self._keep_both, icon="repeat"))
        self.merge = keyed("Alt+M", button("", self._merge, kind="primary", icon="link"))
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        beside, both = QWidget(), QWidget()
        acts = line(self.two, None, self.merge, gap=8)
        chips = line(self.one, self.other, None, gap=8)
        inside = column(self.heading, self.hint, chips, self.cells, acts, gap=8)
        inside.setStretch(3, 1)
        beside.setLayout(inside)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, both)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(self.list, 2)
        self._box.addWidget(beside, 3)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(both)
        self.setLayout(column(self.stack, margins=16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Upright the sites stand under the pairs."""
        super().resizeEvent(event)
        upright = self.width() < _NARROW
        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != way:
            self._box.setDirection(way)

    def title(self) -> str:
        """The heading."""
        return _("Duplicates")

    # ---- what is shown
    def refresh(self) -> None:
        """Look for pairs anew, off the GUI thread."""

        def done(pairs: list[Pair]) -> None:
            self.pairs = pairs
            keys = [pair.key for pair in pairs]
            if self._open not in keys:
                self._show(pairs[0] if pairs else None)
            self.retranslate()

        self.app.jobs.with_store(find_duplicates, self, done, self.app.say_failure)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.empty.say(
            _("No duplicates"), _("No two sites have one number, or one name within 50 m.")
        )
        self.stack.setCurrentIndex(1 if self.pairs else 0)
        self.list.put([self._pair_row(pair) for pair in self.pairs])
        self.list.select(self._open)
        self.two.setText(_("They are two"))
        self.hint.setText(_("Choose which site stays; tap a field to take the other's value."))
        self._show_cells()

    @staticmethod
    def _pair_row(pair: Pair) -> Row:
        apart = "" if pair.metres is None else _("{n} m apart").format(n=round(pair.metres))
        why = _("one number") if pair.why == NUMBER else _("one place")
        title = pair.code or pair.name
        words = [site_kind(pair.kind).label, pair.name if pair.code else "", apart]
        return Row(pair.key, title, " · ".join(filter(None, words)), "", why, "attention")

    def _pair(self) -> Pair | None:
        return next((pair for pair in self.pairs if pair.key == self._open), None)

    def _chosen(self, row: Row) -> None:
        self._show(next(pair for pair in self.pairs if pair.key == row.key))

    def _show(self, pair: Pair | None) -> None:
        self._open = pair.key if pair else ""
        self.take, self.first_stays = set(), True
        self.fields = compare(self.app.reader, pair.one, pair.other) if pair else ()
        self._show_cells()

    def _show_cells(self) -> None:
        pair = self._pair()
        names = self._names()
        self.heading.setText(pair.code or pair.name if pair else "")
        for number, (chip, name) in enumerate(zip((self.one, self.other), names, strict=True)):
            chip.setText(_("{n} stays: {name}").format(n=number + 1, name=name))
            chip.setChecked(self.first_stays == (number == 0))
        self.cells.put(
            [self._cell(one) for one in sorted(self.fields, key=lambda f: not f.differs)]
        )
        stays, goes = names if self.first_stays else names[::-1]
        self.merge.setText(_("Merge into {n}").format(n=1 if self.first_stays else 2))
        self.merge.setToolTip(f"{goes} → {stays}")

    def _names(self) -> tuple[str, str]:
        found = next((one for one in self.fields if one.field == "name"), None)
        pair = self._pair()
        one, other = (found.one_words, found.other_words) if found else ("", "")
        return (one or (pair.one[:8] if pair else ""), other or (pair.other[:8] if pair else ""))

    def _cell(self, one: FieldPair) -> Row:
        words = f"1  {one.one_words or '—'}     2  {one.other_words or '—'}"
        if not one.differs:
            return Row(one.field, one.label, words, "", _("equal"))
        number = 1 if self._from_first(one) else 2
        return Row(one.field, one.label, words, "", _("takes {n}").format(n=number), "accent")

    def _from_first(self, one: FieldPair) -> bool:
        """Whether the first site's value is the one that will stand; what is lacking is filled."""
        stays = one.one if self.first_stays else one.other
        goes = one.other if self.first_stays else one.one
        taken = one.field in self.take or (stays is None and goes is not None)
        return self.first_stays != taken

    # ---- what is chosen
    def _one_stays(self) -> None:
        self._stay(first=True)

    def _other_stays(self) -> None:
        self._stay(first=False)

    def _stay(self, *, first: bool) -> None:
        if first != self.first_stays:
            self.first_stays = first
            self.take = set()
        self._show_cells()

    def _switch(self, row: Row) -> None:
        one = next(field for field in self.fields if field.field == row.key)
        if one.differs:
            self.take ^= {row.key}
        self._show_cells()

    # ---- settling
    def _keep_both(self) -> None:
        pair = self._pair()
        if pair is not None:
            self.app.write(
                lambda project: keep_both(project, pair.one, pair.other), self, self._settled
            )

    def _merge(self) -> None:
        pair = self._pair()
        if pair is None:
            return
        stays, goes = (pair.one, pair.other) if self.first_stays else (pair.other, pair.one)
        take = sorted(self.take)

        def work(project: Project) -> int:
            return merge_sites(project, stays, goes, take)

        def done(_count: int) -> None:
            self.app.toast(_("Merged; the other site can be restored from its page."))
            self._settled(None)

        self.app.write(work, self, done)

    def _settled(self, _nothing: object) -> None:
        self._open = ""
        self.refresh_soon()
