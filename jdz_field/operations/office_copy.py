"""The centre's sites, records and forms as a project of this machine, for the office's reports.

The whole feed is read, not a snapshot, because reports are of any day. The copy is only read from;
it holds names and telephones as the centre does, and lies where the window's photos do: it goes
with the window.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.operations.office import Desk
from jdz_field.operations.report_choice import RECORD, Choice, records_of
from jdz_field.operations.report_common import Cancelled, check
from jdz_field.operations.sync_forms import pull_forms
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync.engine import SyncReport

#: Entries of the feed in one page.
_PAGE = 5_000


def copy_centre(desk: Desk, folder: Path, told: Callable[[int], None] | None = None) -> Path:
    """Bring the copy in ``folder`` up to date with the centre, making it when there is none.

    ``told`` hears how far the feed is read. ``Unavailable``: no centre answers, or the disk;
    ``Refused``: this machine may not read it.
    """
    hello = desk.client.hello()
    place = folder / "copy"
    if place.exists() and not _is_of(place, hello.epoch):
        shutil.rmtree(place)
    if not place.exists():
        info = desk.info()
        name = str(info.get("centre") or desk.url)
        sample = bool(info.get("sample"))
        Project.create(place, name=name, author=_("Office"), sample=sample).close()
    with Project.open(place) as project:
        if project.centre_epoch != hello.epoch:
            project.begin_feed(hello.epoch)
        more = True
        while more:
            after = project.feed_position
            page = desk.client.changes(after, _PAGE)
            project.apply_feed(page.entries, page.position)
            more = page.more and page.position > after
            if told is not None:
                told(page.position)
        pull_forms(project, desk.client, SyncReport())
    return place


def _is_of(place: Path, epoch: str) -> bool:
    try:
        with Project.open(place, read_only=True) as project:
            return project.centre_epoch == epoch
    except BadInput:
        return False


def bring_photos(
    desk: Desk, project: Project, choice: Choice, *, first: bool, cancelled: Cancelled | None = None
) -> None:
    """Fetch the photos of the records that are chosen; ``first``: of the first one alone.

    One that has not arrived at the centre stays away, and the report says so.
    """
    if choice.what != RECORD:
        return
    ids = records_of(project, choice)
    for id_ in ids[:1] if first else ids:
        for photo in project.attachments(record=id_):
            check(cancelled)
            if photo.mime.startswith("image/"):
                _bring(desk, project, (photo.sha256,))


def _bring(desk: Desk, project: Project, hashes: Iterable[str]) -> None:
    for sha in hashes:
        if file_of(project.path, sha) is not None:
            continue
        target = project.path / "files" / sha[:2] / f"{sha}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            desk.client.download(sha, target)
        except BadInput:
            # Not there yet, or none that can be read: the page says that it is not here.
            continue
