"""Which site of the project a ledger's row is, and what the row would change of it.

Only an index of ids and numbers is held for all sites; the sites themselves and their histories
are read for the rows in hand, many at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.changes import Value
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site, point_of
from jdz_field.geo.geometry import close
from jdz_field.ledger.issues import REFUSED, CheckedRow
from jdz_field.ledger.options import ImportOptions
from jdz_field.operations.differences import (
    CLOSED,
    Bounded,
    Difference,
    Missing,
    field_label,
    taken,
    value_words,
)
from jdz_field.store.ledgers import Touch
from jdz_field.store.project import Project

#: No project holds as many sites.
ALL = 1 << 40
#: Rows whose sites are read together.
_TOGETHER = 2000
#: Degrees that are no difference.
_TINY = 1e-8
_GEOMETRY, _DELETED = "geometry", "deleted"
#: Of the sites that an import brought, so many must be listed for it to be of the same ledger.
_SAME_LEDGER = 0.5


class Ambiguous(Exception):
    """Several sites of the project have the row's number."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row beside its site: the fields to write, every difference, taken or left."""

    fields: dict[str, Value] = field(default_factory=dict)
    differences: Sequence[Difference] = ()


class _Said:
    """Who said what of each field of a site, as far as it still stands."""

    def __init__(self, touches: Sequence[Touch]) -> None:
        self._by_field: dict[str, list[Touch]] = {}
        self._first: str | None = None
        for touch in touches:
            if touch.origin.startswith("undo:"):
                self._undo(touch.origin.removeprefix("undo:"))
                continue
            for name in touch.fields:
                self._by_field.setdefault(name, []).append(touch)
            if self._first is None and _is_import(touch):
                self._first = touch.hlc

    def _undo(self, origin: str) -> None:
        for name, said in self._by_field.items():
            self._by_field[name] = [one for one in said if one.origin != origin]

    def last(self, name: str) -> Touch | None:
        """The last change of a field."""
        said = self._by_field.get(name)
        return said[-1] if said else None

    def imported(self, name: str) -> Touch | None:
        """The last import that said something of a field."""
        return next((t for t in reversed(self._by_field.get(name, [])) if _is_import(t)), None)

    def since(self, name: str, new: Value) -> bool:
        """Whether a person changed a field since a ledger brought or updated the site.

        A ledger that says again what an import said before, of a value that is another now, was
        overruled too, whatever the clocks say.
        """
        last, imported = self.last(name), self.imported(name)
        if imported is not None and imported.fields[name] == new:
            return True
        if last is None or _is_import(last) or self._first is None:
            return False
        return last.hlc > self._first


def _is_import(touch: Touch) -> bool:
    return touch.origin.startswith("import:")


