"""Photos of the project that belong nowhere yet: records and sites proposed, and taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.changes import ATTACHMENT
from jdz_field.core.clock import from_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_places import (
    Proposal,
    RecordFinder,
    RecordProposal,
    SiteFinder,
    first_sure,
)
from jdz_field.store.project import Project


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one photo may belong to, the likeliest first; ``record`` and ``site`` if it is sure."""

    photo: Attachment
    records: tuple[RecordProposal, ...]
    sites: tuple[Proposal, ...]
    record: str | None
    site: str | None

    @property
    def sure(self) -> bool:
        """Whether it is taken over without being asked about."""
        return self.record is not None or self.site is not None

    def to_json(self) -> dict[str, Any]:
        """As ``photos propose`` prints it."""
        return {
            "id": self.photo.id,
            "file": self.photo.filename,
            "taken": self.photo.taken,
            "records": [one.to_json() for one in self.records],
            "sites": [one.to_json() for one in self.sites],
            "sure": {"record": self.record, "site": self.site} if self.sure else None,
        }


def propose(project: Project, photos: Sequence[Attachment] = ()) -> list[Proposed]:
    """Records by time and place, and sites by distance, for photos (all that belong nowhere)."""
    loose = list(photos) or [
        one
        for one in project.attachments()
        if one.mime.startswith("image/") and one.record is None and one.site is None
    ]
    moments = {one.id: from_text(one.taken) for one in loose if one.taken}
    records = None
    if moments:
        records = RecordFinder.of(project, min(moments.values()), max(moments.values()))
    sites = SiteFinder(project.map_points())
    found = []
    for one in loose:
        place = None if one.lon is None or one.lat is None else (one.lon, one.lat)
        near = tuple(sites.near(*place)) if place else ()
        fitting = tuple(records.near(moments.get(one.id), place)) if records else ()
        found.append(Proposed(one, fitting, near, *first_sure(fitting, near)))
    return found


def accept(project: Project, found: Sequence[Proposed]) -> list[Proposed]:
    """Take over what is sure; those that were."""
    taken = [one for one in found if one.sure]
    for one in taken:
        belong(project, [one.photo], one.record, one.site)
    return taken


def belong(
    project: Project, photos: Sequence[Attachment], record: str | None, site: str | None
) -> int:
    """Say what photos belong to; how many. ``BadInput`` for a photo that answers a question."""
    for one in photos:
        if one.path and one.record != record:
            text = _("The photo {name} answers a question of its record; take it out there first.")
            raise BadInput(text.format(name=one.filename))
    for one in photos:
        project.edit(ATTACHMENT, one.id, {"record": record, "site": site})
    return len(photos)
