"""What the office asks for: giving a task, and the list of those that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.i18n import _
from jdz_field.core.tasks import Task
from jdz_field.operations.office import Desk
from jdz_field.operations.tasks import days_left
from jdz_field.ui.context import sentence
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.tasks_card import due_words
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import boxed, button, column, divider, line, text

#: Sites that a search offers.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Board:
    """What the page needs of the centre: tasks, and what a new one can name."""

    tasks: Sequence[Mapping[str, Any]]
    sites: Sequence[Mapping[str, Any]]
    forms: Sequence[Mapping[str, Any]]
    users: Sequence[str]


class TasksPage(OfficePage):
    """Above what gives a task, below the open ones; a chosen one can be taken back."""

    name = "tasks"
    drawing = "calendar"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self._board = Board((), (), (), ())
        self.labels = {
            name: text("", "section") for name in ("site", "form", "due", "user", "note")
        }
        self.search, self.note = QLineEdit(), QLineEdit()
        self.site, self.form, self.user = QComboBox(), QComboBox(), QComboBox()
        self.due = QDateEdit()
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.due.setCalendarPopup(True)
        week = utc_now().astimezone(BEIJING).date() + timedelta(days=7)
        self.due.setDate(QDate(week.year, week.month, week.day))
        self.fault = text("", "error")
        self.fault.hide()
        self.give = button("", self._give, kind="primary", icon="check")
        self.back = button("", self._withdraw, kind="quiet", icon="undo")
        self.list_head = text("", "section")
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.search.textChanged.connect(self._offer)
        self.note.returnPressed.connect(self.give.click)
        self.back.setEnabled(False)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        middle = line(
            column(self.labels["form"], self.form, gap=4),
            column(self.labels["due"], self.due, gap=4),
            column(self.labels["user"], self.user, gap=4),
        )
        middle.setStretch(0, 1)
        cells = column(
            column(self.labels["site"], line(self.search, self.site, gap=8), gap=4),
            middle,
            column(self.labels["note"], line(self.note, self.give, gap=8), gap=4),
            self.fault,
            margins=16,
            gap=10,
        )
        top = boxed(cells, "bar")
        head = line(self.list_head, None, self.back)
        head.setContentsMargins(16, 8, 16, 8)
        whole = column(top, divider(), head, self.list, gap=0)
        whole.setStretch(3, 1)
        self.content.setLayout(whole)
        self.search.setMaximumWidth(260)
        self.site.setSizePolicy(self.note.sizePolicy())
        self.form.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.site.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )

    def retranslate(self) -> None:
        """Every text in the language in force."""
        super().retranslate()
        words = {
            "site": _("Site"),
            "form": _("Form"),
            "due": _("Until"),
            "user": _("Who"),
            "note": _("What to look at"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        self.search.setPlaceholderText(_("Number or name"))
        self.give.setText(_("Give this task"))
        self.back.setText(_("Take it back"))

    def fetch(self, desk: Desk) -> Board:
        """Tasks, sites, forms and people."""
        return Board(desk.tasks(), desk.sites(), desk.forms(), desk.people())

    def show_items(self, items: Board) -> int:
        """Show them; how many are not done."""
        self._board = items
        self._fill(self.form, [(str(f["form_id"]), str(f.get("title") or f["form_id"])) for f in
                               _newest(items.forms)])  # fmt: skip
        everybody = [("", _("Whoever holds the site"))]
        self._fill(self.user, everybody + [(name, name) for name in items.users])
        self._offer()
        self.list.put([_row(task) for task in items.tasks])
        left = sum(not task.get("record") for task in items.tasks)
        self.list_head.setText(
            joined([_("Open tasks"), f"{left}"]) if items.tasks else _("No task is open.")
        )
        self._chosen()
        return left

    def recount(self, count: int) -> None:
        """The page is of use without a task too."""
        super().recount(count)
        self.stack.setCurrentWidget(self.content)

    def empty_words(self) -> tuple[str, str]:
        """Not shown: a task can always be given."""
        return "", ""

    def _fill(self, box: QComboBox, items: Sequence[tuple[str, str]]) -> None:
        chosen = box.currentData()
        box.clear()
        for value, words in items:
            box.addItem(words, value)
        box.setCurrentIndex(max(box.findData(chosen), 0))

    def _offer(self) -> None:
        wanted = self.search.text().strip().casefold()
        found = [
            (str(s["id"]), joined([str(s.get("code") or ""), str(s.get("name") or "")]))
            for s in self._board.sites
            if wanted in f"{s.get('code')} {s.get('name')}".casefold()
        ]
        self._fill(self.site, found[:_MOST])

    # ---- acting
    def _give(self) -> None:
        wanted = Task(
            "",
            str(self.site.currentData() or ""),
            str(self.form.currentData() or ""),
            self.due.date().toString("yyyy-MM-dd"),
            self.note.text().strip(),
            str(self.user.currentData() or ""),
        )
        self.fault.hide()
        self.give.setEnabled(False)
        self.office.ask(lambda desk: desk.give_task(wanted), self, self._given, self._refused)

    def _given(self, _answer: object) -> None:
        self.give.setEnabled(True)
        self.note.clear()
        self.office.toast(_("Given; it comes to the tablets with their next sync."))
        self.load()

    def _refused(self, error: Exception) -> None:
        self.give.setEnabled(True)
        self.fault.setText(sentence(error))
        self.fault.show()

    def _chosen(self) -> None:
        self.back.setEnabled(bool(self.list.key()))

    def _withdraw(self) -> None:
        task = self.list.key()
        if task:
            self.office.ask(lambda desk: desk.withdraw_task(task), self, self._withdrawn)

    def _withdrawn(self, _answer: object) -> None:
        self.office.toast(_("Taken back."))
        self.load()


def _newest(forms: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    seen: dict[str, Mapping[str, Any]] = {}
    for form in forms:
        seen.setdefault(str(form["form_id"]), form)
    return list(seen.values())


def _row(told: Mapping[str, Any]) -> Row:
    words = {name: str(told.get(name) or "") for name in ("id", "site", "form", "due", "assignee")}
    task = Task(words["id"], words["site"], words["form"], words["due"])
    days = days_left(task, utc_now().astimezone(BEIJING).date())
    done = bool(told.get("record"))
    role = "ok" if done else "error" if days < 0 else "attention" if days <= 2 else ""
    return Row(
        key=task.id,
        title=str(told.get("name") or told.get("code") or task.site),
        line=joined([task.form, words["assignee"], str(told.get("note") or "")]),
        right=task.due,
        chip=_("Done") if done else due_words(days),
        chip_role=role,
    )
