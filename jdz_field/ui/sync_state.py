"""What the sync page tells, read from the store: piles, the last time, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jdz_field.core.clock import to_text, utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.store.queries import LocalConflict
from jdz_field.ui.numbers import when

if TYPE_CHECKING:
    from jdz_field.store.project import Project
    from jdz_field.sync.engine import SyncReport

#: The setting that keeps the last sync's report.
LAST = "last_sync"


@dataclass(frozen=True, slots=True)
class Piles:
    """Changes and bytes of files: not sent yet, under way, received by the centre."""

    unsent: int
    under_way: int
    received: int
    waiting_files: int
    waiting_bytes: int


def piles(reader: Project) -> Piles:
    """Count the piles."""
    batches = reader.batches()
    under_way = sum(batch.changes for batch in batches if batch.received is None)
    received = sum(batch.changes for batch in batches if batch.received is not None)
    files = {a.sha256: a.size for a in reader.pending_attachments()}
    return Piles(
        unsent=max(0, int(reader.counts()["unsent"]) - under_way),
        under_way=under_way,
        received=received,
        waiting_files=len(files),
        waiting_bytes=sum(files.values()),
    )


def held(reader: Project) -> list[LocalConflict]:
    """Own values that the centre has not taken: conflicts first."""
    return [*reader.conflicts(), *reader.kept_values()]


def to_look_at(reader: Project) -> int:
    """How many own values need somebody: what only waits goes on by itself."""
    return sum(one.outcome not in ("waiting", "proposed") for one in held(reader))


def keep_report(project: Project, report: SyncReport) -> None:
    """Remember what a sync did, for the sentence about the last time."""
    project.set_setting(LAST, {"at": to_text(utc_now()), **report.to_json()})


def last_received(reader: Project) -> str:
    """When the centre last answered a batch, by whatever way; empty when it never did."""
    return max((batch.received or "" for batch in reader.batches()), default="")


def last_words(last: dict[str, Any] | None, received: str = "") -> str:
    """The sentence about the last sync: the window's own report, or a later answer by other ways.

    ``received`` is the time of the last answer (the command line and files count too).
    """
    if received and received > str((last or {}).get("at", "")):
        return _("Last sync {when}.").format(when=when(received, utc_now()))
    if not last:
        return _("This project has not been synced yet.")
    moment = when(str(last.get("at")), utc_now())
    if last.get("stopped"):
        return _("Last sync {when}: stopped; what had arrived stays.").format(when=moment)
    return _("Last sync {when}: {sent} sent, {got} received.").format(
        when=moment, sent=last.get("pushed", 0), got=last.get("pulled", 0)
    )


def done_words(report: dict[str, Any]) -> str:
    """What a sync that just ended did."""
    if report["stopped"]:
        return _("Stopped. Everything that had arrived stays; the rest goes next time.")
    conflicts = int(report["conflicts"])
    if conflicts:
        return ngettext(
            "Done. {n} field waits for the office's decision.",
            "Done. {n} fields wait for the office's decision.",
            conflicts,
        ).format(n=conflicts)
    if not report["pushed"] and not report["pulled"]:
        return _("Done. Everything was up to date.")
    return _("Done. {sent} sent, {got} received.").format(
        sent=report["pushed"], got=report["pulled"]
    )


def what_to_do(conflict: LocalConflict) -> str:
    """What a person does about a held value."""
    return {
        "conflict": _("the office decides"),
        "proposed": _("the office approves"),
        "waiting": _("goes on by itself"),
        "quarantined": _("edit it again"),
        "rejected": _("edit it again if you know better"),
    }.get(conflict.outcome, "")


def step_words(stage: str, done: int, total: int) -> str:
    """What a running sync does now."""
    if stage == "push":
        return _("Sending the changes")
    if stage == "pull":
        return _("Receiving")
    return _("Sending photos, {n} of {total}").format(n=min(done + 1, total), total=total)
