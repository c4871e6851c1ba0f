"""Attachments on disk, each under its SHA-256; uploads in pieces by tus 1.0."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, select

from jdz_field.central.accounts import Caller
from jdz_field.central.audit import note
from jdz_field.central.database import Database
from jdz_field.central.tables import attachments, uploads
from jdz_field.central.writing import put
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id

#: Most bytes of one attachment.
MAX_SIZE = 4 << 30
#: Unfinished uploads are forgotten after this time.
UPLOAD_LIFE = timedelta(days=14)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadGone(JdzError):
    """There is no such upload; the server says 404."""


class UploadBusy(JdzError):
    """Another request writes to the upload; the server says 423."""


class WrongOffset(JdzError):
    """The piece does not start where the upload ends; the server says 409."""


class WrongHash(JdzError):
    """All bytes came and are not what the hash says; the server says 460."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload: how many bytes are here, of how many."""

    id: str
    sha256: str
    filename: str
    length: int
    offset: int
    done: bool


class Blobs:
    """The folder of attachments; shared by all threads."""

    def __init__(self, folder: Path, database: Database, now: Now) -> None:
        self.folder = folder
        self._database = database
        self._now = now
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        #: What is not whole yet; on the same disk, so that it is moved in one step.
        self.uploads = folder / "uploads"
        self.uploads.mkdir(parents=True, exist_ok=True)

    def path(self, sha: str) -> Path:
        """Where an attachment lies. ``BadInput``: no SHA-256."""
        if not _SHA256.fullmatch(sha):
            raise BadInput(_("An attachment is named by its SHA-256."))
        return self.folder / sha[:2] / sha

    def holds(self, sha: str) -> bool:
        """Whether the attachment is here, its hash verified when it came."""
        with self._database.read() as connection:
            query = select(attachments.c.sha256).where(attachments.c.sha256 == sha)
            return connection.execute(query).first() is not None

    def filename(self, sha: str) -> str:
        """The name an attachment came with."""
        with self._database.read() as connection:
            query = select(attachments.c.filename).where(attachments.c.sha256 == sha)
            return str(connection.execute(query).scalar() or sha)

    def keep(self, draft: Path, sha: str, filename: str, who: str) -> bool:
        """Take a complete file in, which is moved. ``WrongHash``: it is deleted."""
        if sha256_file(draft) != sha:
            draft.unlink()
            raise WrongHash(
                _("Attachment {sha} arrived damaged; send it again.").format(sha=sha[:16])
            )
        target = self.path(sha)
        target.parent.mkdir(parents=True, exist_ok=True)
        size = draft.stat().st_size
        draft.replace(target)
        _sync_folder(target.parent)
        row = {
            "sha256": sha,
            "size": size,
            "filename": filename,
            "received": to_text(self._now()),
        }
        with self._database.write() as connection:
            known = select(attachments.c.sha256).where(attachments.c.sha256 == sha)
            if connection.execute(known).first():
                return False
            put(connection, attachments, ["sha256"], [row])
            note(connection, self._now, who, "attachment", sha256=sha, size=size)
        return True

    # ---- tus

    def create(self, caller: Caller, sha: str, filename: str, length: int) -> Upload:
        """Begin an upload; one of a known attachment is complete at once."""
        self.path(sha)
        if not 0 <= length <= MAX_SIZE:
            raise BadInput(_("An attachment has at most {size} GB.").format(size=MAX_SIZE >> 30))
        done = self.holds(sha)
        upload = Upload(new_id(), sha, filename[:255], length, length if done else 0, done)
        with self._database.write() as connection:
            connection.execute(
                uploads.insert().values(
                    id=upload.id,
                    sha256=sha,
                    filename=upload.filename,
                    length=length,
                    device=caller.device,
                    created=to_text(self._now()),
                    done=done,
                )
            )
        if not done:
            self._part(upload.id).touch()
            if length == 0:
                self._finish(upload, caller)
        self._forget_old()
        return upload

    def upload(self, caller: Caller, upload_id: str) -> Upload:
        """The state of an upload. ``UploadGone``: unknown, or another device's."""
        with self._database.read() as connection:
            query = select(uploads).where(uploads.c.id == upload_id)
            row = connection.execute(query).first()
        part = self._part(upload_id) if row else None
        if row is None or part is None or row.device != caller.device:
            raise UploadGone(_("There is no such upload; begin it again."))
        if not row.done and not part.exists():
            raise UploadGone(_("There is no such upload; begin it again."))
        offset = row.length if row.done else part.stat().st_size
        return Upload(row.id, row.sha256, row.filename, row.length, offset, bool(row.done))

    @contextmanager
    def append(self, caller: Caller, upload_id: str, offset: int) -> Iterator[BinaryIO]:
        """The file to write a piece to; synced at the end, also when the connection breaks."""
        with self._guard:
            if upload_id in self._busy:
                raise UploadBusy(_("Another connection is sending this attachment; wait."))
            self._busy.add(upload_id)
        try:
            upload = self.upload(caller, upload_id)
            if upload.offset != offset:
                raise WrongOffset(_("The piece does not start where the upload ends."))
            with self._part(upload_id).open("ab") as file:
                try:
                    yield file
                finally:
                    file.flush()
                    os.fsync(file.fileno())
        finally:
            with self._guard:
                self._busy.discard(upload_id)

    def finish_if_complete(self, caller: Caller, upload_id: str) -> Upload:
        """The upload after a piece; with its last byte the file is verified and kept."""
        upload = self.upload(caller, upload_id)
        if not upload.done and upload.offset == upload.length:
            self._finish(upload, caller)
        return upload

    def _finish(self, upload: Upload, caller: Caller) -> None:
        try:
            self.keep(self._part(upload.id), upload.sha256, upload.filename, caller.user)
        except WrongHash:
            self.drop(caller, upload.id)
            raise
        with self._database.write() as connection:
            connection.execute(uploads.update().where(uploads.c.id == upload.id).values(done=True))

    def drop(self, caller: Caller, upload_id: str) -> None:
        """Forget an upload and what came of it."""
        with self._database.write() as connection:
            connection.execute(
                delete(uploads).where(uploads.c.id == upload_id, uploads.c.device == caller.device)
            )
        self._part(upload_id).unlink(missing_ok=True)

    def _forget_old(self) -> None:
        before = to_text(self._now() - UPLOAD_LIFE)
        with self._database.read() as connection:
            query = select(uploads.c.id).where(uploads.c.created < before)
            old = list(connection.execute(query).scalars())
        if not old:
            return
        with self._database.write() as connection:
            connection.execute(delete(uploads).where(uploads.c.created < before))
        for upload_id in old:
            self._part(upload_id).unlink(missing_ok=True)

    def _part(self, upload_id: str) -> Path:
        # The id was drawn here and is looked up in the database first: it cannot leave the folder.
        return self.uploads / f"{upload_id}.part"


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only when its folder is on the disk too."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
