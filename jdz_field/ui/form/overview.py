"""All questions of the form with their states, part by part, to search and to jump by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.ui import icons
from jdz_field.ui.form.body import Body
from jdz_field.ui.form.last_time import shown_answer
from jdz_field.ui.form.marked import plain
from jdz_field.ui.form.tally import ANSWERED, EMPTY, MISSING, SHOWN, WRONG, Asked, Tally
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.theme import current
from jdz_field.ui.widgets import button, column, line, text, tool

#: A repeat with more entries than this has a line for each entry, not for each question.
_ENTRIES = 6
_ENTRY = re.compile(r"^(.*?\[\d+\])/")
#: The worst state of an entry's questions is the entry's.
_WORST = (WRONG, MISSING, EMPTY, ANSWERED, SHOWN)
_PICTURES = {
    ANSWERED: ("check", "ok"),
    EMPTY: ("circle", "ink2"),
    MISSING: ("star-circle", "attention"),
    WRONG: ("error", "error"),
    SHOWN: ("info", "ink2"),
}
_CHIPS = {MISSING: "attention", WRONG: "error"}
_SIDE = 22
#: What is shown follows the answers after this; nobody reads a list while typing.
_SOON_MS = 200


def state_name(state: str) -> str:
    """What a person calls it."""
    return {
        ANSWERED: _("answered"),
        EMPTY: _("no answer"),
        MISSING: _("required"),
        WRONG: _("wrong"),
        SHOWN: _("filled by the form"),
    }[state]


class Overview(QFrame):
    """The list with its search; at the left when the window is wide, else a sheet.

    Signals:
        wanted(str): the ref that the person wants to go to.
        closed(): the person has seen enough.
    """

    wanted = Signal(str)
    closed = Signal()

    def __init__(self, body: Body, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "surface")
        self._body = body
        self._tally = Tally()
        self._here = ""
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        #: Label and number of entries of each repeat, while the list is drawn.
        self._repeats: dict[str, tuple[str, int]] = {}
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._draw)
        self.search = QLineEdit()
        self.search.setProperty("role", "search")
        self.search.setPlaceholderText(_("Find a question"))
        self.search.textChanged.connect(self._draw)
        self.search.installEventFilter(self)
        self.shut = tool("close", _("Close (Esc)"), self.closed.emit)
        self.none = text(_("No question fits."), "secondary")
        self.none.hide()
        self.list = RowList()
        self.list.setAccessibleName(_("Questions of the form"))
        self.list.chosen.connect(self._chosen)
        top = line(self.search, self.shut)
        top.setStretch(0, 1)
        edge = column(top, self._filters(), self.none)
        edge.setContentsMargins(12, 12, 12, 4)
        self.setLayout(column(edge, self.list, gap=0))

    def _filters(self) -> QHBoxLayout:
        self.all = button(_("All"), kind="chip")
        self.open = button(_("Still open"), kind="chip")
        self.open.setToolTip(_("Only what is not answered or wrong"))
        self._which = QButtonGroup(self)
        for one in (self.all, self.open):
            one.setCheckable(True)
            # A chip that is higher than wide loses its round ends.
            one.setMinimumWidth(round(1.4 * current().touch()))
            self._which.addButton(one)
        self.all.setChecked(True)
        self._which.buttonClicked.connect(self._draw)
        return line(self.all, self.open, None)

    # ---- what is shown
    def put(self, tally: Tally) -> None:
        """How the form stands now; drawn soon, when it is seen."""
        self._tally = tally
        if self.isVisible():
            # Anew with each answer: nothing is drawn while answers keep coming.
            self._soon.start()

    def show_now(self) -> None:
        """Draw at once; after the panel was opened."""
        self._known.clear()
        self._draw()

    def forget(self) -> None:
        """The form's language or session is another."""
        self._known.clear()

    def mark(self, ref: str) -> None:
        """The question that one is at."""
        self._here = ref
        if self.isVisible():
            self._select()

    def rows(self) -> Sequence[Row]:
        """What the list shows."""
        return self.list.rows

    def _draw(self) -> None:
        self._soon.stop()
        self._repeats.clear()
        rows = [row for part in self._parts() for row in part]
        self.list.put(rows)
        self.none.setVisible(not rows)
        self._select()

    def _select(self) -> None:
        entry = _ENTRY.match(f"{self._here}/")
        keys = {row.key for row in self.list.rows}
        self.list.select(self._here if self._here in keys or entry is None else entry[1])

    def _parts(self) -> Iterator[list[Row]]:
        titles = {
            top: self._body.title_of(card)
            for place, card in enumerate(self._body.cards)
            for top in self._body.tops[place]
        }
        words = self.search.text().strip().casefold()
        before = ""
        for part, found in groupby(self._tally.asked, key=lambda one: one.part):
            rows = [row for row in self._rows(list(found), words) if self._fits(row, words)]
            title = titles.get(part, "") or _("Questions")
            if rows and title != before:
                yield [Row(f"#{part}", self._heading(title, part), heading=True)]
                before = title
            yield rows

    def _heading(self, title: str, part: int) -> str:
        done, asked = self._tally.of_part(part)
        return f"{title}   {done}/{asked}" if asked else title

    def _fits(self, row: Row, words: str) -> bool:
        if self.open.isChecked() and row.data not in (EMPTY, MISSING, WRONG):
            return False
        return not words or words in f"{row.title} {row.line}".casefold()

    def _rows(self, asked: Sequence[Asked], words: str) -> Iterator[Row]:
        for entry, found in groupby(asked, key=_entry_of):
            inside = list(found)
            if entry and not words and self._is_long(entry):
                yield self._entry(entry, inside)
            else:
                yield from (self._question(one, entry) for one in inside)

    def _is_long(self, entry: str) -> bool:
        repeat = entry.rpartition("[")[0]
        if repeat not in self._repeats:
            node = self._body.driver.session.node(repeat)
            self._repeats[repeat] = (plain(node.label), len(node.children))
        return self._repeats[repeat][1] > _ENTRIES

    def _entry(self, entry: str, inside: Sequence[Asked]) -> Row:
        state = next(s for s in _WORST if any(one.state == s for one in inside))
        done = sum(one.state == ANSWERED for one in inside)
        asked = sum(one.state != SHOWN for one in inside)
        return self._row(entry, self._entry_name(entry), f"{done}/{asked}", state)

    def _entry_name(self, entry: str) -> str:
        self._is_long(entry)
        repeat, _mark, position = entry.rpartition("[")
        own = plain(self._body.driver.session.node(entry).label)
        return f"{own or self._repeats[repeat][0]} {position.rstrip(']')}".strip()

    def _question(self, one: Asked, entry: str) -> Row:
        session = self._body.driver.session
        node = session.node(one.ref)
        key = (one.ref, node.value)
        if key not in self._known:
            answer = ""
            if node.value:
                answer = shown_answer(node.type, node.value, self._body.choices(node))
            self._known[key] = (plain(node.label) or node.name, " ".join(answer.split()))
        title, answer = self._known[key]
        where = self._entry_name(entry) if entry else ""
        told = answer or state_name(EMPTY if one.state == MISSING else one.state)
        return self._row(one.ref, title, " · ".join(p for p in (where, told) if p), one.state)

    @staticmethod
    def _row(key: str, title: str, under: str, state: str) -> Row:
        picture, tint = _PICTURES[state]
        return Row(
            key,
            title,
            under,
            chip=state_name(state) if state in _CHIPS else "",
            chip_role=_CHIPS.get(state, ""),
            picture=_picture(picture, tint),
            data=state,
        )

    # ---- going
    def _chosen(self, row: Row) -> None:
        self.wanted.emit(row.key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes into the list, Enter to what fits first, Escape closes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = event.key()
        if key == Qt.Key.Key_Down:
            self.list.setFocus()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            first = next((row for row in self.list.rows if not row.heading), None)
            if first is not None and self.search.text():
                self.wanted.emit(first.key)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _picture(name: str, tint: str) -> QPixmap:
    """A sign in the middle of empty space: rows draw pictures as high as they are."""
    side = round(_SIDE * current().scale)
    room = QPixmap(QSize(2 * side, 2 * side) * 2)
    room.setDevicePixelRatio(2.0)
    room.fill(Qt.GlobalColor.transparent)
    painter = QPainter(room)
    painter.drawPixmap(side // 2, side // 2, icons.pixmap(name, tint, side, 2.0))
    painter.end()
    return room


def _entry_of(one: Asked) -> str:
    found = _ENTRY.match(one.ref)
    return found[1] if found else ""
