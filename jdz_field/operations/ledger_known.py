"""Which site of the project a ledger's row is, and what the row would change of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.core.changes import Value
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site, point_of
from jdz_field.geo.geometry import close
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

#: No project holds as many sites.
ALL = 1 << 40
#: Degrees that are no difference.
_TINY = 1e-8
#: Differs from every value a ledger can hold.
_UNSAID = object()


class Ambiguous(Exception):
    """Several sites of the project have the row's number."""


class Known:
    """The sites of a kind that the project holds, by id and by number."""

    def __init__(self, project: Project, kind: str) -> None:
        self._project = project
        query = SiteQuery(kinds=(kind,), include_deleted=True, order="code")
        self._sites: dict[str, Site] = {}
        self._numbers: dict[str, list[str]] = {}
        for site in project.search(query, limit=ALL):
            self._sites[site.id] = site
            if site.code and not site.deleted:
                self._numbers.setdefault(site.code, []).append(site.id)

    def of(self, subject: str, code: str | None) -> Site | None:
        """The site of a row, if it is here; ``Ambiguous`` when its number does not tell."""
        found = self._sites.get(subject)
        if found is not None:
            return found
        ids = self._numbers.get(code or "", [])
        if len(ids) > 1:
            raise Ambiguous(
                _("{count} sites here have the number {code}: {ids}.").format(
                    count=len(ids), code=code, ids="、".join(ids)
                )
            )
        return self._sites[ids[0]] if ids else None

    def differing(self, site: Site, fields: Mapping[str, Value]) -> dict[str, Value]:
        """The fields that the ledger would change; those a person changed since are left alone."""
        present = {**site.fields, "geometry": site.geometry}
        changed = {n: v for n, v in fields.items() if not _same(present.get(n), v, n)}
        if not changed:
            return changed
        last = self._last_import(site)
        return {n: v for n, v in changed.items() if n not in last or last[n] != v}

    def _last_import(self, site: Site) -> dict[str, Value]:
        """What the last import said of each field; an undone one said nothing."""
        said: dict[str, Value] = {}
        for entry in reversed(self._in_order(site)):
            origin = entry.change.origin
            for name, (_base, new) in entry.change.fields.items():
                if origin.startswith("undo:"):
                    said.setdefault(name, _UNSAID)
                elif origin.startswith("import:"):
                    said.setdefault(name, new)
        return said

    def undone(self, site: Site) -> bool:
        """Whether the undoing of an import deleted this site."""
        origins = [
            entry.change.origin
            for entry in self._in_order(site)
            if "deleted" in entry.change.fields
        ]
        return bool(origins) and origins[-1].startswith("undo:")

    def _in_order(self, site: Site) -> list[Any]:
        return sorted(self._project.site_history(site.id), key=lambda entry: entry.change.hlc)


def _same(present: Value, new: Value, name: str) -> bool:
    """Whether two values are equal; geometry to 1 mm, which formats round away."""
    if present == new:
        return True
    if name != "geometry" or not isinstance(present, str) or not isinstance(new, str):
        return False
    here, there = point_of(present), point_of(new)
    if here and there:
        return abs(here[0] - there[0]) < _TINY and abs(here[1] - there[1]) < _TINY
    return not here and not there and close(present, new, _TINY)
