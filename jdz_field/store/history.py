"""What happened to a subject, and which own values the centre has not taken."""
# ruff: noqa: S608 - the parts of the statements are constants of this file

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.core.changes import Change, Outcome, Value
from jdz_field.core.feed import FeedEntry
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW
from jdz_field.store import log, rows
from jdz_field.store.base import Base
from jdz_field.store.layers import DELETED, GEOMETRY
from jdz_field.store.queries import HistoryEntry, LocalConflict
from jdz_field.store.shown import Central, OwnChange, open_fields

#: Every open change of the subjects that have an own value the centre has not taken.
_HELD = (
    f"{log.OWN} WHERE o.open = 1 AND o.subject IN"
    " (SELECT subject FROM jdz_own WHERE open = 1 AND held IS NOT NULL) ORDER BY o.seq"
)

#: Settings that name the file of an import.
_IMPORT = "import:"


class History(Base):
    """Looking back, and looking at what is not settled."""

    def site_history(self, site_id: str) -> list[HistoryEntry]:
        """Every change of a site (or record, or attachment), own and pulled, newest first."""
        pulled = self._db.rows(f"{log.FEED} WHERE subject = ? ORDER BY version", (site_id,))
        own = self._db.rows(f"{log.OWN} WHERE c.subject = ? ORDER BY o.seq", (site_id,))
        mine = [log.own_of(row) for row in own]
        known = {one.change.id for one in mine}
        entries = [_own_entry(one) for one in mine]
        central = Central()
        for entry in map(log.entry_of, pulled):
            if entry.change not in known or entry.decision is not None:
                entries.append(_pulled_entry(entry, central))
            central.take(entry.version, entry.fields)
        return sorted(entries, key=lambda e: (e.at, e.change.hlc), reverse=True)

    def name_import(self, origin: str, file: str) -> None:
        """Remember which file an import (its id, without ``import:``) came from."""
        self.set_setting(f"{_IMPORT}{origin}", file)

    def import_name(self, origin: str) -> str:
        """The file that an import came from; empty when this device did not make it."""
        return str(self.get_setting(f"{_IMPORT}{origin}", ""))

    def conflicts(self) -> list[LocalConflict]:
        """Fields in conflict, oldest first: the central value is shown, the own one is kept.

        A conflict that the person edited again is answered, and in this list no more.
        """
        return self._unsettled({Outcome.CONFLICT})

    def kept_values(self) -> list[LocalConflict]:
        """Own values that wait at the centre: proposed, waiting, quarantined or rejected."""
        held = (Outcome.PROPOSED, Outcome.WAITING, Outcome.QUARANTINED, Outcome.REJECTED)
        return self._unsettled(set(held))

    def _unsettled(self, outcomes: set[Outcome]) -> list[LocalConflict]:
        found = self._db.rows(_HELD)
        by_subject: dict[str, list[OwnChange]] = {}
        for row in found:
            by_subject.setdefault(row[6], []).append(log.own_of(row))
        central = log.centrals(self._db, by_subject.keys())
        listed: list[LocalConflict] = []
        for subject, own in by_subject.items():
            shown = rows.find(self._db, subject, (own[0].change.kind,))
            state = shown.state if shown else {}
            listed += _of_subject(own, central[subject], state, outcomes)
        return listed


def _of_subject(
    own: list[OwnChange], central: Central, state: Mapping[str, Value], outcomes: set[Outcome]
) -> Iterable[LocalConflict]:
    """The newest own value of each field, when it is one of those the centre has not taken."""
    newest: dict[str, OwnChange] = {}
    for one in own:
        for name in one.change.fields:
            if not one.state(name).settled:
                newest[name] = one
    for name, one in newest.items():
        fate = dict(open_fields(one)).get(name)
        if fate is None or fate.outcome not in outcomes:
            continue
        base, new = one.change.fields[name]
        yield LocalConflict(
            subject=one.change.subject,
            kind=one.change.kind,
            code=str(state.get("code") or ""),
            name=str(state.get("name") or ""),
            field=name,
            base=base,
            central=central.fields[name][0] if name in central.fields else None,
            own=new,
            change=one.change.id,
            outcome=str(fate.outcome),
            reason=fate.reason,
            version=fate.version,
        )


def _own_entry(one: OwnChange) -> HistoryEntry:
    outcomes = {one.state(name).outcome for name in one.change.fields}
    if one.held:
        state = one.held
    elif Outcome.REJECTED in outcomes:
        state = "rejected"
    elif outcomes != {None}:
        state = "received"
    else:
        state = "sent" if one.batch else "unsent"
    return HistoryEntry(one.change, state, summary(one.change), one.change.hlc[:24])


def _pulled_entry(entry: FeedEntry, central: Central) -> HistoryEntry:
    fields = {
        name: (central.fields[name][0] if name in central.fields else None, value)
        for name, value in entry.fields.items()
    }
    change = Change(
        id=entry.change or entry.decision or "",
        device=entry.device,
        author=entry.author,
        hlc=entry.hlc,
        kind=entry.kind,
        subject=entry.subject,
        fields=fields,
        base_version=entry.version - 1,
        origin=f"decision:{entry.decision}" if entry.decision else "edit",
    )
    return HistoryEntry(change, "received", summary(change), entry.at, entry.decision)


def summary(change: Change) -> str:
    """The fields of a change with old and new value, in the language in force."""
    parts = []
    for name, (base, new) in change.fields.items():
        if name == HOW:
            # It belongs to the position beside it, and is no text for a person.
            parts += [] if GEOMETRY in change.fields else [field_label(change.kind, name)]
            continue
        field, label = _field(change.kind, name), field_label(change.kind, name)
        before, after = _value(field, base), _value(field, new)
        template = _("{field}: {before} → {after}") if before else _("{field}: {after}")
        parts.append(template.format(field=label, before=before, after=after or "—"))
    return "; ".join(parts)


def _field(kind: str, name: str) -> Field | None:
    return site_kind(kind).by_name.get(name) if kind in SITE_KINDS else None


def field_label(kind: str, name: str) -> str:
    """The label of a field, of ``geometry`` and ``deleted`` too; else its name."""
    field = _field(kind, name)
    if field is not None:
        return field.label
    labels = {
        GEOMETRY: _("Position"),
        DELETED: _("Deleted"),
        "review": _("Review"),
        "review_comment": _("Review comment"),
        "merged_into": _("Merged into"),
        HOW: _("How the position was found"),
    }
    return labels.get(name, name)


def _value(field: Field | None, value: Value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    codes = field.code_list() if field else None
    if codes and isinstance(value, str):
        return "、".join(codes.label(code) for code in value.split())
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
