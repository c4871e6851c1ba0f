"""What a record's entity blocks do to the sites of a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jdz_field.operations.sites import GEOMETRY, new_site
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.xforms.site_edits import SiteEdits, site_edits
from jdz_field.xforms.view import EntityUpdate


@dataclass
class SiteWork(SiteEdits):
    """What a record does to sites; edits that make a site lack the numbers ``numbered`` gives."""

    def numbered(self, project: Project) -> list[Edit]:
        """The edits for ``Project.finalize``; draws the provisional numbers of new sites."""
        made = []
        for at, edit in enumerate(self.edits):
            fields = dict(edit.fields)
            if at in self.fresh:
                fields = new_site(project, fields, fields.pop(GEOMETRY))
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
