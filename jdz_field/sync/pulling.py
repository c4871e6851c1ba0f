"""Pulling: the feed from where this device stands, or a snapshot when that is shorter or needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.store.project import Project
from jdz_field.sync.area import GOING, PULLED, asked, met, needs_snapshot
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
