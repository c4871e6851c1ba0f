"""Drafts, finalized records and their attachments."""
# ruff: noqa: S608 - layer and column names are constants

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from jdz_field.core.changes import ATTACHMENT, RECORD, Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Draft, Record
from jdz_field.store import fixed, rows
from jdz_field.store.editing import Edit, Editing
from jdz_field.store.layers import DELETED, GEOMETRY, dumps, layer
from jdz_field.store.queries import RecordState

_DRAFT = tuple(one.name for one in fields(Draft))
#: Kind of copy that stands for its original at the centre until that has arrived.
PREVIEW = "preview"
#: How many are remembered.
_HANDOVERS = 1000
#: Beside the answers: JSON where there is any.
_MAPS = ("positions", "checks")
_DRAFT_COLUMNS = ", ".join(_DRAFT)
#: Fields of a record that only the centre writes.
_REVIEW = ("review", "review_comment")
#: A record's state in SQL: the office's word, else how far it got.
_STATE = """CASE
  WHEN review IN ('approved', 'returned', 'rejected') THEN review
  WHEN EXISTS (SELECT 1 FROM jdz_own o WHERE o.open = 1 AND o.subject = records.id
               AND o.batch IS NULL) THEN 'unsent'
  WHEN EXISTS (SELECT 1 FROM jdz_own o WHERE o.open = 1 AND o.subject = records.id
               AND o.receipt IS NULL) THEN 'sent'
  ELSE 'received' END"""


