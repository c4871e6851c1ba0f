"""What a device asks the feed for: the project's setting, as the addresses carry it."""

from __future__ import annotations

from urllib.parse import quote

from jdz_field.store.project import Project

#: The settings: what is wanted, what the feed position was reached with, how far a snapshot is.
AREA, PULLED, GOING = "pull_area", "pulled_scope", "snapshot"
#: From so many places of the feed on a snapshot is shorter.
FAR = 20_000


def asked(project: Project) -> str:
    """``&counties=…&kinds=…``, empty when everything is wanted."""
    found = project.get_setting(AREA) or {}
    parts = [(name, sorted(found.get(name, ()))) for name in ("counties", "kinds")]
    return "".join(f"&{name}={quote(','.join(words))}" for name, words in parts if words)


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
