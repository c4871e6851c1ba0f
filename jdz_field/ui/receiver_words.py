"""How a receiver does, in words: for the strip, its page and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from jdz_field.core.i18n import _
from jdz_field.gnss.fix import Fix
from jdz_field.ui.receiver import FIXED, LOST, NONE, STALE, Receiver


@dataclass(frozen=True, slots=True)
class Words:
    """``short`` for the strip, ``long`` is a sentence; icon and ink say the same."""

    short: str
    long: str
    icon: str
    ink: str


def words_of(receiver: Receiver) -> Words:
    """What the strip and the page of the receiver say now."""
    if receiver.state == NONE:
        return Words(
            _("Position: no receiver"),
            _("No receiver is connected: positions come from photos, the map or the keyboard."),
            "no-signal",
            "ink2",
        )
    fix = receiver.latest
    if receiver.state == FIXED and fix is not None:
        return Words(_short(fix), _long(fix), "satellite", "ok")
    if receiver.state == STALE:
        sentence = _("The last position is older than 5 seconds; it is not used.")
        return Words(_("Position: out of date"), sentence, "warning", "attention")
    if receiver.state == LOST:
        why = receiver.why or _("The receiver is silent; it is tried again and again.")
        return Words(_("Receiver lost"), why, "no-signal", "error")
    seen = _("{n} satellites in view").format(n=receiver.satellites_seen)
    return Words(
        _("Searching satellites"),
        _("No position yet: {seen}. Go where the sky is open.").format(seen=seen),
        "satellite",
        "attention",
    )


def _short(fix: Fix) -> str:
    if fix.accuracy is None:
        return _("GNSS, ● {n}").format(n=fix.satellites_used)
    metres = shown_accuracy(fix.accuracy)
    return _("GNSS {metres} ● {n}").format(metres=metres, n=fix.satellites_used)


def _long(fix: Fix) -> str:
    names = {
        "single": _("satellites alone"),
        "dgps": _("with differential corrections"),
        "float": _("carrier phase, float"),
        "rtk": _("carrier phase, fixed"),
    }
    sentence = _("Position: {how}; {used} satellites used, {seen} in view.")
    return sentence.format(
        how=names.get(fix.quality, fix.quality), used=fix.satellites_used, seen=fix.satellites_seen
    )


def shown_accuracy(metres: float) -> str:
    """``2.3 m``, ``0.02 m``, ``35 m``."""
    if metres >= 10:
        return f"{metres:.0f} m"
    return f"{metres:.1f} m" if metres >= 0.5 else f"{metres:.2f} m"
