"""The fields of a site in groups: label and value a row, a tap opens the row's editor in place.

Of 60 or 90 fields a site has a dozen: rows without a value fold away behind a line that counts
them, and groups without any are chips at the foot of the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from jdz_field.core.catalogue import Field, Group, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.i18n import _, ngettext
from jdz_field.core.sites import Site
from jdz_field.store.queries import LocalConflict
from jdz_field.ui.flow import Flow
from jdz_field.ui.sites import derived
from jdz_field.ui.sites.editors import EditBox
from jdz_field.ui.sites.field_row import FieldRow
from jdz_field.ui.values import NOTHING, shown
from jdz_field.ui.widgets import boxed, button, clear, column, divider, text

#: Fields that the page shows elsewhere or that only the program writes.
HIDDEN = {"provisional", "sample", "parent"}
#: So few empty rows of a group are no wall of dashes.
FEW = 2


class FieldsView(QWidget):
    """Every group of a site's fields.

    Signals:
        save: name of the field and its new value.
    """

    save = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self.chips: dict[str, QPushButton] = {}
        self.folds: dict[str, QPushButton] = {}
        self._homes: dict[str, QVBoxLayout] = {}
        self._open: set[str] = set()
        self.box: EditBox | None = None
        self._site: Site | None = None
        self.read_only = False
        self._held: Sequence[LocalConflict] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    @property
    def editing(self) -> bool:
        """Whether a field is being edited."""
        return self.box is not None

    def show_site(self, site: Site, held: Sequence[LocalConflict] = ()) -> None:
        """Show the fields of ``site``; an open editor is closed. ``held``: its values that wait."""
        self._site, self._held = site, held
        self.box = None
        self.rows, self.chips, self.folds = {}, {}, {}
        clear(self._layout)
        empty: list[Group] = []
        for group, members in site_kind(site.kind).grouped():
            fields = [field for field in members if field.name not in HIDDEN]
            filled = [field for field in fields if self._is_filled(site, field)]
            if fields and (filled or group.name in self._open):
                self._put(text(group.label, "section"), self._card(site, group, fields, filled))
            elif fields:
                empty.append(group)
                self._keep_rows(site, fields)
        if empty:
            self._put(text(_("Nothing entered yet"), "section"), self._chips(empty))

    def _put(self, *parts: QWidget) -> None:
        """Below the others, to be seen at once: a row that is to take the focus must be there."""
        for part in parts:
            self._layout.addWidget(part)
            part.show()

    def _is_filled(self, site: Site, field: Field) -> bool:
        waits = any(one.field == field.name for one in self._held)
        return waits or site.fields.get(field.name) not in (None, "")

    def _row(self, site: Site, field: Field) -> FieldRow:
        row = FieldRow(
            field.name,
            field.label,
            shown(site.kind, field.name, site.fields.get(field.name)),
            derived.notes(site, field, self._held),
            editable=not (site.deleted or self.read_only),
        )
        row.clicked.connect(self._row_clicked)
        self.rows[field.name] = row
        return row

    def _keep_rows(self, site: Site, fields: Sequence[Field]) -> None:
        """Rows of a group that is a chip, out of sight until it is opened."""
        inside = column(gap=0)
        for field in fields:
            row = self._row(site, field)
            inside.addWidget(row)
            row.hide()
            self._homes[field.name] = inside
        folded = boxed(inside)
        folded.hide()
        self._layout.addWidget(folded)

    def _card(
        self, site: Site, group: Group, fields: Sequence[Field], filled: Sequence[Field]
    ) -> QWidget:
        inside = column(gap=0)
        inside.setContentsMargins(1, 1, 1, 1)
        folded = len(fields) - len(filled) > FEW and group.name not in self._open
        first = True
        for field in fields:
            hidden = folded and field not in filled
            if not (hidden or first):
                inside.addWidget(divider())
            first = first and hidden
            row = self._row(site, field)
            inside.addWidget(row)
            self._homes[field.name] = inside
            row.setVisible(not hidden)
        if folded:
            inside.addWidget(divider())
            inside.addWidget(self._fold(group, len(fields) - len(filled)))
        return boxed(inside)

    def _fold(self, group: Group, count: int) -> QPushButton:
        words = ngettext("{n} more field, empty", "{n} more fields, empty", count).format(n=count)
        made = button(words, self._open_clicked, kind="quiet", icon="chevron-down")
        made.setAccessibleName(f"{group.label}: {words}")
        made.setProperty("group", group.name)
        self.folds[group.name] = made
        return made

    def _chips(self, groups: Sequence[Group]) -> QWidget:
        room = QWidget()
        flow = Flow(room)
        for group in groups:
            chip = button(group.label, self._open_clicked, kind="chip", icon="plus")
            chip.setToolTip(_("Show the fields of this group"))
            chip.setProperty("group", group.name)
            self.chips[group.name] = chip
            flow.addWidget(chip)
        return room

    def _open_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.open_group(str(sender.property("group")))

    def open_group(self, name: str) -> None:
        """Show every field of a group; the first one without a value takes the focus."""
        if self._site is None:
            return
        self._open.add(name)
        self.show_site(self._site, self._held)
        fields = [f for f in site_kind(self._site.kind).fields if f.group == name]
        rows = [self.rows[f.name] for f in fields if f.name in self.rows]
        first = next((row for row in rows if row.value == NOTHING), None)
        if first is not None:
            first.setFocus()

    def reveal(self, name: str) -> None:
        """Open the group of a field whose row is folded away."""
        if self._site is not None and name in self.rows and self.rows[name].isHidden():
            self.open_group(site_kind(self._site.kind).by_name[name].group)

    def edit(self, name: str) -> None:
        """Open the editor of a field, in the place of its row."""
        if self._site is None or name not in self.rows:
            return
        self.stop()
        self.reveal(name)
        site, field = self._site, site_kind(self._site.kind).by_name[name]
        row = self.rows[name]
        self.box = EditBox(field, self._value(site, field), self._note(site, field))
        self.box.save.connect(self.save)
        self.box.cancelled.connect(self.stop)
        layout = self._homes[name]
        layout.insertWidget(layout.indexOf(row), self.box)
        row.hide()
        self.box.editor.start()

    @staticmethod
    def _value(site: Site, field: Field) -> Value:
        """What an editor begins with: of a value that a rule gives, what was stated."""
        if derived.derived(site, field) is None:
            return site.fields.get(field.name)
        return site.stated.get(field.name)

    @staticmethod
    def _note(site: Site, field: Field) -> str:
        found = derived.derived(site, field)
        said = []
        if found is not None:
            value = shown(site.kind, field.name, found.value)
            said = [
                _("The rule gives {value}: {rule} ({source}).").format(
                    value=value, rule=found.rule.label, source=found.table.source
                ),
                _("Here stands what a ledger states; it is kept beside the rule's value."),
            ]
        if field.controlled:
            said.append(_("The office confirms a change of this field."))
        return "\n".join(said)

    def stop(self) -> None:
        """Close the editor; the value stays as it was."""
        if self.box is None:
            return
        row = self.rows.get(self.box.field.name)
        self.box.hide()
        self.box.deleteLater()
        self.box = None
        if row is not None:
            row.show()
            row.setFocus()

    def say_wrong(self, sentence: str) -> None:
        """What is wrong with the value in the open editor."""
        if self.box is not None:
            self.box.say_wrong(sentence)

    def _row_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, FieldRow):
            self.edit(row.name)
