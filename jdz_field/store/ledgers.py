"""What an import asks of the store: which sites there are, and who said what of them last."""
# ruff: noqa: S608 - layer names come from the catalogue

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from jdz_field.core.changes import Value
from jdz_field.core.sites import Site
from jdz_field.store import rows
from jdz_field.store.layers import layer
from jdz_field.store.sites import SiteReads


class SiteKey(NamedTuple):
    """A site as an index holds it; ``fid`` finds its row whatever indexes there are."""

    fid: int
    id: str
    code: str
    deleted: bool


class Touch(NamedTuple):
    """One change of a site, own or pulled: its stamp, time, person, origin and new values."""

    hlc: str
    at: str
    author: str
    origin: str
    fields: Mapping[str, Value]


class LedgerReads(SiteReads):
    """Reading many sites at once for a ledger that is compared with them."""

    def site_keys(self, kind: str) -> Iterator[SiteKey]:
        """Every site of a kind, deleted ones too, by number."""
        found = self._db.stream(
            f"SELECT fid, id, ifnull(code, ''), deleted FROM {layer(kind).name}"
            " WHERE id IS NOT NULL ORDER BY code, id"
        )
        for fid, id_, code, deleted in found:
            yield SiteKey(fid, id_, code, bool(deleted))

    def sites_at(self, kind: str, fids: Collection[int]) -> dict[int, Site]:
        """The sites of these rows, by ``fid``."""
        keys = [(layer(kind).number, fid) for fid in fids]
        sites = self._sites(list(self._by_keys(keys)))
        return {int(site.local["fid"]): site for site in sites}

    def touches(self, ids: Collection[str]) -> dict[str, list[Touch]]:
        """Every change of these sites in the order of the clocks, by id."""
        wanted = rows.as_list(ids)
        own = self._db.rows(
            "SELECT id, subject, hlc, author, origin, fields FROM jdz_change"
            " WHERE subject IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        found: dict[str, list[Touch]] = {}
        mine = set()
        for id_, subject, hlc, author, origin, fields in own:
            mine.add(id_)
            new = {name: pair[1] for name, pair in json.loads(fields).items()}
            found.setdefault(subject, []).append(Touch(hlc, hlc[:24], author, origin, new))
        pulled = self._db.rows(
            "SELECT subject, hlc, at, author, change, decision, fields FROM jdz_feed"
            " WHERE subject IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        for subject, hlc, at, author, change, decision, fields in pulled:
            if change in mine and decision is None:
                continue
            origin = f"decision:{decision}" if decision else "edit"
            found.setdefault(subject, []).append(Touch(hlc, at, author, origin, json.loads(fields)))
        for touched in found.values():
            touched.sort(key=lambda one: one.hlc)
        return found

    def imported(self, kind: str) -> Iterator[tuple[str, str]]:
        """Import and site for every change that imports of this device made to a kind."""
        yield from self._db.stream(
            "SELECT origin, subject FROM jdz_change WHERE origin != 'edit'"
            " AND origin >= 'import:' AND origin < 'import;' AND kind = ? ORDER BY seq",
            (kind,),
        )
