"""Heights: how high the antenna is, and what makes a height one of the 1985 datum."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.heights import height_offset, set_height_offset, shown_offset
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.receiver import MOST_ANTENNA
from jdz_field.ui.widgets import boxed, button, column, line, set_role, text


class HeightFields(QWidget):
    """The antenna's height is this receiver's, the offset to the 1985 datum is the project's."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.head, self.antenna_label = text("", "section"), text("")
        self.antenna = QDoubleSpinBox()
        self.antenna.setRange(0.0, MOST_ANTENNA)
        self.antenna.setSingleStep(0.05)
        self.antenna.setSuffix(" m")
        self.antenna.setMinimumSize(140, 44)
        self.antenna.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.antenna.valueChanged.connect(app.receiver.set_antenna)
        self.offset_label = text("")
        self.offset, self.source = QLineEdit(), QLineEdit()
        self.offset.setMaximumWidth(160)
        self.keep = button("", self._keep, icon="check")
        self.said = text("", "caption")
        antenna = line(self.antenna_label, self.antenna)
        antenna.setStretch(0, 1)
        row = line(self.offset, self.keep, None)
        inside = column(antenna, self.offset_label, self.source, row, self.said, margins=14, gap=8)
        self.setLayout(column(self.head, boxed(inside), gap=10))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(_("Heights"))
        self.antenna_label.setText(_("Antenna above the ground"))
        self.antenna.setAccessibleName(_("Height of the antenna above the ground"))
        self.offset_label.setText(
            _("Metres to add to a height above the ellipsoid for the 1985 datum, and who says so")
        )
        self.offset.setPlaceholderText("-12.35")
        self.offset.setAccessibleName(_("Offset to the 1985 datum"))
        self.source.setPlaceholderText(_("Who gave it"))
        self.source.setAccessibleName(_("Who gave it"))
        self.keep.setText(_("Keep"))
        self.refresh()

    def refresh(self) -> None:
        """As it is now, unless somebody is typing."""
        if not self.antenna.hasFocus():
            self.antenna.blockSignals(True)
            self.antenna.setValue(self._app.receiver.antenna)
            self.antenna.blockSignals(False)
        self.antenna.setEnabled(bool(self._app.receiver_spec))
        known = height_offset(self._app.reader)
        self._say(shown_offset(known) if known else _("Nobody has given one: the datum is named."))
        if known is not None and not self.offset.hasFocus() and not self.source.hasFocus():
            self.offset.setText(f"{known.metres:g}")
            self.source.setText(known.source)

    def _keep(self) -> None:
        typed, source = self.offset.text().strip().replace("\u2212", "-"), self.source.text()
        try:
            metres = float(typed) if typed else None
        except ValueError:
            self._say(_("«{text}» is no number of metres.").format(text=typed[:40]), "error")
            return

        def work(project: Project) -> None:
            set_height_offset(project, metres, source)

        self._app.write(work, self, self._kept, self._refused)

    def _kept(self, _result: object) -> None:
        self._app.read_heights()
        self.refresh()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, JdzError):
            self._say(str(error), "error")
        else:
            self._app.say_failure(error)

    def _say(self, words: str, role: str = "caption") -> None:
        self.said.setText(words)
        set_role(self.said, role)
