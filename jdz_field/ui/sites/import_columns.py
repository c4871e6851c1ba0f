"""The second step of an import: which column holds what, and why it is thought so."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import _
from jdz_field.ledger.columns import IGNORED
from jdz_field.operations.import_preview import Column, column_label, readable
from jdz_field.ui.context import AppContext
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sites.import_steps import Choices, Picker, Step
from jdz_field.ui.widgets import boxed, column, text

#: The picker's answer for what would be found without the person.
_FOUND = "?"


class ColumnsStep(Step):
    """Each heading with some of its cells and the field it is read as."""

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(app, choices, parent)
        self.hint = text("", "secondary")
        self.fault = text("", "strong")
        self.fault_box = boxed(column(self.fault, margins=12), "fault")
        self.list = RowList()
        self.list.chosen.connect(self._ask)
        whole = column(self.hint, self.fault_box, self.list, gap=10)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def retranslate(self) -> None:
        """The columns in the language in force."""
        self.hint.setText(_("Tap a column to say what it holds. What is not read stays unread."))
        preview = self.preview
        lacks = bool(preview and preview.lacking)
        self.fault_box.setVisible(lacks)
        self.fault.setText(
            _("No column says where the sites lie: name longitude and latitude, or X and Y.")
        )
        columns = preview.columns if preview else ()
        # What is not understood is what is to be looked at.
        self.list.put(
            [self._row(one) for one in sorted(columns, key=lambda c: c.field is not None)]
        )

    def _row(self, one: Column) -> Row:
        samples = "   ".join(one.samples) or _("(empty)")
        role = "ok" if one.read else "attention" if one.field is None and one.samples else ""
        label = column_label(self.choices.kind, one.field)
        return Row(one.name, one.heading, samples, one.why, label, role)

    def _ask(self, row: Row) -> None:
        one = self._column(row.key)
        if one is None:
            return
        words = _("What «{heading}» holds").format(heading=one.heading)
        picker = Picker(self.app, one.name, words, self._choices_for(one), one.field or IGNORED)
        picker.picked.connect(self._picked)
        self.app.push(picker)

    def _column(self, name: str) -> Column | None:
        columns = self.preview.columns if self.preview else ()
        return next((one for one in columns if one.name == name), None)

    def _choices_for(self, one: Column) -> list[Row]:
        kind = self.choices.kind
        taken = {c.field: c.heading for c in self.preview.columns if c.read} if self.preview else {}
        rows = [Row(IGNORED, _("Do not read it"), _("The column is left aside."))]
        if one.name in self.choices.mapping:
            rows.append(Row(_FOUND, _("As it would be found"), _("Forget what was chosen.")))
        about = site_kind(kind).by_name
        for name, label in readable(kind):
            found = about.get(name)
            others = "、".join(found.synonyms[:4]) if found else ""
            used = taken.get(name)
            chip = used if used and used != one.heading else ""
            rows.append(Row(name, label, others, "", chip[:16], "accent" if chip else ""))
        return rows

    def _picked(self, name: str, field: str) -> None:
        if field == _FOUND:
            self.choices.mapping.pop(name, None)
        else:
            for other, chosen in list(self.choices.mapping.items()):
                if chosen == field and field != IGNORED:
                    del self.choices.mapping[other]
            self.choices.mapping[name] = field
        self.settled.emit()
