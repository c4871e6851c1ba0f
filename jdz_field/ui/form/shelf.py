"""Where the files of a record go: into the project, through the store lane, and out as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from jdz_field.core.changes import ATTACHMENT
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photos import REFUSED, add_photos
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext

Taken = Callable[[Attachment], None]
Failed = Callable[[Exception], None]


class Shelf(QObject):
    """The files of one draft or record."""

    def __init__(
        self, app: AppContext, record: str, site: str | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.app, self.record, self.site = app, record, site

    def attachment(self, ref: str, filename: str) -> Attachment | None:
        """The file that answers this question."""
        found = [
            a for a in self.app.reader.attachments(record=self.record) if a.filename == filename
        ]
        return next((a for a in found if a.path == ref), found[-1] if found else None)

    def path_of(self, attachment: Attachment) -> Path | None:
        """Where the file lies; ``None`` when it has not come (yet)."""
        return file_of(self.app.path, attachment.sha256)

    def take(self, ref: str, file: Path, *, photo: bool, done: Taken, failed: Failed) -> None:
        """Copy a file into the project as this question's answer."""
        record, site = self.record, self.site

        def work(project: Project) -> Attachment:
            report = add_photos(
                project, [file], record=record, site=site, path=ref, any_file=not photo
            )
            if not report.files:
                raise BadInput(_("{file} is no photo.").format(file=file.name))
            added = report.files[0]
            if added.status == REFUSED or added.attachment is None:
                raise BadInput(added.problem or _("{file} is no photo.").format(file=file.name))
            return added.attachment

        self.app.jobs.with_store(work, self, done, failed)

    def let_go(self, ref: str, filename: str) -> None:
        """The file answers this question no more; it stays in the project."""
        found = self.attachment(ref, filename)
        if found is None or found.path != ref:
            return
        gone = found.id

        def work(project: Project) -> None:
            project.edit(ATTACHMENT, gone, {"record": None, "path": None})

        self.app.jobs.with_store(work, self, _nothing, self.app.say_failure)

    def picture(
        self, file: Path, edge: int, owner: QObject, done: Callable[[QImage], None]
    ) -> None:
        """A small upright picture of a file, made in the free lane; nothing when it is none."""
        self.app.jobs.without_store(lambda: small(file, edge), owner, done, _no_picture)


def small(file: Path, edge: int) -> QImage:
    """A picture of at most ``edge`` pixels a side; ``BadInput`` when the file is none."""
    return QImage.fromData(thumbnail(file, edge).jpeg)


def _nothing(_result: object) -> None:
    """Nothing is to be shown."""


def _no_picture(_error: Exception) -> None:
    """A file without a picture is shown by its name."""
