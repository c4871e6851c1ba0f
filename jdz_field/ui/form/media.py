"""A file as an answer: taken from a file, the clipboard or by dropping it; copied with progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import shiboken6
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.answer_files import Question
from jdz_field.photos.kinds import AUDIO, VIDEO
from jdz_field.ui.context import sentence
from jdz_field.ui.flow import flow
from jdz_field.ui.form.clip import copy_named, files_of, forget, path_in, save_image
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.jobs import Task
from jdz_field.ui.values import joined, shown_point, shown_size, shown_time
from jdz_field.ui.widgets import button, column, frame, line, set_role, text


class FileEditor(Editor):
    """One file. Its answer is the file's name in the record.

    Subclasses put what they show into ``stage`` and their ways to get a file into ``ways``.
    """

    def __init__(
        self, shelf: Shelf, ref: str, kind: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shelf, self._ref, self._kind = shelf, ref, kind
        self._value = ""
        self._readonly = self._replacing = False
        self._task: Task | None = None
        self._turn = 0
        self._scratch: list[Path] = []
        self.question: Question = shelf.question(ref, kind)
        self.stage = QVBoxLayout()
        self.stage.setSpacing(8)
        self.about = text("", "caption")
        self.fault = text("", "error")
        self.fault.hide()
        self.pick = button(_("Choose a file"), self._pick, icon="file")
        self.paste = button(_("Paste"), self.paste_now, icon="paste")
        self.paste.setToolTip("Ctrl+V")
        self.replace = button(_("Replace"), self._replace, icon="repeat")
        self.view = button(_("Open"), self._open, icon="export")
        self.drop = button(_("Remove"), self._drop, kind="quiet", icon="trash")
        self.waiting = self._build_waiting()
        self.ways = flow(
            *self.first_ways(), self.pick, self.paste, self.view, self.replace, self.drop
        )
        self._box = frame("drop")
        self._column = column(self.stage, self.about, self.waiting, self.ways, self.fault)
        self._box.setLayout(self._column)
        self.setLayout(column(self._box))
        self.setAcceptDrops(True)
        self.setFocusProxy(self.pick)
        keys = QShortcut(QKeySequence.StandardKey.Paste, self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.paste_now)

    def first_ways(self) -> list[QWidget]:
        """Buttons that stand before the usual ones."""
        return []

    def _build_waiting(self) -> QWidget:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.words = text("", "caption")
        self.stop = button(_("Stop"), self._stop, kind="quiet", icon="stop")
        made = QWidget()
        row = line(column(self.words, self.bar, gap=4), self.stop)
        row.setStretch(0, 1)
        made.setLayout(row)
        made.hide()
        return made

    # ---- showing
    def show_value(self, value: str) -> None:
        """Show the file that is the answer."""
        if value and value == self._value:
            return
        self._value = value
        self._show(self._shelf.attachment(self._ref, value) if value else None)

    def set_readonly(self, readonly: bool) -> None:
        """Only looked at."""
        self._readonly = readonly
        self.setAcceptDrops(not readonly)
        self._show_ways()

    def mark_invalid(self, invalid: bool) -> None:
        """A red border."""
        set_role(self._box, "true" if invalid else "false", "invalid")

    def take_focus(self) -> None:
        """The first button that is to be seen."""
        parts = (*self.take_ways(), self.view, self.replace)
        next((part for part in parts if not part.isHidden()), self).setFocus()

    def busy(self) -> bool:
        """Whether a file is being copied."""
        return self._task is not None

    def _show(self, attachment: Attachment | None) -> None:
        file = self._shelf.path_of(attachment) if attachment is not None else None
        self.about.setVisible(bool(self._value))
        self.about.setText(about(attachment) if attachment is not None else self._value)
        self.show_file(attachment, file)
        self._show_ways()

    def show_file(self, attachment: Attachment | None, file: Path | None) -> None:
        """Show the answer's file (``None``: there is none, or it has not come)."""

    def _show_ways(self) -> None:
        free = not self._readonly and not self.busy()
        closed = self.answered_here() and not self._replacing
        for part in self.take_ways():
            part.setVisible(free and not closed)
        self.replace.setVisible(free and closed)
        self.view.setVisible(bool(self._value) and not self.busy())
        self.drop.setVisible(bool(self._value) and free)
        self.ways.updateGeometry()

    def answered_here(self) -> bool:
        """Whether there is an answer that another file would replace: its ways wait for a tap."""
        return bool(self._value)

    def _replace(self) -> None:
        self._replacing = True
        self._show_ways()
        next(part for part in self.take_ways() if not part.isHidden()).setFocus()

    def take_ways(self) -> Sequence[QWidget]:
        """The buttons that take a file; shown while one may be taken."""
        return (self.pick, self.paste)

    # ---- taking
    def take(self, file: Path) -> None:
        """Make this file the answer; the one before stays in the project."""
        if self._readonly:
            return
        again = self.busy()
        if self._task is not None:
            self._task.cancel()
        self._turn += 1
        turn = self._turn
        self._say(_("One file answers here: the last one is taken.") if again else "", "attention")
        self._wait_for(file)
        self._task = self._shelf.take(
            file,
            self.question,
            self,
            lambda attachment: self._arrived(turn, attachment),
            lambda error: self._not_taken(turn, error),
            lambda done, total: self._progressed(turn, done, total),
        )
        self._show_ways()

    def take_several(self, files: Sequence[Path]) -> None:
        """Take the first; say so when there are more."""
        if files:
            self.take(files[0])
        if len(files) > 1:
            words = _("One file answers here: {file} of {n} is taken.")
            self._say(words.format(file=files[0].name, n=len(files)), "attention")

    def _wait_for(self, file: Path) -> None:
        self.words.setText(_("Copying {file} …").format(file=file.name))
        self.bar.setRange(0, 0)
        self.waiting.show()

    def _progressed(self, turn: int, done: int, total: int) -> None:
        if turn == self._turn and self.busy():
            # Kilobytes: a film has more bytes than the bar can count.
            self.bar.setRange(0, max(1, total // 1024))
            self.bar.setValue(done // 1024)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _arrived(self, turn: int, attachment: Attachment) -> None:
        if turn != self._turn:
            # Another was chosen meanwhile: this one stays in the project, unanswered.
            self._shelf.let_go(self._ref, attachment.filename)
            return
        self.taken(attachment)

    def taken(self, attachment: Attachment) -> None:
        """The file is in the project: it answers."""
        self._settle()
        before, self._value = self._value, attachment.filename
        if before and before != attachment.filename:
            self._shelf.let_go(self._ref, before)
        self._show(attachment)
        self.answered.emit(attachment.filename)
        self.settled.emit()

    def _not_taken(self, turn: int, error: Exception) -> None:
        if turn != self._turn:
            return
        self._settle()
        self._say(sentence(error))
        self._show_ways()

    def _settle(self) -> None:
        self._task = None
        self._replacing = False
        self.waiting.hide()
        for file in self._scratch:
            forget(file)
        self._scratch.clear()

    def _pick(self) -> None:
        patterns = patterns_of(self._kind)
        file = self._shelf.app.questions.open_file(self, _("Choose a file"), patterns)
        if file is not None:
            self.take(file)

    # ---- clipboard and dropping
    def paste_now(self) -> None:
        """Take what the clipboard holds: files, a picture, or the path of a file."""
        if self._readonly or not self.pastes():
            return
        clipboard = QGuiApplication.clipboard()
        if not self._take_data(clipboard.mimeData()):
            self._say(_("The clipboard holds no file; copy one, then paste it here."))

    def pastes(self) -> bool:
        """Whether files may come from the clipboard or be dropped here."""
        return True

    def takes_pictures(self) -> bool:
        """Whether a picture that is no file yet may be taken."""
        return False

    def _take_data(self, data: QMimeData) -> bool:
        files = files_of(data)
        if files:
            self.take_several(files)
        elif self.takes_pictures() and data.hasImage():
            self._take_picture(data)
        elif (file := path_in(data)) is not None:
            self.take(file)
        else:
            return False
        return True

    def _take_picture(self, data: QMimeData) -> None:
        image = data.imageData()
        self._say("")
        self._shelf.app.jobs.without_store(
            lambda: save_image(image), self, self._pasted, self._failed
        )

    def _pasted(self, file: Path) -> None:
        self._scratch.append(file)
        self.take(file)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file, or a picture where pictures answer, may be dropped."""
        data = event.mimeData()
        picture = self.takes_pictures() and data.hasImage()
        if self.pastes() and not self._readonly and (files_of(data) or picture):
            set_role(self._box, "drop-here")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went away again."""
        super().dragLeaveEvent(event)
        set_role(self._box, "drop")

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        set_role(self._box, "drop")
        if self._take_data(event.mimeData()):
            event.acceptProposedAction()

    # ---- looking and letting go
    def _open(self) -> None:
        attachment = self._shelf.attachment(self._ref, self._value)
        file = self._shelf.path_of(attachment) if attachment is not None else None
        if file is None:
            self._say(_("The file is not on this machine; it comes with the next sync."))
            return
        self._say("")
        folder, name = Path(mkdtemp(prefix="jdz-")), self._value
        jobs = self._shelf.app.jobs
        jobs.without_store(
            lambda: copy_named(file, folder, name), self, self._open_copy, self._failed
        )

    def _open_copy(self, copy: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))):
            self._say(_("No program on this machine opens {file}.").format(file=copy.name))

    def _drop(self) -> None:
        name, self._value = self._value, ""
        self._show(None)
        self.answered.emit("")
        self.settled.emit()

        def gone(files: list[Attachment]) -> None:
            def undo() -> None:
                if shiboken6.isValid(self):
                    self._shelf.put_back(files, self, lambda: self._back(files[0]))

            self._shelf.app.toast(_("{file} answers no more.").format(file=name), undo)

        self._shelf.let_go(self._ref, name, gone)
        self.take_focus()

    def _back(self, attachment: Attachment) -> None:
        if self._value:
            self._shelf.let_go(self._ref, self._value)
        self._value = attachment.filename
        self._show(attachment)
        self.answered.emit(attachment.filename)

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))

    def _say(self, words: str, role: str = "error") -> None:
        set_role(self.fault, role)
        self.fault.setText(words)
        self.fault.setVisible(bool(words))


