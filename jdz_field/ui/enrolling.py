"""Taking this device in at a centre: address and one-time code, or a file from the office."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.sync import enrol, enrol_from_file
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.widgets import boxed, button, column, line, text


class Enrolling(QWidget):
    """The card that is shown until this device belongs to a centre."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.heading, self.why = text("", "heading"), text("", "secondary")
        self.url_label, self.code_label = text("", "section"), text("", "section")
        self.url, self.code = QLineEdit(), QLineEdit()
        self.url.setPlaceholderText("http://192.168.1.10:8300")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.go = button("", self._enrol, kind="primary", icon="key")
        self.file = button("", self._from_file, icon="file")
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self._enrol)
        box = column(self.heading, self.why, gap=8, margins=16)
        for part in (self.url_label, self.url, self.code_label, self.code, self.wrong):
            box.addWidget(part)
        box.addLayout(line(self.file, self.go, gap=8))
        self.setLayout(column(boxed(box)))
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.heading.setText(_("Register this device"))
        self.why.setText(
            _(
                "Until then you can work as usual; nothing is lost. The office gives you the "
                "address and a one-time code, or a file."
            )
        )
        self.url_label.setText(_("Address of the centre"))
        self.code_label.setText(_("One-time code"))
        self.go.setText(_("Register"))
        self.file.setText(_("From a file"))

    def _enrol(self) -> None:
        url, code = self.url.text().strip(), self.code.text().strip()
        if not url or not code:
            self._say(_("Both the address and the code are needed."))
            return
        if "://" not in url:
            url = f"http://{url}"
        self._start()
        self._app.jobs.with_own_store(
            lambda project, _task: enrol(project, url, code), self, self._done, self._failed
        )

    def _from_file(self) -> None:
        file = self._app.questions.open_file(self, _("The office's file"), _("All files (*)"))
        if file is not None:
            self._start()
            self._app.jobs.with_own_store(
                lambda project, _task: enrol_from_file(project, file),
                self,
                self._done,
                self._failed,
            )

    def _start(self) -> None:
        self.wrong.hide()
        self.go.setEnabled(False)

    def _done(self, _place: object) -> None:
        self.go.setEnabled(True)
        self.code.clear()
        self._app.toast(_("This device is registered."))
        self._app.wrote()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self._say(sentence(error))

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()
