"""What the sync page calls things: its counts, and the one sentence about the state."""

from __future__ import annotations

from dataclasses import dataclass

from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.sync_lists import Piles
from jdz_field.ui.numbers import clock, megabytes
from jdz_field.ui.sync_runner import BROKEN, PAUSED, SHUT_OUT, State

#: The counts in the order in which they are shown, with their icons.
FIGURES = {
    "unsent": "export",
    "sent": "sync",
    "received": "done",
    "merged": "link",
    "conflict": "conflict",
    "returned": "undo",
}


def fate_words(fate: str) -> str:
    """What a count is called."""
    return {
        "unsent": _("Unsent"),
        "sent": _("Under way"),
        "received": _("Received"),
        "merged": _("Merged"),
        "conflict": _("Conflict"),
        "office": _("At the office"),
        "returned": _("Returned"),
    }.get(fate, fate)


def fate_hint(fate: str) -> str:
    """What a count means, for the head of its list."""
    return {
        "unsent": _("Only on this tablet so far; goes with the next sync."),
        "sent": _("Sealed and on its way; the centre has not answered yet."),
        "received": _("The centre holds it as you wrote it."),
        "merged": _("The centre holds it beside what others wrote about the same thing."),
        "conflict": _("Somebody else wrote something other; both values are kept."),
        "office": _("Kept at the centre until the office, or a later change, lets it through."),
        "returned": _("The office wants something corrected; touch one to see what."),
    }.get(fate, "")


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence on top of the page: what is, what comes next, how it looks."""

    words: str
    hint: str
    icon: str
    role: str


def headline(state: State, piles: Piles, last: str) -> Headline:
    """Where things stand; ``last`` is the sentence about the last sync."""
    kept = _("Nothing is lost; what had arrived stays.")
    if state.phase == SHUT_OUT:
        hint = _("Everything you entered is still here. Talk to the office before you go on.")
        return Headline(state.words, hint, "lock", "fault")
    if state.phase == BROKEN:
        again = _next_words(state) or _("Sync goes on exactly there.")
        return Headline(state.words, f"{kept} {again}", "no-signal", "warning")
    if state.phase == PAUSED:
        hint = _("Go on at any time, exactly there. {last}").format(last=last)
        return Headline(_("Paused"), hint, "pause", "note")
    if state.next_try is not None and piles.unsent + piles.sent:
        words = _("The centre does not answer now")
        return Headline(words, f"{kept} {_next_words(state)}", "no-signal", "note")
    waiting = _waiting_words(piles)
    if waiting:
        return Headline(waiting, last, "export", "note")
    return Headline(_("Everything is at the centre"), last, "done", "good")


def _next_words(state: State) -> str:
    if state.next_try is None or state.next_try <= utc_now():
        return ""
    return _("Next try by itself at {time}.").format(time=clock(state.next_try))


def _waiting_words(piles: Piles) -> str:
    changes, files = piles.unsent + piles.sent, piles.waiting_files
    if not changes and not files:
        return ""
    some = ngettext("{n} change", "{n} changes", changes).format(n=f"{changes:,}")
    if not files:
        return _("{changes} to send").format(changes=some)
    size = megabytes(piles.waiting_bytes)
    photos = ngettext("{n} file", "{n} files", files).format(n=f"{files:,}")
    if not changes:
        return _("{files} ({size}) to send").format(files=photos, size=size)
    return _("{changes} and {files} ({size}) to send").format(changes=some, files=photos, size=size)


def mode_words(mode: str) -> str:
    """When it syncs by itself."""
    return {
        "off": _("Only by hand"),
        "any": _("Whenever the centre answers"),
        "15": _("Every 15 minutes"),
        "60": _("Every hour"),
    }[mode]
