"""Pulling: the feed from where this device stands, or a snapshot when that is shorter or needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.i18n import _
from jdz_field.store.project import Project
from jdz_field.sync.area import GOING, PULLED, asked, met, needs_snapshot
from jdz_field.sync.batch_return import ReturnFile
from jdz_field.sync.client import CentralClient, Hello
from jdz_field.sync.link import Refused

#: Entries of the feed, and subjects of a snapshot, in one page.
PAGE = 1_000
#: How often what a person may see can change while it is pulled.
_TRIES = 5
_MOVED = 409

#: ``(places of the feed done, in all)``; 0 in all: not known.
Told = Callable[[int, int], None]
#: Called with what arrived.
Arrived = Callable[[Iterable[FeedEntry | Leave]], None]


def pull(
    project: Project, client: CentralClient, hello: Hello, told: Told, arrived: Arrived
) -> None:
    """Bring the project to the head of the feed; a break anywhere goes on from there."""
    for last in range(_TRIES):
        try:
            _pull(project, client, hello, told, arrived)
        except Refused as error:
            if error.status != _MOVED or last == _TRIES - 1:
                raise
            hello = client.hello(project.device_epoch, asked(project))
        else:
            return


def _pull(
    project: Project, client: CentralClient, hello: Hello, told: Told, arrived: Arrived
) -> None:
    area, scope = asked(project), hello.scope
    if needs_snapshot(project, scope, hello.head):
        _snapshot(project, client, hello, told, arrived)
    met(project, scope)
    more, begun = True, project.feed_position
    while more:
        after = project.feed_position
        page = client.changes(after, PAGE, area, scope)
        if page.receipts:
            project.apply_receipts(None, page.receipts)
        project.apply_feed(page.entries, page.position)
        arrived(page.entries)
        told(page.position - begun, max(hello.head, page.position) - begun)
        more = page.more and page.position > after


def take_file(project: Project, answer: ReturnFile, arrived: Arrived, file: Path) -> None:
    """Take the updates of an answer by hand; an older one, or one taken before, is harmless.

    ``BadInput``: it starts later in the feed than this device has read.
    """
    manifest = answer.manifest
    if manifest.whole:
        if manifest.position >= project.feed_position:
            _take_whole(project, answer, arrived)
        return
    if manifest.after > project.feed_position:
        raise BadInput(
            _(
                "{file} starts at position {after} of the centre's feed, and this device is at "
                "{position}; ask the office for one from there."
            ).format(file=file, after=manifest.after, position=project.feed_position)
        )
    if project.get_setting(PULLED) is None:
        met(project, manifest.scope)
    begun = project.feed_position
    for portion in _portions(e for e in answer.feed() if e.position > begun):
        # Others may follow at the same place.
        project.apply_feed(portion, max(begun, portion[-1].position - 1))
        arrived(portion)
    project.apply_feed((), max(manifest.position, project.feed_position))


def _take_whole(project: Project, answer: ReturnFile, arrived: Arrived) -> None:
    project.begin_snapshot()
    for portion in _portions(answer.feed()):
        project.apply_snapshot([e for e in portion if isinstance(e, FeedEntry)])
        arrived(portion)
    manifest = answer.manifest
    project.end_snapshot(manifest.position, {PULLED: manifest.scope, GOING: None})


def _portions(entries: Iterable[FeedEntry | Leave]) -> Iterator[list[FeedEntry | Leave]]:
    going = iter(entries)
    while portion := list(islice(going, PAGE)):
        yield portion


def _snapshot(
    project: Project, client: CentralClient, hello: Hello, told: Told, arrived: Arrived
) -> None:
    going = project.get_setting(GOING) or {}
    if (going.get("scope"), going.get("epoch")) != (hello.scope, hello.epoch):
        project.begin_snapshot()
        going = {"scope": hello.scope, "epoch": hello.epoch, "last": "", "position": None}
        project.set_setting(GOING, going)
    done, more, area = 0, True, asked(project)
    while more:
        page = client.snapshot(going["last"], project.feed_position, PAGE, area, hello.scope)
        if page.receipts:
            project.apply_receipts(None, page.receipts)
        project.apply_snapshot(page.entries)
        arrived(page.entries)
        first = going["position"]
        going |= {"last": page.last, "position": page.position if first is None else first}
        project.set_setting(GOING, going)
        done += len(page.entries)
        told(done, 0)
        more = page.more
    project.end_snapshot(going["position"], {PULLED: hello.scope, GOING: None})
