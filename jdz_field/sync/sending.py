"""Attachments on their way to the centre, in order, each acknowledged alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync.again import files_again, files_arrived
from jdz_field.sync.client import CentralClient
from jdz_field.sync.lanes import Load
from jdz_field.sync.link import Refused

#: ``(files done, files in all, bytes done, bytes in all)``
Progress = Callable[[int, int, int, int], None]

_CUT_OFF = (401, 403)
#: The project's setting, and what it may be (``operations.photo_policy``).
POLICY, AT_ONCE, SMALL_FIRST, BY_HAND = "photo_policy", "at-once", "small-first", "by-hand"
#: Kinds of copy that stand for their original until it arrives.
_SMALL = ("preview", "small")
#: How a form says in its body that its records are urgent (nobody is held up there), and the
#: urgent form that ships.
_URGENT, _SHIPPED = 'gate="never"', "disaster_report"
#: Over a connection that costs money, files of more bytes wait.
LIGHT = 300_000
#: A connection is good from so many bytes a second on; fewer bytes than these say nothing of it.
GOOD, ENOUGH = 250_000, 200_000


@dataclass
class Sent:
    """How many files the centre holds now that it did not say so of before; what failed.

    ``deferred``: files that wait, for a better connection or for a person.
    """

    arrived: int = 0
    refused: tuple[dict[str, str], ...] = ()
    deferred: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    sha: str
    filename: str
    path: Path | None
    size: int
    pending: bool
    original: bool = False
    urgent: bool = False
    small: bool = False


@dataclass
class _Pace:
    """How fast files go: ``bytes`` in ``seconds`` since ``begun``."""

    begun: float
    before: int
    bytes: int = 0
    seconds: float = 0.0

    def measure(self, sent: int) -> None:
        """``sent``: all bytes so far."""
        self.bytes, self.seconds = sent - self.before, monotonic() - self.begun

    def poor(self) -> bool:
        """Whether the connection is too slow for originals; unknown counts as good."""
        return self.bytes >= ENOUGH and self.bytes < GOOD * self.seconds


def send_attachments(
    project: Project,
    client: CentralClient,
    progress: Progress,
    sent: Sent,
    *,
    originals: bool = False,
    light: bool = False,
) -> None:
    """Bring every attachment to the centre that it has not confirmed; ``sent`` is counted up.

    First those of urgent reports, then small pictures, then the others, the small and old ahead.

    A file that cannot be sent stays unsent and is listed; it must not hold up the others.
    As the project's policy says, originals whose smaller copy goes wait to the end, while the
    connection is poor, or until ``originals`` asks for them. ``light``: over a connection that
    costs money only urgent and small files go.
    """
    jobs, held = _in_order(project, _jobs(project), originals=originals)
    if light and not originals:
        every, jobs = jobs, [job for job in jobs if job.urgent or job.size <= LIGHT]
        held += len(every) - len(jobs)
    sent.deferred += held
    slow_waits = project.get_setting(POLICY, AT_ONCE) == SMALL_FIRST and not originals
    run = _Run(project, client, progress, sent, len(jobs), sum(job.size for job in jobs))
    try:
        with client.lanes() as lanes:
            told = lanes.went(map(run.load, jobs))
            for number, (job, went) in enumerate(zip(jobs, told, strict=True)):
                if job.original and slow_waits and run.pace.poor():
                    sent.deferred += len(jobs) - number
                    break
                run.take(number, job, went=went)
    finally:
        files_arrived(project, run.arrived)
    if jobs:
        progress(len(jobs), len(jobs), run.total, run.total)


class _Run:
    """Files on their way, in order."""

    def __init__(
        self,
        project: Project,
        client: CentralClient,
        progress: Progress,
        sent: Sent,
        count: int,
        total: int,
    ) -> None:
        self.project, self.client, self.progress, self.sent = project, client, progress, sent
        self.count, self.total, self.before = count, total, 0
        self.addresses = _Addresses(project, client.url)
        self.arrived: list[str] = []
        self.pace = _Pace(monotonic(), client.bytes_sent)

    def load(self, job: _Job) -> Load:
        """For the lanes; what the centre may have, all or some of it, is asked for first."""
        fresh = job.pending and job.sha not in self.addresses
        return Load(job.path if fresh else None, job.size, job.sha, job.filename)

    def take(self, number: int, job: _Job, *, went: bool) -> None:
        """Send one file, unless it ``went`` already, or list it as refused."""

        def moved(done: int, _size: int) -> None:
            self.progress(number, self.count, self.before + done, self.total)

        moved(0, 0)
        try:
            new = went or _send(self.client, job, self.addresses, moved)
        except BadInput as error:
            if isinstance(error, Refused) and error.status in _CUT_OFF:
                raise
            self.sent.refused += ({"file": job.filename, "message": str(error)},)
        else:
            self.sent.arrived += new or job.pending
            if job.pending:
                self.project.mark_attachment_sent(job.sha)
            self.arrived.append(job.sha)
        self.pace.measure(self.client.bytes_sent)
        self.before += job.size


def _jobs(project: Project) -> list[_Job]:
    pending = {a.sha256: a for a in project.pending_attachments()}
    names = files_again(project) | {sha: a.filename for sha, a in pending.items()}
    urgent = _urgent_records(project)
    jobs = []
    for sha, filename in names.items():
        path, size, known = file_of(project.path, sha), 0, pending.get(sha)
        if path is not None:
            with suppress(OSError):
                size = path.stat().st_size
        jobs.append(
            _Job(
                *(sha, filename, path, size, sha in pending),
                urgent=known is not None and known.record in urgent,
                small=known is not None and known.variant in _SMALL,
            )
        )
    return jobs


def _urgent_records(project: Project) -> set[str]:
    forms = {
        row.form_id
        for row in project.forms()
        if row.form_id == _SHIPPED or _URGENT in (project.form_xml(row.form_id, row.version) or "")
    }
    return {record.id for form in sorted(forms) for record in project.records(form=form)}


def _in_order(project: Project, jobs: list[_Job], *, originals: bool) -> tuple[list[_Job], int]:
    """The files in the order in which they go, and how many originals wait for a person.

    An original waits only behind a smaller copy of it: without one it goes like any file.
    """
    jobs = sorted(jobs, key=_rank)
    policy = project.get_setting(POLICY, AT_ONCE)
    if policy not in (SMALL_FIRST, BY_HAND):
        return jobs, 0
    attachments = project.attachments(previews=True)
    behind = {a.original for a in attachments if a.variant in _SMALL and a.original}
    first = [job for job in jobs if job.sha not in behind]
    last = [replace(job, original=True) for job in jobs if job.sha in behind]
    if policy == BY_HAND and not originals:
        return first, len(last)
    return [*first, *last], 0


def _rank(job: _Job) -> tuple[bool, bool, int]:
    # Powers of four: files of about one size keep the order in which they were made.
    return not job.urgent, not job.small, job.size.bit_length() // 2


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
