"""The store's side of a sync: what goes out, what came back, what is shown afterwards.

Nothing here edits the log. Receipts and feed entries are kept beside it, and the rows of the
layers are made anew from both (``shown``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from jdz_field.core.changes import Change, ChangeReceipt
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.sites import Attachment
from jdz_field.store import leaving, log, rows
from jdz_field.store.editing import CHUNK
from jdz_field.store.layers import State, dumps, layers_of
from jdz_field.store.queries import BatchRow, SealedBatch
from jdz_field.store.records import Records
from jdz_field.store.rows import Subject
from jdz_field.store.shown import Central, OwnChange, hear, is_shown, receive, shown

#: Attachments of forms that are still being filled go out with the record.
_OF_DRAFT = """c.kind = 'attachment' AND EXISTS (
  SELECT 1 FROM jdz_draft d JOIN (SELECT id, record FROM photos
    UNION ALL SELECT id, record FROM tracks) a ON a.record = d.id WHERE a.id = c.subject)"""
_SEALED = (
    "SELECT id, seq, sha256, manifest, changes, created, count, ifnull(signature, x'')"
    " FROM jdz_batch"
)


class Syncing(Records):
    """Batches, receipts, the feed and the uploads of an open project."""

    def unsent_changes(self, limit: int = 5000) -> list[Change]:
        """The changes that are in no batch yet, in the order of the log: parents first.

        Attachments of a draft are left out until the draft became a record or was thrown away.
        """
        sql = f"{log.OWN} WHERE o.batch IS NULL AND NOT ({_OF_DRAFT}) ORDER BY o.seq LIMIT ?"
        return [log.change_of(row) for row in self._db.rows(sql, (limit,))]

    def seal(
        self,
        batch_id: str,
        seq: int,
        previous_sha: str | None,
        sha: str,
        manifest: str,
        changes_jsonl: bytes,
        change_ids: Sequence[str],
        signature: bytes = b"",
    ) -> None:
        """Keep a batch for ever and mark its changes as belonging to it.

        ``seq`` counts within the device epoch, from 1; ``sha`` is the manifest's SHA-256.
        ``ValueError`` when a change is unknown or in a batch already, or when the batch does
        not follow the last one.
        """
        with self._write() as now:
            last = self.last_batch()
            expected = (last.seq + 1, last.sha) if last else (1, None)
            if (seq, previous_sha) != expected:
                raise ValueError(f"batch {seq} does not follow {expected}")
            self._db.run(
                "INSERT INTO jdz_batch (id, epoch, seq, previous, sha256, manifest, changes,"
                " signature, count, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(batch_id, self.device_epoch, seq, previous_sha, sha, manifest),
                    *(changes_jsonl, signature, len(change_ids), now),
                ),
            )
            marked = self._db.run(
                "UPDATE jdz_own SET batch = ? WHERE batch IS NULL AND seq IN (SELECT c.seq"
                " FROM json_each(?) j JOIN jdz_change c ON c.id = j.value)",
                (batch_id, rows.as_list(change_ids)),
            )
            if marked != len(change_ids):
                raise ValueError("a change is unknown or in a batch already")

    def open_batches(self) -> list[SealedBatch]:
        """The batches without a receipt, oldest first."""
        found = self._db.rows(f"{_SEALED} WHERE received IS NULL ORDER BY number")
        return [SealedBatch(*row) for row in found]

    def batches_to_send(self, last_sequence: int) -> list[SealedBatch]:
        """The batches that the centre lacks, oldest first: those without a receipt, and those of
        this device epoch after the last one that the centre knows (it was restored).
        """
        sql = f"{_SEALED} WHERE received IS NULL OR (epoch = ? AND seq > ?) ORDER BY number"
        found = self._db.rows(sql, (self.device_epoch, last_sequence))
        return [SealedBatch(*row) for row in found]

    def batch(self, batch_id: str) -> SealedBatch | None:
        """A sealed batch with its bytes."""
        row = self._db.row(f"{_SEALED} WHERE id = ?", (batch_id,))
        return SealedBatch(*row) if row else None

    def batches(self) -> list[BatchRow]:
        """Every batch that this device sealed, newest first."""
        sql = (
            "SELECT id, seq, sha256, previous, epoch, count, created, received FROM jdz_batch"
            " ORDER BY number DESC"
        )
        return [BatchRow(*row) for row in self._db.rows(sql)]

    def last_batch(self) -> BatchRow | None:
        """The newest batch of this device epoch; the next one follows it."""
        return next((one for one in self.batches() if one.epoch == self.device_epoch), None)

    @property
    def feed_position(self) -> int:
        """How far the feed was pulled."""
        return int(self.get_setting("feed_position", 0))

    @property
    def centre_epoch(self) -> str | None:
        """The centre's epoch that the feed position belongs to."""
        found = self.get_setting("centre_epoch")
        return None if found is None else str(found)

    def begin_feed(self, epoch: str) -> None:
        """Pull from the beginning of this centre's feed: a first sync, or a restored centre.

        What was pulled in another epoch stays shown until the new feed brings the subject.
        """
        with self._write():
            self.set_setting("centre_epoch", epoch)
            self.set_setting("feed_position", 0)

    def apply_receipts(self, batch_id: str | None, receipts: Sequence[ChangeReceipt]) -> None:
        """Note what became of changes; ``batch_id`` is the batch they answer, ``None`` for later
        news about any of them. Changes of other devices are passed over.
        """
        with self._write() as now:
            anew = batch_id is not None and self._is_other_centre(batch_id)
            for start in range(0, len(receipts), CHUNK):
                self._receive(receipts[start : start + CHUNK], now, anew)
            if batch_id is not None:
                self._db.run(
                    "UPDATE jdz_batch SET received = ?, centre = ? WHERE id = ? AND NOT EXISTS"
                    " (SELECT 1 FROM jdz_own WHERE batch = jdz_batch.id AND receipt IS NULL)",
                    (now, self.centre_epoch, batch_id),
                )

    def _is_other_centre(self, batch_id: str) -> bool:
        """Whether a batch was received in another epoch of the centre: its answers start anew."""
        found = self._db.row(
            "SELECT centre FROM jdz_batch WHERE id = ? AND received IS NOT NULL", (batch_id,)
        )
        return found is not None and found[0] != self.centre_epoch

    def _receive(self, receipts: Sequence[ChangeReceipt], now: str, anew: bool) -> None:
        own = log.own_changes(self._db, [one.change for one in receipts])
        central = log.centrals(self._db, {one.change.subject for one in own.values()})
        told: list[OwnChange] = []
        redraw: dict[str, set[str]] = {}
        for receipt in receipts:
            before = own.get(receipt.change)
            if before is None:
                continue
            subject = before.change.subject
            known = replace(before, states={}) if anew else before
            after = receive(known, receipt, central[subject])
            own[receipt.change] = after
            told.append(after)
            if _looks_different(before, after, central[subject]):
                redraw.setdefault(before.change.kind, set()).add(subject)
        log.store_fates(self._db, told)
        for kind, subjects in redraw.items():
            self._redraw(kind, subjects, now)

    def apply_feed(self, entries: Sequence[FeedEntry | Leave], position: int) -> None:
        """Take what the centre tells, in its order, and remember the position reached.

        Entries that were taken before change nothing.
        """
        with self._write() as now:
            self._take(entries, now)
            self.set_setting("feed_position", position)

    def _take(self, entries: Sequence[FeedEntry | Leave], now: str) -> None:
        told = [entry for entry in entries if isinstance(entry, FeedEntry)]
        for start in range(0, len(told), CHUNK):
            self._hear(told[start : start + CHUNK], now)
        leaving.follow(self._db, entries)
        self._follow_stamps(told)

    def begin_snapshot(self) -> None:
        """A snapshot begins (``apply_snapshot``), or begins anew."""
        with self._write():
            leaving.begin(self._db)

    def apply_snapshot(self, entries: Sequence[FeedEntry]) -> None:
        """Take a page of a snapshot; taking it twice is harmless."""
        with self._write() as now:
            self._take(entries, now)
            leaving.see(self._db, {entry.subject for entry in entries})

    def end_snapshot(self, position: int, settings: Mapping[str, object]) -> None:
        """Every page was taken: what was not named has left; the feed goes on at ``position``.

        ``settings`` are written in the same transaction.
        """
        with self._write():
            leaving.end(self._db, self.centre_epoch or "")
            self.set_setting("feed_position", position)
            for name, value in settings.items():
                self.set_setting(name, value)

    def has_left(self, subject: str) -> bool:
        """Whether this person sees a subject no more: what is here of it can only be read."""
        return leaving.has_left(self._db, subject)

    def _follow_stamps(self, entries: Sequence[FeedEntry]) -> None:
        """Move the clock past the stamps of others; one far ahead is recorded, not followed."""
        for entry in entries:
            with suppress(ValueError):  # What is no stamp moves nothing.
                self._clock.observe(entry.hlc)
        if self._clock.skews:
            self.set_setting("clock_skew", self._clock.skews[-1])

    def _hear(self, entries: Sequence[FeedEntry], now: str) -> None:
        self._keep(entries)
        by_subject: dict[str, list[FeedEntry]] = {}
        kinds: dict[str, set[str]] = {}
        for entry in entries:
            by_subject.setdefault(entry.subject, []).append(entry)
            kinds.setdefault(entry.kind, set()).add(entry.subject)
        central = log.centrals(self._db, by_subject.keys())
        own = log.open_changes(self._db, by_subject.keys())
        heard = {
            subject: [hear(one, by_subject[subject], central[subject]) for one in changes]
            for subject, changes in own.items()
        }
        log.store_fates(self._db, [one for changes in heard.values() for one in changes])
        for kind, subjects in kinds.items():
            self._redraw(kind, subjects, now, central, heard)

    def _keep(self, entries: Sequence[FeedEntry]) -> None:
        epoch = self.centre_epoch or ""
        self._db.run(
            "DELETE FROM jdz_feed WHERE epoch != ? AND subject IN (SELECT value FROM json_each(?))",
            (epoch, rows.as_list({entry.subject for entry in entries})),
        )
        self._db.run_many(
            "INSERT OR IGNORE INTO jdz_feed (subject, version, epoch, position, kind, fields,"
            " change, decision, device, author, hlc, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(e.subject, e.version, epoch, e.position, e.kind, dumps(dict(e.fields))),
                    *(e.change, e.decision, e.device, e.author, e.hlc, e.at),
                )
                for e in entries
            ),
        )

    def _redraw(
        self,
        kind: str,
        subjects: Collection[str],
        now: str,
        central: dict[str, Central] | None = None,
        own: dict[str, list[OwnChange]] | None = None,
    ) -> None:
        """Make the rows of subjects anew from the feed and the open own changes."""
        try:
            layers_of(kind)
        except KeyError:
            return  # A kind of a newer centre: its feed is kept, an upgrade will show it.
        central = log.centrals(self._db, subjects) if central is None else central
        own = log.open_changes(self._db, subjects) if own is None else own
        found = rows.load(self._db, kind, subjects)
        changed = []
        for one in sorted(subjects):
            subject = found.get(one) or Subject(kind, one)
            state = shown(central[one], own.get(one, ()))
            if subject.fid is None or _differs(subject, state, central[one].version):
                subject.state, subject.version = state, central[one].version
                changed.append(subject)
        rows.save(self._db, changed, now)

    def pending_attachments(self) -> list[Attachment]:
        """Own files whose arrival the centre has not confirmed, each once, oldest first.

        Those of drafts come when the draft became a record.
        """
        hashes = [
            row[0]
            for row in self._db.rows(
                "SELECT sha256 FROM jdz_upload WHERE sent IS NULL ORDER BY added, sha256"
            )
        ]
        drafts = {one.id for one in self.drafts()}
        pending = (
            next((a for a in self.attachment_by_hash(one) if a.record not in drafts), None)
            for one in hashes
        )
        return [one for one in pending if one is not None]

    def confirmed_hashes(self) -> set[str]:
        """Files that the centre holds whole: own ones that it confirmed, others that it gave."""
        found = self._db.rows(
            "SELECT sha256 FROM jdz_upload WHERE sent IS NOT NULL UNION SELECT p.sha256"
            " FROM photos p LEFT JOIN jdz_upload u ON u.sha256 = p.sha256"
            " WHERE u.sha256 IS NULL AND p.version > 0 AND p.sha256 IS NOT NULL"
        )
        return {row[0] for row in found}

    def mark_attachment_sent(self, sha256: str) -> None:
        """The centre has the whole file and its hash is right."""
        with self._write() as now:
            self._db.run(
                "UPDATE jdz_upload SET sent = ? WHERE sha256 = ? AND sent IS NULL", (now, sha256)
            )


def _looks_different(before: OwnChange, after: OwnChange, central: Central) -> bool:
    return any(
        is_shown(before, name, central) != is_shown(after, name, central)
        for name in before.change.fields
    )


def _differs(subject: Subject, state: State, version: int) -> bool:
    return subject.version != version or subject.state != state
