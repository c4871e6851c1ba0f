"""JSON texts of what a merge made, each large value encoded once.

One record's answers stand in its change, in the change's fate, in the state of its subject and
in the feed: together most of what receiving a record costs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from jdz_field.core.changes import Value
from jdz_field.sync.merge_types import Fate, FieldState

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Texts:
    """Encodes as ``tables.dumps`` does; remembers objects and lists while it lives."""

    def __init__(self) -> None:
        # The value beside its text: an id is only its own while the value lives.
        self._known: dict[int, tuple[Value, str]] = {}

    def of(self, value: Value) -> str:
        """The JSON of a value."""
        if not isinstance(value, dict | list):
            return _ENCODE(value)
        found = self._known.get(id(value))
        if found is None:
            found = self._known[id(value)] = (value, _ENCODE(value))
        return found[1]

    def fates(self, fates: Mapping[str, Fate]) -> str:
        """What ``worlds.known_of`` reads back."""
        if not any(_large(f.value) or _large(f.base) for f in fates.values()):
            return _ENCODE(
                {
                    name: [f.outcome, f.base, f.value, f.ground, f.version, f.reason, f.replaced_by]
                    for name, f in fates.items()
                }
            )
        return _object(
            (
                name,
                f'["{f.outcome}",{self.of(f.base)},{self.of(f.value)},'
                + _ENCODE([f.ground, f.version, f.reason, f.replaced_by])[1:],
            )
            for name, f in fates.items()
        )

    def state(self, fields: Mapping[str, FieldState]) -> str:
        """What ``worlds.subject_of`` reads back."""
        if not any(_large(s.value) for s in fields.values()):
            return _ENCODE({name: [s.value, s.version, s.change] for name, s in fields.items()})
        return _object(
            (name, f"[{self.of(s.value)},{s.version},{_ENCODE(s.change)}]")
            for name, s in fields.items()
        )

    def values(self, fields: Mapping[str, Value]) -> str:
        """An object of values."""
        if not any(map(_large, fields.values())):
            return _ENCODE(dict(fields))
        return _object((name, self.of(value)) for name, value in fields.items())


def _large(value: Value) -> bool:
    return isinstance(value, dict | list)


def _object(entries: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{_ENCODE(name)}:{text}" for name, text in entries) + "}"
