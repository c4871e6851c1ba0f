"""What a record's entity blocks do to the sites of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jdz_field.core.positions import key_of
from jdz_field.core.sites import point_of
from jdz_field.operations.answer_positions import by_place
from jdz_field.operations.sites import GEOMETRY, new_site, said_of
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.xforms.site_edits import SiteEdits, site_edits
from jdz_field.xforms.view import EntityUpdate


@dataclass
class SiteWork(SiteEdits):
    """What a record does to sites; edits that make a site lack the numbers ``numbered`` gives."""

    def numbered(self, project: Project, positions: Mapping[str, Any] | None = None) -> list[Edit]:
        """The edits for ``Project.finalize``; draws the provisional numbers of new sites.

        ``positions``: the record's; what they say of a site's new point goes along with it.
        """
        known, made = by_place(positions or {}), []
        for at, edit in enumerate(self.edits):
            fields = dict(edit.fields)
            if at in self.fresh:
                fields = new_site(project, fields, fields.pop(GEOMETRY))
            point = point_of(fields.get(GEOMETRY))
            how = known.get(key_of(*point)) if point is not None else None
            fields |= said_of(project.site(edit.subject), fields.get(GEOMETRY), how)
            made.append(Edit(edit.kind, edit.subject, fields, edit.seen))
        return made


def site_work(
    project: Project,
    updates: Iterable[EntityUpdate],
    *,
    place: str | None,
    replaces: bool = False,
) -> SiteWork:
    """The edits of a project's sites that entity blocks ask for; see ``site_edits``."""
    found = site_edits(project.site, updates, place=place, replaces=replaces)
    return SiteWork(found.edits, found.problems, found.notes, found.fresh)
