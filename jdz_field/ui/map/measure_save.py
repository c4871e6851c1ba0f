"""Making a measured shape a site: which kind, what it is called."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QWidget

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.measuring import Measured, add_measured
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.widgets import button, column, line, text


class SaveBox(QFrame):
    """Kind and name.

    Signals:
        saved(str): the id of the new site.
        refused(str): why it cannot be one, in a sentence.
        shown(bool): it asks, or asks no more.
    """

    saved = Signal(str)
    refused = Signal(str)
    shown = Signal(bool)

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self._app = app
        self._measured = Measured(closed=False, positions=())
        self.kinds: dict[str, QPushButton] = {}
        chips = QWidget()
        flow = Flow(chips)
        for kind in site_kinds():
            if kind.geometry != "POINT":
                chip = button(kind.label, self._kind_tapped, kind="chip")
                chip.setCheckable(True)
                chip.setObjectName(kind.name)
                self.kinds[kind.name] = chip
                flow.addWidget(chip)
        self.kind = next(iter(self.kinds))
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("Township, village, what it is"))
        self.name.setAccessibleName(_("Name"))
        self.name.returnPressed.connect(self.act)
        self.go = button(_("Save the site"), self.act, kind="primary", icon="check")
        self.not_now = button(_("Cancel"), self.stop)
        said = text(_("What kind of site is it?"), "section")
        self.setLayout(
            column(said, chips, self.name, line(self.go, self.not_now, None), None, margins=10)
        )
        self._choose(self.kind)

    def begin(self, measured: Measured) -> None:
        """Ask about this shape."""
        self._measured = measured
        self.show()
        self.shown.emit(True)
        self.name.setFocus()

    def stop(self) -> None:
        """Ask no more."""
        self.hide()
        self.shown.emit(False)

    def _kind_tapped(self) -> None:
        self._choose(self.sender().objectName())

    def _choose(self, kind: str) -> None:
        self.kind = kind
        for name, chip in self.kinds.items():
            chip.setChecked(name == kind)

    def act(self) -> None:
        """Write it; a site needs a name."""
        name = self.name.text().strip()
        if not name:
            self.refused.emit(_("Give the site a name."))
            self.name.setFocus()
            return
        kind, measured = self.kind, self._measured
        self.go.setEnabled(False)
        self._app.write(
            lambda project: add_measured(project, kind, measured, {"name": name}),
            self,
            self._done,
            self._failed,
        )

    def _done(self, site: Site) -> None:
        self.go.setEnabled(True)
        self.name.clear()
        self._app.toast(_("Saved with the provisional number {code}.").format(code=site.code))
        self.saved.emit(site.id)

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        if isinstance(error, JdzError):
            self.refused.emit(str(error))
        else:
            self._app.say_failure(error)
