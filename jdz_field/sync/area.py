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
