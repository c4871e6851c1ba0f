"""Tracks: attachments that are a line in time, with who walked it, from when to when, how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.changes import ATTACHMENT, Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store import rows
from jdz_field.store.editing import Edit, Editing
from jdz_field.store.layers import GEOMETRY, layer

#: Where a track came from.
RECORDED, FILE = "recorded", "file"


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """A track of the project; its points are in the file named by ``sha256``.

    ``started``, ``ended``: first and last point's time (``to_text``); ``length`` metres without
    the gaps; ``person``: who walked it, empty when unknown; ``origin``: ``recorded`` or ``file``;
    ``geometry``: the simplified line (WKT, EPSG:4490), ``None`` for a single point.
    """

    id: str
    sha256: str
    filename: str
    size: int
    mime: str
    started: str
    ended: str
    length: float
    person: str = ""
    title: str = ""
    origin: str = RECORDED
    geometry: str | None = None
    deleted: bool = False


class Tracks(Editing):
    """Entering and finding tracks."""

    def add_track(self, entry: TrackEntry) -> Change | None:
        """Enter a track whose file lies in ``files/``: row, change, upload in one transaction.

        ``None``, and nothing written, when a track of this id is there already.
        """
        with self._write() as now:
            if rows.find(self._db, entry.id, (ATTACHMENT,)):
                return None
            changes, _counts = self._apply(
                [Edit(ATTACHMENT, entry.id, _values(entry))], "edit", now
            )
            self._db.run(
                "INSERT OR IGNORE INTO jdz_upload (sha256, added) VALUES (?, ?)",
                (entry.sha256, now),
            )
        return changes[0]

    def tracks(
        self,
        *,
        start: str = "",
        end: str = "",
        person: str | None = None,
        deleted: bool = False,
    ) -> list[TrackEntry]:
        """Tracks that touch the time from ``start`` to ``end`` (``to_text``; empty: any), newest
        first; with ``deleted`` those that were marked deleted too.
        """
        tests, params = ["ended IS NOT NULL"], []
        wanted = (("ended >= ?", start), ("taken <= ?", end), ("person = ?", person))
        for test, value in wanted:
            if value:
                tests.append(test)
                params.append(value)
        if not deleted:
            tests.append("deleted = 0")
        return self._tracks_where(" AND ".join(tests), params)

    def track(self, track_id: str) -> TrackEntry:
        """The track of this id, deleted or not. ``BadInput`` when there is none."""
        found = self._tracks_where("id = ? AND ended IS NOT NULL", [track_id])
        if not found:
            raise BadInput(
                _("There is no track {id} in this project; see tracks list.").format(id=track_id)
            )
        return found[0]

    def _tracks_where(self, where: str, params: Sequence[Any]) -> list[TrackEntry]:
        one = layer("tracks")
        sql = f"{rows.select(one)} WHERE id IS NOT NULL AND {where} ORDER BY taken DESC, fid DESC"
        return [_entry(rows.subject_of(one, row)) for row in self._db.rows(sql, params)]


def _values(entry: TrackEntry) -> dict[str, Value]:
    values: dict[str, Value] = {
        "sha256": entry.sha256,
        "filename": entry.filename,
        "size": entry.size,
        "mime": entry.mime,
        "taken": entry.started,
        "ended": entry.ended,
        "length": entry.length,
        "person": entry.person,
        "caption": entry.title,
        "method": entry.origin,
    }
    if entry.geometry is not None:
        values[GEOMETRY] = entry.geometry
    return values


def _entry(subject: rows.Subject) -> TrackEntry:
    state = subject.state
    texts = {name: str(state.get(key) or "") for name, key in _TEXTS.items()}
    size, length, shape = (state.get(key) for key in ("size", "length", GEOMETRY))
    return TrackEntry(
        id=subject.id,
        size=size if isinstance(size, int) else 0,
        length=length if isinstance(length, int | float) else 0.0,
        geometry=shape if isinstance(shape, str) else None,
        deleted=bool(state.get("deleted")),
        **texts,
    )


_TEXTS = {
    "sha256": "sha256",
    "filename": "filename",
    "mime": "mime",
    "started": "taken",
    "ended": "ended",
    "person": "person",
    "title": "caption",
    "origin": "method",
}
