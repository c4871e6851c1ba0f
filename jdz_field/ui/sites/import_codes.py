"""The third step of an import: texts that are in no code list, each asked about once."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from jdz_field.core.catalogue import CodeList, site_kind
from jdz_field.core.i18n import _
from jdz_field.ledger.issues import Unmatched
from jdz_field.ui.context import AppContext
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sites.import_steps import Choices, Picker, Step, keyed
from jdz_field.ui.widgets import Empty, button, column, line, text

_LEFT = "="
_UNSETTLED = "?"


class CodesStep(Step):
    """Each unmatched text with how many rows hold it, and the code that it is to mean."""

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(app, choices, parent)
        self.nothing = Empty("done", "")
        self.hint = text("", "secondary")
        self.list = RowList()
        self.list.chosen.connect(self._ask)
        self.accept = keyed("Alt+A", button("", self._accept, icon="check"))
        self.texts: dict[tuple[str, str], Unmatched] = {}
        asked = QWidget()
        head = line(self.hint, self.accept, gap=12)
        head.setStretch(0, 1)
        inside = column(head, self.list, gap=10)
        inside.setStretch(1, 1)
        asked.setLayout(inside)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(asked)
        self.setLayout(column(self.stack))

    def retranslate(self) -> None:
        """The texts in the language in force; settled ones stay, to be settled otherwise."""
        report = self.preview.report if self.preview else None
        for one in report.unmatched if report else ():
            self.texts[one.field, one.text] = one
        known = site_kind(self.choices.kind).by_name
        rows = [self._row(one) for one in self.texts.values() if one.field in known]
        self.nothing.say(
            _("Every text of the code lists is understood"), _("There is nothing to settle here.")
        )
        self.hint.setText(
            _("These texts are in no list. Say once what each means, or leave it in the remarks.")
        )
        proposals = [one for one in self._open() if one.proposal]
        self.accept.setText(_("Take the {n} proposals").format(n=len(proposals)))
        self.accept.setVisible(bool(proposals))
        self.list.put(rows)
        self.stack.setCurrentIndex(1 if rows else 0)

    def forget(self) -> None:
        """Another file, or another kind."""
        self.texts.clear()

    def _open(self) -> list[Unmatched]:
        settled = self.choices.codes
        return [o for o in self.texts.values() if o.text not in settled.get(o.field, {})]

    def _codes(self, field: str) -> CodeList | None:
        about = site_kind(self.choices.kind).by_name.get(field)
        return about.code_list() if about else None

    def _row(self, one: Unmatched) -> Row:
        codes = self._codes(one.field)
        label = site_kind(self.choices.kind).by_name[one.field].label
        code = self.choices.codes.get(one.field, {}).get(one.text)
        rows = _("{n} rows").format(n=f"{one.count:,}")
        key = f"{one.field}{_LEFT}{one.text}"
        if code:
            chip, role = codes.label(code) if codes else code, "ok"
        elif code == "":
            chip, role = _("stays in the remarks"), ""
        elif one.proposal and codes:
            chip, role = _("{label}?").format(label=codes.label(one.proposal)), "accent"
        else:
            chip, role = _("to be settled"), "attention"
        return Row(key, one.text, f"{label} · {rows}", "", chip, role)

    def _ask(self, row: Row) -> None:
        field, _sign, cell = row.key.partition(_LEFT)
        codes = self._codes(field)
        if codes is None:
            return
        label = site_kind(self.choices.kind).by_name[field].label
        words = _("What «{text}» means ({field})").format(text=cell, field=label)
        rows = [Row("", _("Leave it in the remarks"), _("The field stays empty."))]
        if cell in self.choices.codes.get(field, {}):
            rows.append(Row(_UNSETTLED, _("Not settled yet"), _("Forget what was chosen.")))
        rows += [Row(c.value, c.label, "、".join(c.synonyms[:6]), c.value) for c in codes.codes]
        picker = Picker(self.app, row.key, words, rows)
        picker.picked.connect(self._picked)
        self.app.push(picker)

    def _picked(self, about: str, code: str) -> None:
        field, _sign, cell = about.partition(_LEFT)
        settled = self.choices.codes.setdefault(field, {})
        if code == _UNSETTLED:
            settled.pop(cell, None)
        else:
            settled[cell] = code
        self.settled.emit()

    def _accept(self) -> None:
        for one in self._open():
            if one.proposal:
                self.choices.codes.setdefault(one.field, {})[one.text] = one.proposal
        self.settled.emit()
