"""What the list of a pile says of a photo: where its position is from, why it goes there."""

from __future__ import annotations

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.photos import REFUSED, AddReport, RecordProposal
from jdz_field.ui.photos.plan import Shot
from jdz_field.ui.values import joined

_MINUTES = 120.0


def chip_of(shot: Shot) -> tuple[str, str]:
    """Where its position comes from, as a word and the role of its chip."""
    if shot.info.broken:
        return _("Damaged"), "error"
    if shot.source == "exif":
        return _("From the photo"), "accent"
    if shot.placed is not None and shot.placed.match is not None:
        return _("Track, {gap:.0f} s").format(gap=shot.placed.match.gap_s), "ok"
    return _("No position"), "attention"


def record_reason(one: RecordProposal) -> str:
    """Why a record is proposed: its time, and how far its place is."""
    when = _("while it was filled in") if one.gap_s == 0 else _span(one.gap_s)
    far = "" if one.distance_m is None else f"{one.distance_m:.0f} m"
    return joined([when, far])


def reason_of(shot: Shot) -> str:
    """Why it goes where it goes."""
    if shot.chosen:
        return _("chosen by you")
    why = shot.why
    if isinstance(why, RecordProposal):
        return record_reason(why)
    return f"{why.distance_m:.0f} m" if why is not None else ""


def _span(seconds: float) -> str:
    if seconds < _MINUTES:
        return _("{n:.0f} s beside it").format(n=seconds)
    return _("{n:.0f} min beside it").format(n=seconds / 60)


def taken_in(report: AddReport) -> str:
    """What became of a pile: how many are in, and which were there before."""
    done = sum(photo.status != REFUSED for photo in report.files)
    said = ngettext("{n} photo is in the project.", "{n} photos are in the project.", done)
    told = [said.format(n=done)]
    noted = [photo for photo in report.files if photo.note]
    if noted:
        many = ngettext(
            "{n} was there before ({name}: {note}).",
            "{n} were there before ({name}: {note}).",
            len(noted),
        )
        first = noted[0]
        told.append(many.format(n=len(noted), name=first.file.name, note=first.note))
    return " ".join(told)
