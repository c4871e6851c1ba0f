"""What is wrong with a receiver and what to do, one sentence each."""

from __future__ import annotations

from jdz_field.core.i18n import _
from jdz_field.gnss.watch import (
    CLOSED,
    ENDED,
    FROZEN,
    JUMP,
    LATE,
    NETWORK,
    NO_FIX,
    NOISE,
    SILENT,
    SPEED,
)


def sentence(trouble: str) -> str:
    """The sentence about a trouble of ``watch.TROUBLES``; empty for none."""
    sentences = {
        SILENT: _(
            "The receiver says nothing: check that it is switched on, its battery and its cable; "
            "it is tried again by itself."
        ),
        NOISE: _(
            "Something comes, but no sentence can be read: choose the speed by hand, or set the "
            "receiver to NMEA 0183."
        ),
        CLOSED: _(
            "The line to the receiver broke: plug it in or come nearer; it is taken up again by "
            "itself."
        ),
        FROZEN: _(
            "The receiver repeats the same position: it is not used; switch the receiver off and "
            "on when this lasts."
        ),
        LATE: _("Old positions are still coming in: they are not used; wait a moment."),
        JUMP: _(
            "The position leaps, so it is held back: step away from walls and wait until it is "
            "steady."
        ),
        NO_FIX: _(
            "The receiver has lost its position: the last one is not used; go where the sky is "
            "open."
        ),
        ENDED: _("The recorded log is at its end; choose a receiver, or play the log again."),
        NETWORK: by_network(_("an unknown source")),
        SPEED: _(
            "The speed of the receiver is being looked for; this takes up to fifteen seconds."
        ),
    }
    return sentences.get(trouble, "")


def short(trouble: str) -> str:
    """Two or three words for the strip; empty for none."""
    words = {
        SILENT: _("Receiver silent"),
        NOISE: _("Receiver unreadable"),
        CLOSED: _("Receiver lost"),
        FROZEN: _("Position frozen"),
        LATE: _("Position late"),
        JUMP: _("Position leaps"),
        NO_FIX: _("Position: out of date"),
        ENDED: _("Replay ended"),
        NETWORK: _("No satellites"),
        SPEED: _("Receiver: finding speed"),
    }
    return words.get(trouble, "")


def by_network(source: str) -> str:
    """The sentence about a position that satellites had no part in."""
    words = _(
        "Windows tells a position by {by}, without satellites: it is not used; go out under open "
        "sky and wait."
    )
    return words.format(by=source)
