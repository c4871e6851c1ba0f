"""Attachments on their way to the centre, one after another, each acknowledged alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync.again import files_again, files_arrived
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused

#: ``(files done, files in all, bytes done, bytes in all)``
Progress = Callable[[int, int, int, int], None]

_CUT_OFF = (401, 403)


@dataclass
class Sent:
    """How many files the centre holds now that it did not say so of before; what failed."""

    arrived: int = 0
    refused: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Job:
    sha: str
    filename: str
    path: Path | None
    size: int
    pending: bool


def send_attachments(
    project: Project, client: CentralClient, progress: Progress, sent: Sent
) -> None:
    """Bring every attachment to the centre that it has not confirmed; ``sent`` is counted up.

    A file that cannot be sent stays unsent and is listed; it must not hold up the others.
    """
    jobs = _jobs(project)
    total, before = sum(job.size for job in jobs), 0
    addresses = _Addresses(project, client.url)
    arrived: list[str] = []
    try:
        for number, job in enumerate(jobs):

            def moved(done: int, _size: int, number: int = number, before: int = before) -> None:
                progress(number, len(jobs), before + done, total)

            moved(0, 0)
            try:
                new = _send(client, job, addresses, moved)
            except BadInput as error:
                if isinstance(error, Refused) and error.status in _CUT_OFF:
                    raise
                sent.refused += ({"file": job.filename, "message": str(error)},)
            else:
                sent.arrived += new or job.pending
                if job.pending:
                    project.mark_attachment_sent(job.sha)
                arrived.append(job.sha)
            before += job.size
    finally:
        files_arrived(project, arrived)
    if jobs:
        progress(len(jobs), len(jobs), total, total)


def _jobs(project: Project) -> list[_Job]:
    pending = {a.sha256: a.filename for a in project.pending_attachments()}
    jobs = []
    for sha, filename in (files_again(project) | pending).items():
        path, size = file_of(project.path, sha), 0
        if path is not None:
            with suppress(OSError):
                size = path.stat().st_size
        jobs.append(_Job(sha, filename, path, size, sha in pending))
    return jobs


def _send(
    client: CentralClient,
    job: _Job,
    addresses: MutableMapping[str, str],
    moved: Callable[[int, int], None],
) -> bool:
    if job.path is not None:
        return client.upload(job.path, job.sha, job.filename, addresses=addresses, progress=moved)
    if client.holds(job.sha):
        return False
    raise missing(job.filename)


def missing(filename: str) -> BadInput:
    """What to say of an attachment that is not in the project folder any more."""
    return BadInput(
        _("{file} is missing in the project folder; restore it from a backup.").format(
            file=filename
        )
    )


class _Addresses(MutableMapping[str, str]):
    """Where unfinished uploads live at this centre, kept in the project as they change."""

    def __init__(self, project: Project, url: str) -> None:
        self._project = project
        kept = project.get_setting("uploads", {})
        self._known: dict[str, str] = {
            sha: place for sha, place in kept.items() if place.startswith(url)
        }

    def __getitem__(self, sha: str) -> str:
        return self._known[sha]

    def __setitem__(self, sha: str, place: str) -> None:
        self._known[sha] = place
        self._project.set_setting("uploads", self._known)

    def __delitem__(self, sha: str) -> None:
        del self._known[sha]
        self._project.set_setting("uploads", self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
