"""The first step of an import: which file, what it lists, which sheet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from jdz_field.core.catalogue import site_kind, site_kinds
from jdz_field.core.i18n import _
from jdz_field.operations.import_preview import Preview
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.sites.import_steps import Choices, Step, keyed
from jdz_field.ui.widgets import Empty, boxed, button, clear, column, line, text

#: The project's setting that keeps the last files.
RECENT, KEPT = "recent_ledgers", 5


class FileStep(Step):
    """File, kind and sheet.

    Signals:
        ask_wanted: open the dialog that asks for a file.
        file_wanted(object): take this file.
        forgotten: what was settled for such a ledger before is not wanted.
    """

    ask_wanted = Signal()
    forgotten = Signal()
    file_wanted = Signal(object)

    def __init__(self, app: AppContext, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(app, choices, parent)
        self.choose = keyed("Ctrl+O", button("", self._ask, kind="primary", icon="file"))
        self.start = Empty("sites", "", "", self.choose)
        self.double = button("", self._duplicates, kind="quiet", icon="repeat")
        self.recent_label = text("", "section")
        self.recent = RowList()
        self.recent.chosen.connect(self._again)
        self.name, self.place = text("", "heading"), text("", "secondary")
        self.other = button("", self._ask, icon="file")
        self.kind_label, self.kind_why = text("", "section"), text("", "caption")
        self.kinds: dict[str, QPushButton] = {}
        self.sheet_label = text("", "section")
        self.sheets = QWidget()
        self._sheet_flow = Flow(self.sheets)
        self.found = text("")
        self.known = text("")
        self.forget = button("", self._forget, icon="undo")
        known = line(self.known, self.forget, gap=12, margins=12)
        known.setStretch(0, 1)
        self.known_box = boxed(known, "good")
        self.found_box = boxed(column(self.found, margins=12), "note")
        self.stack = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        first = QWidget()
        below = line(self.recent_label, None, self.double)
        rows = column(self.start, below, self.recent, gap=8)
        rows.setStretch(0, 3)
        rows.setStretch(2, 2)
        first.setLayout(rows)
        kinds = QWidget()
        flow = Flow(kinds)
        for kind in site_kinds():
            chip = button("", self._kind_clicked, kind="chip")
            chip.setCheckable(True)
            chip.setProperty("name", kind.name)
            self.kinds[kind.name] = chip
            flow.addWidget(chip)
        words = column(self.name, self.place, gap=2)
        head = line(words, self.other, gap=12)
        head.setStretch(0, 1)
        chosen = QWidget()
        chosen.setLayout(
            column(
                boxed(column(head, margins=16), "card"),
                4,
                self.kind_label,
                kinds,
                self.kind_why,
                4,
                self.sheet_label,
                self.sheets,
                self.found_box,
                self.known_box,
                None,
                gap=8,
            )
        )
        self.stack.addWidget(first)
        self.stack.addWidget(chosen)
        self.setLayout(column(self.stack))

    # ---- what is shown
    def put(self, preview: Preview | None) -> None:
        """The file and its sheets, or the way to choose one."""
        super().put(preview)
        self.stack.setCurrentIndex(0 if self.choices.file is None else 1)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.start.say(
            _("Choose the ledger"),
            _(
                "Excel, CSV, GeoPackage, GeoJSON, Shapefile, KML or GPX; drop it here too. "
                "Nothing is written before the last step."
            ),
        )
        self.choose.setText(_("Choose a file"))
        self.other.setText(_("Another file"))
        self.double.setText(_("Look for duplicates"))
        self.kind_label.setText(_("What the ledger lists"))
        self.sheet_label.setText(_("Sheet"))
        self._show_recent()
        self._show_file()

    def _show_recent(self) -> None:
        names = self.app.reader.get_setting(RECENT, [])
        files = [Path(str(name)) for name in names] if isinstance(names, list) else []
        there = [Row(str(f), f.name, str(f.parent)) for f in files if f.is_file()]
        self.recent_label.setText(_("Taken in lately"))
        self.recent.put(there)
        self.recent.setVisible(bool(there))
        self.recent_label.setVisible(bool(there))

    def _show_file(self) -> None:
        choices, preview = self.choices, self.preview
        if choices.file is None:
            return
        self.name.setText(choices.file.name)
        self.place.setText(str(choices.file.parent))
        for name, chip in self.kinds.items():
            chip.setText(site_kind(name).label)
            chip.setChecked(name == choices.kind)
        proposed = choices.proposed and choices.proposed == choices.kind
        self.kind_why.setText(_("Proposed from what stands in it.") if proposed else "")
        self.kind_why.setVisible(bool(proposed))
        self.known_box.setVisible(choices.remembered)
        self.known.setText(
            _("A ledger with these headings came before: what you settled then is used again.")
        )
        self.forget.setText(_("Begin afresh"))
        self._show_sheets(preview)
        self.found_box.setVisible(preview is not None)
        if preview is not None:
            read = sum(one.read for one in preview.columns)
            words = _("{read} of {all} columns are understood.").format(
                read=read, all=len(preview.columns)
            )
            self.found.setText("\n".join([words, *_counts(preview)]))

    def _show_sheets(self, preview: Preview | None) -> None:
        sheets = preview.sheets if preview else ()
        several = len(sheets) > 1
        self.sheet_label.setVisible(several)
        self.sheets.setVisible(several)
        clear(self._sheet_flow)
        for sheet in sheets if several else ():
            chip = button(sheet.name, self._sheet_clicked, kind="chip")
            chip.setCheckable(True)
            chip.setChecked(bool(preview and sheet.name == preview.sheet))
            chip.setProperty("name", sheet.name)
            self._sheet_flow.addWidget(chip)

    # ---- what is chosen
    def _ask(self) -> None:
        self.ask_wanted.emit()

    def _duplicates(self) -> None:
        self.app.show_page("duplicates")

    def _again(self, row: Row) -> None:
        self.file_wanted.emit(Path(row.key))

    def _forget(self) -> None:
        self.choices.forget()
        self.forgotten.emit()
        self._show_file()
        self.settled.emit()

    def _kind_clicked(self) -> None:
        self.choices.other_kind(str(self.sender().property("name")))
        self._show_file()
        self.settled.emit()

    def _sheet_clicked(self) -> None:
        self.choices.sheet = str(self.sender().property("name"))
        self.choices.mapping = {}
        self.settled.emit()


def _counts(preview: Preview) -> list[str]:
    report = preview.report
    if report is None:
        return []
    words = _("{read} rows: {new} new, {changed} changed, {same} unchanged, {refused} refused.")
    return [
        words.format(
            read=f"{report.read:,}",
            new=f"{report.imported:,}",
            changed=f"{report.updated:,}",
            same=f"{report.unchanged:,}",
            refused=f"{report.refused:,}",
        )
    ]