class Known:
    """The sites of a kind that the project holds; a row's site is known while it is in hand."""

    def __init__(
        self,
        project: Project,
        kind: SiteKind,
        options: ImportOptions,
        columns: Collection[str] = (),
    ) -> None:
        self._project, self._kind, self._options = project, kind, options
        self._columns = [name for name in columns if name in kind.by_name]
        self._fids: dict[str, int] = {}
        self._numbers: dict[str, tuple[str, ...]] = {}
        self._gone: set[int] = set()
        self._matched: set[int] = set()
        self._sites: dict[int, Site] = {}
        self._histories: dict[str, list[Touch]] = {}
        for fid, id_, code, deleted in project.site_keys(kind.name):
            self._fids[id_] = fid
            if deleted:
                self._gone.add(fid)
            elif code:
                self._numbers[code] = (*self._numbers.get(code, ()), id_)

    @property
    def none(self) -> bool:
        """Whether there is no site of the kind yet."""
        return not self._fids

    def ahead(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        """The rows, each while its site is at hand."""
        if not self._fids:
            yield from rows
            return
        while block := list(islice(rows, _TOGETHER)):
            fids = {fid for row in block if (fid := self._fid(row)) is not None}
            self._matched |= fids
            self._sites = self._project.sites_at(self._kind.name, fids)
            asked = [site.id for row in block if (site := self._present(row)) is not None]
            self._histories = self._project.touches(asked)
            yield from block
        self._sites, self._histories = {}, {}

    def _fid(self, row: CheckedRow) -> int | None:
        # A refused row lists its site all the same.
        found = self._fids.get(row.id) if row.id is not None else None
        if found is not None:
            return found
        ids = self._numbers.get(row.code or "", ())
        return self._fids[ids[0]] if len(ids) == 1 else None

    def _present(self, row: CheckedRow) -> Site | None:
        """The site of a row whose history says something: it is deleted, or something differs."""
        fid = self._fid(row)
        site = self._sites.get(fid) if fid is not None else None
        if site is None or row.status == REFUSED:
            return None
        differs = site.deleted or self._differing(site, row.fields) or self._emptied(site, row)
        return site if differs else None

    def of(self, subject: str, code: str | None) -> Site | None:
        """The site of a row in hand, if it is here; ``Ambiguous`` when its number does not tell."""
        fid = self._fids.get(subject)
        ids = self._numbers.get(code or "", ())
        if fid is None and len(ids) > 1:
            raise Ambiguous(
                _("{count} sites here have the number {code}: {ids}.").format(
                    count=len(ids), code=code, ids="、".join(ids)
                )
            )
        if fid is None and ids:
            fid = self._fids[ids[0]]
        return None if fid is None else self._sites[fid]

    # ---- what differs

    def _differing(self, site: Site, fields: Mapping[str, Value]) -> dict[str, Value]:
        # Of a value that a rule gives, a ledger is held against what was stated.
        present = {**site.fields, **site.stated}
        return {
            name: value
            for name, value in fields.items()
            if not _same(site.geometry if name == _GEOMETRY else present.get(name), value, name)
        }

    def _emptied(self, site: Site, row: CheckedRow) -> list[str]:
        """Fields whose cell is empty though the site has a value."""
        fields = site.fields
        return [n for n in self._columns if n not in row.fields and fields.get(n) is not None]

    def compared(self, site: Site, row: CheckedRow) -> Compared:
        """What a row would change of its site; notes in the row what its empty cells keep."""
        differing = self._differing(site, row.fields)
        emptied = self._emptied(site, row)
        if not differing and not emptied:
            return Compared()
        said = _Said(self._histories.get(site.id, ()))
        for name in emptied:
            if said.imported(name) is not None:
                row.notes.append(
                    _("{field}: the cell is empty now; {value} stays.").format(
                        field=field_label(site.kind, name),
                        value=value_words(site.kind, name, site.fields[name]),
                    )
                )
        found = [self._difference(site, row, said, name) for name in differing]
        return Compared({one.field: one.after for one in found if one.taken}, found)

    def _difference(self, site: Site, row: CheckedRow, said: _Said, name: str) -> Difference:
        new, last = row.fields[name], said.last(name)
        since = said.since(name, new)
        return Difference(
            id=site.id,
            code=site.code or str(row.code or ""),
            name=site.name or str(row.fields.get("name") or ""),
            field=name,
            before=site.geometry if name == _GEOMETRY else site.fields.get(name),
            after=new,
            row=row.row,
            since=since,
            taken=taken(self._options, site.id, name, since=since),
            author=last.author if last else "",
            at=last.at if last else "",
            by_import=bool(last and _is_import(last)),
        )

    def undone(self, site: Site) -> bool:
        """Whether the undoing of an import deleted this site."""
        origins = [t.origin for t in self._histories.get(site.id, ()) if _DELETED in t.fields]
        return bool(origins) and origins[-1].startswith("undo:")

    # ---- what is listed no more

    def missing(self, but: str) -> Bounded[Missing]:
        """Sites of earlier imports of this ledger that no row was; not of the import ``but``.

        An import counts as one of this ledger when at least half of the sites that it touched
        are listed again.
        """
        found: Bounded[Missing] = Bounded()
        if not self._matched:
            return found
        touched: dict[str, set[int]] = {}
        for origin, subject in self._project.imported(self._kind.name):
            fid = self._fids.get(subject)
            if origin != but and fid is not None and fid not in self._gone:
                touched.setdefault(origin, set()).add(fid)
        absent: set[int] = set()
        for fids in touched.values():
            if len(fids & self._matched) >= _SAME_LEDGER * len(fids):
                absent |= fids - self._matched
        for site in self._absent(sorted(absent)):
            found.put(Missing(site.id, site.code, site.name, str(site.fields.get("town") or "")))
        return found

    def _absent(self, fids: Sequence[int]) -> Iterator[Site]:
        for start in range(0, len(fids), _TOGETHER):
            for site in self._project.sites_at(
                self._kind.name, fids[start : start + _TOGETHER]
            ).values():
                if not site.deleted and site.fields.get("status") != CLOSED:
                    yield site


def _same(present: Any, new: Any, name: str) -> bool:
    """Whether two values are equal; geometry to 1 mm, which formats round away."""
    if present == new:
        return True
    if name != _GEOMETRY or not isinstance(present, str) or not isinstance(new, str):
        return False
    here, there = point_of(present), point_of(new)
    if here and there:
        return abs(here[0] - there[0]) < _TINY and abs(here[1] - there[1]) < _TINY
    return not here and not there and close(present, new, _TINY)
