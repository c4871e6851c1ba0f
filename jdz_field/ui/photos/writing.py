"""Writing the places of a pile into the photo files: after a clear question, with a way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.geotagging import geotag
from jdz_field.photos.geotag import Geotagging, GeotagReport
from jdz_field.photos.taking_back import RESTORED, Restored, take_back
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Task
from jdz_field.ui.photos.plan import Pile


class Writing(QObject):
    """One run of geotagging files.

    Signals:
        began(str): what is being done.
        progressed(int, int): files done, of how many.
        finished(object): the files that are other ones now.
    """

    began = Signal(str)
    progressed = Signal(int, int)
    finished = Signal(object)

    def __init__(self, app: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._app, self._window = app, parent
        self._task: Task | None = None
        self._own: list[Path] = []
        self._pile = Pile()

    def running(self) -> bool:
        """Whether files are being written."""
        return self._task is not None

    def stop(self) -> None:
        """Stop after the files at work."""
        if self._task is not None:
            self._task.cancel()

    def choose(self, pile: Pile) -> None:
        """Ask: into the files themselves, or into copies."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        self._pile = pile
        menu.addAction(_("Into the files themselves …"), self._in_place)
        menu.addAction(_("Into copies in a folder …"), self._copies)
        menu.popup(QCursor.pos())

    def _in_place(self) -> None:
        self.in_place(self._pile)

    def _copies(self) -> None:
        self.copies(self._pile)

    def in_place(self, pile: Pile) -> None:
        """Write into the files themselves, when the person says so."""
        files = placed_by_track(pile)
        asked = ngettext(
            "The position will be written into {n} photo file itself. The picture and all other"
            " data stay bit for bit; it can be taken back.",
            "The positions will be written into {n} photo files themselves. The pictures and all"
            " other data stay bit for bit; it can be taken back.",
            len(files),
        ).format(n=len(files))
        if files and self._app.questions.confirm(self._window, asked, act=_("Write")):
            self._start(pile, files, Geotagging(pile.timing, in_place=True))

    def copies(self, pile: Pile) -> None:
        """Write copies with positions into a folder; the files stay as they are."""
        files = placed_by_track(pile)
        folder = self._app.questions.folder(self._window, _("Choose a folder for the copies"))
        if files and folder is not None:
            self._start(pile, files, Geotagging(pile.timing, out=folder))

    def _start(self, pile: Pile, files: list[Path], how: Geotagging) -> None:
        tracks = list(pile.tracks)

        def work(task: Task) -> GeotagReport:
            return geotag(files, tracks, how, progress=task.report, cancelled=task.cancelled)

        self.began.emit(_("Writing places into the photos …"))
        self._task = self._app.jobs.long_without_store(
            work, self, self._done, self._failed, self._progressed
        )

    def _progressed(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _done(self, report: GeotagReport) -> None:
        self._task = None
        written = [photo.written for photo in report.files if photo.written is not None]
        problem = next((photo.problem for photo in report.files if photo.problem), "")
        words = ngettext(
            "{n} photo has its place now.", "{n} photos have their place now.", len(written)
        )
        told = " ".join(part for part in (words.format(n=len(written)), problem) if part)
        sources = {photo.file for photo in report.files}
        own = [file for file in written if file in sources]
        self.finished.emit(own)
        if own:
            # Kept until the next run: the toast's way back outlasts this call.
            self._own = own
            self._app.toast(told, self.take_back)
        else:
            self._app.toast(told)

    def take_back(self) -> None:
        """Give the files of the last run their former bytes."""
        files = self._own
        self._app.jobs.without_store(
            lambda: take_back(files), self, self._taken_back, self._app.say_failure
        )

    def _taken_back(self, restored: list[Restored]) -> None:
        back = [one.file for one in restored if one.status == RESTORED]
        words = ngettext("{n} photo is as it was.", "{n} photos are as they were.", len(back))
        problem = next((one.problem for one in restored if one.problem), "")
        self._app.toast(" ".join(part for part in (words.format(n=len(back)), problem) if part))
        self.finished.emit(back)

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._app.say_failure(error)
        self.finished.emit([])


def placed_by_track(pile: Pile) -> list[Path]:
    """The files of a pile whose place is the track's."""
    return [shot.info.file for shot in pile.good() if shot.source == "track"]
