"""Photos out of the project: which, how sensitive ones leave, a stamp, how large."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.operations.photo_exports import PhotoExport, PhotosExported, export_photos
from jdz_field.operations.photo_sensitive import BLUR, CHOICES
from jdz_field.operations.photo_views import views
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.jobs import Task
from jdz_field.ui.page import Page
from jdz_field.ui.progress import Waiting
from jdz_field.ui.settings import Choice
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, set_role, text

#: Longest sides that are offered, pixels; 0: as they are.
SIZES = ("0", "2560", "1280")
_ALL = ""


class PhotoExportPage(Page):
    """The choices, one below the other, and the button that asks for a folder and writes.

    ``site``: only photos of this site; empty: all of the project.
    """

    wide = True

    def __init__(self, app: AppContext, site: object = None, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.site = str(site or "")
        self.view, self.sensitive, self.stamp, self.longest = _ALL, BLUR, "no", "0"
        self._task: Task | None = None
        self._folder: Path | None = None
        self.about = text("", "secondary")
        self.labels = {n: text("", "section") for n in ("view", "sensitive", "stamp", "size")}
        self.views = Choice(self._set_view, (_ALL, *(one.code for one in views())))
        self.marks = Choice(self._set_sensitive, CHOICES)
        self.mark_hint = text("", "caption")
        self.stamps = Choice(self._set_stamp, ("no", "yes"))
        self.stamp_hint = text("", "caption")
        self.sizes = Choice(self._set_size, SIZES)
        self.result = text("", "strong")
        self.folder = button("", self._open_folder, icon="folder")
        self.box = boxed(column(self.result, self.folder, margins=12), "good")
        self.box.hide()
        self.waiting = Waiting()
        self.waiting.stop_wanted.connect(self._stop)
        self.go = button("", self._ask, kind="primary", icon="export")
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        labels = self.labels
        for part in (
            *(self.box, self.about, labels["view"], self.views, labels["sensitive"], self.marks),
            *(self.mark_hint, labels["stamp"], self.stamps, self.stamp_hint),
            *(labels["size"], self.sizes),
        ):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = column(self.waiting, line(None, self.go), gap=8)
        foot.setContentsMargins(16, 10, 16, 10)
        whole = column(scroll, divider(), foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading."""
        return _("Export photos")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.labels["view"].setText(_("Which views"))
        self.labels["sensitive"].setText(_("Sensitive photos"))
        self.labels["stamp"].setText(_("Words on the copies"))
        self.labels["size"].setText(_("Size"))
        self.mark_hint.setText(
            _("Places of protected species are given only to some kilometres. Originals stay.")
        )
        self.stamp_hint.setText(
            _("Site and number, position in CGCS2000, time, person; never on originals.")
        )
        self.go.setText(_("Write to a folder"))
        self.folder.setText(_("Open the folder"))
        site = self.app.reader.site(self.site) if self.site else None
        self.about.setText(
            _("Photos of {name}").format(name=site.name or site.code)
            if site
            else _("All photos of the project")
        )
        self._show()

    def _show(self) -> None:
        self.views.show_value(self.view, {_ALL: _("All"), **{v.code: v.label for v in views()}})
        self.marks.show_value(
            self.sensitive, {"blur": _("Blur them"), "leave-out": _("Leave them out")}
        )
        self.stamps.show_value(self.stamp, {"no": _("None"), "yes": _("Stamp")})
        words = {n: _("at most {n} pixels").format(n=n) for n in SIZES}
        self.sizes.show_value(self.longest, words | {"0": _("As they are")})

    def _set_view(self, value: str) -> None:
        self.view = value
        self._show()

    def _set_sensitive(self, value: str) -> None:
        self.sensitive = value
        self._show()

    def _set_stamp(self, value: str) -> None:
        self.stamp = value
        self._show()

    def _set_size(self, value: str) -> None:
        self.longest = value
        self._show()

    def request(self) -> PhotoExport:
        """What the page asks for."""
        return PhotoExport(
            sites=(self.site,) if self.site else (),
            views=(self.view,) if self.view else (),
            sensitive=self.sensitive,
            stamp=self.stamp == "yes",
            longest=int(self.longest),
        )

    def _ask(self) -> None:
        folder = self.app.questions.folder(self, _("Folder for the photos"))
        if folder is None:
            return
        request = self.request()
        target = _free_name(folder)
        self.box.hide()
        self.go.setEnabled(False)
        self.waiting.begin(_("Writing photos …"))

        def work(project: Project, task: Task) -> PhotosExported:
            return export_photos(
                project, target, request, progress=task.report, cancelled=task.cancelled
            )

        jobs = self.app.jobs
        self._task = jobs.with_own_store(work, self, self._done, self._failed, self.waiting.tell)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _done(self, done: PhotosExported) -> None:
        self._settle()
        self._folder = done.folder
        words = [
            _("Wrote {n} photos to {folder}; blurred: {blurred}; left out: {left}.").format(
                n=len(done.files), folder=done.folder, blurred=done.blurred, left=done.left_out
            )
        ]
        words += [f"{one['file']}: {one['message']}" for one in done.refused[:5]]
        if done.cancelled:
            words.insert(0, _("Stopped; what is written is whole."))
        self.result.setText("\n".join(words))
        set_role(self.box, "warning" if done.refused or done.cancelled else "good")
        self.folder.setVisible(bool(done.files))
        self.box.show()

    def _failed(self, error: Exception) -> None:
        self._settle()
        self.result.setText(sentence(error))
        set_role(self.box, "fault")
        self.folder.hide()
        self.box.show()

    def _settle(self) -> None:
        self._task = None
        self.waiting.end()
        self.go.setEnabled(True)

    def _open_folder(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def _free_name(folder: Path) -> Path:
    """A new folder in the chosen one, so that nothing there is touched."""
    name = _("photos")
    found, number = folder / name, 1
    while found.exists():
        number += 1
        found = folder / f"{name}-{number}"
    return found
