"""Pictures of photos for windows, wherever they are kept, and what is said below them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_sensitive import reason_words
from jdz_field.operations.photo_space import thumbnail_of
from jdz_field.operations.photo_views import label_of
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.ui.values import joined, shown_time

#: Photos are decoded no larger than this; screens are not larger.
EDGE = 2560


def place_of(project: Path, photo: Attachment) -> Path | None:
    """The photo's file, or the small picture that was kept of it; ``None`` when neither is here."""
    return file_of(project, photo.sha256) or thumbnail_of(project, photo.sha256)


def picture(project: Path, photo: Attachment, edge: int = EDGE) -> QImage:
    """A photo turned upright, at most ``edge`` a side (any thread); null when it is not here."""
    file = place_of(project, photo)
    if file is None:
        return QImage()
    try:
        return QImage.fromData(thumbnail(file, edge).jpeg)
    except BadInput:
        return QImage()


def mark_words(photo: Attachment) -> str:
    """Why a photo is sensitive; empty when it is not."""
    if not photo.sensitive:
        return ""
    return _("sensitive: {why}").format(why=reason_words(photo.sensitive))


def photo_words(photo: Attachment) -> str:
    """View, caption, mark and moment in one line."""
    when = shown_time(photo.taken) if photo.taken else ""
    return joined([label_of(photo.view), photo.caption or "", mark_words(photo), when])
