"""The way by USB stick: what a file for the centre needs, writing it, reading it back, answers.

A file is taken as written only after every byte was read back from the medium and its hashes
and signature were right. Answers and files to take in are only read from the medium.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.operations.sync import ExportReport, export_batches
from jdz_field.store.project import Project
from jdz_field.sync.batch import verify
from jdz_field.sync.batch_file import read_jdzb
from jdz_field.sync.container import VOLUME_BYTES, identity_of
from jdz_field.sync.sealing import identity_of_project

#: A batch's bytes grow a little in the file: manifests, headers, the encryption.
_MORE, _LEAST = 1.05, 1 << 20
#: What the office gives back ends so.
ANSWER = ".jdzr"


@dataclass(frozen=True, slots=True)
class Need:
    """What a file for the centre will hold, about: changes, files, bytes, volumes."""

    changes: int
    files: int
    bytes: int
    volumes: int


def need(project: Project) -> Need:
    """How much room a file takes that holds everything unsent."""
    files = {a.sha256: a.size for a in project.pending_attachments()}
    open_batches = [row for row in project.batches() if row.received is None]
    changes = int(project.counts()["unsent"])
    stored = sum(len(b.changes) for b in project.open_batches()) if open_batches else 0
    # A change that is in no batch yet: about a kilobyte.
    size = sum(files.values()) + stored + 1_000 * changes
    total = round(size * _MORE) + _LEAST
    return Need(changes, len(files), total, -(-total // VOLUME_BYTES))


def pack(
    project: Project,
    out: Path,
    *,
    volume_bytes: int = VOLUME_BYTES,
    told: Callable[[str], None] | None = None,
) -> ExportReport:
    """Write everything unsent to a medium and read it back.

    ``told`` hears ``write`` and ``verify``. ``Unavailable``: no room, the medium refuses, or it
    gives back other bytes than were written; ``BadUsage``, ``BadInput``: as ``export_batches``.
    """
    wanted = need(project).bytes
    try:
        free = shutil.disk_usage(out.parent).free
    except OSError as error:
        raise Unavailable(
            _("{folder} cannot be reached ({reason}); plug the stick in again.").format(
                folder=out.parent, reason=error.strerror or error
            )
        ) from error
    if free < wanted and not out.exists():
        raise Unavailable(
            _("{folder} has {free} MB free and {wanted} MB are needed; use another stick.").format(
                folder=out.parent, free=free // 1_000_000, wanted=-(-wanted // 1_000_000)
            )
        )
    if told:
        told("write")
    report = export_batches(project, out, volume_bytes=volume_bytes)
    if told:
        told("verify")
    for file in report.files:
        read_back(project, Path(file))
    return report


def read_back(project: Project, file: Path) -> int:
    """Read a written file whole, every hash and signature checked; its bytes.

    ``Unavailable``: the medium gave back something else, or nothing.
    """
    own = identity_of_project(project)
    try:
        with read_jdzb(file, identity_of(own.sign_key)) as package:
            for batch in package:
                verify(batch, own.sign_key.public_key())
            for sha in package.files:
                for _block in package.blocks(sha):
                    pass
        return file.stat().st_size
    except (BadInput, OSError) as error:
        raise Unavailable(
            _("{file} came back from the stick damaged; pack it again on another stick.").format(
                file=file
            )
        ) from error


def answers_on(folder: Path) -> list[Path]:
    """The office's answers in a folder, the newest first; none when it cannot be read."""
    try:
        found = [f for f in folder.iterdir() if f.suffix.lower() == ANSWER and f.is_file()]
        return sorted(found, key=lambda f: f.stat().st_mtime, reverse=True)
    except OSError:
        return []
