"""Where the files of a record go: into the project, beside the store lane, and out as pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.answer_files import (
    Question,
    add_copy,
    counted,
    let_go,
    put_back,
    take_answer,
)
from jdz_field.operations.photo_sensitive import PhotoWords, say_of
from jdz_field.operations.photo_views import last_of_view, photos_of_site
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.jobs import Task

Taken = Callable[[Attachment], None]
Failed = Callable[[Exception], None]
#: Changed copies are saved so that no letter on them frays.
QUALITY = 92
#: Pictures that are no JPEG are decoded whole: some 4 bytes a pixel.
_MOST_PIXELS = 80_000_000


class Shelf(QObject):
    """The files of one draft or record; ``form`` is its form's id."""

    def __init__(
        self,
        app: AppContext,
        record: str,
        site: str | None,
        parent: QObject | None = None,
        *,
        form: str = "",
    ) -> None:
        super().__init__(parent)
        self.app, self.record, self.site, self.form = app, record, site, form
        self._gone: dict[tuple[str, str], list[Attachment]] = {}

    def question(
        self, ref: str, kind: str = "", *, longest: int = 0, fresh: bool = False, view: str = ""
    ) -> Question:
        """The question at ``ref`` as operations know it."""
        return Question(self.record, ref, self.site, kind, longest, fresh, view)

    def attachment(self, ref: str, filename: str) -> Attachment | None:
        """The file that answers this question."""
        found = [
            a for a in self.app.reader.attachments(record=self.record) if a.filename == filename
        ]
        return next((a for a in found if a.path == ref), found[-1] if found else None)

    def last_time(self, ref: str, view: str = "") -> Attachment | None:
        """The newest file of an earlier record of this site: of this view, or this question's."""
        if self.site is None or not self.form:
            return None
        if view:
            photos = photos_of_site(self.app.reader, self.site)
            found = last_of_view(photos, view, record=self.record)
            if found is not None:
                return found
        for one in reversed(self.app.reader.attachments(site=self.site)):
            if one.path == ref and one.record not in (None, self.record):
                record = self.app.reader.record(one.record or "")
                if record is not None and record.form == self.form:
                    return one
        return None

    def times_before(self, last: Attachment) -> list[Attachment]:
        """This photo and those of its view from visits before it, newest first."""
        if self.site is None or not last.view:
            return [last]
        photos = photos_of_site(self.app.reader, self.site)
        found = [last]
        while (one := last_of_view(photos, last.view, before=found[-1])) is not None:
            found.append(one)
        return found

    def say(self, photo: Attachment, words: PhotoWords, done: Callable[[], None]) -> None:
        """Keep what a person says of a photo; ``done`` once it is in the store."""

        def work(project: Project) -> int:
            return say_of(project, [photo.id], words)

        jobs = self.app.jobs
        jobs.with_store(work, self, lambda _changed: done(), self.app.say_failure)

    def path_of(self, attachment: Attachment) -> Path | None:
        """Where the file lies; ``None`` when it has not come (yet)."""
        return file_of(self.app.path, attachment.sha256)

    def take(
        self,
        file: Path,
        question: Question,
        owner: QObject,
        done: Taken,
        failed: Failed,
        progressed: Callable[[int, int], None] | None = None,
    ) -> Task:
        """Copy a file into the project as the answer; a draft never waits for it."""

        def work(project: Project, task: Task) -> Attachment:
            copied = counted(file, task.report)
            return take_answer(project, file, question, cancelled=task.cancelled, copied=copied)

        return self.app.jobs.with_own_store(work, owner, done, failed, progressed)

    def take_image(
        self,
        image: QImage,
        original: Attachment | None,
        question: Question,
        name: str,
        owner: QObject,
        done: Taken,
        failed: Failed,
    ) -> None:
        """Keep a picture of our own making (a sketch, marks on ``original``) as the answer."""
        source = self.path_of(original) if original is not None else None

        def work(project: Project, _task: Task) -> Attachment:
            jpeg = as_jpeg(image, question.longest)
            return add_copy(project, jpeg, original, source, question, name)

        self.app.jobs.with_own_store(work, owner, done, failed)

    def let_go(
        self, ref: str, filename: str, done: Callable[[list[Attachment]], None] | None = None
    ) -> None:
        """The file answers this question no more; it stays in the project."""
        found = self.attachment(ref, filename)
        if found is None or found.path != ref:
            return
        gone = found

        def work(project: Project) -> list[Attachment]:
            return let_go(project, gone)

        def told(files: list[Attachment]) -> None:
            self._gone[ref, filename] = files
            (done or _nothing)(files)

        self.app.jobs.with_store(work, self, told, self.app.say_failure)

    def bring_back(self, ref: str, filename: str, owner: QObject, done: Callable[[], None]) -> None:
        """A file that was let go in this form answers again, when one was."""

        def then(_result: object) -> None:
            files = self._gone.pop((ref, filename), [])
            if files:
                self.put_back(files, owner, done)

        # Behind whatever lets it go at this moment.
        self.app.jobs.with_store(_nothing, owner, then, self.app.say_failure)

    def put_back(
        self, gone: Sequence[Attachment], owner: QObject, done: Callable[[], None]
    ) -> None:
        """Bring back what was let go."""

        def work(project: Project) -> None:
            put_back(project, gone)

        self.app.jobs.with_store(work, owner, lambda _result: done(), self.app.say_failure)

    def picture(
        self, file: Path, edge: int, owner: QObject, done: Callable[[QImage], None]
    ) -> None:
        """A small upright picture of a file, made in the free lane; nothing when it is none."""
        self.app.jobs.without_store(lambda: small(file, edge), owner, done, _no_picture)


def small(file: Path, edge: int) -> QImage:
    """A picture of at most ``edge`` pixels a side; ``BadInput`` when the file is none."""
    if is_jpeg(file):
        return QImage.fromData(thumbnail(file, edge).jpeg)
    reader = QImageReader(str(file))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()) in (b"svg", b"svgz"):
        raise _not_shown(file)
    if size.width() * size.height() > _MOST_PIXELS:
        raise BadInput(
            _("The picture claims {n} megapixels, too many to show.").format(
                n=round(size.width() * size.height() / 1e6)
            )
        )
    if size.isValid() and max(size.width(), size.height()) > edge:
        share = edge / max(size.width(), size.height())
        size.setWidth(max(1, round(size.width() * share)))
        size.setHeight(max(1, round(size.height() * share)))
        reader.setScaledSize(size)
    image = reader.read()
    if image.isNull():
        raise _not_shown(file)
    return image


def is_jpeg(file: Path) -> bool:
    """Whether a file begins as a JPEG; one that cannot be read is left to its reader."""
    try:
        with file.open("rb") as stream:
            return stream.read(2) == b"\xff\xd8"
    except OSError:
        return True


def as_jpeg(image: QImage, longest: int = 0) -> bytes:
    """A picture as JPEG, at most ``longest`` pixels a side (0: as it is); white where clear."""
    if image.hasAlphaChannel():
        image = _on_white(image)
    if 0 < longest < max(image.width(), image.height()):
        image = _scaled(image, longest)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _scaled(image: QImage, longest: int) -> QImage:

    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(longest, longest, keep, smooth)


def _on_white(image: QImage) -> QImage:

    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(0xFFFFFFFF)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat


def _not_shown(file: Path) -> BadInput:
    return BadInput(_("{file} cannot be shown; copy it again.").format(file=file))


def _nothing(_result: object) -> None:
    """Nothing is to be shown."""


def _no_picture(_error: Exception) -> None:
    """A file without a picture is shown by its name."""