def patterns_of(kind: str) -> str:
    """What the file dialog offers for a kind of file."""
    pictures = "*.jpg *.jpeg *.png *.webp *.heic *.heif *.bmp *.tif *.tiff *.gif"
    sounds = "*.wav *.mp3 *.m4a *.amr *.aac *.ogg *.opus *.flac *.wma *.3gp"
    films = "*.mp4 *.mov *.avi *.mkv *.webm *.3gp *.wmv *.m4v *.mpg *.mpeg"
    everything = _("All files (*)")
    if kind == AUDIO:
        return f"{_('Sounds')} ({sounds});;{everything}"
    if kind == VIDEO:
        return f"{_('Videos')} ({films});;{everything}"
    return f"{_('Pictures')} ({pictures});;{everything}" if kind else everything


def about(attachment: Attachment) -> str:
    """Name, time, place and size in one line; what only pictures have is not missed elsewhere."""
    photo = attachment.mime.startswith("image")
    place = ""
    if attachment.lon is not None and attachment.lat is not None:
        place = shown_point(attachment.lon, attachment.lat)
    missing = (_("no time"), _("no position")) if photo else ("", "")
    taken = shown_time(attachment.taken) if attachment.taken else missing[0]
    size = shown_size(attachment.size)
    return joined([attachment.filename, taken, place or missing[1], size])
