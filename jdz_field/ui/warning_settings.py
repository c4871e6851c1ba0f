"""Settings of the warnings near points of high danger: at which distance, and with a sound."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.operations.nearness import rule
from jdz_field.ui.context import AppContext
from jdz_field.ui.warning import AS_CATALOGUE, NEVER
from jdz_field.ui.widgets import button, column, line, text


class WarningSettings(QWidget):
    """A heading, a choice, a switch and what stands behind the distances."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.head, self.hint = text("", "section"), text("", "caption")
        self.distance = QComboBox()
        self.distance.activated.connect(self._choose)
        self.sound = button("", self._sound, kind="chip", icon="volume")
        self.sound.setCheckable(True)
        self.setLayout(column(self.head, line(self.distance, self.sound, None), self.hint))
        app.language_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        by, grades = rule(), code_list("danger_grade")
        usual = ", ".join(f"{grades.label(code)} {m:.0f} m" for code, m in by.metres.items())
        self.head.setText(_("Warning near points of high danger"))
        self.hint.setText(
            _("By grade: {usual}. General knowledge, to be confirmed by the office.").format(
                usual=usual
            )
        )
        self.sound.setText(_("With a sound"))
        self.distance.setAccessibleName(_("Distance of the warning"))
        self.distance.clear()
        self.distance.addItem(_("By grade"), AS_CATALOGUE)
        for metres in by.choices:
            self.distance.addItem(_("Within {n} m").format(n=metres), metres)
        self.distance.addItem(_("No warning"), NEVER)
        self.show_chosen()

    def show_chosen(self) -> None:
        """What holds now."""
        warning = self._app.warning
        self.setVisible(warning is not None)
        if warning is not None:
            self.distance.setCurrentIndex(max(self.distance.findData(warning.metres), 0))
            self.sound.setChecked(warning.sound)

    def _choose(self) -> None:
        self._app.prefer("near_metres", self.distance.currentData())
        self.show_chosen()

    def _sound(self) -> None:
        self._app.prefer("near_sound", int(self.sound.isChecked()))
