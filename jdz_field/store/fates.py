"""How far one's own changes got: counted, and the subjects behind every count."""
# ruff: noqa: S608 - the parts of the statements are constants of this file

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jdz_field.core.changes import Value
from jdz_field.core.feed import FeedEntry
from jdz_field.store import log, rows
from jdz_field.store.base import Base

#: How far a change got, in the order in which it gets there: not sent; on its way; the centre
#: took it; took it beside other people's changes; an own value stands against the centre's; a
#: person at the office, or a later change, must do something first.
FATES = ("unsent", "sent", "received", "merged", "conflict", "office")

#: A receipt keeps an outcome a field, ``["applied",3,null,0]``.
_FATE = """CASE
  WHEN o.receipt IS NULL AND o.batch IS NULL THEN 'unsent'
  WHEN o.receipt IS NULL THEN 'sent'
  WHEN o.open = 1 AND o.held = 'conflict' THEN 'conflict'
  WHEN o.open = 1 AND o.held IS NOT NULL THEN 'office'
  WHEN o.receipt LIKE '%,"merged",%' THEN 'merged'
  WHEN o.receipt LIKE '%["applied",%' AND (o.receipt LIKE '%["conflict",%'
    OR o.receipt LIKE '%["proposed",%' OR o.receipt LIKE '%["quarantined",%') THEN 'merged'
  ELSE 'received' END"""


@dataclass(frozen=True, slots=True)
class Fated:
    """Changes of one subject that got equally far; ``at`` is the time of the last."""

    subject: str
    kind: str
    changes: int
    at: str


class Fates(Base):
    """What became of what was written here."""

    def fates(self) -> dict[str, int]:
        """Own changes by how far they got, every word of ``FATES``."""
        found: dict[str, int] = dict(
            self._db.rows(f"SELECT {_FATE}, count(*) FROM jdz_own o GROUP BY 1")
        )
        return {name: int(found.get(name, 0)) for name in FATES}

    def batch_fates(self) -> dict[str, dict[str, int]]:
        """Own changes by how far they got, for every batch."""
        found: dict[str, dict[str, int]] = {}
        sql = f"SELECT o.batch, {_FATE}, count(*) FROM jdz_own o WHERE o.batch IS NOT NULL"
        for batch, fate, n in self._db.rows(f"{sql} GROUP BY 1, 2"):
            found.setdefault(batch, {})[fate] = int(n)
        return found

    def fated(self, fate: str, batch: str | None = None, limit: int = 200) -> list[Fated]:
        """The subjects of the changes that got so far, the one written last first.

        ``batch``: only what went with it; an empty ``fate``: however far.
        """
        found = self._db.rows(
            "SELECT o.subject, c.kind, count(*), max(c.hlc) FROM jdz_own o"
            " JOIN jdz_change c ON c.seq = o.seq"
            f" WHERE (?1 = '' OR {_FATE} = ?1) AND (?2 IS NULL OR o.batch = ?2)"
            " GROUP BY o.subject ORDER BY max(o.seq) DESC LIMIT ?3",
            (fate, batch, limit),
        )
        return [Fated(subject, kind, int(n), at[:24]) for subject, kind, n, at in found]

    def told(self, kind: str) -> dict[str, dict[str, Value]]:
        """What the centre says now of every subject of a kind that has no layer, by its id."""
        found: dict[str, dict[str, Value]] = {}
        sql = (
            "SELECT subject, fields FROM jdz_feed WHERE kind = ? AND epoch = (SELECT"
            " json_extract(value, '$') FROM jdz_settings WHERE key = 'centre_epoch')"
            " ORDER BY subject, version"
        )
        for subject, fields in self._db.rows(sql, (kind,)):
            found.setdefault(subject, {}).update(json.loads(fields))
        return found

    def told_of(self, kinds: Sequence[str], forms: Sequence[str]) -> Iterator[FeedEntry]:
        """The centre's versions of subjects of these kinds and of records of these forms.

        What this person sees no more is left out.
        """
        sql = (
            f"{log.FEED} WHERE (kind IN (SELECT value FROM json_each(?1)) OR (kind = 'record'"
            " AND subject IN (SELECT id FROM records WHERE form IN"
            " (SELECT value FROM json_each(?2)))))"
            " AND subject NOT IN (SELECT subject FROM jdz_left)"
        )
        for row in self._db.stream(sql, (rows.as_list(kinds), rows.as_list(forms))):
            yield log.entry_of(row)

    def unsettled(self, kinds: Sequence[str]) -> int:
        """How many subjects of these kinds have own changes that the centre has not taken."""
        sql = (
            "SELECT count(DISTINCT c.subject) FROM jdz_own o JOIN jdz_change c ON c.seq = o.seq"
            " WHERE o.open = 1 AND c.kind IN (SELECT value FROM json_each(?))"
        )
        return int(self._db.value(sql, (rows.as_list(kinds),)) or 0)

    def whose_file(self, attachment: str) -> tuple[str, str, str] | None:
        """File name, site and record of an attachment; empty where it has none."""
        row = self._db.row(
            "SELECT filename, site, record FROM photos WHERE id = ?1"
            " UNION ALL SELECT filename, site, record FROM tracks WHERE id = ?1",
            (attachment,),
        )
        return (row[0] or "", row[1] or "", row[2] or "") if row else None
