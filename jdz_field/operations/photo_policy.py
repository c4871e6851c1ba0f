"""In what order pictures go to the centre, as the project says.

``at-once``: every file as it is, in the order of arrival. ``small-first``: a smaller copy of each
large picture goes ahead, originals follow while the connection is good. ``by-hand``: originals
only when a person asks. The smaller copy is an attachment of its own that names its original; the
original itself is never made smaller, and waits here until the centre has confirmed its hash.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment
from jdz_field.photos.copies import write_copy
from jdz_field.photos.keep import keep
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.records import PREVIEW
from jdz_field.sync.sending import AT_ONCE, BY_HAND, POLICY, SMALL_FIRST

POLICIES = (AT_ONCE, SMALL_FIRST, BY_HAND)
#: Pictures of more bytes get a smaller copy, of so many pixels on its longer side.
LARGE, EDGE = 600_000, 1600


def policy(project: Project) -> str:
    """What the project says; ``at-once`` when it says nothing."""
    found = str(project.get_setting(POLICY, AT_ONCE))
    return found if found in POLICIES else AT_ONCE


def set_policy(project: Project, word: str) -> None:
    """Say in what order pictures go; ``BadUsage`` for another word."""
    if word not in POLICIES:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(word=word, words=" ".join(POLICIES))
        )
    project.set_setting(POLICY, word)


def policy_words(word: str) -> str:
    """A policy in the language in force."""
    return {
        AT_ONCE: _("Originals at once"),
        SMALL_FIRST: _("Small ones first"),
        BY_HAND: _("Originals by hand"),
    }[word]


def make_previews(project: Project, cancelled: Callable[[], bool] | None = None) -> int:
    """Smaller copies of the large pictures that wait to be sent, as the policy wants; how many.

    What cannot be shown gets none: it goes as it is. ``Unavailable``: the disk.
    """
    if policy(project) == AT_ONCE:
        return 0
    every = project.attachments(previews=True)
    small = {a.original for a in every if a.variant in (PREVIEW, "small")}
    made = 0
    for one in project.pending_attachments():
        if cancelled and cancelled():
            break
        large = one.mime.startswith("image/") and one.size > LARGE
        if large and one.sha256 not in small and one.variant not in (PREVIEW, "small"):
            with suppress(BadInput):
                made += _preview(project, one)
    return made


def _preview(project: Project, one: Attachment) -> bool:
    source = file_of(project.path, one.sha256)
    if source is None:
        return False
    small = thumbnail(source, EDGE).jpeg
    if len(small) >= one.size:
        return False
    name = f"{Path(one.filename).stem}-{PREVIEW}.jpg"
    with TemporaryDirectory(prefix="jdz-") as folder:
        file = Path(folder) / name
        write_copy(small, source, file)
        kept = keep(file, project.path / "files", suffix=".jpg")
    project.add_attachment(
        replace(
            one,
            id=new_id(),
            sha256=kept.sha256,
            size=kept.size,
            filename=name,
            mime="image/jpeg",
            path=None,
            original=one.sha256,
            variant=PREVIEW,
        )
    )
    return True
