"""What the office does over the network: look through batches, decide, approve, review, number.

One façade for the office window. Every call goes to the centre and waits for its answer, so
call it beside the window's thread. Errors: ``Unavailable`` (no server), ``BadInput`` (refused,
with the centre's sentence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jdz_field.core.changes import Value
from jdz_field.core.sites import Record

Json = Mapping[str, Any]


class Calls(Protocol):
    """The part of ``sync.client.CentralClient`` that the office needs."""

    def get(self, path: str) -> Any:
        """The JSON at ``/v1/<path>``."""

    def post(self, path: str, body: Json) -> Any:
        """The JSON that the centre answers."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch that came in.

    ``outcomes`` counts changes by what became of them; ``missing`` attachments are named in
    the batch and have not arrived; ``received`` is UTC text.
    """

    id: str
    author: str
    device: str
    received: str
    changes: int
    outcomes: Mapping[str, int] = field(default_factory=dict)
    attachments: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Stand:
    """One of the values that stand against each other: who gave it, when, with what."""

    value: Value
    author: str = ""
    at: str = ""
    device: str = ""
    change: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One open conflict: ``field``, ``delete``, ``duplicate`` or ``record``.

    ``incoming`` is the newest of ``rivals``. ``seen_version`` goes back with the decision, so
    that nobody decides over a value they have not seen.
    """

    id: str
    type: str
    kind: str
    subject: str
    code: str
    name: str
    field: str
    base: Stand
    central: Stand
    incoming: Stand
    rivals: tuple[Stand, ...]
    seen_version: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a controlled field that waits for the office."""

    id: str
    kind: str
    subject: str
    code: str
    name: str
    field: str
    central: Value
    proposed: Stand


@dataclass(frozen=True, slots=True)
class Review:
    """A record that waits for review, with where it belongs."""

    record: Record
    code: str = ""
    name: str = ""
    device: str = ""
