"""A project as it stood at a moment: the present, taken back by what changed since.

An own change counts from when it was made (its stamp), what others did from when the centre wrote
it. A *controlled* field of an own change that the centre took counts from then, because a field
role's change of one is a proposal until the office approves. What the centre has not taken (in
conflict, proposed, refused) never counted.

A device that took a snapshot holds versions that still stand, not those overwritten before; what
it cannot know of a moment is counted, never guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.changes import ATTACHMENT, RECORD, Outcome, Value
from jdz_field.core.sites import Attachment, Record, Site
from jdz_field.geo.geometry import anchor
from jdz_field.store import log, rows
from jdz_field.store.layers import GEOMETRY, layer
from jdz_field.store.records import attachment_of, record_of
from jdz_field.store.rows import Subject
from jdz_field.store.shown import OwnChange, put
from jdz_field.store.sites import SiteReads

#: Outcomes of a field of an own change that counted.
_COUNTED = (None, Outcome.APPLIED, Outcome.ALREADY)


class Event(NamedTuple):
    """Values that a subject got: when they counted from, their stamp, who, what brought them.

    ``at`` and ``hlc`` as ``core.clock``; ``origin`` as ``Change.origin``.
    """

    at: str
    hlc: str
    author: str
    origin: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to a subject, the oldest first.

    ``whole``: no version lacks here; ``born``: the first event is the one that made it.
    """

    events: tuple[Event, ...]
    whole: bool = True
    born: bool = True

    def known_by(self, moment: str) -> bool:
        """Whether it was there: one event by then, or older ones that are not here."""
        return not self.events or self.events[0].at <= moment or not self.born

    def back(self, present: Mapping[str, Value], moment: str) -> dict[str, Value]:
        """The state as it was: fields that changed since get what they had before."""
        state = dict(present)
        later = {name for one in self.events if one.at > moment for name in one.fields}
        for name in later:
            had = [one.fields[name] for one in self.events if _had(one, name, moment)]
            put(state, name, had[-1] if had else None)
        return state


def _had(event: Event, name: str, moment: str) -> bool:
    return event.at <= moment and name in event.fields


@dataclass(frozen=True, slots=True)
class SitesThen:
    """Sites of a moment, deleted ones too; ``unsure``: ids whose past is not whole here."""

    sites: tuple[Site, ...]
    unsure: frozenset[str] = frozenset()


