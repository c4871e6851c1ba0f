"""Attachments, each once under its SHA-256, and the uploads that bring them piece by piece.

An unfinished upload lies in ``uploads`` on the disk of the server, whatever the store of whole
files is; the processes of one machine share that folder. It is forgotten when no byte has come
for ``life`` (14 days, or ``JDZ_UPLOAD_DAYS``), but never while a received batch waits for its
file. A whole file never expires.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, select

from jdz_field.central import direct
from jdz_field.central.accounts import Caller
from jdz_field.central.audit import note
from jdz_field.central.database import Database
from jdz_field.central.filelock import locked
from jdz_field.central.filestore import DiskStore, FileStore
from jdz_field.central.pieces import Checksum, Piece, Upload, WrongHash
from jdz_field.central.tables import attachments, batch_files, uploads
from jdz_field.core.clock import Now, from_text, to_text
from jdz_field.core.errors import BadInput, BadUsage, JdzError
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id

#: Most bytes of one attachment.
MAX_SIZE = 4 << 30
#: Most uploads that a device may have begun and not ended: a device sends a few at a time.
MAX_OPEN = 2_000
#: Days without a byte after which an unfinished upload is forgotten.
UPLOAD_DAYS = 14
_SHA256 = re.compile(r"[0-9a-f]{64}")

#: How often abandoned uploads are looked for.
_LOOK = timedelta(minutes=10)
_HOLDS = direct.Statement("SELECT 1 FROM attachments WHERE sha256 = ?")
_OPEN = direct.Statement("SELECT count(*) FROM uploads WHERE device = ? AND done = FALSE")
_DONE = direct.Statement("UPDATE uploads SET done = TRUE WHERE id = ?")
_NEW_ATTACHMENT, _NEW_UPLOAD = direct.insert(attachments), direct.insert(uploads)
_UPLOAD = select(uploads).where(uploads.c.id == bindparam("sought"))


class UploadGone(JdzError):
    """There is no such upload; the server says 404."""


class UploadBusy(JdzError):
    """Another request writes to the upload; the server says 423."""


class WrongOffset(JdzError):
    """The piece does not start where the upload ends; the server says 409."""


def upload_life() -> timedelta:
    """How long an unfinished upload is kept. ``BadUsage``: ``JDZ_UPLOAD_DAYS`` is no number."""
    text = os.environ.get("JDZ_UPLOAD_DAYS", "") or str(UPLOAD_DAYS)
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 0 < days <= 3_650:
        raise BadUsage(_("JDZ_UPLOAD_DAYS must be a number of days from 0 to 3650."))
    return timedelta(days=days)


class Blobs:
    """The attachments of a centre; shared by all threads."""

    def __init__(
        self, folder: Path, database: Database, now: Now, store: FileStore | None = None
    ) -> None:
        """``folder``: on the server's disk; ``store``: for whole files, by default in there."""
        self.folder = folder
        self.store: FileStore = store or DiskStore(folder)
        self.life = upload_life()
        self._database = database
        self._now = now
        self._md5: dict[str, str] = {}
        self._guard = threading.Lock()
        self._looked: datetime | None = None
        #: What is not whole yet; on the same disk, so that it is moved in one step.
        self.uploads = folder / "uploads"
        self.uploads.mkdir(parents=True, exist_ok=True)

    def path(self, sha: str) -> Path:
        """Where an attachment lies on the disk. ``BadInput``: no SHA-256, or not on a disk."""
        check_sha(sha)
        if not isinstance(self.store, DiskStore):
            raise BadInput(_("The attachments of this centre are not in a folder."))
        return self.store.path(sha)

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

    def size(self, sha: str) -> int | None:
        """Bytes of an attachment; ``None`` when it is not here. ``BadInput``: no SHA-256."""
        check_sha(sha)
        return self.store.size(sha) if self.holds(sha) else None

    def read(self, sha: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """An attachment's bytes from ``start`` up to ``end`` (not included), in pieces."""
        check_sha(sha)
        return self.store.read(sha, start, end)

    def md5(self, sha: str) -> str:
        """MD5 of an attachment, for OpenRosa; worked out once."""
        if sha not in self._md5:
            digest = hashlib.md5(usedforsecurity=False)
            for piece in self.read(sha):
                digest.update(piece)
            self._md5[sha] = digest.hexdigest()
        return self._md5[sha]

    def keep(self, draft: Path, sha: str, filename: str, who: str) -> bool:
        """Take a complete file in, which is moved. ``WrongHash``: it is deleted."""
        check_sha(sha)
        size = self._store(draft, sha, sha256_file(draft))
        with self._database.write() as connection:
            return self._enter(connection, sha, filename, size, who)

    def _store(self, draft: Path, sha: str, found: str) -> int:
        """Move a draft whose hash is ``found`` in; its bytes."""
        if found != sha:
            draft.unlink()
            raise WrongHash(
                _("Attachment {sha} arrived damaged; send it again.").format(sha=sha[:16])
            )
        size = draft.stat().st_size
        self.store.put(sha, draft)
        return size

    def _enter(self, connection: Connection, sha: str, filename: str, size: int, who: str) -> bool:
        if direct.rows(connection, _HOLDS, sha):
            return False
        row = {"sha256": sha, "size": size, "filename": filename, "received": to_text(self._now())}
        direct.put(connection, _NEW_ATTACHMENT, [row])
        note(connection, self._now, who, "attachment", sha256=sha, size=size)
        return True

    def discard(self, sha: str, who: str) -> None:
        """Take an attachment away for good, because a person said so. ``BadInput``: unknown."""
        check_sha(sha)
        with self._database.write() as connection:
            done = connection.execute(delete(attachments).where(attachments.c.sha256 == sha))
            if not done.rowcount:
                raise BadInput(_("Attachment {sha} is not here.").format(sha=sha[:16]))
            note(connection, self._now, who, "attachment discard", sha256=sha)
        self.store.delete(sha)

    # ---- tus

    def create(self, caller: Caller, sha: str, filename: str, length: int) -> Upload:
        """Begin an upload; one of a known attachment is complete at once."""
        check_sha(sha)
        if not 0 <= length <= MAX_SIZE:
            raise BadInput(_("An attachment has at most {size} GB.").format(size=MAX_SIZE >> 30))
        now = self._now()
        with self._database.write() as connection:
            self._check_room(connection, caller)
            done = bool(direct.rows(connection, _HOLDS, sha))
            offset, expires = (length, None) if done else (0, now + self.life)
            upload = Upload(new_id(), sha, filename[:255], length, offset, done, expires)
            row = {
                "id": upload.id,
                "sha256": sha,
                "filename": upload.filename,
                "length": length,
                "device": caller.device,
                "created": to_text(now),
                "done": done,
            }
            direct.put(connection, _NEW_UPLOAD, [row])
        if not done:
            self._part(upload.id).touch()
            if length == 0:
                self._finish(upload, caller)
        if self._looked is None or abs(now - self._looked) > _LOOK:
            self._looked = now
            self.forget_old()
        return upload

    @contextmanager
    def born(
        self, caller: Caller, sha: str, filename: str, length: int, checksum: Checksum | None
    ) -> Iterator[Piece]:
        """Begin an upload whose first piece, or all, comes with the same request.

        Unless that piece comes whole the upload never began: its sender does not learn of it.
        """
        upload = self.create(caller, sha, filename, length)
        if upload.done:
            piece = Piece(BytesIO(), upload, None)
            piece.idle = True
            yield piece
            return
        known = False
        try:
            with self.append(caller, upload.id, 0, checksum) as piece:
                yield piece
            known = not piece.cut or not piece.room
        finally:
            if not known:
                self.drop(caller, upload.id)

    def _check_room(self, connection: Connection, caller: Caller) -> None:
        count = int(direct.rows(connection, _OPEN, caller.device)[0][0])
        if count >= MAX_OPEN:
            raise BadInput(
                _("Another upload of this device must end first; it has {n} open.").format(n=count)
            )

    def upload(self, caller: Caller, upload_id: str) -> Upload:
        """The state of an upload. ``UploadGone``: unknown, or another device's."""
        with self._database.read() as connection:
            row = connection.execute(_UPLOAD, {"sought": upload_id}).first()
        part = self._part(upload_id) if row else None
        if row is None or part is None or row.device != caller.device:
            raise UploadGone(_("There is no such upload; begin it again."))
        if not row.done and not part.exists():
            raise UploadGone(_("There is no such upload; begin it again."))
        if row.done:
            return Upload(row.id, row.sha256, row.filename, row.length, row.length, done=True)
        stat = part.stat()
        expires = datetime.fromtimestamp(stat.st_mtime, UTC) + self.life
        return Upload(
            row.id, row.sha256, row.filename, row.length, stat.st_size, done=False, expires=expires
        )

    @contextmanager
    def append(
        self, caller: Caller, upload_id: str, offset: int, checksum: Checksum | None = None
    ) -> Iterator[Piece]:
        """Where to write a piece to; synced at the end, also when the connection breaks.

        A piece with a ``checksum`` that it does not have, or that broke off, leaves nothing.
        One request at a time, in all processes: the others get ``UploadBusy``.
        """
        known = self.upload(caller, upload_id)
        if known.done:
            _check_offset(known.offset, offset)
            yield Piece(BytesIO(), known, checksum)
            return
        part = self._part(upload_id)
        with locked(part.with_suffix(".lock")) as ours:
            if not ours:
                raise UploadBusy(_("Another connection is sending this attachment; wait."))
            # Another request may have ended since; then the file is gone.
            size = part.stat().st_size if part.exists() else self.upload(caller, upload_id).offset
            _check_offset(size, offset)
            with part.open("ab", buffering=0) as file:
                piece = Piece(file, replace(known, offset=offset), checksum)
                try:
                    yield piece
                    piece.verify()
                except BaseException:
                    if checksum is not None:
                        file.truncate(offset)
                    raise
                finally:
                    os.fsync(file.fileno())

    def finish_if_complete(
        self, caller: Caller, upload_id: str, piece: Piece | None = None
    ) -> Upload:
        """The upload after a piece; with its last byte the file is verified and kept."""
        upload = self.upload(caller, upload_id) if piece is None else piece.state
        if not upload.done and upload.offset == upload.length:
            self._finish(upload, caller, piece.whole if piece is not None else "")
        return upload

    def _finish(self, upload: Upload, caller: Caller, found: str = "") -> None:
        """Keep a whole file; ``found``: its hash, when it was worked out as it came."""
        part = self._part(upload.id)
        try:
            with self._guard:
                size = None
                if part.exists():
                    check_sha(upload.sha256)
                    size = self._store(part, upload.sha256, found or sha256_file(part))
                with self._database.write() as connection:
                    if size is not None:
                        about = (upload.sha256, upload.filename, size, caller.user)
                        self._enter(connection, *about)
                    direct.change(connection, _DONE, upload.id)
        except WrongHash:
            self.drop(caller, upload.id)
            raise
        part.with_suffix(".lock").unlink(missing_ok=True)

    def drop(self, caller: Caller, upload_id: str) -> None:
        """Forget an upload and what came of it."""
        with self._database.write() as connection:
            connection.execute(
                delete(uploads).where(uploads.c.id == upload_id, uploads.c.device == caller.device)
            )
        self._remove(upload_id)

    def _remove(self, upload_id: str) -> None:
        part = self._part(upload_id)
        part.unlink(missing_ok=True)
        part.with_suffix(".lock").unlink(missing_ok=True)

    def forget_old(self) -> int:
        """Forget uploads that nobody goes on with; how many."""
        before = self._now() - self.life
        lacking = (
            select(batch_files.c.sha256)
            .outerjoin(attachments, attachments.c.sha256 == batch_files.c.sha256)
            .where(attachments.c.sha256.is_(None))
        )
        query = select(uploads.c.id, uploads.c.created).where(
            uploads.c.created < to_text(before), uploads.c.sha256.not_in(lacking)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        old = [row.id for row in rows if self._last_byte(row.id, row.created) < before]
        if not old:
            return 0
        with self._database.write() as connection:
            for upload_id in old:
                connection.execute(delete(uploads).where(uploads.c.id == upload_id))
        for upload_id in old:
            self._remove(upload_id)
        return len(old)

    def _last_byte(self, upload_id: str, created: str) -> datetime:
        try:
            return datetime.fromtimestamp(self._part(upload_id).stat().st_mtime, UTC)
        except FileNotFoundError:
            return from_text(created)

    def _part(self, upload_id: str) -> Path:
        # The id was drawn here and is looked up in the database first: it cannot leave the folder.
        return self.uploads / f"{upload_id}.part"


def _check_offset(here: int, given: int) -> None:
    if here != given:
        raise WrongOffset(_("The piece does not start where the upload ends."))


def check_sha(sha: str) -> None:
    """``BadInput`` when this is no SHA-256 in lower case hexadecimal."""
    if not _SHA256.fullmatch(sha):
        raise BadInput(_("An attachment is named by its SHA-256."))
