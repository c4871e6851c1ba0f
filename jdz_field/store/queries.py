"""Questions to the store and the shapes of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from jdz_field.core.changes import Change, Value

RecordState = Literal["unsent", "sent", "received", "approved", "returned", "rejected"]


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """Which sites, and in which order.

    Attributes:
        text: words, all of which must be found: Chinese anywhere, the beginning or the last
            digits of a number, pinyin initials.
        kinds: site kinds; none means all.
        county: county code.
        town: name of the township, exactly.
        kind_code: code of the kind's own list.
        grade: danger grade; only geohazard points have one.
        unsent: with or without changes that have no receipt; ``None`` means both.
        include_deleted: deleted sites too.
        order: ``name``, ``code`` or ``updated`` (newest first).
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    county: str | None = None
    town: str | None = None
    kind_code: str | None = None
    grade: str | None = None
    unsent: bool | None = None
    include_deleted: bool = False
    order: Literal["name", "code", "updated"] = "name"


class MapPoint(NamedTuple):
    """A site on the map; degrees, EPSG:4490. ``conflict``: an own value waits for the office."""

    id: str
    kind: str
    kind_code: str | None
    lon: float
    lat: float
    grade: str | None
    unsent: bool
    conflict: bool
    name: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a subject, own or pulled.

    ``state`` is ``unsent``, ``sent``, ``received`` (pulled or applied), or the open outcome:
    ``conflict``, ``proposed``, ``waiting``, ``quarantined``, ``rejected``. ``at`` is its time.
    ``summary`` names the fields and their values in the language in force.
    """

    change: Change
    state: str
    summary: str
    at: str
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form of the project; ``source`` says whether its workbook is kept."""

    form_id: str
    version: str
    title: str
    added: str
    source: bool


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A sealed batch; ``changes`` is its ``changes.jsonl``, kept byte for byte for ever."""

    id: str
    seq: int
    sha: str
    manifest: str
    changes: bytes
    created: str
    changes_count: int
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as a list shows it; ``received`` is the time of its receipt."""

    id: str
    seq: int
    sha: str
    previous: str | None
    epoch: str
    changes: int
    created: str
    received: str | None


@dataclass(frozen=True, slots=True)
class LocalConflict:
    """A field whose own value the centre has not taken.

    Attributes:
        subject: id of the subject.
        kind: its kind.
        code: its number.
        name: its name.
        field: name of the field.
        base: value the change started from.
        central: value at the centre, as pulled.
        own: value of this device.
        change: id of the own change.
        outcome: ``conflict``, ``proposed``, ``waiting``, ``quarantined`` or ``rejected``.
        reason: the centre's reason, if it gave one.
        version: central version when the receipt was given, if it said so.
    """

    subject: str
    kind: str
    code: str
    name: str
    field: str
    base: Value
    central: Value
    own: Value
    change: str
    outcome: str
    reason: str | None
    version: int | None
