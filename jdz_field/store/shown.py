"""What is shown of a subject: the central values, overlaid with one's own unsettled changes.

Pure: the same log and feed always give the same state, which is how ``check`` proves a project
sound. A field of an own change is in one of these situations:

- no receipt yet, or applied and the feed has not brought it: shown over the central value
- conflict, proposed, waiting, quarantined: the central value is shown, the own one kept; but
  what a creation set and the centre has no value for stays shown, or a new site would vanish
- settled (the feed caught up, a decision fell, the office rejected it): the central value
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jdz_field.core.changes import Change, ChangeReceipt, Outcome, Value
from jdz_field.core.feed import FeedEntry
from jdz_field.store.layers import DELETED, State

_TAKEN = (Outcome.APPLIED, Outcome.ALREADY)
_HELD = (Outcome.CONFLICT, Outcome.PROPOSED, Outcome.WAITING, Outcome.QUARANTINED)


@dataclass(frozen=True, slots=True)
class FieldState:
    """What is known of one field of an own change; ``version`` as in the receipt."""

    outcome: Outcome | None = None
    version: int | None = None
    reason: str | None = None
    settled: bool = False


_UNKNOWN = FieldState()


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A change of this device and what became of it; ``seq`` is its place in the log."""

    seq: int
    change: Change
    batch: str | None = None
    states: Mapping[str, FieldState] = field(default_factory=dict)

    def state(self, name: str) -> FieldState:
        """What is known of one field."""
        return self.states.get(name, _UNKNOWN)

    @property
    def open(self) -> bool:
        """Whether a field is not settled."""
        return any(not self.state(name).settled for name in self.change.fields)

    @property
    def held(self) -> str | None:
        """The gravest open outcome that hides an own value, if there is one."""
        held = {s.outcome for n in self.change.fields if not (s := self.state(n)).settled}
        grave = (Outcome.CONFLICT, Outcome.QUARANTINED, Outcome.WAITING, Outcome.PROPOSED)
        return next((str(o) for o in (*grave, Outcome.REJECTED) if o in held), None)

    @property
    def creation(self) -> bool:
        """Whether it made its subject."""
        change = self.change
        return (
            change.base_version == 0
            and change.parent is None
            and all(base is None for base, _new in change.fields.values())
        )


@dataclass(slots=True)
class Central:
    """The central values of a subject as far as they were pulled: value and version by field."""

    version: int = 0
    fields: dict[str, tuple[Value, int]] = field(default_factory=dict)

    def take(self, version: int, fields: Mapping[str, Value]) -> None:
        """Add a version; they come in order."""
        self.version = version
        for name, value in fields.items():
            self.fields[name] = (value, version)

    def version_of(self, name: str) -> int:
        """The version that set a field last, 0 when none did."""
        return self.fields[name][1] if name in self.fields else 0


def put(state: State, name: str, value: Value) -> None:
    """Set a field of a state; no value, and not deleted, are no entry."""
    if value is None or (name == DELETED and value is False):
        state.pop(name, None)
    else:
        state[name] = value


def is_shown(own: OwnChange, name: str, central: Central) -> bool:
    """Whether a field shows the value of this own change, unless a later one covers it."""
    state = own.state(name)
    if state.settled:
        return False
    if state.outcome is None or state.outcome in _TAKEN:
        return True
    if state.outcome is Outcome.REJECTED:
        return own.creation and central.version == 0
    return own.creation and name not in central.fields


def shown(central: Central, own: Iterable[OwnChange]) -> State:
    """The state to show; ``own`` in the order of the log."""
    state: State = {}
    for name, (value, _version) in central.fields.items():
        put(state, name, value)
    for one in own:
        for name, (_base, new) in one.change.fields.items():
            if is_shown(one, name, central):
                put(state, name, new)
    return state


def _caught_up(own: OwnChange, name: str, state: FieldState, central: Central) -> bool:
    """Whether the feed brought what the centre took."""
    if state.version is not None:
        return central.version >= state.version
    # "Already" may come without a version: then the field moved after this change's base.
    return central.version_of(name) > own.change.base_version


def _settle_field(own: OwnChange, name: str, state: FieldState, central: Central) -> FieldState:
    if state.settled:
        return state
    # A creation that was rejected whole stays with its author, marked: it is nowhere else.
    final = state.outcome is Outcome.REJECTED and (not own.creation or central.version > 0)
    if final or (state.outcome in _TAKEN and _caught_up(own, name, state, central)):
        return replace(state, settled=True)
    return state


def settle(own: OwnChange, central: Central) -> OwnChange:
    """The change with every field settled that the feed has caught up with."""
    states = {
        name: _settle_field(own, name, own.state(name), central) for name in own.change.fields
    }
    return replace(own, states=states)


def receive(own: OwnChange, receipt: ChangeReceipt, central: Central) -> OwnChange:
    """The change after a receipt; one that repeats an old outcome reopens nothing.

    A receipt that names another subject went to the site that this one was merged into: what
    was taken there comes back as that site's, so it is settled here.
    """
    states = {name: own.state(name) for name in own.change.fields}
    elsewhere = receipt.subject != own.change.subject
    for name, told in receipt.fields.items():
        if name in states and not states[name].settled:
            gone = elsewhere and told.outcome in _TAKEN
            states[name] = FieldState(told.outcome, told.version, told.reason, gone)
    return settle(replace(own, states=states), central)


def hear(own: OwnChange, entries: Sequence[FeedEntry], central: Central) -> OwnChange:
    """The change after feed entries of its subject, ``central`` being the state after them."""
    states = {name: own.state(name) for name in own.change.fields}
    for entry in entries:
        for name, state in states.items():
            if not state.settled and _ends(own, name, state, entry):
                states[name] = replace(
                    state,
                    outcome=state.outcome if entry.change != own.change.id else Outcome.APPLIED,
                    version=entry.version,
                    settled=True,
                )
    return settle(replace(own, states=states), central)


def _ends(own: OwnChange, name: str, state: FieldState, entry: FeedEntry) -> bool:
    """Whether a feed entry settles a field: it brings this change, or decides its conflict."""
    if entry.change == own.change.id and name in entry.fields:
        return True
    if entry.decision is None or state.outcome is not Outcome.CONFLICT:
        return False
    if state.version is not None and entry.version <= state.version:
        return False
    # An edit that met a deletion waits for the decision about the deletion.
    return name in entry.fields or (state.reason == DELETED and DELETED in entry.fields)


def states_to_json(own: OwnChange) -> dict[str, Any]:
    """What is known of the fields, for the file."""
    return {
        name: [s.outcome and str(s.outcome), s.version, s.reason, int(s.settled)]
        for name, s in own.states.items()
    }


def states_from_json(data: Mapping[str, Any]) -> dict[str, FieldState]:
    """What ``states_to_json`` wrote."""
    return {
        name: FieldState(Outcome(o) if o else None, version, reason, bool(settled))
        for name, (o, version, reason, settled) in data.items()
    }


def open_fields(own: OwnChange) -> Iterable[tuple[str, FieldState]]:
    """The fields whose own value is kept but not shown, and why."""
    for name in own.change.fields:
        state = own.state(name)
        if not state.settled and state.outcome in (*_HELD, Outcome.REJECTED):
            yield name, state
