"""One sync: seal, push, pull, attachments. Cut at any point, the next one goes on from there.

Order: changes first (the centre merges them at once, so an urgent report never waits for a
photo), then what is new, then attachments. Nothing is taken as done before the centre said so;
everything that it says is written down in the order in which it was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.changes import ChangeReceipt, Outcome
from jdz_field.core.errors import Unavailable
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.i18n import _
from jdz_field.store.project import Project
from jdz_field.store.queries import BatchRow
from jdz_field.sync.again import answered, batches_again, files_missing, meet
from jdz_field.sync.area import asked
from jdz_field.sync.batch import Batch, verify_receipts
from jdz_field.sync.client import CentralClient, Hello, PushAnswer
from jdz_field.sync.clocks import compare
from jdz_field.sync.link import Cancelled
from jdz_field.sync.merge_rules import reason_text
from jdz_field.sync.pulling import pull
from jdz_field.sync.sealing import Identity, identity_of_project, seal_unsent, stored_batch
from jdz_field.sync.sending import Sent, send_attachments
from jdz_field.sync.tally import OUTCOMES, tally

_REFUSED = {Outcome.QUARANTINED, Outcome.REJECTED}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync is: items and bytes; a total of 0 is unknown.

    ``stage``: ``push`` (changes), ``pull`` (places of the feed), ``forms``, ``attachments``.
    """

    stage: str
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


Progress = Callable[[Step], None]


@dataclass
class SyncReport:
    """What a sync did. ``counts`` as ``tally.OUTCOMES``; ``refused`` lists what needs a person.

    ``pushed``: changes sent; ``pulled``: changes of others that arrived; ``attachments``: files
    that the centre now holds; ``stopped``: the person stopped it, everything done stands.
    ``deferred``: files that wait (``sending``); ``forms``: new form versions; ``tasks``: tasks
    that are open here.
    """

    pushed: int = 0
    pulled: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    attachments: int = 0
    bytes_sent: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    stopped: bool = False
    deferred: int = 0
    forms: int = 0
    tasks: int = 0

    def to_json(self) -> dict[str, Any]:
        """The report as ``sync --json`` prints it."""
        return {
            "pushed": self.pushed,
            "pulled": self.pulled,
            **self.counts,
            "attachments": self.attachments,
            "bytes_sent": self.bytes_sent,
            "refused": self.refused,
            "stopped": self.stopped,
            "deferred": self.deferred,
            "forms": self.forms,
            "tasks": self.tasks,
        }

    def take(self, receipts: Sequence[ChangeReceipt]) -> None:
        """Count receipts, and list what was refused."""
        for word, n in tally(receipts).items():
            self.counts[word] += n
        for receipt in receipts:
            for name, fate in receipt.fields.items():
                if fate.outcome in _REFUSED:
                    self.refused.append(
                        {
                            "change": receipt.change,
                            "subject": receipt.subject,
                            "field": name,
                            "outcome": str(fate.outcome),
                            "reason": fate.reason or "",
                            "message": reason_text(fate.reason),
                        }
                    )


#: What else a sync fetches; it counts up the report.
Beside = Callable[[CentralClient, SyncReport], None]


