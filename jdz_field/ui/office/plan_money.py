"""A project's money: by source planned, allocated and spent; what does not add up is said."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _
from jdz_field.core.money import FIELDS, SOURCES, STEPS, added
from jdz_field.core.progress_words import figure, source_words, step_words
from jdz_field.operations.progress_phrases import OF_MONEY, OF_PROJECTS, place_words
from jdz_field.ui.office.plan_parts import Lines, cell_edit, labelled
from jdz_field.ui.office.plan_rows import Told, complaint_lines, doubt_lines
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, set_role, text

_TEXTS = {"performance": "performance", "money_document": "document"}


class MoneyView(Scroll):
    """One project.

    Signals:
        saved(str, object, str, int): its id, the fields that changed, why, the version shown.
    """

    saved = Signal(str, object, str, int)

    def __init__(self) -> None:
        super().__init__(margins=24, gap=12)
        self._one: Told = {}
        self.name, self.about = text("", "heading"), text("", "caption")
        self.notes = Lines("warning", _("What does not add up"))
        self.cells: dict[str, QLineEdit] = {}
        self.totals = {step: text("", "strong", wrap=False) for step in STEPS}
        self.budget = QLineEdit()
        self.performance, self.document, self.why = QLineEdit(), QLineEdit(), QLineEdit()
        self.fault = text("", "error")
        self.fault.hide()
        self.save = button(
            _("Save the money"), self._save, kind="primary", icon="save", key="Ctrl+S"
        )
        self.why.returnPressed.connect(self.save.click)
        self.doubts = Lines("sunken", _("Where the plan contradicts itself"))
        for part in (self.name, self.about, self.notes, self._form(), self.doubts):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def _form(self) -> QWidget:
        cells = column(
            text(_("Money by source, 10⁴ yuan (empty: nothing entered)"), "strong"),
            self._grid(),
            labelled(_("Budget, 10⁴ yuan"), self.budget),
            labelled(_("Document of the money"), self.document),
            labelled(_("Performance"), self.performance),
            labelled(_("Why it changes"), self.why),
            self.fault,
            line(None, self.save),
            margins=16,
            gap=10,
        )
        return boxed(cells)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for row, step in enumerate(STEPS, 1):
            grid.addWidget(text(step_words(step), "section", wrap=False), row, 0)
            for place, source in enumerate(SOURCES, 1):
                cell = cell_edit(joined([source_words(source), step_words(step)]))
                cell.textChanged.connect(self._add_up)
                self.cells[FIELDS[step, source]] = cell
                grid.addWidget(cell, row, place)
            grid.addWidget(self.totals[step], row, len(SOURCES) + 1)
        heads = [*map(source_words, SOURCES), _("Sum")]
        for place, words in enumerate(heads, 1):
            grid.addWidget(QLabel(words), 0, place)
            grid.setColumnStretch(place, 1)
        return grid

    def put(self, one: Told) -> None:
        """Show a project; what was typed stays while it is the same version of the same one."""
        same = (self._one.get("id"), self._one.get("version")) == (one["id"], one["version"])
        self._one = one
        self.name.setText(joined([one["programme"], one["name"] or one["code"] or one["id"]]))
        changed = one["changed"]
        when = local_text(from_text(changed["at"])) if changed["at"] else ""
        who = _("money written {when} by {who}").format(when=when, who=changed["by"])
        place = place_words(one["county"], one["town"])
        self.about.setText(joined([one["code"], place, who if when else ""]))
        counted = "" if one["counted"] else _("a unit: its projects are counted, not it")
        self.notes.put([*complaint_lines(one["notes"]), counted])
        self.doubts.put(doubt_lines((*OF_PROJECTS, *OF_MONEY)))
        if not same:
            self._fill()

    def _fill(self) -> None:
        for name, before in self._before().items():
            self._field(name).setText(before if isinstance(before, str) else _number(before))
        self.why.clear()
        self.say("")

    def _before(self) -> dict[str, float | str | None]:
        one = self._one
        told: dict[str, float | str | None] = {
            FIELDS[step, source]: one["sources"][source][step]
            for step in STEPS
            for source in SOURCES
        }
        texts = {name: str(one[key] or "") for name, key in _TEXTS.items()}
        return told | {"budget": one["budget"]} | texts

    def _field(self, name: str) -> QLineEdit:
        others = {
            "budget": self.budget,
            "performance": self.performance,
            "money_document": self.document,
        }
        return self.cells.get(name) or others[name]

    def _add_up(self) -> None:
        for step in STEPS:
            values = [_value(self.cells[FIELDS[step, source]].text()) for source in SOURCES]
            known = [value for value in values if isinstance(value, float)]
            self.totals[step].setText(figure(added(known)) or "—")

    def say(self, words: str) -> None:
        """A sentence above the button."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def _save(self) -> None:
        changed: dict[str, float | str | None] = {}
        for name, before in self._before().items():
            field = self._field(name)
            now = field.text().strip() if name in _TEXTS else _value(field.text())
            wrong = name not in _TEXTS and isinstance(now, str)
            set_role(field, "true" if wrong else "false", "invalid")
            if wrong:
                self.say(_("«{text}» is no sum of money.").format(text=field.text()))
                field.setFocus()
                return
            if now != before:
                changed[name] = now or None if name in _TEXTS else now
        if not changed:
            self.say(_("Nothing was changed."))
            return
        self.say("")
        self.save.setEnabled(False)
        why = self.why.text().strip()
        self.saved.emit(self._one["id"], changed, why, int(self._one["version"]))

    def answered(self, fault: str = "") -> None:
        """The centre has taken it, or says why not."""
        self.save.setEnabled(True)
        self.say(fault)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _value(words: str) -> float | str | None:
    """A sum of money, ``None`` for nothing, the words themselves where they are none."""
    plain = words.strip().replace(",", "").replace("，", "")
    if not plain:
        return None
    try:
        found = float(plain)
    except ValueError:
        return words
    return found if 0 <= found < 1e9 else words
