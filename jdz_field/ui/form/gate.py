"""How well a measured position must be known before it is an answer, and what is kept about it.

A form asks with ODK's ``capture-accuracy`` (``accuracyThreshold``); where it does not, the kind
of the site does (``[position]`` of its catalogue file). ``gate="never"`` on a geopoint of the
form's body (XLSForm column ``body::gate``) is for urgent reports: nobody is held up there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from jdz_field.core.clock import to_text
from jdz_field.core.i18n import _
from jdz_field.core.position_rule import PositionRule
from jdz_field.core.positions import Provenance
from jdz_field.geo.display import ELLIPSOID, GEOID, H1985
from jdz_field.gnss.average import Averaged
from jdz_field.gnss.fix import Fix
from jdz_field.ui.receiver import NONE, REPLAY, Receiver
from jdz_field.ui.receiver_words import words_of

#: ODK Collect takes a point by itself at 5 m and calls 100 m and more unacceptable.
CAPTURE, UNACCEPTABLE = 5.0, 100.0
#: Code of the list ``position_reason`` that urgent reports give by themselves.
URGENT, OTHER = "urgent", "other"
_CAPTURE_NAMES = ("accuracyThreshold", "capture-accuracy")
_UNACCEPTABLE_NAMES = (
    "unacceptableAccuracyThreshold",
    "unacceptable-accuracy",
    "warning-accuracy",
)


class Limits(NamedTuple):
    """What is asked of a position.

    A point is taken by itself at ``capture`` metres (0: never), a bad one is warned of. With
    ``gate`` metres (0: any) a worse one needs a reason. ``seconds``: of averaging at least.
    ``general``: the figures are general knowledge. ``urgent``: nobody is held up.
    """

    capture: float = CAPTURE
    unacceptable: float = UNACCEPTABLE
    gate: float = 0.0
    seconds: float = 0.0
    general: bool = False
    urgent: bool = False

    def keeps(self, accuracy: float) -> bool:
        """Whether a position of this accuracy (0: unknown) is good enough."""
        return self.gate <= 0 or 0 < accuracy <= self.gate


def limits_of(parameters: Mapping[str, str], rule: PositionRule | None = None) -> Limits:
    """What the form asks for, else what the kind of site asks for, else ODK's defaults."""
    asked = _number(parameters, _CAPTURE_NAMES)
    worst = _number(parameters, _UNACCEPTABLE_NAMES)
    urgent = parameters.get("gate", "") == "never"
    usual = Limits(unacceptable=UNACCEPTABLE if worst is None else worst, urgent=urgent)
    if asked is not None:
        return usual._replace(capture=asked, gate=asked)
    if rule is None:
        return usual
    return usual._replace(
        capture=rule.accuracy_m,
        gate=rule.accuracy_m,
        seconds=rule.average_s,
        general=rule.certainty == "general",
    )


def _number(parameters: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    for name in names:
        try:
            found = float(parameters[name])
        except (KeyError, ValueError):
            continue
        if 0 <= found < float("inf"):
            return found
    return None


def receiver_words(receiver: Receiver) -> str:
    """What is wrong with the receiver and what to do, in a sentence; empty when it does well."""
    if receiver.state == NONE:
        return _("No receiver is set up: choose one under Settings, Receiver.")
    fix = receiver.latest
    if fix is not None and not receiver.live(fix):
        return replay_words()
    if fix is not None and not receiver.trouble:
        return ""
    return words_of(receiver).long


def replay_words() -> str:
    """Why a recorded log gives no answers."""
    return _("A recorded log is being played: its positions are not taken; choose a receiver.")


def height_of(found: Averaged, receiver: Receiver) -> tuple[float | None, str]:
    """Metres of the ground, and what they count from: ``1985`` where the project knows how."""
    return _ground(found.altitude, found.last.height_datum, found.separation, receiver)


def height_of_fix(fix: Fix, receiver: Receiver) -> tuple[float | None, str]:
    """``height_of`` for a single fix."""
    return _ground(fix.altitude, fix.height_datum, fix.separation, receiver)


def _ground(
    altitude: float | None, datum: str, separation: float | None, receiver: Receiver
) -> tuple[float | None, str]:
    if altitude is None:
        return None, ""
    ground = altitude - receiver.antenna
    above = ground if datum == ELLIPSOID else None
    if datum == GEOID and separation is not None:
        above = ground + separation
    if receiver.offset_1985 is not None and above is not None:
        return above + receiver.offset_1985, H1985
    return ground, datum


def measured(
    found: Averaged, limits: Limits, receiver: Receiver, *, reason: str = "", note: str = ""
) -> Provenance:
    """What is kept about an averaged position."""
    kept = of_fix(found.last, receiver)
    return Provenance(
        method="average" if found.samples > 1 else "receiver",
        accuracy=round(found.accuracy, 2) or None,
        fix=kept.fix,
        satellites=kept.satellites,
        pdop=kept.pdop,
        age=kept.age,
        samples=found.samples,
        outliers=found.outliers,
        seconds=round(found.seconds, 1),
        antenna=kept.antenna,
        height_datum=height_of(found, receiver)[1],
        moment=kept.moment,
        limit=limits.gate or None,
        reason=reason,
        note=note.strip()[:500],
        replay=kept.replay,
    )


def of_fix(fix: Fix, receiver: Receiver, limits: Limits | None = None) -> Provenance:
    """What is kept about a single fix that became an answer, and what was asked of it."""
    return Provenance(
        method="receiver",
        accuracy=fix.accuracy,
        fix=fix.quality,
        satellites=fix.satellites_used or None,
        pdop=fix.pdop,
        age=fix.age,
        antenna=receiver.antenna or None,
        height_datum=height_of_fix(fix, receiver)[1],
        moment=to_text(fix.moment),
        limit=(limits.gate or None) if limits is not None else None,
        replay=fix.origin == REPLAY,
    )
