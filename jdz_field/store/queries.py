"""Questions to the store and the shapes of their answers."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Literal, NamedTuple

from jdz_field.core.changes import Change, Value

RecordState = Literal["unsent", "sent", "received", "approved", "returned", "rejected"]


SiteOrder = Literal["name", "code", "grade", "visited", "distance", "updated"]
#: Own values of a site that the centre has not taken: in conflict, or waiting for the office.
Held = Literal["conflict", "proposed"]
Placed = Literal["placed", "unplaced", "legacy"]


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """Which sites, and in which order.

    Attributes:
        text: words, all of which must be found: anywhere in a name, a number, a township, a
            person, a telephone; pinyin, whole or initials; words of remarks.
        kinds: site kinds; none means all.
        county: county code.
        town: name of the township, exactly.
        kind_code: code of the kind's own list.
        grade: danger grade; only geohazard points have one.
        status: code of ``site_status``.
        unvisited: not inspected for more than so many days, or never; ``NEVER``: never.
        overdue: inspection overdue by ``core.patrol``, or not.
        unsent: with or without changes that have no receipt; ``None`` means both.
        held: own values in conflict; ``proposed``: at the office in any other way.
        mine: changed by hand by the person who works here.
        placed: with a place, without one, or without one because its coordinates wait for
            conversion (待转换).
        near: longitude and latitude (degrees) that distances are from.
        include_deleted: deleted sites too.
        order: ``name``, ``code``, ``grade`` (worst first), ``visited`` (longest ago first, never
            before all), ``distance`` (from ``near``; by name without it) or ``updated`` (newest
            first). With ``text`` the best match comes first when it is by name, and what is
            called exactly so in every order.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    county: str | None = None
    town: str | None = None
    kind_code: str | None = None
    grade: str | None = None
    status: str | None = None
    unvisited: int | None = None
    overdue: bool | None = None
    unsent: bool | None = None
    held: Held | None = None
    mine: bool | None = None
    placed: Placed | None = None
    near: tuple[float, float] | None = None
    include_deleted: bool = False
    order: SiteOrder = "name"


#: ``SiteQuery.unvisited``: never inspected at all.
NEVER = -1
#: Days since the last inspection that are counted beside the filter.
UNVISITED = (NEVER, 10, 31, 92, 183, 366)


@dataclass(frozen=True, slots=True)
class Found:
    """The sites that a query finds, in its order, as a list keeps them.

    Attributes:
        query: the query.
        numbers: their row numbers in the store, one after another (eight bytes a site).
        stamp: the state of the store that it was asked of; another one may answer otherwise.
    """

    query: SiteQuery
    numbers: array[int]
    stamp: int = 0

    def __len__(self) -> int:
        """How many."""
        return len(self.numbers)


#: How many sites a query would find with another value of one filter: by filter (the fields of
#: ``SiteQuery``, ``kinds`` as ``kind``), by value as text.
Facets = dict[str, dict[str, int]]


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
    #: What the catalogue wants to stand there; ``""``: its name.
    label: str = ""


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
