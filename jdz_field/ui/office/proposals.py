"""What waits for the office's word: proposals, changes without their parent, broken rules."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import Held, Proposal
from jdz_field.operations.position_words import point_words
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.decisions import Act
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import field_label, joined, kind_label, shown, shown_time
from jdz_field.ui.widgets import Scroll, button, column, line, text

Item = Proposal | Held


class ProposalDetail(QWidget):
    """One item large: from what to what, who and when, and the two ways out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.site = text("", "heading")
        self.where = text("", "caption")
        self.field = text("", "section")
        self.before = text("", "secondary")
        self.after = text("", "title")
        self.found, self.override = text("", "caption"), text("", "attention")
        self.who = text("", "secondary")
        self.reason = text("", "attention")
        self.why = QLineEdit()
        self.fault = text("", "error")
        self.approve = button("", kind="primary", icon="check", key="A")
        self.reject = button("", kind="danger", key="R")
        scroll = Scroll(margins=24, gap=8)
        parts = (self.site, self.where, self.field, self.before, self.after)
        told = (self.found, self.override, self.who)
        for part in (*parts, *told, self.reason, self.why, self.fault):
            scroll.body.addWidget(part)
        scroll.body.addLayout(line(self.approve, self.reject, None, gap=12))
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def put(self, item: Item) -> None:
        """Show this item."""
        self.site.setText(item.name or item.code or kind_label(item.kind))
        self.where.setText(joined([kind_label(item.kind), item.code]))
        self.field.setText(_label(item))
        now = shown(item.kind, item.field, item.central) if isinstance(item, Proposal) else ""
        self.before.setText(_("Now: {value}").format(value=now))
        self.before.setVisible(bool(now))
        self.after.setText(_value(item))
        stand = item.proposed
        how = item.how if isinstance(item, Proposal) else ""
        for label, words in zip(
            (self.found, self.override), point_words(how, stand.value), strict=True
        ):
            label.setText(words)
            label.setVisible(bool(words))
        self.who.setText(joined([stand.author, shown_time(stand.at), stand.device]))
        self.reason.setText(item.reason if isinstance(item, Held) else "")
        self.reason.setVisible(bool(self.reason.text()))
        proposal = isinstance(item, Proposal)
        self.approve.setText(_("Approve") if proposal else _("Release"))
        self.reject.setText(_("Reject"))
        # A new text takes the shortcut away.
        self.approve.setShortcut("A")
        self.reject.setShortcut("R")
        self.why.setPlaceholderText(_("Reason (needed to reject)"))
        self.why.clear()
        self.say("")

    def say(self, words: str) -> None:
        """A sentence above the buttons."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))


class ProposalsPage(OfficePage):
    """The list, grouped, and the item that was chosen."""

    name = "proposals"
    drawing = "proposal"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.items: dict[str, Item] = {}
        self._taken: dict[str, Item] = {}
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.detail = ProposalDetail()
        self.detail.approve.clicked.connect(self._approve)
        self.detail.reject.clicked.connect(self._reject)
        self.content.setLayout(column(Split(self.list, self.detail)))
        office.outbox.taken_back.connect(self._back)
        office.refused.connect(self._refused)
        office.settled.connect(self._settled)
        self.retranslate()

    def fetch(self, desk: Desk) -> list[Item]:
        """Proposals first, then what is held."""
        return [*desk.proposals(), *desk.held()]

    def show_items(self, items: list[Item]) -> int:
        """Group them; what is decided and on its way is left out."""
        self.items = {item.id: item for item in items if not self.office.pending(item.id)}
        self._draw()
        return len(self.items)

    def empty_words(self) -> tuple[str, str]:
        """Nothing waits."""
        return (
            _("Nothing waits for your word"),
            _("Changes of numbers, kinds and grades made in the field come here first."),
        )

    def _draw(self) -> None:
        self.list.put(_rows(list(self.items.values())))
        key = self.list.key()
        if key not in self.items and self.items:
            key = next(row.key for row in self.list.rows if not row.heading)
            self.list.select(key)
        if key in self.items:
            self.detail.put(self.items[key])

    def _chosen(self, row: Row) -> None:
        self.detail.put(self.items[row.key])

    def _approve(self) -> None:
        self._settle(good=True)

    def _reject(self) -> None:
        self._settle(good=False)

    def _settle(self, *, good: bool) -> None:
        item = self.items.get(self.list.key())
        if item is None:
            return
        why = self.detail.why.text().strip()
        if not why and (not good or isinstance(item, Held)):
            self.detail.say(_("Write a reason: the person in the field will read it."))
            self.detail.why.setFocus()
            return
        del self.items[item.id]
        self._taken[item.id] = item

        def send(desk: Desk) -> Any:
            if isinstance(item, Held):
                desk.settle_held(item, release=good, why=why)
            else:
                desk.settle_proposal(item.id, approve=good, why=why)

        self.office.outbox.put(Act(item.id, _said(item, good=good), send))
        self._draw()
        self.recount(len(self.items))

    def _back(self, key: str) -> None:
        item = self._taken.pop(key, None)
        if item is not None:
            self.items[key] = item
            self._draw()
            self.list.select(key)
            self.detail.put(item)
            self.recount(len(self.items))

    def _refused(self, key: str, words: str) -> None:
        if key in self._taken:
            self._back(key)
            self.office.toast(words)
            self.load()

    def _settled(self, key: str) -> None:
        if self._taken.pop(key, None) is not None and not self.items:
            self.load()


def _said(item: Item, *, good: bool) -> str:
    words = _("Rejected: {field} {value}")
    if good:
        words = (
            _("Approved: {field} {value}")
            if isinstance(item, Proposal)
            else _("Released: {field} {value}")
        )
    return words.format(field=_label(item), value=_value(item))


def _label(item: Item) -> str:
    names = [item.field] if isinstance(item, Proposal) else list(item.values)
    return _(", ").join(field_label(item.kind, name) for name in names)


def _value(item: Item) -> str:
    if isinstance(item, Proposal):
        return shown(item.kind, item.field, item.proposed.value)
    return _(", ").join(shown(item.kind, name, value) for name, value in item.values.items())


def _rows(items: list[Item]) -> list[Row]:
    rows: list[Row] = []
    groups = (
        (_("Proposals"), [i for i in items if isinstance(i, Proposal)]),
        (
            _("Waiting for an earlier change"),
            [i for i in items if isinstance(i, Held) and i.room == "waiting"],
        ),
        (
            _("Against a rule"),
            [i for i in items if isinstance(i, Held) and i.room == "quarantine"],
        ),
    )
    for heading, group in groups:
        if group:
            rows.append(Row(f"#{heading}", f"{heading} {len(group)}", heading=True))
            rows += [_row(item) for item in group]
    return rows


def _row(item: Item) -> Row:
    value, label = _value(item), _label(item)
    if isinstance(item, Proposal):
        value = f"{shown(item.kind, item.field, item.central)} → {value}"
    return Row(
        key=item.id,
        title=item.name or item.code or kind_label(item.kind),
        line=joined([label, value, item.proposed.author]),
        right=shown_time(item.proposed.at) if item.proposed.at else "",
    )
