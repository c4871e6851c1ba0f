"""What the sync page tells, read from the store: piles, the last time, what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jdz_field.core.clock import to_text, utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.store.queries import LocalConflict
from jdz_field.sync.clocks import CLOCK_OFF
from jdz_field.ui.numbers import megabytes, when

if TYPE_CHECKING:
    from jdz_field.store.project import Project
    from jdz_field.sync.engine import Step, SyncReport

#: The settings that keep the last sync's report, and what the last try broke off with.
LAST, TROUBLE = "last_sync", "last_sync_trouble"


def held(reader: Project) -> list[LocalConflict]:
    """Own values that the centre has not taken: conflicts first."""
    return [*reader.conflicts(), *reader.kept_values()]


def to_look_at(reader: Project) -> int:
    """How many own values need somebody: what only waits goes on by itself."""
    return sum(one.outcome not in ("waiting", "proposed") for one in held(reader))


def keep_report(project: Project, report: SyncReport) -> None:
    """Remember what a sync did, for the sentence about the last time."""
    project.set_setting(LAST, {"at": to_text(utc_now()), **report.to_json()})


def keep_trouble(project: Project, words: str, *, shut_out: bool) -> None:
    """Remember what the last try broke off with, so that the next start of the program says it."""
    kept = {"at": to_text(utc_now()), "words": words, "shut_out": shut_out}
    project.set_setting(TROUBLE, kept)


def forget_trouble(project: Project) -> None:
    """The last try went well."""
    if project.get_setting(TROUBLE) is not None:
        project.set_setting(TROUBLE, None)


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


def clock_words(reader: Project) -> str:
    """One sentence when a clock is wrong; empty when all are near."""
    off, mad = reader.get_setting(CLOCK_OFF), reader.get_setting("clock_skew")
    if off:
        words = (
            _("This tablet's clock is {much} behind the centre's; set date and time. {calm}")
            if off > 0
            else _("This tablet's clock is {much} ahead of the centre's; set date and time. {calm}")
        )
        return words.format(much=_much(abs(int(off))), calm=_calm())
    if mad and str(mad)[:24] > to_text(utc_now()):
        return _(
            "Another tablet's clock runs far ahead; its entries carry wrong times. {calm}"
        ).format(calm=_calm())
    return ""


def _calm() -> str:
    return _("Nothing is lost or refused because of it.")


def _much(seconds: int) -> str:
    minutes = seconds // 60
    if minutes < 120:
        return _("{n} min").format(n=minutes)
    if minutes < 2 * 1440:
        return _("{n} h").format(n=round(minutes / 60))
    return _("{n} days").format(n=round(minutes / 1440))


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
    if stage == "forms":
        return _("Receiving forms")
    return _("Sending photos, {n} of {total}").format(n=min(done + 1, total), total=total)


def progress_words(step: Step, speed: float, left: float) -> str:
    """How far a running sync is: items or bytes, speed, time left, as far as they are known."""
    parts = []
    if step.bytes_total:
        parts.append(f"{megabytes(step.bytes_done)} / {megabytes(step.bytes_total)}")
    elif step.total:
        parts.append(f"{step.done:,} / {step.total:,}")
    if speed:
        parts.append(_("{speed}/s").format(speed=kilobytes(speed)))
    if left:
        parts.append(time_left(left))
    return " · ".join(parts)


def kilobytes(size: float) -> str:
    """``240 KB``, ``1.8 MB``."""
    return megabytes(round(size)) if size >= 1_000_000 else f"{round(size / 1000):,} KB"


def time_left(seconds: float) -> str:
    """``about 40 s left``, ``about 12 min left``."""
    if seconds < 90:
        return _("about {n} s left").format(n=max(5, round(seconds / 5) * 5))
    return _("about {n} min left").format(n=round(seconds / 60))