def sync(
    project: Project,
    client: CentralClient,
    *,
    pull_only: bool = False,
    originals: bool = False,
    light: bool = False,
    beside: Beside | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SyncReport:
    """Bring a project and its centre together; ``cancelled`` is asked between steps.

    ``originals``: send originals of photos too that the policy would let wait. ``light``: large
    files wait, the connection costs money. ``beside``: what else is fetched, after the feed and
    before the files (forms, tasks).

    ``BadUsage``: not enrolled; ``link.Refused``: the centre said no; ``Unavailable``: no
    connection, 30 s without progress, another sync of this project is at work. What was done
    before an error stands.
    """
    identity = identity_of_project(project)
    client.cancel_when(cancelled)
    with project.lock_sync():
        run = _Run(project, client, identity, progress or _silent)
        try:
            run.all(pull_only, originals=originals, light=light, beside=beside)
        except Cancelled:
            run.report.stopped = True
        finally:
            client.cancel_when(None)
    run.report.bytes_sent = client.bytes_sent - run.sent_before
    return run.report


class _Run:
    """One sync at work."""

    def __init__(
        self, project: Project, client: CentralClient, identity: Identity, progress: Progress
    ) -> None:
        self.project, self.client = project, client
        self.identity, self.progress = identity, progress
        self.report = SyncReport()
        self.sent_before = client.bytes_sent

    def all(self, pull_only: bool, *, originals: bool, light: bool, beside: Beside | None) -> None:
        hello = self.client.hello(self.project.device_epoch, asked(self.project))
        meet(self.project, hello.epoch, hello.last_sequence)
        compare(self.project, hello.moment)
        if not pull_only:
            self._push(hello)
        self._pull(hello)
        if beside is not None:
            self.progress(Step("forms"))
            beside(self.client, self.report)
        if not pull_only:
            self._send_attachments(originals=originals, light=light)

    def _push(self, hello: Hello) -> None:
        """Every batch that the centre lacks, oldest first; meanwhile new changes may have come."""
        sent: set[str] = set()
        done = 0
        seal_unsent(self.project, self.identity)
        while waiting := [b for b in self._to_send(hello.last_sequence) if b.id not in sent]:
            total = done + sum(row.changes for row in waiting)
            for row in waiting:
                self.progress(Step("push", done, total))
                self._deliver(row.id)
                sent.add(row.id)
                done += row.changes
            seal_unsent(self.project, self.identity)
        self.progress(Step("push", done, done))

    def _to_send(self, last_sequence: int) -> list[BatchRow]:
        """The batches without a receipt and those that the centre may have lost."""
        present, again = self.project.device_epoch, set(batches_again(self.project))
        return [
            row
            for row in reversed(self.project.batches())
            if row.received is None
            or row.id in again
            or (row.epoch == present and row.seq > last_sequence)
        ]

    def _deliver(self, batch_id: str) -> None:
        stored = self.project.batch(batch_id)
        if stored is None:
            return
        batch = stored_batch(stored.manifest, stored.changes, self.identity)
        answer = self.client.put_batch(batch)
        self._check(batch, answer)
        answered(self.project, batch.manifest.batch, answer.receipts)
        files_missing(self.project, batch.manifest.batch, answer.missing)
        self.report.pushed += len(batch.changes)
        self.report.take(answer.receipts)

    def _check(self, batch: Batch, answer: PushAnswer) -> None:
        verify_receipts(answer.receipts, answer.signature, self.identity.centre_sign_key)
        told = [receipt.change for receipt in answer.receipts]
        if answer.batch != batch.manifest.batch or told != [c.id for c in batch.changes]:
            raise Unavailable(
                _("The centre's receipt is not for batch {batch}; tell the office.").format(
                    batch=batch.manifest.batch
                )
            )

    def _pull(self, hello: Hello) -> None:
        def told(done: int, total: int) -> None:
            self.progress(Step("pull", done, total))

        pull(self.project, self.client, hello, told, self._arrived)

    def _arrived(self, entries: Iterable[FeedEntry | Leave]) -> None:
        told = (entry for entry in entries if isinstance(entry, FeedEntry))
        self.report.pulled += sum(map(self._foreign, told))

    def _foreign(self, entry: FeedEntry) -> bool:
        return entry.decision is not None or entry.device not in {
            self.identity.device,
            self.project.device,
        }

    def _send_attachments(self, *, originals: bool, light: bool) -> None:
        def moved(done: int, total: int, bytes_done: int, bytes_total: int) -> None:
            self.progress(Step("attachments", done, total, bytes_done, bytes_total))

        sent = Sent()
        try:
            send_attachments(
                self.project, self.client, moved, sent, originals=originals, light=light
            )
        finally:
            self.report.attachments += sent.arrived
            self.report.refused += sent.refused
            self.report.deferred += sent.deferred


def _silent(_step: Step) -> None:
    return None
