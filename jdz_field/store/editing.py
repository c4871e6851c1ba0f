"""Editing: changes into the log and into the layers, always both in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import NamedTuple

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import ATTACHMENT, RECORD, Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.store import log, rows
from jdz_field.store.alone import alone
from jdz_field.store.base import Base
from jdz_field.store.bulk import LEAST, Lane, roomy
from jdz_field.store.fields import clean
from jdz_field.store.fresh import Block, blocks_of, is_plain
from jdz_field.store.layers import DELETED, State, home_of, layers_of
from jdz_field.store.leaving import refuse_left
from jdz_field.store.rows import Subject
from jdz_field.store.shown import put

#: Edits that are read, compared and written together; those that a wide lane may take at once.
CHUNK = 1000
_WIDE = 10_000

#: Called with the number done and the number of all, 0 when that is not known.
Progress = Callable[[int, int], None]


class Edit(NamedTuple):
    """Fields to set on a subject; one that is not there yet is made.

    ``seen``: the central version that the values were made from, when that may be older than the
    one pulled since. Fields that still say what that version said are no edit then.
    """

    kind: str
    subject: str
    fields: Mapping[str, Value]
    seen: int | None = None


class NewSites(NamedTuple):
    """Edits that make sites with the same fields: every field's values, site by site."""

    kind: str
    subjects: Sequence[str]
    columns: Mapping[str, Sequence[Value]]

    def edits(self) -> list[Edit]:
        """The edits one by one."""
        lines = zip(*self.columns.values(), strict=True)
        return [
            Edit(self.kind, subject, dict(zip(self.columns, line, strict=True)))
            for subject, line in zip(self.subjects, lines, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class EditCounts:
    """What became of many edits."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: EditCounts) -> EditCounts:
        """Both counts together."""
        return EditCounts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


class _Chunk:
    """Some edits on their way: subjects in hand, changes made."""

    def __init__(self, subjects: dict[str, Subject], parents: dict[str, str]) -> None:
        self.subjects = subjects
        self.parents = parents
        self.changes: list[Change] = []
        self.touched: dict[str, Subject] = {}
        self.counts = [0, 0, 0]


class Editing(Base):
    """Writing to sites, and the part of it that records and attachments share."""

    def edit(
        self, kind: str, subject: str, fields: Mapping[str, Value], *, origin: str = "edit"
    ) -> Change | None:
        """Set fields of a subject, or make it: one change with what differs from what is shown.

        Returns ``None``, and writes nothing, when nothing differs. ``geometry`` is WKT
        (EPSG:4490, longitude latitude), ``deleted`` true or false.

        Raises:
            BadInput: an unknown kind or field, a value of the wrong type, a finalized record, an
                attachment that is not there, what this person sees no more.
        """
        if kind == RECORD:
            raise BadInput(_("A finalized record never changes; correct it with a new one."))
        with self._write() as now:
            if kind == ATTACHMENT:
                self._require(kind, (subject,))
            refuse_left(self._db, subject)
            changes, _counts = self._apply([Edit(kind, subject, fields)], origin, now)
        return changes[0] if changes else None

    def _require(self, kind: str, ids: Collection[str]) -> None:
        """``BadInput`` unless every subject is there."""
        there = rows.load(self._db, kind, ids)
        for one in ids:
            if one not in there:
                raise BadInput(
                    _("There is no {kind} {id} in this project.").format(kind=kind, id=one)
                )

    def edit_many(
        self, edits: Iterable[Edit | NewSites], *, origin: str, progress: Progress | None = None
    ) -> EditCounts:
        """Many edits in one transaction, for imports; all or nothing.

        What ``progress`` raises undoes everything.
        """
        total = len(edits) if isinstance(edits, Sized) else 0
        waiting = iter(edits)
        first = list(islice(_chunks(waiting), 1))
        held = alone(self._db) if first and _size(first[0]) == _WIDE else nullcontext()
        with held, roomy(self._db), self._write() as now:
            chunks = chain(first, _chunks(waiting))
            first = []
            many = _Many(self._apply, self._lane_for, origin, now)
            done = 0
            for chunk in chunks:
                for number in many.take(chunk):
                    done += number
                    if progress:
                        progress(done, total)
            many.end()
        return many.counts

    def _lane_for(self, kind: str, origin: str, now: str) -> Lane:
        who = (self.device, self.author, origin)
        return Lane(self._db, layers_of(kind)[0], who, now, self._clock.ticks)

    def undo_origin(self, origin: str) -> int:
        """Take back the changes of an import as far as nobody touched them since.

        A site that it made is deleted when none of its fields changed afterwards; other fields
        go back to what they were. Returns the number of changes written.
        """
        with self._write() as now:
            return len(self._apply(self._reversals(origin), f"undo:{origin}", now)[0])

    def _reversals(self, origin: str) -> list[Edit]:
        found = self._db.rows(f"{log.OWN} WHERE c.origin = ? ORDER BY o.seq DESC", (origin,))
        own = [log.own_of(row) for row in found]
        edits: list[Edit] = []
        by_kind: dict[str, set[str]] = {}
        for one in own:
            by_kind.setdefault(one.change.kind, set()).add(one.change.subject)
        subjects = {k: rows.load(self._db, k, ids) for k, ids in by_kind.items()}
        for one in own:
            subject = subjects[one.change.kind].get(one.change.subject)
            if subject is None:
                continue
            fields = self._untouched(subject, one.seq, one.change)
            if one.creation and one.change.kind in SITE_KINDS:
                fields = {DELETED: True} if len(fields) == len(one.change.fields) else {}
            if fields:
                edits.append(Edit(one.change.kind, one.change.subject, fields))
        return edits

    def _untouched(self, subject: Subject, seq: int, change: Change) -> dict[str, Value]:
        """The fields that still show what this change set, and what they were before."""
        later = self._db.rows(
            "SELECT DISTINCT j.key FROM jdz_change c, json_each(c.fields) j"
            " WHERE c.subject = ? AND c.seq > ?",
            (subject.id, seq),
        )
        touched = {row[0] for row in later}
        return {
            name: base if name != DELETED else bool(base)
            for name, (base, new) in change.fields.items()
            if name not in touched and subject.state.get(name, _none(name)) == new
        }

    def _apply(self, edits: list[Edit], origin: str, now: str) -> tuple[list[Change], EditCounts]:
        """Write edits inside a transaction: their changes to the log, their rows to the layers."""
        by_kind: dict[str, list[str]] = {}
        for edit in edits:
            by_kind.setdefault(edit.kind, []).append(edit.subject)
        subjects: dict[str, Subject] = {}
        for kind, ids in by_kind.items():
            _known(kind)
            subjects |= rows.load(self._db, kind, ids)
        parents = log.last_open(self._db, [edit.subject for edit in edits])
        chunk = _Chunk(subjects, parents)
        device, author = self.device, self.author
        for edit in edits:
            self._one(chunk, edit, (device, author, origin))
        log.append(self._db, chunk.changes)
        rows.save(self._db, chunk.touched.values(), now)
        return chunk.changes, EditCounts(*chunk.counts)

    def _one(self, chunk: _Chunk, edit: Edit, who: tuple[str, str, str]) -> None:
        subject = chunk.subjects.get(edit.subject)
        fresh = subject is None
        if subject is None:
            subject = Subject(edit.kind, edit.subject)
        layer = subject.layer or home_of(edit.kind, dict(edit.fields))
        state = subject.state
        before = self._before(edit, subject)
        fields = {}
        for name, value in clean(layer, edit.fields).items():
            base = before.get(name, _none(name))
            if base != value or (fresh and name == DELETED):
                fields[name] = (None if fresh else base, value)
        if not fields or (fresh and all(new is None for _base, new in fields.values())):
            chunk.counts[2] += 1
            return
        for name, (_base, new) in fields.items():
            put(state, name, new)
        change = self._change(subject, fields, chunk.parents.get(edit.subject), who)
        if before is not state:
            change = replace(change, base_version=edit.seen or 0)
        chunk.parents[edit.subject] = change.id
        chunk.subjects[edit.subject] = chunk.touched[edit.subject] = subject
        chunk.changes.append(change)
        chunk.counts[0 if fresh else 1] += 1

    def _before(self, edit: Edit, subject: Subject) -> State:
        """The state that an edit started from: what is shown, or the older one that it names."""
        if edit.seen is None or not 0 < edit.seen < subject.version:
            return subject.state
        return log.central_at(self._db, subject.id, edit.seen)

    def _change(
        self,
        subject: Subject,
        fields: Mapping[str, tuple[Value, Value]],
        parent: str | None,
        who: tuple[str, str, str],
    ) -> Change:
        device, author, origin = who
        return Change(
            id=new_id(),
            device=device,
            author=author,
            hlc=self._clock.tick(),
            kind=subject.kind,
            subject=subject.id,
            fields=fields,
            base_version=subject.version,
            parent=parent,
            origin=origin,
        )


_Apply = Callable[[list[Edit], str, str], tuple[list[Change], EditCounts]]


def _size(chunk: list[Edit] | NewSites) -> int:
    return len(chunk.subjects if isinstance(chunk, NewSites) else chunk)


def _chunks(edits: Iterator[Edit | NewSites]) -> Iterator[list[Edit] | NewSites]:
    """Edits by ``_WIDE``, and new sites as they come."""
    chunk: list[Edit] = []
    for one in edits:
        if isinstance(one, Edit):
            chunk.append(one)
        if chunk and (len(chunk) == _WIDE or isinstance(one, NewSites)):
            yield chunk
            chunk = []
        if isinstance(one, NewSites):
            yield one
    if chunk:
        yield chunk


class _Many:
    """Many edits inside one ``write()``: new sites by the wide lane, the rest the general way."""

    def __init__(
        self, apply: _Apply, lane_for: Callable[[str, str, str], Lane], origin: str, now: str
    ) -> None:
        self.counts = EditCounts()
        self._apply, self._lane_for = apply, lane_for
        self._origin, self._now = origin, now
        self._lane: Lane | None = None
        self._waiting: list[Edit] = []
        self._held: set[str] = set()

    def take(self, chunk: list[Edit] | NewSites) -> Iterator[int]:
        """Write edits, or let a few wait for the end of the lane; gives how many as it goes."""
        size = _size(chunk)
        kind = chunk.kind if isinstance(chunk, NewSites) else chunk[0].kind
        if self._lane is None and kind in SITE_KINDS and size >= LEAST:
            self._lane = self._lane_for(kind, self._origin, self._now)
        if isinstance(chunk, NewSites):
            if self._by_block(chunk):
                yield size
                return
            chunk = chunk.edits()
        if self._lane is None or not self._lane.worth(size):
            yield from self._generally(chunk)
            return
        self._waiting += self._by_lane(self._lane, chunk)
        self._held.update(edit.subject for edit in self._waiting)
        if len(self._waiting) > _WIDE:
            self.end()
        yield size

    def _by_block(self, new: NewSites) -> bool:
        """Write new sites as they came, if nothing speaks against it."""
        lane, ids = self._lane, set(new.subjects)
        if lane is None or lane.layer.kind != new.kind or not lane.worth(len(ids)):
            return False
        if len(ids) < len(new.subjects) or not ids.isdisjoint(self._held):
            return False
        block = Block(lane.layer, list(new.subjects), dict(new.columns))
        if lane.present(block.ids) or not is_plain(block):
            return False
        self._write(lane, block)
        return True

    def _by_lane(self, lane: Lane, chunk: list[Edit]) -> list[Edit]:
        """Write the plain new sites; the other edits."""
        kind = lane.layer.kind
        times = Counter(edit.subject for edit in chunk)
        taken = lane.present(list(times)) | self._held
        fresh: list[Edit] = []
        rest: list[Edit] = []
        for edit in chunk:
            new = edit.kind == kind and times[edit.subject] == 1 and edit.subject not in taken
            (fresh if new else rest).append(edit)
        if 2 * len(fresh) < len(chunk):
            return chunk
        odd = list(self._plain_blocks(lane, fresh))
        return rest + odd

    def _plain_blocks(self, lane: Lane, fresh: list[Edit]) -> Iterator[Edit]:
        """Write the blocks that are plain, if need be after cleaning; the edits of the others."""
        by_id = {edit.subject: edit for edit in fresh}
        cleaned: list[tuple[str, Mapping[str, Value]]] = []
        for block, plain in blocks_of(lane.layer, ((e.subject, e.fields) for e in fresh)):
            if plain:
                self._write(lane, block)
            else:
                cleaned += [(i, _present(clean(lane.layer, by_id[i].fields))) for i in block.ids]
        for block, plain in blocks_of(lane.layer, cleaned):
            if plain:
                self._write(lane, block)
            else:
                yield from (by_id[i] for i in block.ids)

    def _write(self, lane: Lane, block: Block) -> None:
        lane.write(block)
        self.counts += EditCounts(created=len(block.ids))

    def _generally(self, edits: list[Edit]) -> Iterator[int]:
        for start in range(0, len(edits), CHUNK):
            part = edits[start : start + CHUNK]
            self.counts += self._apply(part, self._origin, self._now)[1]
            yield len(part)

    def end(self) -> None:
        """Close the lane and write what waited for it."""
        if self._lane is not None:
            self._lane.end()
            self._lane = None
        waiting, self._waiting, self._held = self._waiting, [], set()
        for _number in self._generally(waiting):
            pass


def _present(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}


def _none(name: str) -> Value:
    """What a field shows when nothing is stored: not deleted, or no value."""
    return False if name == DELETED else None


def _known(kind: str) -> None:
    try:
        layers_of(kind)
    except KeyError:
        raise BadInput(_("There is no kind «{kind}».").format(kind=kind)) from None
