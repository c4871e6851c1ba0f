"""What is said of photos in a record that is read: views, captions, marks, views that lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.declination import Declination
from jdz_field.operations.office_items import Photo
from jdz_field.operations.photo_sensitive import reason_words
from jdz_field.operations.photo_views import label_of, wanted_views
from jdz_field.ui.form.answers import Line
from jdz_field.ui.values import joined
from jdz_field.xforms.session import FormSession

#: A photo of the project or of the centre.
Shown = Attachment | Photo


def with_views(
    lines: Sequence[Line], photos: Mapping[str, Shown], session: FormSession, form: str
) -> list[Line]:
    """The lines, with what is known of each photo, and at the end the views that lack."""
    found = [
        replace(line, value=words_of(photos[line.file])) if line.file in photos else line
        for line in lines
    ]
    wanted = wanted_views(session, form)
    lacking = [one for one in wanted if not one.node.value]
    if wanted:
        found.append(Line(_("Views"), heading=True))
        taken = [label_of(one.view) for one in wanted if one.node.value]
        found.append(Line(_("Taken"), _(", ").join(taken) or _("none")))
    for one in lacking:
        why = one.reason or (_("missing") if one.needed else _("not needed here"))
        found.append(Line(label_of(one.view), why))
    return found


def words_of(photo: Shown) -> str:
    """View, caption, direction, mark, file name."""
    mark = _("sensitive: {why}").format(why=reason_words(photo.sensitive))
    return joined(
        [
            label_of(photo.view),
            photo.caption or "",
            direction_words(photo),
            mark if photo.sensitive else "",
            photo.filename,
        ]
    )


def direction_words(photo: Shown, known: Declination | None = None) -> str:
    """``facing 135° (magnetic north)``; empty without a direction.

    A direction whose north nobody named says so. ``known``: the project's declination, by which
    the true direction is said too.
    """
    if photo.direction is None:
        return ""
    if known is not None and photo.direction_ref == "magnetic":
        true = (photo.direction + known.degrees) % 360
        words = _("facing {n}° (magnetic north), {true}° from true north")
        return words.format(n=round(photo.direction) % 360, true=round(true) % 360)
    words = {
        "true": _("facing {n}°"),
        "magnetic": _("facing {n}° (magnetic north)"),
    }.get(photo.direction_ref or "", _("facing {n}° (which north is not known)"))
    return words.format(n=round(photo.direction) % 360)
