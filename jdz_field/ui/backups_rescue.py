"""The page for a damaged project: what happened, the newest good backup, and going back to it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget

from jdz_field.core.clock import local_text
from jdz_field.core.i18n import _
from jdz_field.store.rolling import Backup, Contents
from jdz_field.ui import icons
from jdz_field.ui.backups import Table
from jdz_field.ui.backups_words import contents_rows, reason_words, written_words
from jdz_field.ui.progress import Waiting
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text


class RescuePage(QWidget):
    """Takes the place of the window when a project cannot be read.

    Signals:
        restore_wanted: the file of the backup to go back to.
        left: the person wants another project.
    """

    restore_wanted = Signal(object)
    left = Signal()

    def __init__(self, folder: Path, why: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.found: tuple[Backup, Contents] | None = None
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(1024, 760)
        self.drawing = QLabel()
        icons.give(self.drawing, "warning", "attention", 88)
        self.head, self.why = text("", "title"), text(why, "secondary")
        self.calm = text("")
        self.waiting = Waiting()
        self.waiting.stop.hide()
        self.when, self.about = text("", "heading"), text("", "secondary")
        self.table = Table()
        inner = column(self.when, self.about, 4, self.table, margins=16, gap=6)
        self.offer_box = boxed(inner)
        self.offer_box.hide()
        self.go = button("", self._go, kind="primary", icon="undo")
        self.go.hide()
        self.open_folder = button("", self._open_folder, icon="folder")
        self.other = button("", self.left.emit, kind="quiet", icon="layers")
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        for label in (self.drawing, self.head):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside = QWidget()
        inside.setFixedWidth(560)
        inside.setLayout(
            column(
                24,
                self.drawing,
                self.head,
                self.why,
                boxed(column(self.calm, margins=12), "note"),
                self.waiting,
                self.offer_box,
                self.go,
                line(self.open_folder, self.other, None),
                None,
                gap=12,
            )
        )
        scroll = Scroll()
        scroll.body.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column(scroll))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.setWindowTitle(_("{project} – Jingdezhen field").format(project=self.folder.name))
        self.head.setText(_("This project cannot be read"))
        if not self.calm.text():
            self.calm.setText(
                _("Nothing is deleted: the damaged file stays in the folder, beside its backups.")
            )
        self.go.setText(_("Go back to this state"))
        self.open_folder.setText(_("Open the folder"))
        self.other.setText(_("Another project"))

    def search(self) -> None:
        """The backups are being read."""
        self.waiting.begin(_("Looking for the newest good backup"))
        self.waiting.stop.hide()

    def offer(self, found: tuple[Backup, Contents] | None) -> None:
        """Show the newest good backup, or that there is none."""
        self.waiting.end()
        self.found = found
        if found is None:
            self.calm.setText(
                _(
                    "No good backup was found in this folder. Nothing is deleted: copy the folder"
                    " before anything else, and ask the office for help."
                )
            )
            return
        backup, held = found
        self.when.setText(_("Newest good backup: {time}").format(time=local_text(backup.made)))
        self.about.setText(f"{reason_words(backup.reason)} · {written_words(held)}")
        self.table.put(contents_rows(held), (_("In the backup"), ""))
        self.offer_box.show()
        self.go.show()
        self.go.setFocus()

    def say_wrong(self, sentence: str) -> None:
        """Going back failed: why."""
        self.waiting.end()
        self.why.setText(sentence)
        self.go.setEnabled(True)

    def _go(self) -> None:
        if self.found is not None:
            self.go.setEnabled(False)
            self.waiting.begin(_("Going back to the backup"))
            self.waiting.stop.hide()
            self.restore_wanted.emit(self.found[0].file)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.folder)))
