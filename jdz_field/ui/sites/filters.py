"""The filters above the list of sites: chips that open a menu each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from jdz_field.core.catalogue import code_list, site_kind, site_kinds
from jdz_field.core.i18n import _
from jdz_field.store.queries import SiteQuery
from jdz_field.ui.flow import Flow
from jdz_field.ui.widgets import set_role


class FilterChip(QPushButton):
    """One filter: its name when it lets everything through, else what it lets through.

    Signals:
        chosen: the value (text, or ``None`` for everything).
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.value: str | None = None
        self._name = ""
        self._options: Sequence[tuple[str, str]] = ()
        self._menu = QMenu(self)
        self._menu.triggered.connect(self._picked)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Its name and its values with their words."""
        self._name, self._options = name, options
        if self.value not in {value for value, _words in options}:
            self.value = None
        self._show()

    def set_value(self, value: str | None) -> None:
        """Let only ``value`` through, or everything."""
        self.value = value
        self._show()

    def _fill(self) -> None:
        self._menu.clear()
        for value, words in ((None, _("All")), *self._options):
            act = self._menu.addAction(words)
            act.setCheckable(True)
            act.setChecked(value == self.value)
            act.setData(value)

    def _picked(self, act: QAction) -> None:
        self.set_value(act.data())
        self.chosen.emit(self.value)

    def _show(self) -> None:
        words = next((w for v, w in self._options if v == self.value), None)
        self.setText(f"{words or self._name}  ▾")
        self.setAccessibleName(self._name)
        self.setChecked(self.value is not None)
        set_role(self, "on" if self.value is not None else "off", "state")


class Filters(QWidget):
    """Kind, county, kind of its own list, grade, unsent.

    Signals:
        changed: the person chose another filter.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.county, self.own_kind = FilterChip(), FilterChip(), FilterChip()
        self.grade, self.state = FilterChip(), FilterChip()
        flow = Flow(self)
        for chip in (self.kind, self.county, self.own_kind, self.grade, self.state):
            flow.addWidget(chip)
            chip.chosen.connect(self._chosen)
        self.retranslate()

    def retranslate(self) -> None:
        """Every word in the language in force."""
        self.kind.offer(_("Type"), [(kind.name, kind.label) for kind in site_kinds()])
        self.county.offer(_("County"), _options("county"))
        self.grade.offer(_("Grade"), _options("danger_grade"))
        self.state.offer(_("State"), [("unsent", _("Unsent")), ("sent", _("Nothing unsent"))])
        self._offer_own_kinds()

    def query(self, text: str) -> SiteQuery:
        """What the filters and ``text`` mean."""
        plain = SiteQuery(text=text, order="name")
        return replace(
            plain,
            kinds=(self.kind.value,) if self.kind.value else (),
            county=self.county.value,
            kind_code=self.own_kind.value,
            grade=self.grade.value,
            unsent={"unsent": True, "sent": False}.get(self.state.value or ""),
        )

    def reset(self) -> None:
        """Let everything through."""
        for chip in (self.kind, self.county, self.own_kind, self.grade, self.state):
            chip.set_value(None)
        self._offer_own_kinds()

    @property
    def narrow(self) -> bool:
        """Whether any filter is set."""
        chips = (self.kind, self.county, self.own_kind, self.grade, self.state)
        return any(chip.value is not None for chip in chips)

    def _chosen(self) -> None:
        self._offer_own_kinds()
        self.changed.emit()

    def _offer_own_kinds(self) -> None:
        kind = self.kind.value or "geohazard"
        field = site_kind(kind).by_name.get("kind_code")
        self.own_kind.setVisible(field is not None and field.codes is not None)
        if field is not None and field.codes:
            self.own_kind.offer(field.label, _options(field.codes))
        graded = "danger_grade" in site_kind(kind).by_name
        self.grade.setVisible(graded)
        if not graded:
            self.grade.set_value(None)


def _options(name: str) -> list[tuple[str, str]]:
    return [(code.value, code.label) for code in code_list(name).codes]