class Past(SiteReads):
    """Looking at a project as it was. ``moment`` is text as ``core.clock.to_text`` writes it."""

    def courses(
        self, kinds: Collection[str] = (), *, since: str = "", ids: Collection[str] = ()
    ) -> dict[str, Course]:
        """What happened to the subjects of these kinds (or these ``ids``), by id.

        ``since``: only of those to which something happened after that moment, but all of it.
        """
        wanted = list(ids) or self._touched(kinds, since)
        found: dict[str, Course] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            found |= self._courses(wanted[start : start + _AT_ONCE])
        return found

    def sites_then(self, moment: str, kinds: Sequence[str] = SITE_KINDS) -> SitesThen:
        """Every site of these kinds that there was, with the values of then; by number."""
        found: list[Subject] = []
        unsure: set[str] = set()
        for kind in kinds:
            courses = self.courses((kind,), since=moment)
            for one in self._subjects(kind):
                course = courses.get(one.id)
                if course is not None and not course.known_by(moment):
                    continue
                if course is not None:
                    _take_back(one, course, moment)
                    unsure |= set() if course.whole else {one.id}
                found.append(one)
        sites = self._sites(found)
        return SitesThen(tuple(sorted(sites, key=_by_number)), frozenset(unsure))

    def records_then(
        self, moment: str, *, site: str | None = None, form: str | None = None
    ) -> list[Record]:
        """The records that there were, with their reviews of then; the newest first."""
        courses = self.courses((RECORD,), since=moment)
        found = []
        for one in self._subjects("records"):
            course = courses.get(one.id)
            if course is not None and not course.known_by(moment):
                continue
            if course is not None:
                one.state = course.back(one.state, moment)
            record = record_of(one)
            wanted = site in (None, record.site) and form in (None, record.form)
            if wanted and not one.state.get("deleted"):
                found.append(record)
        return sorted(found, key=lambda one: (one.finished, one.id), reverse=True)

    def attachments_then(self, moment: str, *, record: str | None = None) -> list[Attachment]:
        """The attachments that there were, as they are now: a mark that hides holds for the past.

        ``record``: only those of this record.
        """
        later = self.courses((ATTACHMENT,), since=moment)
        gone = {id_ for id_, course in later.items() if not course.known_by(moment)}
        found = []
        for name in ("photos", "tracks"):
            for one in self._subjects(name):
                told = attachment_of(one)
                if one.id not in gone and record in (None, told.record):
                    found += [] if one.state.get("deleted") else [told]
        return found

    def begun(self) -> str:
        """The moment of the first change that is here, own or pulled; empty when there is none."""
        first = self._db.value(
            "SELECT min(at) FROM (SELECT min(substr(hlc, 1, 24)) AS at FROM jdz_change"
            " UNION ALL SELECT min(at) FROM jdz_feed)"
        )
        return str(first or "")

    def _subjects(self, name: str) -> list[Subject]:
        one = layer(name)
        found = self._db.rows(f"{rows.select(one)} WHERE id IS NOT NULL ORDER BY fid")
        return [rows.subject_of(one, row) for row in found]

    def _touched(self, kinds: Collection[str], since: str) -> list[str]:
        sql = (
            "SELECT subject FROM jdz_change WHERE substr(hlc, 1, 24) > ?2 AND kind IN"
            " (SELECT value FROM json_each(?1)) UNION SELECT subject FROM jdz_feed"
            " WHERE at > ?2 AND kind IN (SELECT value FROM json_each(?1)) ORDER BY 1"
        )
        return [row[0] for row in self._db.rows(sql, (rows.as_list(kinds), since))]

    def _courses(self, ids: Sequence[str]) -> dict[str, Course]:
        named = "IN (SELECT value FROM json_each(?))"
        events: dict[str, list[Event]] = {one: [] for one in ids}
        versions: dict[str, set[int]] = {}
        pulled = self._db.rows(f"{log.FEED} WHERE subject {named} ORDER BY version", (_as(ids),))
        found = self._db.rows(f"{log.OWN} WHERE c.subject {named} ORDER BY o.seq", (_as(ids),))
        own = {one.change.id: one for one in map(log.own_of, found)}
        taken: dict[str, set[str]] = {}
        for entry in map(log.entry_of, pulled):
            versions.setdefault(entry.subject, set()).add(entry.version)
            known = own.get(entry.change or "") if entry.decision is None else None
            fields = entry.fields if known is None else _approved(known, entry.fields)
            if known is not None:
                taken.setdefault(known.change.id, set()).update(fields)
            if fields:
                origin = known.change.origin if known else _origin(entry.decision)
                event = Event(entry.at, entry.hlc, entry.author, origin, fields)
                events[entry.subject].append(event)
        for mine in own.values():
            events[mine.change.subject] += _own_events(mine, taken.get(mine.change.id, set()))
        made = {mine.change.subject for mine in own.values() if mine.creation}
        return {
            one: Course(
                tuple(sorted(told, key=_in_time)),
                _is_whole(versions.get(one, set())),
                one in made or 1 in versions.get(one, {1}),
            )
            for one, told in events.items()
        }


#: Subjects whose course is read at once.
_AT_ONCE = 2000
_as = rows.as_list


def _origin(decision: str | None) -> str:
    return f"decision:{decision}" if decision else "edit"


def _approved(own: OwnChange, fields: Mapping[str, Value]) -> dict[str, Value]:
    """What of an own change counted from when the centre took it."""
    if own.change.kind not in SITE_KINDS:
        return {}
    about = site_kind(own.change.kind)
    return {
        name: value for name, value in fields.items() if not own.creation and about.controlled(name)
    }


def _own_events(own: OwnChange, taken: Collection[str]) -> Iterable[Event]:
    fields = {
        name: new
        for name, (_base, new) in own.change.fields.items()
        if name not in taken and (own.creation or own.state(name).outcome in _COUNTED)
    }
    change = own.change
    if fields:
        yield Event(change.hlc[:24], change.hlc, change.author, change.origin, fields)


def _is_whole(versions: Collection[int]) -> bool:
    return not versions or (min(versions) == 1 and len(versions) == max(versions))


def _take_back(one: Subject, course: Course, moment: str) -> None:
    before = one.state.get(GEOMETRY)
    one.state = course.back(one.state, moment)
    then = one.state.get(GEOMETRY)
    if then != before:
        one.label = anchor(then) or (None, None)


def _in_time(event: Event) -> tuple[str, str]:
    return event.at, event.hlc


def _by_number(site: Site) -> tuple[str, str]:
    return site.code, site.id
