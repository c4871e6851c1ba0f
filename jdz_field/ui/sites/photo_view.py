"""Looking at the photos of a site, one at a time, as large as the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.declination import declination
from jdz_field.operations.photo_views import last_of_view
from jdz_field.store.check import file_of
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.form.photo_lines import direction_words
from jdz_field.ui.numbers import coordinates
from jdz_field.ui.page import Page
from jdz_field.ui.photo_pictures import photo_words, picture
from jdz_field.ui.photo_room import fetch_files
from jdz_field.ui.sites.photo_compare import ComparePage
from jdz_field.ui.sites.photo_words import PhotoWordsPage
from jdz_field.ui.sites.photo_zoom import Look, ZoomCanvas, look_by_key
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import button, column, line, text, tool


class PhotoView(Page):
    """The photos, with arrows and keys between them."""

    full = True

    def __init__(
        self,
        app: AppContext,
        photos: Sequence[Attachment],
        first: Attachment,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(app, parent)
        self._photos = list(photos)
        self._north = declination(app.reader)
        self._place = next((n for n, p in enumerate(photos) if p.id == first.id), 0)
        self.look = Look(self)
        self.canvas = ZoomCanvas(self.look)
        self.words, self.about = text("", "strong"), text("", "secondary")
        self.small = text("", "attention")
        self.before = tool("back", "", self.show_before, kind="")
        self.after = tool("chevron-right", "", self.show_after, kind="")
        self.edit = button("", self.open_words, icon="edit")
        self.compare = button("", self.open_compare, icon="layers")
        self.fetch = button("", self._fetch, icon="import")
        acts = QWidget()
        flow = Flow(acts, gap=8)
        for act in (self.edit, self.compare, self.fetch):
            flow.addWidget(act)
        foot = line(self.before, column(self.words, self.about, self.small, gap=2), self.after)
        foot.setStretch(1, 1)
        whole = column(self.canvas, foot, acts, gap=8)
        whole.setContentsMargins(12, 0, 12, 8)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()
        self._show()

    @property
    def photo(self) -> Attachment:
        """The photo that is shown."""
        return self._photos[self._place]

    def title(self) -> str:
        """The heading."""
        return _("Photo {n} of {total}").format(n=self._place + 1, total=len(self._photos))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        for made, words in ((self.before, _("Before (←)")), (self.after, _("After (→)"))):
            made.setToolTip(words)
            made.setAccessibleName(words)
        self.edit.setText(_("About this photo"))
        self.edit.setToolTip(_("Caption, view, sensitive (E)"))
        self.compare.setText(_("Beside last time"))
        self.compare.setToolTip(_("Beside the last visit's photo of this view (C)"))
        self.fetch.setText(_("Fetch the original"))

    def show_before(self) -> None:
        """The photo before."""
        self._go(-1)

    def show_after(self) -> None:
        """The photo after."""
        self._go(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """``+ − 0`` and arrows look in; arrows go through the photos; E and C as the buttons."""
        if look_by_key(self.look, event):
            return
        acts = {
            Qt.Key.Key_Left: self.show_before,
            Qt.Key.Key_Right: self.show_after,
            Qt.Key.Key_E: self.open_words,
            Qt.Key.Key_C: self.open_compare,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    # ---- acts
    def open_words(self) -> None:
        """Caption, view, mark."""
        self.app.push(PhotoWordsPage(self.app, self.photo, self._said))

    def _said(self) -> None:
        if not shiboken6.isValid(self):
            return
        now = {a.id: a for a in self.app.reader.attachments()}
        self._photos = [now.get(photo.id, photo) for photo in self._photos]
        self._tell()

    def older(self) -> list[Attachment]:
        """Photos of this view from earlier visits, newest first."""
        photos = sorted(self._photos, key=lambda a: (a.taken or "", a.id), reverse=True)
        found, at = list[Attachment](), self.photo
        while at.view and (one := last_of_view(photos, at.view, before=at)) is not None:
            found.append(one)
            at = replace(one, view=self.photo.view)
        return found

    def open_compare(self) -> None:
        """The last visit's photo of the same view beside this one."""
        older = self.older()
        if older:
            self.app.push(ComparePage(self.app, older, self.photo))
        else:
            self.app.toast(_("There is no earlier photo of this view to put beside it."))

    def _fetch(self) -> None:
        fetch_files(self.app, [self.photo], self, self._show)

    def _go(self, step: int) -> None:
        wanted = self._place + step
        if 0 <= wanted < len(self._photos):
            self._place = wanted
            self.look.whole()
            self._show()
            self.app.retitle_wanted.emit()

    def _show(self) -> None:
        self._tell()
        photo, path = self.photo, self.app.path
        self.canvas.show_image(QImage(), _("Opening …"))
        self.app.jobs.without_store(
            lambda: (photo.id, picture(path, photo)), self, self._take, self.app.say_failure
        )

    def _tell(self) -> None:
        photo = self.photo
        self.before.setEnabled(self._place > 0)
        self.after.setEnabled(self._place < len(self._photos) - 1)
        place = (
            coordinates(photo.lon, photo.lat, self.app.coordinates)
            if photo.lon is not None and photo.lat is not None
            else _("no position")
        )
        self.words.setText(photo_words(photo))
        self.about.setText(joined((place, direction_words(photo, self._north), photo.filename)))
        away = file_of(self.app.path, photo.sha256) is None
        self.small.setText(_("The original is at the centre; this is its small picture."))
        self.small.setVisible(away)
        self.fetch.setVisible(away)
        self.compare.setVisible(bool(photo.view))

    def _take(self, answer: tuple[str, QImage]) -> None:
        photo_id, image = answer
        if photo_id == self.photo.id:
            missing = _("This photo is not on this device yet, or it is damaged.")
            self.canvas.show_image(image, missing)
