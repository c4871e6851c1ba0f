"""What stood at a moment: the centre's versions of sites, records and figures, put together.

The input is the feed, at the centre or as a device pulled it, in any order; a version counts by
the moment the centre wrote it. So the same moment gives the same state for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jdz_field.core.changes import RECORD, Value
from jdz_field.core.feed import FeedEntry

DELETED, MERGED, REVIEW = "deleted", "merged_into", "review"


@dataclass(slots=True)
class Told:
    """A subject as it stood; ``at`` and ``by``: when and who gave each value."""

    kind: str
    id: str
    values: dict[str, Value] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)
    version: int = 0

    def text(self, name: str) -> str:
        """A value as text, empty when there is none."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> float | None:
        """A value as a number."""
        return as_number(self.values.get(name))


@dataclass(frozen=True, slots=True)
class World:
    """Everything as it stood.

    ``whole``: nothing that was overwritten since is missing here (a snapshot leaves it out).
    """

    sites: Mapping[str, Told]
    records: Mapping[str, Told]
    figures: Mapping[str, Told]
    whole: bool = True

    def site_of(self, id_: str) -> Told | None:
        """A site, or the one that it was merged into; ``None`` when there is none."""
        seen: set[str] = set()
        while id_ in self.sites and id_ not in seen:
            seen.add(id_)
            winner = self.sites[id_].text(MERGED)
            if not winner:
                return self.sites[id_]
            id_ = winner
        return None


def fold(entries: Iterable[FeedEntry], until: str) -> World:
    """The state at ``until`` (``core.clock.to_text``), its own millisecond included."""
    told: dict[str, Told] = {}
    versions: dict[str, dict[int, str]] = {}
    given: dict[tuple[str, str], int] = {}
    for entry in entries:
        versions.setdefault(entry.subject, {})[entry.version] = entry.at
        if entry.at > until:
            continue
        one = told.setdefault(entry.subject, Told(entry.kind, entry.subject))
        one.version = max(one.version, entry.version)
        for name, value in entry.fields.items():
            if given.get((entry.subject, name), -1) < entry.version:
                given[entry.subject, name] = entry.version
                one.values[name], one.at[name] = value, entry.at
                one.by[name] = entry.author
    records = {i: one for i, one in told.items() if one.kind == RECORD}
    figures = {i: one for i, one in told.items() if one.kind == "figure"}
    sites = {i: one for i, one in told.items() if i not in records and i not in figures}
    return World(sites, records, figures, all(_whole(by, until) for by in versions.values()))


def _whole(versions: Mapping[int, str], until: str) -> bool:
    """A version that is missing matters only where something was written after the moment."""
    return len(versions) == max(versions) or max(versions.values()) <= until


def as_number(value: Value) -> float | None:
    """A number, or a text that is one; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None
