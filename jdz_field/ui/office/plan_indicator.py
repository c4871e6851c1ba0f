"""An indicator: its targets, what it is now and whence, and entering a value with its source."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.clock import BEIJING, utc_now
from jdz_field.core.errors import BadInput
from jdz_field.core.figures import Figure, check_figure
from jdz_field.core.i18n import _, pick
from jdz_field.core.plan import BASE_YEAR
from jdz_field.core.progress_words import figure
from jdz_field.operations.progress_phrases import (
    binding_words,
    indicator_words,
    mean_words,
    target_words,
    unit_words,
)
from jdz_field.ui.office.plan_parts import Behind, Facts, Lines, labelled
from jdz_field.ui.office.plan_rows import Told, doubt_lines, figure_rows
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import NOTHING, joined
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text


class IndicatorView(Scroll):
    """One indicator.

    Signals:
        entered(object, str): a ``Figure`` to enter or correct, and why.
        withdrawn(str, str): the id of one to take back, and why.
    """

    entered = Signal(object, str)
    withdrawn = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(margins=24, gap=12)
        self._line: Told = {}
        self._figure = ""
        self.name, self.about = text("", "heading"), text("", "caption")
        self.facts, self.whence = Facts(), text("", "strong")
        self.more = text("", "secondary")
        self.doubts = Lines("warning", _("Where the plan contradicts itself"))
        self.behind = Behind()
        self.list_head, self.list = text(_("Entered values"), "section"), RowCard()
        self.list.chosen.connect(self._chosen)
        self.year, self.value = QLineEdit(), QLineEdit()
        self.source, self.document = QLineEdit(), QLineEdit()
        self.day, self.note, self.why = QLineEdit(), QLineEdit(), QLineEdit()
        self.day.setPlaceholderText("2024-12-31")
        self.fault = text("", "error")
        self.fault.hide()
        self.give = button(_("Enter this value"), self._enter, kind="primary", icon="check")
        self.back = button(_("Take it back"), self._withdraw, kind="danger")
        self.fresh = button(_("Enter another year"), self._begin, kind="quiet", icon="plus")
        for part in (
            self.name, self.about, self.facts, self.whence, self.more, self.doubts, self.behind,
            self.list_head, self.list, self._form(),
        ):  # fmt: skip
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.document.returnPressed.connect(self.give.click)

    def _form(self) -> QWidget:
        self.title = text("", "strong")
        self.reason = labelled(_("Why (of a correction or of taking back)"), self.why)
        first = line(
            labelled(_("Year"), self.year),
            labelled(_("Value"), self.value),
            labelled(_("Day of the document"), self.day),
        )
        cells = column(
            self.title,
            first,
            labelled(_("Who says so"), self.source),
            labelled(_("Document, with its number"), self.document),
            labelled(_("Note"), self.note),
            self.reason,
            self.fault,
            line(self.back, self.fresh, None, self.give),
            margins=16,
            gap=10,
        )
        return boxed(cells)

    def put(self, line_: Told, found: Told) -> None:
        """Show an indicator; what was typed for another one goes."""
        other = self._line.get("no") != line_["no"]
        self._line = line_
        unit = unit_words(line_["unit"])
        self.name.setText(f"{line_['no']} {pick(line_['name'])}")
        self.about.setText(joined([binding_words(line_["binding"]), unit, pick(line_["meaning"])]))
        now = figure(line_["value"]) if line_["how"] != "none" else NOTHING
        self.facts.put(
            [
                (_("Base {year}").format(year=BASE_YEAR), figure(line_["base"]) or NOTHING),
                ("2025", target_words(line_["2025"])),
                ("2035", target_words(line_["2035"])),
                (_("Now"), now),
            ]
        )
        self.whence.setText(indicator_words(line_))
        self._say_more(line_)
        self.doubts.put(doubt_lines(line_["doubts"]))
        ids = line_["records"] or (line_["mean"] or {}).get("records", ())
        self.behind.put(pick(line_["name"]), found, ids, unit)
        self.list.put(figure_rows(line_))
        for part in (self.list, self.list_head):
            part.setVisible(bool(line_["figures"]))
        if other:
            self._begin()

    def _say_more(self, line_: Told) -> None:
        words = []
        if line_["mean"]:
            words.append(mean_words(line_["mean"]))
        if line_["drawn"] is not None:
            words.append(_("by outlines {drawn}").format(drawn=figure(line_["drawn"])))
        if line_["mines"] is not None and line_["mines"] != len(line_["records"]):
            words.append(_("{n} mines by their own number").format(n=line_["mines"]))
        if line_["how"] == "records" and line_["figures"]:
            words.append(_("entered values stand beside it"))
        self.more.setText(joined(words))
        self.more.setVisible(bool(words))

    def say(self, words: str) -> None:
        """A sentence above the buttons."""
        self.fault.setText(words)
        self.fault.setVisible(bool(words))

    def _begin(self) -> None:
        """An empty form for a new value."""
        self._figure = ""
        self.year.setText(str(utc_now().astimezone(BEIJING).year - 1))
        for field in (self.value, self.source, self.document, self.day, self.note, self.why):
            field.clear()
        self.say("")
        self._dress()

    def _chosen(self, row: Row) -> None:
        one: Told = row.data
        self._figure = one["id"]
        self.year.setText(str(one["year"]))
        self.value.setText(f"{one['value']:g}")
        pairs = (
            (self.source, "source"), (self.document, "document"), (self.day, "stated_on"),
            (self.note, "note"),
        )  # fmt: skip
        for field, name in pairs:
            field.setText(one[name])
        self.say("")
        self._dress()

    def _dress(self) -> None:
        old = bool(self._figure)
        self.title.setText(_("Correct this value") if old else _("Enter a value with its source"))
        self.give.setText(_("Correct it") if old else _("Enter this value"))
        for part in (self.back, self.fresh, self.reason):
            part.setVisible(old)

    def _typed(self) -> Figure:
        """What stands in the form. ``BadInput``: it is no value with its source."""
        try:
            value = float(self.value.text().strip().replace(",", "").rstrip("% "))
            year = int(self.year.text().strip())
        except ValueError as error:
            raise BadInput(_("Write the year and the value as numbers.")) from error
        told = (self.source, self.document, self.day, self.note)
        words = [field.text().strip() for field in told]
        one = Figure(self._figure, int(self._line["no"]), year, value, *words)
        check_figure(one)
        return one

    def _enter(self) -> None:
        try:
            one = self._typed()
        except BadInput as error:
            self.say(str(error))
            return
        self.say("")
        self.give.setEnabled(False)
        self.entered.emit(one, self.why.text().strip())

    def _withdraw(self) -> None:
        if not self.why.text().strip():
            self.say(_("Say why the figure is taken back."))
            self.why.setFocus()
            return
        self.withdrawn.emit(self._figure, self.why.text().strip())

    def answered(self, fault: str = "") -> None:
        """The centre has taken it, or says why not."""
        self.give.setEnabled(True)
        if fault:
            self.say(fault)
        else:
            self._begin()
