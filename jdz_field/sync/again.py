"""What goes to the centre once more, because the centre was restored or is another one.

A restored centre draws a new epoch. Its feed is read from the beginning, every batch after the
last one it knows goes again, byte for byte, and every attachment is offered again: it may have
lost files of batches that it still knows. What is to be done stands in the project's settings,
so that a break in between forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jdz_field.core.changes import ChangeReceipt
from jdz_field.store.project import Project
from jdz_field.sync.batch import read_manifest

_BATCHES = "batches_again"
_FILES = "files_again"
_PAST = "past_centre_epochs"


def meet(project: Project, epoch: str, last_sequence: int) -> None:
    """Note which epoch of the centre this is; ``last_sequence`` is the last batch it knows."""
    known = project.centre_epoch
    if known == epoch:
        return
    if known is not None:
        present = project.device_epoch
        rows = project.batches()
        lost = [b.id for b in rows if b.epoch != present or b.seq > last_sequence]
        project.set_setting(_BATCHES, lost)
        project.set_setting(_FILES, _files_of(project, [b.id for b in rows]))
        past = [p for p in project.get_setting(_PAST, []) if p != known]
        project.set_setting(_PAST, [*past, known])
    project.begin_feed(epoch)


def _files_of(project: Project, batches: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in batches:
        stored = project.batch(batch)
        if stored is not None:
            manifest = read_manifest(stored.manifest.encode())
            found |= {a.sha256: a.filename for a in manifest.attachments}
    return found


def is_past(project: Project, epoch: str) -> bool:
    """Whether an epoch of the centre is over, so that a file from it comes too late."""
    return epoch in project.get_setting(_PAST, [])


def batches_again(project: Project) -> list[str]:
    """Ids of the batches that the centre may have lost, newest first."""
    return list(project.get_setting(_BATCHES, []))


def files_again(project: Project) -> dict[str, str]:
    """SHA-256 and name of the attachments that the centre may have lost."""
    return dict(project.get_setting(_FILES, {}))


def answered(project: Project, batch: str, receipts: Sequence[ChangeReceipt]) -> None:
    """Take the receipts of a batch: it need not go again."""
    project.apply_receipts(batch, receipts)
    again = batches_again(project)
    if batch in again:
        project.set_setting(_BATCHES, [b for b in again if b != batch])


def files_missing(project: Project, batch: str, missing: Iterable[str]) -> None:
    """The centre lacks these attachments of a batch, whatever it said before."""
    named = _files_of(project, [batch])
    pending = {a.sha256 for a in project.pending_attachments()}
    wanted = {sha: named[sha] for sha in missing if sha in named and sha not in pending}
    if wanted:
        project.set_setting(_FILES, files_again(project) | wanted)


def files_arrived(project: Project, hashes: Iterable[str]) -> None:
    """The centre holds these attachments."""
    again = files_again(project)
    left = {sha: name for sha, name in again.items() if sha not in set(hashes)}
    if left != again:
        project.set_setting(_FILES, left)
