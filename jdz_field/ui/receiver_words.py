"""How a receiver does, in words: for the strip, its page and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from jdz_field.core.i18n import _
from jdz_field.geo.display import shown_height
from jdz_field.gnss import troubles
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.reader import Heard
from jdz_field.gnss.watch import SILENT
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
    if fix is not None:
        return _fixed(receiver, fix)
    short = troubles.short(receiver.trouble)
    sentence = receiver.why or troubles.sentence(receiver.trouble)
    if receiver.state in (FIXED, STALE):
        old = _("The last position is older than 5 seconds; it is not used.")
        out = _("Position: out of date")
        return Words(short or out, sentence or old, "warning", "attention")
    if receiver.state == LOST:
        why = sentence or troubles.sentence(SILENT)
        return Words(short or _("Receiver lost"), why, "no-signal", "error")
    if sentence:
        return Words(short, sentence, "satellite", "attention")
    seen = _("{n} satellites in view").format(n=receiver.satellites_seen)
    return Words(
        _("Searching satellites"),
        _("No position yet: {seen}. Go where the sky is open.").format(seen=seen),
        "satellite",
        "attention",
    )


def _fixed(receiver: Receiver, fix: Fix) -> Words:
    if fix.origin == "replay":
        sentence = _("A recorded log is being played: this is not where you are.")
        short = _("Replay · {position}").format(position=_short(fix))
        return Words(short, sentence, "play", "attention")
    if receiver.trouble:
        # Still the last one that is believed; the next ones are not.
        sentence = receiver.why or troubles.sentence(receiver.trouble)
        return Words(troubles.short(receiver.trouble), sentence, "warning", "attention")
    return Words(_short(fix), _long(fix), "satellite", "ok")


def _short(fix: Fix) -> str:
    if fix.accuracy is None:
        return _("GNSS, ● {n}").format(n=fix.satellites_used)
    metres = shown_accuracy(fix.accuracy)
    if not fix.satellites_used:
        return _("GNSS {metres}").format(metres=metres)
    return _("GNSS {metres} ● {n}").format(metres=metres, n=fix.satellites_used)


def _long(fix: Fix) -> str:
    if not fix.satellites_used:
        return _("Position: {how}.").format(how=quality_words(fix.quality))
    sentence = _("Position: {how}; {used} satellites used, {seen} in view.")
    return sentence.format(
        how=quality_words(fix.quality), used=fix.satellites_used, seen=fix.satellites_seen
    )


def quality_words(quality: str) -> str:
    """How a position was come by, in words."""
    names = {
        "single": _("satellites alone"),
        "dgps": _("with differential corrections"),
        "float": _("carrier phase, float"),
        "rtk": _("carrier phase, fixed"),
    }
    return names.get(quality, quality)


def shown_accuracy(metres: float) -> str:
    """``2.3 m``, ``0.02 m``, ``35 m``."""
    if metres >= 10:
        return f"{metres:.0f} m"
    return f"{metres:.1f} m" if metres >= 0.5 else f"{metres:.2f} m"


def facts_of(fix: Fix, heard: Heard) -> list[str]:
    """What else is known of a position, line by line."""
    first = []
    if fix.accuracy is not None:
        first.append(_("error about {metres}").format(metres=shown_accuracy(fix.accuracy)))
    if fix.age is not None:
        first.append(_("corrections {seconds:.0f} s old").format(seconds=fix.age))
    second = [
        f"{name} {value:.1f}"
        for name, value in (("PDOP", fix.pdop), ("HDOP", fix.hdop), ("VDOP", fix.vdop))
        if value is not None
    ]
    if heard.rate:
        second.append(_("{n:.0f} positions a second").format(n=max(heard.rate, 1)))
    height = [shown_height(fix.altitude, fix.height_datum)] if fix.altitude is not None else []
    if fix.height_error is not None:
        height.append(_("height error {metres}").format(metres=shown_accuracy(fix.height_error)))
    lines = [first, second, height]
    if heard.rolled:
        lines.append([_("The receiver's date is 1024 weeks behind; it was put right.")])
    return [" · ".join(parts) for parts in lines if parts]
