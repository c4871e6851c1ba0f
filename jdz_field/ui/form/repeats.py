"""Repeats: title, entries as cards or as a table, the act that adds one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.entries import EntryList, Instance, Line
from jdz_field.ui.form.habits import Habits
from jdz_field.ui.form.last_time import shown_answer
from jdz_field.ui.form.marked import plain, show_words
from jdz_field.ui.form.sections import Section
from jdz_field.ui.form.steps import shows
from jdz_field.ui.form.table import RepeatTable
from jdz_field.ui.form.table_columns import Column, columns_of
from jdz_field.ui.widgets import button, column, line, text, tool
from jdz_field.xforms.view import Choice, Node, Problem

#: How many answers the line of a closed entry shows.
_SUMMED_UP = 4
CARDS, TABLE = "cards", "table"


class Host(Protocol):
    """What a repeat asks of the form it is in (``Body``)."""

    driver: Driver
    removed: SignalInstance
    wanted: SignalInstance

    def fill(self, section: Section, node: Node) -> None:
        """Put the questions of an entry or group into its section."""
        ...

    def forget(self, ref: str) -> None:
        """The widgets at and below ``ref`` are gone."""
        ...

    def flush(self) -> None:
        """Answer what is being typed."""
        ...

    def choices(self, node: Node) -> Sequence[Choice]:
        """The choices that a question offers now; none when it is no select."""
        ...

    def settle(self) -> None:
        """Hide what has nothing to show any more."""
        ...


class Cards(QWidget):
    """The entries of a repeat: one may be open, the others are lines.

    Signals:
        removed(str, object): an entry (its ref) was removed, with what it held.
    """

    removed = Signal(str, object)

    def __init__(self, ref: str, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self._host = host
        self._refs: tuple[str, ...] = ()
        self._complaints: dict[str, str] = {}
        self.open: Instance | None = None
        self.before, self.after = EntryList(ref, self.line_of), EntryList(ref, self.line_of)
        for run in (self.before, self.after):
            run.wanted.connect(self.show_entry)
            run.unwanted.connect(self.remove)
        self.nothing = text(_("Nothing here yet."), "secondary")
        self.add = button(_("New entry"), self._add, icon="plus")
        self._column = column(self.nothing, self.before, self.after, line(self.add, None), gap=4)
        self.setLayout(self._column)

    # ---- keeping up
    def follow(self, refs: Collection[str], node: Node) -> None:
        """Draw what changed at ``refs``, and other entries when there are others."""
        changed = {found for found in map(self.entry_of, refs) if found}
        for run in (self.before, self.after):
            if changed:
                run.lines.forget(changed)
        if node.children != self._refs:
            self._follow_entries(node)
        if self.open is not None:
            self.open.show_line(self.line_of(self.open.ref))
        name = plain(node.label)
        self.add.setText(_("Add: {what}").format(what=name) if name else _("New entry"))
        self.add.setVisible(node.can_add)
        self.nothing.setVisible(not node.children)

    def _follow_entries(self, node: Node) -> None:
        first = not self._refs
        self._refs = node.children
        if self.open is not None and self.open.ref not in self._refs:
            self._close()
        if first and len(self._refs) == 1 and self.open is None:
            self._open(self._refs[0])
        self._share()

    def _share(self) -> None:
        """The closed entries stand before and after the open one."""
        place = self._refs.index(self.open.ref) if self.open is not None else len(self._refs)
        self.before.put(self._refs[:place])
        self.after.put(self._refs[place + 1 :])

    def entry_of(self, ref: str) -> str:
        """The entry of this repeat that ``ref`` is or is in; else empty."""
        start = f"{self.ref}["
        if not ref.startswith(start):
            return ""
        return start + ref[len(start) :].partition("]")[0] + "]"

    # ---- what an entry says of itself
    def line_of(self, ref: str) -> Line:
        """Title, first answers and how many are wrong."""
        session = self._host.driver.session
        node = session.node(ref)
        name = plain(node.label) or plain(session.node(self.ref).label) or _("Entry")
        found: list[str] = []
        wrong = self._look(node, found)
        summary = " · ".join(found[:_SUMMED_UP])
        return Line(f"{name} {node.position}", summary, wrong, node.can_remove)

    def _look(self, node: Node, found: list[str]) -> int:
        """Collect the answers below a node; how many are wrong."""
        wrong = 0
        for ref in node.children:
            inner = self._host.driver.session.node(ref)
            if not inner.relevant:
                continue
            if inner.kind == "group":
                wrong += self._look(inner, found)
            elif inner.kind == "question":
                wrong += bool(inner.error or (not inner.value and ref in self._complaints))
                if inner.value and inner.control:
                    choices = self._host.choices(inner)
                    found.append(shown_answer(inner.type, inner.value, choices))
        return wrong

    def complain(self, ref: str, message: str) -> None:
        """Something stands against finishing."""
        self._complaints[ref] = message
        for run in (self.before, self.after):
            run.lines.forget((self.entry_of(ref),))

    # ---- opening and closing
    def show_entry(self, ref: str) -> None:
        """Open an entry and lead to its first question."""
        if self.lead_to(ref) is not None:
            self._host.wanted.emit(self._first_question(ref) or ref)

    def lead_to(self, ref: str) -> QWidget | None:
        """Open the entry that ``ref`` is or is in; its card, or None when there is none."""
        entry = self.entry_of(ref)
        if entry not in self._refs:
            return None
        if self.open is None or self.open.ref != entry:
            self._host.flush()
            self._close()
            self._open(entry)
            self._share()
            self._host.settle()
        return self.open

    def _open(self, ref: str) -> None:
        """Questions of an entry are made when it is opened: 200 entries open at once."""
        section = Section(ref, card=False)
        self.open = Instance(ref, section)
        self._host.fill(section, self._host.driver.session.node(ref))
        self.open.closed.connect(self.close_entry)
        self.open.removed.connect(self.remove)
        self.open.show_line(self.line_of(ref))
        self._column.insertWidget(2, self.open)
        self.open.show()

    def close_entry(self) -> None:
        """Close what is open; the keyboard stays at its line."""
        ref = self.open.ref if self.open is not None else ""
        self._host.flush()
        self._close()
        self._share()
        if ref in self._refs:
            self.before.setCurrentIndex(self.before.lines.index(self._refs.index(ref)))
            self.before.setFocus()

    def _close(self) -> None:
        if self.open is not None:
            self._host.forget(self.open.ref)
            self.open.hide()
            self.open.deleteLater()
            self.before.lines.forget((self.open.ref,))
            self.after.lines.forget((self.open.ref,))
            self.open = None

    def _first_question(self, ref: str) -> str:
        for inner in map(
            self._host.driver.session.node, self._host.driver.session.node(ref).children
        ):
            if inner.kind == "group" and inner.relevant:
                found = self._first_question(inner.ref)
                if found:
                    return found
            elif inner.kind == "question" and inner.relevant and not inner.readonly:
                return inner.ref
        return ""

    # ---- adding and removing
    def _add(self) -> None:
        self._host.flush()
        self.show_entry(self._host.driver.add_repeat(self.ref))

    def remove(self, ref: str) -> None:
        """Remove an entry; what was open stays open, at its new place."""
        self._host.flush()
        gone = self._refs.index(ref)
        open_ = self._refs.index(self.open.ref) if self.open is not None else -1
        if open_ >= gone:
            self._close()
        held = self._host.driver.remove_repeat(ref)
        self._complaints.clear()
        if open_ > gone:
            self.lead_to(self._refs[open_ - 1])
        self.removed.emit(ref, held)

    def clear(self) -> None:
        """The cards are not shown any more."""
        self._close()


class Repeat(QFrame):
    """A repeat: it draws its entries and keeps them in step with the session.

    Attributes:
        shown: it is of the step that is shown.
        view: the entries as they are shown now.
    """

    def __init__(self, ref: str, host: Host, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ref = ref
        self._host = host
        self.relevant = self.shown = True
        self._columns = columns_of(host.driver.session, ref)
        self._habits = Habits()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title = text("", "strong")
        self.hint = text("", "caption")
        self.count = text("", "chip", wrap=False)
        self.as_cards = self._switch("cards", _("As cards"))
        self.as_table = self._switch("table", _("As a table"))
        self._group = QButtonGroup(self)
        for made in (self.as_cards, self.as_table):
            self._group.addButton(made)
        self._group.buttonClicked.connect(self._chosen)
        top = line(self.title, self.count, self.as_cards, self.as_table)
        top.setStretch(0, 1)
        self._column = column(top, self.hint)
        self.setLayout(self._column)
        # Before they have a parent, showing them would make windows of them.
        self.as_cards.setVisible(self._columns is not None)
        self.as_table.setVisible(self._columns is not None)
        self.view: Cards | RepeatTable = self._make(self._first_view())

    def _switch(self, icon: str, words: str) -> QToolButton:
        made = tool(icon, words, kind="switch")
        made.setCheckable(True)
        return made

    # ---- cards or table
    def _key(self) -> str:
        plain_ref = "/".join(part.partition("[")[0] for part in self.ref.split("/"))
        return f"{self._host.driver.session.form.form_id} {plain_ref}"

    def _first_view(self) -> str:
        if self._columns is None:
            return CARDS
        node = self._host.driver.session.node(self.ref)
        asked = TABLE if TABLE in node.appearance.split() else CARDS
        return self._habits.get(self._key()) or asked

    def _make(self, kind: str) -> Cards | RepeatTable:
        columns: Sequence[Column] | None = self._columns
        made: Cards | RepeatTable
        if kind == TABLE and columns is not None:
            made = RepeatTable(self._host.driver, self.ref, columns, self._host.choices, self)
        else:
            made = Cards(self.ref, self._host, self)
        made.removed.connect(self._host.removed)
        (self.as_table if isinstance(made, RepeatTable) else self.as_cards).setChecked(True)
        self._column.addWidget(made)
        return made

    def _chosen(self) -> None:
        kind = TABLE if self.as_table.isChecked() else CARDS
        if (kind == TABLE) == isinstance(self.view, RepeatTable):
            return
        self._host.flush()
        self._habits.keep(self._key(), kind)
        old = self.view
        if isinstance(old, Cards):
            old.clear()
        old.hide()
        old.deleteLater()
        self.view = self._make(kind)
        self.follow()
        self._host.settle()

    # ---- keeping up
    def follow(self, refs: Sequence[str] = ()) -> None:
        """Draw what changed at ``refs``, and other entries when there are others."""
        node = self._host.driver.session.node(self.ref)
        show_words(self.title, node.label)
        show_words(self.hint, node.hint)
        self.count.setText(str(len(node.children)))
        self.count.setVisible(len(node.children) > 1)
        self.relevant = shows(node)
        if isinstance(self.view, RepeatTable):
            self.view.follow(refs, len(node.children))
        else:
            self.view.follow(refs, node)
        self.settle()

    def settle(self) -> None:
        """Hidden when irrelevant, or when another step is shown (``shown``)."""
        self.setVisible(self.relevant and self.shown)

    def flush(self) -> None:
        """Answer what is being typed in a cell."""
        if isinstance(self.view, RepeatTable):
            self.view.flush()

    def complain(self, problem: Problem) -> None:
        """Show what stands against finishing where it is."""
        self.view.complain(problem.ref, problem.message)

    def lead_to(self, ref: str) -> QWidget | None:
        """Open the entry, or go to the cell, that ``ref`` is in; None when there is none."""
        if isinstance(self.view, RepeatTable):
            return self.view if self.view.go_to(ref) else None
        return self.view.lead_to(ref)
