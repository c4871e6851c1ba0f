"""A caption and a mark below a photo that answers."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_sensitive import MOST_LETTERS, PhotoWords, reason_words
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.sites.photo_words import PhotoWordsPage
from jdz_field.ui.widgets import button, line, set_role


class PhotoLine(QWidget):
    """The caption is written when the field is left; the button opens everything else."""

    def __init__(self, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.photo: Attachment | None = None
        self.caption = QLineEdit()
        self.caption.setMaxLength(MOST_LETTERS)
        self.caption.setPlaceholderText(_("Caption: what the photo shows"))
        self.caption.setAccessibleName(_("Caption"))
        self.caption.editingFinished.connect(self._written)
        self.mark = button(_("Sensitive?"), self._open, icon="shield")
        self.mark.setToolTip(_("People, protected species: blurred in exports"))
        row = line(self.caption, self.mark, gap=8)
        row.setStretch(0, 1)
        self.setLayout(row)
        self.hide()

    def show_photo(self, photo: Attachment | None, *, readonly: bool = False) -> None:
        """Show what is said of a photo; hidden without one."""
        self.photo = photo
        self.setVisible(photo is not None and photo.mime.startswith("image/"))
        if photo is None:
            return
        if not self.caption.hasFocus():
            self.caption.setText(photo.caption or "")
        self.caption.setReadOnly(readonly)
        self.mark.setEnabled(not readonly)
        why = _("Sensitive: {why}").format(why=reason_words(photo.sensitive))
        self.mark.setText(why if photo.sensitive else _("Sensitive?"))
        set_role(self.mark, "on" if photo.sensitive else "off", "state")

    def _written(self) -> None:
        photo, words = self.photo, self.caption.text().strip()
        if photo is not None and words != (photo.caption or ""):
            self._shelf.say(photo, PhotoWords(caption=words), self._again)

    def _open(self) -> None:
        if self.photo is not None:
            self._written()
            self._shelf.app.push(PhotoWordsPage(self._shelf.app, self.photo, self._again))

    def _again(self) -> None:
        """Read anew what is in the store now."""
        photo = self.photo if shiboken6.isValid(self) else None
        if photo is None:
            return
        found = self._shelf.app.reader.attachments(record=self._shelf.record)
        now = next((one for one in found if one.id == photo.id), None)
        if now is not None:
            self.show_photo(now, readonly=self.caption.isReadOnly())
