"""Drawing by lot: what is looked at again or inspected, and by whom; every draw is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QWidget,
)

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.clock import BEIJING, from_text, local_text, utc_now
from jdz_field.core.i18n import _
from jdz_field.operations.draws import facts, item_words, save_draw
from jdz_field.operations.office import Desk
from jdz_field.ui.context import sentence
from jdz_field.ui.office.chips import Chips
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, button, column, line, text


@dataclass(frozen=True, slots=True)
class Urn:
    """What the page needs of the centre: the draws so far, and what a new one can name."""

    draws: Sequence[Mapping[str, Any]]
    forms: Sequence[Mapping[str, Any]]
    users: Sequence[str]


class DrawsPage(OfficePage):
    """At the left what to draw, at the right what a draw gave, the newest first."""

    name = "draws"
    drawing = "dice"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self._urn = Urn((), (), ())
        self.labels = {
            name: text("", "section")
            for name in ("what", "kind", "county", "count", "people", "each", "seed", "why", "due")
        }
        self.what, self.kind, self.county, self.form = (QComboBox() for _n in range(4))
        self.count, self.each = _number(5, 1_000), _number(2, 5)
        self.people = Chips()
        self.seed, self.why = QLineEdit(), QLineEdit()
        self.task = QCheckBox()
        self.due = _day_in(30)
        self.fault = text("", "error")
        self.fault.hide()
        self.act = button("", self._draw, kind="primary", icon="dice")
        self.past = QComboBox()
        self.told = text("", "secondary")
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.save = button("", self._save, icon="save")
        self.list = RowList()
        self.none = text("", "secondary")
        self._lay_out()
        self.what.currentIndexChanged.connect(self._fits)
        self.task.toggled.connect(self._fits)
        self.past.currentIndexChanged.connect(self._show)
        self.retranslate()

    def _lay_out(self) -> None:
        left = Scroll()
        words = self.labels
        left.body.addLayout(column(words["what"], self.what, gap=4))
        left.body.addLayout(column(words["kind"], self.kind, gap=4))
        left.body.addLayout(column(words["county"], self.county, gap=4))
        numbers = line(
            column(words["count"], self.count, gap=4), column(words["each"], self.each, gap=4)
        )
        left.body.addLayout(numbers)
        left.body.addLayout(column(words["people"], self.people, gap=4))
        left.body.addLayout(column(words["seed"], self.seed, gap=4))
        left.body.addLayout(column(words["why"], self.why, gap=4))
        self._task_cells = QWidget()
        self._task_cells.setLayout(column(self.form, words["due"], self.due, gap=4))
        left.body.addWidget(self.task)
        left.body.addWidget(self._task_cells)
        left.body.addStretch(1)
        for box in (self.what, self.kind, self.county, self.form, self.past):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
        side = QWidget()
        foot = column(self.fault, self.act, gap=8)
        foot.setContentsMargins(16, 8, 16, 12)
        side.setLayout(column(left, foot, gap=0))
        right = QWidget()
        head = line(self.past, self.save)
        head.setStretch(0, 1)
        top = column(head, self.told, self.none, margins=16, gap=8)
        whole = column(top, self.list, gap=0)
        whole.setStretch(1, 1)
        right.setLayout(whole)
        self.content.setLayout(column(Split(side, right), gap=0))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        super().retranslate()
        words = {
            "what": _("Draw by lot"),
            "kind": _("Kind of site"),
            "county": _("County"),
            "count": _("How many"),
            "people": _("Inspectors to draw from (none: nobody is assigned)"),
            "each": _("Inspectors for each"),
            "seed": _("Seed (empty: a fresh one)"),
            "why": _("What for"),
            "due": _("Until"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        self.task.setText(_("Give each first inspector a task"))
        self.act.setText(_("Draw now"))
        self.save.setText(_("Save as a table"))
        self.none.setText(
            _("Nothing was drawn yet. A draw is kept with its seed; anybody can check it.")
        )
        _fill(
            self.what,
            [("sites", _("Sites to inspect")), ("records", _("Records for a second look"))],
        )
        kinds = [(kind, site_kind(kind).label) for kind in SITE_KINDS]
        _fill(self.kind, [("", _("All kinds")), *kinds])
        counties = [(code.value, code.label) for code in code_list("county").codes]
        _fill(self.county, [("", _("Whole city")), *counties])
        self._fits()

    def fetch(self, desk: Desk) -> Urn:
        """Draws, forms and people."""
        return Urn(desk.draws(), desk.forms(), desk.people())

    def show_items(self, items: Urn) -> int:
        """Show them; a draw never waits for anybody."""
        self._urn = items
        newest: dict[str, str] = {}
        for form in items.forms:
            newest.setdefault(str(form["form_id"]), str(form.get("title") or form["form_id"]))
        _fill(self.form, list(newest.items()))
        self.people.offer([(name, name) for name in items.users])
        _fill(self.past, [(str(told["id"]), _heading(told)) for told in items.draws])
        self._fits()
        self._show()
        return 0

    def recount(self, count: int) -> None:
        """The page is of use without a draw too."""
        super().recount(count)
        self.stack.setCurrentWidget(self.content)

    def empty_words(self) -> tuple[str, str]:
        """Not shown: something can always be drawn."""
        return "", ""

    def _fits(self) -> None:
        """Tasks go with sites, and need a published form."""
        sites = self.what.currentData() == "sites"
        self.task.setVisible(sites and self.form.count() > 0)
        self._task_cells.setVisible(sites and self.task.isChecked() and self.form.count() > 0)

    # ---- what was drawn
    def _chosen(self) -> Mapping[str, Any] | None:
        wanted = self.past.currentData()
        return next((told for told in self._urn.draws if str(told["id"]) == wanted), None)

    def _show(self) -> None:
        told = self._chosen()
        for part in (self.past, self.save, self.told, self.list):
            part.setVisible(told is not None)
        self.none.setVisible(told is None)
        if told is not None:
            self.told.setText("\n".join(f"{name}: {value}" for name, value in facts(told) if value))
            self.list.put([_row(number, one) for number, one in enumerate(told["drawn"], 1)])

    def _save(self) -> None:
        told = self._chosen()
        if told is None:
            return
        start = f"{_('Draw by lot')}-{str(told['at'])[:10]}.xlsx"
        file = self.office.questions.save_file(
            self, _("Save as a table"), start, _("Tables (*.xlsx *.csv)")
        )
        if file is not None:
            self.office.ask(lambda _desk: save_draw(told, file), self, lambda _x: self._saved(file))

    def _saved(self, file: Path) -> None:
        self.office.toast(_("Saved as {file}.").format(file=file.name))

    # ---- drawing
    def _draw(self) -> None:
        task = self.task.isVisibleTo(self) and self.task.isChecked()
        wanted = {
            "what": self.what.currentData(),
            "kind": self.kind.currentData() or "",
            "county": self.county.currentData() or "",
            "count": int(self.count.text() or 0),
            "inspectors": self.people.chosen(),
            "each": int(self.each.text() or 0),
            "seed": self.seed.text().strip(),
            "why": self.why.text().strip(),
            "task": (self.form.currentData() or "") if task else "",
            "due": self.due.date().toString("yyyy-MM-dd") if task else "",
        }
        self.fault.hide()
        self.act.setEnabled(False)
        self.office.ask(lambda desk: desk.draw(wanted), self, self._drawn, self._refused)

    def _drawn(self, told: Mapping[str, Any]) -> None:
        self.act.setEnabled(True)
        said = _("{n} drawn; the draw is on record.").format(n=len(told["drawn"]))
        self.office.toast(said)
        # The newest stands first once the list is here anew.
        self.past.setCurrentIndex(-1)
        self.load()

    def _refused(self, error: Exception) -> None:
        self.act.setEnabled(True)
        self.fault.setText(sentence(error))
        self.fault.show()


def _fill(box: QComboBox, items: Sequence[tuple[str, str]]) -> None:
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for value, words in items:
        box.addItem(words, value)
    box.setCurrentIndex(max(box.findData(chosen), 0) if items else -1)
    box.blockSignals(False)


def _number(start: int, most: int) -> QLineEdit:
    made = QLineEdit(str(start))
    made.setValidator(QIntValidator(1, most, made))
    made.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
    return made


def _day_in(days: int) -> QDateEdit:
    made = QDateEdit()
    made.setDisplayFormat("yyyy-MM-dd")
    made.setCalendarPopup(True)
    day = utc_now().astimezone(BEIJING).date() + timedelta(days=days)
    made.setDate(QDate(day.year, day.month, day.day))
    return made


def _heading(told: Mapping[str, Any]) -> str:
    at = local_text(from_text(str(told["at"])))
    return joined([at, str(told.get("why") or ""), str(told["by"]), f"{len(told['drawn'])}"])


def _row(number: int, one: Mapping[str, Any]) -> Row:
    title, about, people = item_words(one)
    return Row(key=str(one["id"]), title=f"{number}  {title}", line=about, right=people)
