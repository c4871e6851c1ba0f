"""What a device asks the feed for: the project's setting, as the addresses carry it."""

from __future__ import annotations

from urllib.parse import quote

from jdz_field.core.feed import FAR
from jdz_field.store.project import Project
from jdz_field.sync.batch_file import About

#: The settings: what is wanted, what the feed position was reached with, how far a snapshot is.
AREA, PULLED, GOING = "pull_area", "pulled_scope", "snapshot"


def asked(project: Project) -> str:
    """``&counties=…&kinds=…``, empty when everything is wanted."""
    parts = wanted(project).items()
    return "".join(f"&{name}={quote(','.join(words))}" for name, words in parts if words)


def wanted(project: Project) -> dict[str, list[str]]:
    """``counties`` and ``kinds`` that the project is to hold; empty: all."""
    found = project.get_setting(AREA) or {}
    return {name: sorted(found.get(name, ())) for name in ("counties", "kinds")}


def standing(project: Project) -> About:
    """Where a device stands, for whoever packs its answer."""
    area = wanted(project)
    return About(
        epoch=project.centre_epoch,
        position=project.feed_position,
        scope=project.get_setting(PULLED),
        counties=area["counties"],
        kinds=area["kinds"],
    )


def needs_snapshot(project: Project, scope: str, head: int) -> bool:
    """Whether what stands is asked for, instead of how it came about.

    So it is when another part is in sight than last time (``scope``: the centre's word for it),
    when a snapshot was broken off, and when the device is far behind the feed's head.
    """
    pulled = project.get_setting(PULLED)
    other = pulled is not None and pulled != scope
    return other or head - project.feed_position > FAR or bool(project.get_setting(GOING))


def met(project: Project, scope: str) -> None:
    """Note what the feed position was reached with."""
    if project.get_setting(PULLED) != scope:
        project.set_setting(PULLED, scope)
