"""North: what turns the compass directions of photos into true ones."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.declination import declination, set_declination, shown_declination
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text


class NorthFields(QWidget):
    """The project's magnetic declination and who gave it; empty forgets it."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.head, self.label = text("", "section"), text("")
        self.degrees, self.source = QLineEdit(), QLineEdit()
        self.degrees.setMaximumWidth(160)
        self.keep = button("", self._keep, icon="check")
        self.said = text("", "caption")
        row = line(self.degrees, self.keep, None)
        inside = column(self.label, self.source, row, self.said, margins=14, gap=8)
        self.setLayout(column(self.head, boxed(inside), gap=10))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(_("North"))
        self.label.setText(
            _("Degrees from true to magnetic north (west is negative), and who says so")
        )
        self.degrees.setPlaceholderText("-4.6")
        self.degrees.setAccessibleName(_("Magnetic declination"))
        self.source.setPlaceholderText(_("Who gave it"))
        self.source.setAccessibleName(_("Who gave it"))
        self.keep.setText(_("Keep"))
        self.refresh()

    def refresh(self) -> None:
        """As it is now, unless somebody is typing."""
        known = declination(self._app.reader)
        self._say(
            shown_declination(known)
            if known
            else _("Nobody has given one: compass directions stay as they are.")
        )
        if known is not None and not self.degrees.hasFocus() and not self.source.hasFocus():
            self.degrees.setText(f"{known.degrees:g}")
            self.source.setText(known.source)

    def _keep(self) -> None:
        typed, source = self.degrees.text().strip().replace("\u2212", "-"), self.source.text()
        try:
            degrees = float(typed) if typed else None
        except ValueError:
            self._say(_("«{text}» is no number of degrees.").format(text=typed[:40]), "error")
            return

        def work(project: Project) -> None:
            set_declination(project, degrees, source)

        self._app.write(work, self, self._kept, self._refused)

    def _kept(self, _result: object) -> None:
        self.refresh()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, JdzError):
            self._say(str(error), "error")
        else:
            self._app.say_failure(error)

    def _say(self, words: str, role: str = "caption") -> None:
        self.said.setText(words)
        set_role(self.said, role)
