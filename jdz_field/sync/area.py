"""What a device asks the feed for: the project's setting, as the addresses carry it."""

from __future__ import annotations

from urllib.parse import quote

from jdz_field.store.project import Project

#: The settings: what is wanted, and what the feed position was reached with.
AREA, PULLED = "pull_area", "pulled_area"


def asked(project: Project) -> str:
    """``&counties=…&kinds=…``, empty when everything is wanted."""
    found = project.get_setting(AREA) or {}
    parts = [(name, sorted(found.get(name, ()))) for name in ("counties", "kinds")]
    return "".join(f"&{name}={quote(','.join(words))}" for name, words in parts if words)


def meet_area(project: Project) -> str:
    """What to ask for now; another area than last time begins at the start of the feed.

    Entries that are here are taken without effect, so that only what is new costs anything, and
    a break in between goes on where it was.
    """
    now = asked(project)
    if project.get_setting(PULLED, "") != now:
        if project.feed_position and project.centre_epoch:
            project.begin_feed(project.centre_epoch)
        project.set_setting(PULLED, now)
    return now