class Records(Editing):
    """Forms being filled, records that were, and the files that belong to them."""

    def save_draft(self, draft: Draft) -> None:
        """Store a draft, or its newer state."""
        values = [*asdict(draft).values()]
        values[_DRAFT.index("answers")] = dumps(dict(draft.answers))
        values[_DRAFT.index("carried")] = dumps(dict(draft.carried)) if draft.carried else None
        for name in _MAPS:
            kept = values[_DRAFT.index(name)]
            values[_DRAFT.index(name)] = dumps(dict(kept)) if kept else None
        marks = ", ".join("?" * len(_DRAFT))
        with self._write():
            self._db.run(
                f"INSERT OR REPLACE INTO jdz_draft ({_DRAFT_COLUMNS}) VALUES ({marks})", values
            )

    def drafts(self) -> list[Draft]:
        """Every draft, the one worked on last first."""
        sql = f"SELECT {_DRAFT_COLUMNS} FROM jdz_draft ORDER BY updated DESC, id"
        return [_draft(row) for row in self._db.rows(sql)]

    def draft(self, draft_id: str) -> Draft | None:
        """The draft of this id."""
        row = self._db.row(f"SELECT {_DRAFT_COLUMNS} FROM jdz_draft WHERE id = ?", (draft_id,))
        return _draft(row) if row else None

    def hand_over_draft(self, draft_id: str, to: str) -> Draft:
        """Make ``to`` the author of a draft; when and from whom stays with the project.

        ``BadInput`` when there is no such draft.
        """
        with self._write() as now:
            draft = self.draft(draft_id)
            if draft is None:
                raise BadInput(
                    _("There is no draft {id}; see records list --drafts.").format(id=draft_id)
                )
            act = {"draft": draft.id, "form": draft.form, "from": draft.author, "to": to, "at": now}
            self.set_setting("handovers", [*self.handovers(), act][-_HANDOVERS:])
            self._db.run("UPDATE jdz_draft SET author = ? WHERE id = ?", (to, draft_id))
        return replace(draft, author=to)

    def handovers(self) -> list[dict[str, str]]:
        """Drafts that went from one person to another, oldest first."""
        return list(self.get_setting("handovers", []))

    def delete_draft(self, draft_id: str) -> None:
        """Throw a draft away. Its photos stay, with its site if it had one."""
        with self._write() as now:
            loose = [
                Edit(ATTACHMENT, one.id, {"record": None, "path": None})
                for one in self.attachments(record=draft_id)
            ]
            self._apply(loose, "edit", now)
            self._db.run("DELETE FROM jdz_draft WHERE id = ?", (draft_id,))

    def finalize(
        self,
        record: Record,
        *,
        draft: str | None,
        site_fields: Mapping[str, Value] | None = None,
        attachments: Sequence[Attachment] = (),
        edits: Sequence[Edit] = (),
    ) -> list[Change]:
        """Make a record, its attachments, its site's edit, and remove the draft: all or nothing.

        ``edits`` are those of any sites that it changes or makes, in their order.

        Photos that were added under the draft's id, which is the record's, belong to it already.
        Returns the changes: the record's first.

        Raises:
            BadInput: the record is there already, or its site is not.
        """
        origin = f"form:{record.id}"
        with self._write() as now:
            if rows.find(self._db, record.id, (RECORD,)):
                raise BadInput(_("Record {id} is finalized already.").format(id=record.id))
            every = [Edit(RECORD, record.id, _fields(record))]
            every += [Edit(ATTACHMENT, one.id, _values(one)) for one in attachments]
            if site_fields:
                every.append(self._site_edit(record, site_fields))
            changes, _counts = self._apply([*every, *edits], origin, now)
            self._expect_uploads([one.sha256 for one in attachments], now)
            if draft is not None:
                self._db.run("DELETE FROM jdz_draft WHERE id = ?", (draft,))
        return changes

    def _site_edit(self, record: Record, site_fields: Mapping[str, Value]) -> Edit:
        if record.site is None or record.site_kind is None:
            raise BadInput(_("Record {id} names no site to update.").format(id=record.id))
        if not rows.load(self._db, record.site_kind, (record.site,)):
            raise BadInput(_("There is no site {id} in this project.").format(id=record.site))
        return Edit(record.site_kind, record.site, site_fields)

    def add_attachment(self, a: Attachment) -> Change:
        """Enter a file that lies in ``files/`` already: its row and its change.

        With a draft's id as ``record`` it is sent when the draft became the record.

        Raises:
            BadInput: an attachment of this id is there already.
        """
        return self.add_attachments([a])[0]

    def add_attachments(self, several: Sequence[Attachment]) -> list[Change]:
        """Enter files as ``add_attachment`` does, all in one transaction or none."""
        with self._write() as now:
            for a in several:
                if rows.find(self._db, a.id, (ATTACHMENT,)):
                    raise BadInput(_("Attachment {id} is there already.").format(id=a.id))
            edits = [Edit(ATTACHMENT, a.id, _values(a)) for a in several]
            changes, _counts = self._apply(edits, "edit", now)
            self._expect_uploads([a.sha256 for a in several], now)
        return changes

    def link_attachments(
        self, ids: Sequence[str], *, record: str | None = None, site: str | None = None
    ) -> list[Change]:
        """Give attachments to a record or draft, to a site, or to both; one change each.

        ``BadInput`` when one of them is not there.
        """
        fields_ = {"record": record, "site": site}
        wanted = {name: value for name, value in fields_.items() if value is not None}
        with self._write() as now:
            self._require(ATTACHMENT, ids)
            return self._apply([Edit(ATTACHMENT, one, wanted) for one in ids], "edit", now)[0]

    def _expect_uploads(self, hashes: Sequence[str], now: str) -> None:
        self._db.run_many(
            "INSERT OR IGNORE INTO jdz_upload (sha256, added) VALUES (?, ?)",
            ((one, now) for one in hashes),
        )

    def records(
        self,
        *,
        site: str | None = None,
        form: str | None = None,
        state: RecordState | None = None,
        author: str | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> list[Record]:
        """Records, the newest first."""
        tests, params = ["id IS NOT NULL", "deleted = 0"], []
        wanted = (("site", site), ("form", form), (_STATE, state), ("author", author))
        for name, value in wanted:
            if value is not None:
                text = f"{name} = ?"
                tests.append(text)
                params.append(value)
        sql = (
            f"{rows.select(layer('records'))} WHERE {' AND '.join(tests)}"
            " ORDER BY finished DESC, id DESC LIMIT ? OFFSET ?"
        )
        found = self._db.rows(sql, (*params, limit, offset))
        return [_record(rows.subject_of(layer("records"), row)) for row in found]

    def record(self, record_id: str) -> Record | None:
        """The record of this id."""
        found = rows.find(self._db, record_id, (RECORD,))
        return _record(found) if found else None

    def record_of_instance(self, instance_id: str) -> Record | None:
        """The record with this OpenRosa id (``uuid:…``, as ``meta/instanceID`` holds it)."""
        one = layer("records")
        sql = (
            f"{rows.select(one)} WHERE deleted = 0 AND id IS NOT NULL"
            " AND json_extract(answers, '$.meta.instanceID') = ? ORDER BY fid LIMIT 1"
        )
        found = self._db.row(sql, (instance_id,))
        return _record(rows.subject_of(one, found)) if found else None

    def lists_stamp(self) -> tuple[object, ...]:
        """Another value whenever a subject, or what became of an own change, is another."""
        last = self._db.value("SELECT max(seq) FROM jdz_change")
        fates = self._db.row(
            "SELECT count(*), count(receipt), total(length(receipt)), count(held)"
            " FROM jdz_own WHERE open = 1"
        )
        fed = (self.get_setting("centre_epoch"), self.get_setting("feed_position"))
        return str(self.path), self.device_epoch, last, *(fates or ()), *fed

    def open_counts(self, subjects: Sequence[str] | None = None) -> dict[str, int]:
        """How many own changes are not settled, by subject: of all of them or of some."""
        sql = "SELECT subject, count(*) FROM jdz_own WHERE open = 1{} GROUP BY subject"
        if subjects is None:
            return dict(self._db.rows(sql.format("")))
        some = " AND subject IN (SELECT value FROM json_each(?))"
        return dict(self._db.rows(sql.format(some), (rows.as_list(subjects),)))

    def record_state(self, record_id: str) -> RecordState:
        """How far a record got; ``BadInput`` when there is none of this id."""
        found = self._db.value(f"SELECT {_STATE} FROM records WHERE id = ?", (record_id,))
        if found is None:
            raise BadInput(_("There is no record {id} in this project.").format(id=record_id))
        state: RecordState = found
        return state

    def record_states(self) -> dict[str, int]:
        """Number of records by state."""
        sql = f"SELECT {_STATE}, count(*) FROM records WHERE deleted = 0 GROUP BY 1"
        return dict(self._db.rows(sql))

    def attachments(
        self, *, record: str | None = None, site: str | None = None, previews: bool = False
    ) -> list[Attachment]:
        """Attachments of a record or draft, of a site, of both, or all; in the order of arrival.

        ``previews``: also the small pictures that only go to the centre before their originals.
        """
        tests, params = [], []
        for text, value in (("record = ?", record), ("site = ?", site)):
            if value is not None:
                tests.append(text)
                params.append(value)
        found = self._attachments(" AND ".join(tests) or "1", params)
        return found if previews else [one for one in found if one.variant != PREVIEW]

    def attachment_by_hash(self, sha256: str) -> list[Attachment]:
        """Every attachment that is this file."""
        return self._attachments("sha256 = ?", [sha256])

    def _attachments(self, where: str, params: Sequence[Any]) -> list[Attachment]:
        found: list[Attachment] = []
        for one in (layer("photos"), layer("tracks")):
            sql = (
                f"{rows.select(one)} WHERE deleted = 0 AND id IS NOT NULL AND {where} ORDER BY fid"
            )
            found += [_attachment(rows.subject_of(one, row)) for row in self._db.rows(sql, params)]
        return found


def _draft(row: Sequence[Any]) -> Draft:
    values = dict(zip(_DRAFT, row, strict=True))
    carried = json.loads(values["carried"]) if values["carried"] else None
    own = {name: json.loads(values[name]) if values[name] else {} for name in _MAPS}
    own |= {"answers": json.loads(values["answers"]), "carried": carried}
    return Draft(**(values | own))


def _fields(record: Record) -> dict[str, Value]:
    values = {k: v for k, v in asdict(record).items() if k != "id" and k not in _REVIEW}
    for name in _MAPS:
        if not values[name]:
            # Centres of before know no such field.
            del values[name]
    return values


_TEXTS = {one.name: "" for one in fields(Record) if one.type == "str"}


def _record(subject: rows.Subject) -> Record:
    names = {one.name for one in fields(Record)}
    known = {k: v for k, v in subject.state.items() if k in names}
    return Record(**(_TEXTS | {"answers": {}} | known | {"id": subject.id}))


def _values(a: Attachment) -> dict[str, Value]:
    values = asdict(a)
    del values["id"]
    # Tracks have no such columns, and photos no line.
    for name in (GEOMETRY, *_OF_PHOTOS):
        if values[name] is None:
            del values[name]
    return values


def _attachment(subject: rows.Subject) -> Attachment:
    state = {k: v for k, v in subject.state.items() if k in _ATTACHMENT_FIELDS}
    needed: dict[str, Any] = {"sha256": "", "filename": "", "size": 0, "mime": ""}
    return Attachment(**(needed | state | {"id": subject.id}))


_OF_PHOTOS = tuple(name for name, _type in fixed.PHOTO_FIELDS)
_ATTACHMENT_FIELDS = {one.name for one in fields(Attachment)} - {DELETED}

#: For others of this room that read rows.
record_of, attachment_of = _record, _attachment
