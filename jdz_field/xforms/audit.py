"""The log of how a form was filled (XLSForm type ``audit``), as the ODK form audit log lays it out.

Source: ODK documentation, «Form Audit Log»: columns, event names, timestamps. Only the first
moment of a sitting is the device's clock; all later ones are elapsed time added to it, so that
a clock that is set meanwhile changes no duration.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from jdz_field.xforms.form import FormDefinition

#: Name of the file, and what the record's ``meta/audit`` then holds.
FILE = "audit.csv"
#: A log longer than this is no log of a person's work; its end is kept.
MAX_ROWS = 200_000

FORM_START, FORM_RESUME, FORM_EXIT = "form start", "form resume", "form exit"
FORM_SAVE, FORM_FINALIZE, END_SCREEN = "form save", "form finalize", "end screen"
QUESTION, GROUP_QUESTIONS, JUMP = "question", "group questions", "jump"
ADD_REPEAT, DELETE_REPEAT = "add repeat", "delete repeat"
CONSTRAINT_ERROR, SAVE_ERROR, FINALIZE_ERROR = "constraint error", "save error", "finalize error"
CHANGE_REASON = "change reason"
TRACKING_ON, TRACKING_OFF = "location tracking enabled", "location tracking disabled"
PROVIDERS_ON, PROVIDERS_OFF = "location providers enabled", "location providers disabled"
BACKGROUND_ON, BACKGROUND_OFF = "background audio enabled", "background audio disabled"


@dataclass(frozen=True, slots=True)
class AuditRules:
    """What a form wants logged.

    Attributes:
        path: the node that names the file.
        interval_s, age_s: how often a position is looked for and how old it may be; both 0
            when positions are not logged.
        changes: old and new answers; ``reasons``: why a finished record is changed.
        user: who fills it in must say so first.
    """

    path: str
    interval_s: int = 0
    age_s: int = 0
    changes: bool = False
    reasons: bool = False
    user: bool = False

    @property
    def location(self) -> bool:
        """Whether positions are logged."""
        return self.age_s > 0

    def columns(self) -> tuple[str, ...]:
        """The header, in ODK's order."""
        found = ["event", "node", "start", "end"]
        found += ["latitude", "longitude", "accuracy"] if self.location else []
        found += ["old-value", "new-value"] if self.changes else []
        found += ["user"] if self.user else []
        return (*found, *(["change-reason"] if self.reasons else []))


def audit_rules(form: FormDefinition) -> AuditRules | None:
    """What the form's ``audit`` row says; ``None`` when the form has none.

    All three location parameters are required, as ODK says; numbers that are none count as absent.
    """
    node = form.nodes.get(f"{form.root.path}/meta/audit")
    if node is None or node.bind.type != "binary":
        return None
    told = node.bind.extras
    interval, age = (_seconds(told.get(f"location-{n}", "")) for n in ("min-interval", "max-age"))
    located = bool(told.get("location-priority")) and interval > 0 and age >= interval
    return AuditRules(
        path=node.path,
        interval_s=interval if located else 0,
        age_s=age if located else 0,
        changes=told.get("track-changes") == "true",
        reasons=told.get("track-changes-reasons") == "on-form-edit",
        user=told.get("identify-user") == "true",
    )


def _seconds(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


@dataclass(frozen=True, slots=True)
class Position:
    """Where the device was: degrees, metres, and when by the log's own clock (milliseconds)."""

    lat: float
    lon: float
    accuracy: float
    at: int


@dataclass(slots=True)
class Event:
    """One row; times in milliseconds since 1970, ``end`` 0 while it lasts or has none."""

    event: str
    start: int
    node: str = ""
    end: int = 0
    position: Position | None = None
    old: str = ""
    new: str = ""
    user: str = ""
    reason: str = ""

    def cells(self, columns: Sequence[str]) -> list[str]:
        """The row's texts."""
        where = self.position
        told = {
            "event": self.event,
            "node": self.node,
            "start": str(self.start),
            "end": str(self.end) if self.end else "",
            "latitude": f"{where.lat:.7f}" if where else "",
            "longitude": f"{where.lon:.7f}" if where else "",
            "accuracy": f"{where.accuracy:.3f}" if where else "",
            "old-value": self.old,
            "new-value": self.new,
            "user": self.user,
            "change-reason": self.reason,
        }
        return [told[name] for name in columns]


@dataclass(slots=True)
class AuditLog:
    """One sitting at a form.

    Args:
        rules: what is logged.
        started: the device's clock at the start, milliseconds since 1970.
        elapsed: milliseconds since then; never goes back.
        user: who fills it in, when the form asks.
    """

    rules: AuditRules
    started: int
    elapsed: Callable[[], int]
    user: str = ""
    _open: Event | None = None
    _value: str = ""
    _new: list[Event] = field(default_factory=list)
    _seen: list[Position] = field(default_factory=list)

    def now(self) -> int:
        """The log's own time."""
        return self.started + self.elapsed()

    def located(self, lat: float, lon: float, accuracy: float) -> None:
        """A position came; the best of the last ``age_s`` seconds goes with each event."""
        now = self.now()
        limit = now - 1000 * self.rules.age_s
        self._seen = [one for one in self._seen if one.at >= limit][-1000:]
        self._seen.append(Position(lat, lon, accuracy, now))

    def forget_positions(self) -> None:
        """The person wants none logged from now on."""
        self._seen.clear()

    def event(self, name: str, node: str = "", *, reason: str = "") -> None:
        """Something happened at once."""
        self._write(Event(name, self.now(), node, user=self.user, reason=reason))

    def enter(self, node: str, value: str, name: str = QUESTION) -> None:
        """The person came to a question that holds ``value``."""
        if self._open is not None and self._open.node == node and self._open.event == name:
            return
        self.leave(self._value)
        self._open, self._value = Event(name, self.now(), node, user=self.user), value

    @property
    def at(self) -> str:
        """The question one is at."""
        return self._open.node if self._open is not None else ""

    def leave(self, value: str) -> None:
        """The person left the question, which holds ``value`` now."""
        event, self._open = self._open, None
        if event is None:
            return
        event.end = self.now()
        if value != self._value and event.event == QUESTION:
            event.old, event.new = self._value, value
        self._write(event)

    def _write(self, event: Event) -> None:
        limit = self.now() - 1000 * self.rules.age_s
        fresh = [one for one in self._seen if one.at >= limit]
        event.position = min(fresh, key=lambda one: one.accuracy, default=None)
        self._new.append(event)

    def take(self) -> str:
        """The rows since the last time, as CSV without a header."""
        columns = self.rules.columns()
        rows = [event.cells(columns) for event in self._new]
        self._new.clear()
        return _csv(rows)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def header(rules: AuditRules) -> str:
    """The first line."""
    return _csv([rules.columns()])


def joined(rules: AuditRules, kept: str) -> str:
    """A log that was kept across sittings, whole again.

    A last line that a kill cut off goes; rows of another layout (the form changed meanwhile) are
    put under this one's columns by their names.
    """
    columns = rules.columns()
    rows = [[row.get(name, "") for name in columns] for row in _rows(kept) if row.get("event", "")]
    return header(rules) + _csv(rows[-MAX_ROWS:])


def _rows(kept: str) -> Iterator[dict[str, str]]:
    whole = kept[: kept.rfind("\n") + 1].replace("\0", "")
    names: list[str] = []
    try:
        for cells in csv.reader(io.StringIO(whole, newline="")):
            if cells[:2] == ["event", "node"]:
                names = cells
            elif len(cells) == len(names):
                yield dict(zip(names, cells, strict=True))
    except csv.Error:
        return
