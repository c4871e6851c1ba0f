"""Attachments over bad links: tus 1.0 up, ranges down; both go on where they broke off.

An upload's address is remembered (by the caller) from its creation on, so that even a killed
program goes on at the byte where it stopped. Nothing counts as sent before the centre says
that it holds every byte; the centre then hashes them again and answers 460 when they differ.
"""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.sync.link import PATIENCE, Answer, Link, Refused, nonsense

_TUS = {"Tus-Resumable": "1.0.0"}
_SMALLEST, _LARGEST = 32 << 10, 8 << 20
#: Pieces grow while one takes fewer seconds than this.
_QUICK = 2.0
#: How often an attachment whose hash came out wrong at the centre is sent anew.
_ANEW = 3
_GONE = (404, 410)
_BYTES = "application/offset+octet-stream"
_WRONG_HASH = 460

#: ``(bytes the centre holds, bytes in all)``
Progress = Callable[[int, int], None]


@dataclass
class _Upload:
    link: Link
    file: BinaryIO
    size: int
    progress: Progress
    patience: float
    failure: Unavailable | None = None

    def send(self, address: str, offset: int) -> bool:
        """Send from ``offset`` on; whether the centre took it all. No: it must start anew."""
        gained, tries, sure = time.monotonic(), 0, False
        # Bytes that are all there but were never acknowledged are hashed on an empty piece.
        while offset < self.size or not sure:
            self.progress(offset, self.size)
            answer = self._patch(address, offset)
            if answer is not None and answer.status in {*_GONE, _WRONG_HASH}:
                return False
            sure = answer is not None and answer.status == 204
            now = offset_of(answer, self.size) if sure and answer else None
            if now is None:
                now = self._asked(address, gained, tries)
            if now is None:
                return False
            if now > offset:
                gained, tries = time.monotonic(), 0
            elif not sure or now < self.size:
                tries += 1
                self._wait(gained, tries)
            offset = now
        self.progress(offset, self.size)
        return True

    def _wait(self, gained: float, tries: int) -> None:
        if time.monotonic() - gained > self.patience:
            raise self.failure or nonsense()
        self.link.pause(tries)

    def _patch(self, address: str, offset: int) -> Answer | None:
        """One piece; ``None`` when the connection broke and the centre must be asked."""
        self.link.check()
        self.file.seek(offset)
        piece = self.file.read(self.link.piece)
        if not piece and offset < self.size:
            raise _altered(Path(self.file.name))
        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": _BYTES,
        }
        fine = (*_GONE, 409, 423, _WRONG_HASH)
        start = time.monotonic()
        try:
            answer = self.link.call(
                "PATCH", address, body=piece, headers=headers, again=False, fine=fine
            )
        except Unavailable as error:
            self.failure = error
            self.link.piece = max(_SMALLEST, self.link.piece // 4)
            return None
        if time.monotonic() - start < _QUICK:
            self.link.piece = min(_LARGEST, self.link.piece * 2)
        return answer

    def _asked(self, address: str, gained: float, tries: int) -> int | None:
        """How far the centre says it is; ``None`` when it no longer knows the upload."""
        if self.failure is not None and time.monotonic() - gained > self.patience:
            raise self.failure
        self.link.pause(tries)
        answer = self.link.call("HEAD", address, headers=_TUS, fine=_GONE, since=gained)
        return None if answer.status in _GONE else offset_of(answer, self.size)


def offset_of(answer: Answer, size: int) -> int:
    """The ``Upload-Offset`` of an answer; ``Unavailable`` when it makes no sense."""
    text = answer.headers.get("Upload-Offset", "")
    if not text.isascii() or not text.isdigit() or int(text) > size:
        raise nonsense()
    return int(text)


def upload(
    link: Link,
    path: Path,
    sha: str,
    filename: str,
    *,
    addresses: MutableMapping[str, str],
    progress: Progress | None = None,
    patience: float = PATIENCE,
) -> bool:
    """Bring a file to the centre; returns when the centre holds all of it, hash verified.

    No: the centre held it already, nothing was sent.
    ``addresses`` remembers, by SHA-256, where an unfinished upload lives.
    ``BadInput``: the file is gone or is not what its hash says; ``Unavailable``: patience over.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            job = _Upload(link, file, size, progress or _silent, patience)
            return _run(job, path, sha, filename, addresses)
    except OSError as error:
        raise BadInput(
            _("{file} can't be read ({reason}); run check on the project.").format(
                file=path, reason=error.strerror or error
            )
        ) from error


def _run(
    job: _Upload, path: Path, sha: str, filename: str, addresses: MutableMapping[str, str]
) -> bool:
    for attempt in range(_ANEW):
        address, offset = _resume(job, addresses.get(sha))
        if not address:
            address, offset = _create(job, sha, filename)
            if offset == job.size:
                if not holds(job.link, sha):
                    continue
                job.progress(job.size, job.size)
                return attempt > 0
            addresses[sha] = address
        # Whatever came before: only the centre's own hash of the whole counts.
        whole = job.send(address, offset)
        addresses.pop(sha, None)
        if whole:
            return True
        if sha256_file(path) != sha:
            raise _altered(path)
    raise Unavailable(
        _("{file} does not arrive whole at the centre; sync over another network.").format(
            file=path
        )
    )


def _altered(path: Path) -> BadInput:
    return BadInput(
        _("{file} is no longer what was recorded; run check on the project.").format(file=path)
    )


def holds(link: Link, sha: str) -> bool:
    """Whether the centre holds an attachment, hash verified."""
    answer = link.call("HEAD", f"v1/attachments/{sha}", fine=_GONE)
    return answer.status == 200


def _resume(job: _Upload, address: str | None) -> tuple[str, int]:
    if not address:
        return "", 0
    answer = job.link.call("HEAD", address, headers=_TUS, fine=(*_GONE, 403))
    known = answer.status < 400 and answer.headers.get("Upload-Length") == str(job.size)
    return (address, offset_of(answer, job.size)) if known else ("", 0)


def _create(job: _Upload, sha: str, filename: str) -> tuple[str, int]:
    """A new upload, and where it starts: at its end when the centre has these bytes already."""
    answer = job.link.call(
        "POST", "v1/attachments", body=b"", headers=_birth(sha, filename, job.size)
    )
    place = answer.headers.get("Location", "")
    if answer.status != 201 or not place:
        raise nonsense()
    address = job.link.resolve(place)
    if "Upload-Offset" not in answer.headers:
        answer = job.link.call("HEAD", address, headers=_TUS)
    return address, offset_of(answer, job.size)


def _birth(sha: str, filename: str, size: int) -> dict[str, str]:
    words = {"sha256": sha, "filename": filename}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())
    return {**_TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}


def upload_whole(link: Link, path: Path, sha: str, filename: str) -> bool:
    """Bring a file to the centre in one request; whether the centre holds it now, hash verified.

    No: it did not go, whatever the reason; ``upload`` says it, or finds a way. ``Cancelled``.
    Source: tus 1.0, creation-with-upload.
    """
    link.check()
    begun = time.monotonic()
    try:
        body = path.read_bytes()
        headers = {**_birth(sha, filename, len(body)), "Content-Type": _BYTES}
        answer = link.call("POST", "v1/attachments", body=body, headers=headers, again=False)
        whole = answer.status == 201 and offset_of(answer, len(body)) == len(body)
    except (OSError, BadInput, Unavailable):
        whole = False
    if not whole or time.monotonic() - begun > _QUICK:
        link.piece = max(_SMALLEST, link.piece // 4)
    return whole


def download(
    link: Link, sha: str, target: Path, *, progress: Progress | None = None, size: int = 0
) -> None:
    """Fetch an attachment into ``target``: complete and verified, or not at all.

    Goes on from what an earlier try left in ``<target>.part``. ``Unavailable``: patience over,
    disk; ``Refused``: not there, not allowed; ``BadInput``: what came is not what the hash says.
    """
    draft = target.with_name(target.name + ".part")
    try:
        try:
            _fetch(link, sha, draft, progress or _silent, size)
        except Refused:
            draft.unlink()
            raise
        if sha256_file(draft) != sha:
            draft.unlink()
            raise BadInput(_("Attachment {sha} arrived damaged; sync again.").format(sha=sha[:16]))
        draft.replace(target)
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({reason}); check the disk and its free space.").format(
                file=target, reason=error.strerror or error
            )
        ) from error


def _fetch(link: Link, sha: str, draft: Path, progress: Progress, size: int) -> None:
    tries = 0
    with draft.open("ab") as out:
        while True:
            link.check()
            try:
                for block in link.blocks(f"v1/attachments/{sha}", out.tell()):
                    out.write(block)
                    tries = 0
                    progress(out.tell(), size)
                    link.check()
                    if 0 < size < out.tell():
                        # Whatever it is, it is not what was asked for, and may never end.
                        break
                break
            except httpx.TransportError as error:
                link.wait(tries, error)
                tries += 1
        out.flush()
        os.fsync(out.fileno())


def _silent(_done: int, _total: int) -> None:
    return None
