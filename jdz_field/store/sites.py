"""Reading sites: one, many, on the map, and what happened to one."""
# ruff: noqa: S608 - layer and column names come from the catalogue

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.clock import BEIJING
from jdz_field.core.grades import effective
from jdz_field.core.patrol import rain_of
from jdz_field.core.sites import Site
from jdz_field.store import rows, search
from jdz_field.store.base import Base
from jdz_field.store.layers import DELETED, GEOMETRY, Layer, layer, layers
from jdz_field.store.queries import Facets, Found, MapPoint, SiteQuery
from jdz_field.store.rows import Subject

if TYPE_CHECKING:
    from jdz_field.store.finding import Finder
    from jdz_field.store.listing import Listing

#: Setting: the local day since which heavy rain is warned of.
RAIN = "rain_alert"
#: The newest ones of so few are asked of the layers themselves.
_FEW = 200


class SiteReads(Base):
    """The sites of a project."""

    _listing: Listing | None = None

    def site(self, site_id: str) -> Site | None:
        """The site of this id, deleted or not."""
        found = rows.find(self._db, site_id, SITE_KINDS)
        return self._sites([found])[0] if found else None

    def sites_by_code(self, code: str) -> list[Site]:
        """Sites whose number, field number or id this is; deleted ones only when no other is."""
        found: list[Subject] = []
        for one in _site_layers():
            names = [n for n in ("code", "field_code") if n in one.types]
            match = " OR ".join(f"{name} = ?1" for name in ("id", *names))
            sql = f"{rows.select(one)} WHERE {match} ORDER BY fid"
            found += [rows.subject_of(one, row) for row in self._db.rows(sql, (code,))]
        present = [one for one in found if not one.state.get(DELETED)]
        return self._sites(present or found)

    def children(self, site: Site) -> list[Site]:
        """The sites that belong to one: they name its number, or a number that nothing has any
        more and its id. So a ledger and a person can put a site below another, and a new number
        of the parent parts nobody.
        """
        home = layer(site.kind)
        if "parent" not in home.types:
            return []
        named = f"SELECT 1 FROM {home.name} p WHERE p.deleted = 0 AND p.code"
        sql = (
            f"{rows.select(home)} AS c WHERE deleted = 0 AND id != ?1 AND (parent_code = ?2"
            f" AND (parent IS NULL OR parent = ?1 OR NOT EXISTS ({named} = ?2 AND p.id = c.parent))"
            f" OR parent = ?1 AND NOT EXISTS ({named} = c.parent_code)) ORDER BY code, id"
        )
        found = self._db.rows(sql, (site.id, site.code))
        return self._sites([rows.subject_of(home, row) for row in found])

    def search(self, q: SiteQuery, limit: int = 200, offset: int = 0) -> list[Site]:
        """The sites that a query means, in its order, ``limit`` of them from ``offset``."""
        if q == SiteQuery(order="updated") and limit + offset <= _FEW:
            return self._newest(limit + offset)[offset:]
        return self.sites_of(self.find(q), limit, offset)

    def find(self, q: SiteQuery) -> Found:
        """All sites that a query means, in its order, as their numbers in the store.

        The first question after a change reads the columns of every site anew (0.5 s for
        100,000), the others take milliseconds: ask away from the window's thread.
        """
        return self._finder().find(q)

    def sites_of(self, found: Found, limit: int = 200, offset: int = 0) -> list[Site]:
        """The sites in a part of what was found, as they are now; those that went are left out."""
        numbers = found.numbers[offset : offset + limit]
        return self._sites(list(self._by_keys([search.split_number(n) for n in numbers])))

    def count(self, q: SiteQuery) -> int:
        """How many sites a query means."""
        return self._finder().count(q)

    def facets(self, q: SiteQuery) -> Facets:
        """How many sites there would be with each value of each filter, all others as they are."""
        return self._finder().facets(q)

    def is_current(self, found: Found) -> bool:
        """Whether nothing has changed since that could be found otherwise."""
        return found.stamp == self.stamp()

    def stamp(self) -> int:
        """A number that rises with every change of what lists and the map show of sites."""
        return int(self._db.value("SELECT number FROM jdz_stamp") or 0)

    def _finder(self) -> Finder:
        from jdz_field.store import listing  # noqa: PLC0415 - numpy loads slowly
        from jdz_field.store.finding import Finder  # noqa: PLC0415 - likewise

        kept, author = self._listing, self.author
        if kept is None or (kept.stamp, kept.author) != (self.stamp(), author):
            kept = self._listing = listing.read(self._db, author)
            # What the first question would wait for.
            search.initials("瑶里")
            kept.sites(())
        today, rain = self.now().astimezone(BEIJING).date(), rain_of(self.get_setting(RAIN))
        return Finder(kept, today, self._prose, self._numbered, rain)

    def _prose(self, question: str) -> list[int]:
        sql = "SELECT rowid FROM jdz_search WHERE jdz_search MATCH ?"
        return [row[0] for row in self._db.rows(sql, (f"words : {question}",))]

    def _numbered(self, text: str) -> list[int]:
        found = []
        for one in _site_layers():
            for name in ("code", "field_code"):
                if name in one.types:
                    sql = f"SELECT fid FROM {one.name} WHERE {name} IN (?, ?)"
                    found += [
                        search.row_number(one, row[0])
                        for row in self._db.rows(sql, (text, text.upper()))
                    ]
        return found

    def _newest(self, limit: int) -> list[Site]:
        union = " UNION ALL ".join(
            f"SELECT * FROM (SELECT {one.number} AS layer, fid, updated, id FROM {one.name}"
            " WHERE deleted = 0 AND id IS NOT NULL ORDER BY updated DESC LIMIT ?1)"
            for one in _site_layers()
        )
        sql = f"SELECT layer, fid FROM ({union}) ORDER BY updated DESC, id LIMIT ?1"
        return self._sites(list(self._by_keys(self._db.rows(sql, (limit,)))))

    def map_points(self, kinds: Sequence[str] = ()) -> Sequence[MapPoint]:
        """Every site that has a place and is not deleted, small and fast for drawing."""
        from jdz_field.store import map_points  # noqa: PLC0415 - numpy loads slowly
        from jdz_field.store.listing import own_states  # noqa: PLC0415 - likewise

        return map_points.read(self._db, list(_site_layers(kinds)), own_states(self._db))

    def _by_keys(self, keys: Sequence[tuple[Any, ...]]) -> Iterator[Subject]:
        wanted: dict[int, list[int]] = {}
        for number, fid in keys:
            wanted.setdefault(number, []).append(fid)
        found: dict[tuple[int, int], Subject] = {}
        for number, fids in wanted.items():
            one = layers()[number]
            sql = f"{rows.select(one)} WHERE fid IN (SELECT value FROM json_each(?))"
            for row in self._db.rows(sql, (str(fids),)):
                found[number, row[0]] = rows.subject_of(one, row)
        for key in keys:
            if key in found:
                yield found[key]

    def _sites(self, subjects: list[Subject]) -> list[Site]:
        ids = rows.as_list(one.id for one in subjects)
        own = self._db.rows(
            "SELECT subject, min(receipt IS NOT NULL), max(held) FROM jdz_own WHERE open = 1"
            " AND subject IN (SELECT value FROM json_each(?)) GROUP BY subject",
            (ids,),
        )
        fates = {row[0]: (row[1] == 0, row[2]) for row in own}
        self._renumber(subjects)
        return [_site(one, *fates.get(one.id, (False, None))) for one in subjects]

    def _renumber(self, subjects: Sequence[Subject]) -> None:
        """Show the number that a parent has now where the one it was named by is gone."""
        below = [one for one in subjects if one.state.get("parent")]
        for home in {one.home.name for one in below}:
            members = [one for one in below if one.home.name == home]
            ids, numbers = (
                rows.as_list(str(one.state.get(name) or "") for one in members)
                for name in ("parent", "parent_code")
            )
            sql = f"SELECT id, code FROM {home} WHERE {{}} IN (SELECT value FROM json_each(?))"
            codes: dict[str, str] = dict(self._db.rows(sql.format("id"), (ids,)))
            there = {row[1] for row in self._db.rows(sql.format("code"), (numbers,))}
            for one in members:
                code = codes.get(one.state["parent"])
                if code and one.state.get("parent_code") not in there:
                    one.state["parent_code"] = code


def _site(one: Subject, unsent: bool, held: str | None) -> Site:
    layer_ = one.home
    fields = {column.name: one.state.get(column.name) for column in layer_.columns}
    fields |= {n: v for n, v in one.state.items() if n not in layer_.types}
    fields |= effective(one.kind, one.state)
    shape = one.state.get(GEOMETRY)
    return Site(
        id=one.id,
        kind=one.kind,
        fields=fields,
        geometry=shape if isinstance(shape, str) else None,
        lon=one.label[0],
        lat=one.label[1],
        version=one.version,
        deleted=bool(one.state.get(DELETED)),
        stated={name: one.state[name] for name in layer_.given if name in one.state},
        local={"fid": one.fid, "updated": one.updated, "unsent": unsent, "held": held},
    )


def _site_layers(kinds: Sequence[str] = ()) -> list[Layer]:
    return [layer(name) for name in SITE_KINDS if not kinds or name in kinds]
