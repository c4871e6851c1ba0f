"""What lies on the office's desk: batches, conflicts, proposals, held changes, reviews, new points.

Read from the centre's JSON. A row without its id or with a value of another shape comes from no
centre of ours (``Unavailable``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.changes import Value
from jdz_field.core.positions import HOW
from jdz_field.core.sites import Record, Site, point_of
from jdz_field.sync.link import nonsense

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch that came in.

    ``outcomes`` counts changes by what became of them; ``missing`` attachments are named in the
    batch and have not arrived; ``received`` is UTC text (``core.clock.to_text``); ``held``: its
    device is shut out.
    """

    id: str
    author: str = ""
    device: str = ""
    received: str = ""
    changes: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    attachments: int = 0
    missing: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """One of the values that stand against each other: who gave it, when, on which device."""

    value: Value
    author: str = ""
    at: str = ""
    device: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One open conflict; ``type`` is ``field``, ``delete``, ``duplicate`` or ``record``.

    ``incoming`` is the newest of ``rivals``. ``seen_version`` goes back with the decision, so
    that nobody decides over a value they have not seen. ``how``: of a position, the words of
    the site about how its positions were found (``core.positions``).
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
    how: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a controlled field that waits for the office; ``how`` as of a ``Conflict``."""

    id: str
    kind: str
    subject: str
    code: str
    name: str
    field: str
    central: Value
    proposed: Stand
    how: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What waits for its parent (``room`` waiting) or broke a rule (quarantine).

    ``values`` are the fields it would set; ``reason`` says why it is held.
    """

    id: str
    room: str
    kind: str
    subject: str
    code: str
    name: str
    values: Mapping[str, Value]
    proposed: Stand
    reason: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a record; ``here`` says whether the file has arrived at the centre.

    ``small``: SHA-256 of a smaller copy that has; ``view``, ``caption``, ``sensitive``,
    ``direction`` and ``direction_ref`` as ``core.sites.Attachment``.
    """

    sha256: str
    filename: str = ""
    path: str = ""
    taken: str = ""
    lon: float | None = None
    lat: float | None = None
    here: bool = False
    small: str = ""
    view: str = ""
    caption: str = ""
    sensitive: str = ""
    direction: float | None = None
    direction_ref: str = ""

    @property
    def shown(self) -> str:
        """SHA-256 of the file that can be looked at; empty when none has arrived."""
        return self.sha256 if self.here else self.small


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A site that was found in the field and has no final number yet."""

    site: Site
    number: str


@dataclass(frozen=True, slots=True)
class Review:
    """A record that waits for review, with the site it belongs to."""

    record: Record
    code: str = ""
    name: str = ""
    photos: tuple[Photo, ...] = ()


def conflict_of(row: Json) -> Conflict:
    """A conflict of ``GET /v1/conflicts``."""
    rivals = tuple(_stand(rival) for rival in _list(row, "rivals"))
    incoming = rivals[-1] if rivals else Stand(row.get("incoming"))
    return Conflict(
        **_subject(row),
        type=str(row.get("type", "field")),
        base=_side(row, "base"),
        central=_side(row, "central"),
        incoming=incoming,
        rivals=rivals,
        seen_version=_number(row, "seen_version"),
        how=_text(row, HOW),
    )


def proposal_of(row: Json) -> Proposal:
    """A proposal of ``GET /v1/proposals``."""
    central, how = row.get("central"), _text(row, HOW)
    return Proposal(**_subject(row), central=central, proposed=_stand(row), how=how)


def held_of(room: str, row: Json) -> Held:
    """A held change of ``GET /v1/waiting`` or ``/v1/quarantine``."""
    subject = _subject(row)
    name = subject.pop("field")
    fields = row.get("fields")
    if isinstance(fields, Mapping):
        values = {str(key): pair[1] for key, pair in fields.items() if _is_pair(pair)}
    else:
        values = {name: row.get("value")}
    reason = _text(row, "reason_text") or _text(row, "reason")
    return Held(**subject, room=room, values=values, proposed=_stand(row), reason=reason)


def new_point_of(row: Json) -> NewPoint:
    """A site of ``GET /v1/sites?provisional=true``."""
    shape = _text(row, "geometry") or None
    point = point_of(shape)
    own = ("id", "kind", "version", "geometry")
    site = Site(
        id=_needed(row, "id"),
        kind=_text(row, "kind"),
        fields={str(name): value for name, value in row.items() if name not in own},
        geometry=shape,
        lon=point[0] if point else None,
        lat=point[1] if point else None,
        version=_number(row, "version"),
    )
    return NewPoint(site, site.code)


def batch_of(row: Json) -> BatchRow:
    """A batch of ``GET /v1/batches``."""
    outcomes = row.get("outcomes") or {}
    if not isinstance(outcomes, Mapping):
        raise nonsense()
    return BatchRow(
        id=_needed(row, "id"),
        author=_text(row, "author"),
        device=_text(row, "device_name") or _text(row, "device"),
        received=_text(row, "received"),
        changes=_number(row, "changes"),
        outcomes={str(name): int(n) for name, n in outcomes.items()},
        attachments=_number(row, "attachments"),
        missing=_number(row, "missing"),
        held=_text(row, "state") == "held",
    )


def review_of(row: Json) -> Review:
    """A record of ``GET /v1/records``."""
    answers, positions = row.get("answers"), row.get("positions")
    checks = row.get("checks")
    record = Record(
        id=_needed(row, "id"),
        form=_text(row, "form"),
        form_version=_text(row, "form_version"),
        answers=answers if isinstance(answers, Mapping) else {},
        author=_text(row, "author"),
        started=_text(row, "started"),
        finished=_text(row, "finished"),
        site=_text(row, "site") or None,
        site_kind=_text(row, "site_kind") or None,
        replaces=_text(row, "replaces") or None,
        geometry=_text(row, "geometry") or None,
        review=_text(row, "review"),
        review_comment=_text(row, "review_comment"),
        positions=positions if isinstance(positions, Mapping) else {},
        checks=checks if isinstance(checks, Mapping) else {},
    )
    photos = tuple(_photo(entry) for entry in _list(row, "attachments"))
    return Review(record, _text(row, "code"), _text(row, "name"), photos)


def _photo(row: Json) -> Photo:
    if not isinstance(row, Mapping):
        raise nonsense()
    lon, lat = row.get("lon"), row.get("lat")
    return Photo(
        sha256=_needed(row, "sha256"),
        filename=_text(row, "filename"),
        path=_text(row, "path"),
        taken=_text(row, "taken"),
        lon=lon if isinstance(lon, float) else None,
        lat=lat if isinstance(lat, float) else None,
        here=row.get("here") is True,
        small=_text(row, "small"),
        view=_text(row, "view"),
        caption=_text(row, "caption"),
        sensitive=_text(row, "sensitive"),
        direction=_figure(row.get("direction")),
        direction_ref=_text(row, "direction_ref"),
    )


def _figure(value: Value) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number else None


def _subject(row: Json) -> dict[str, Any]:
    return {
        "id": _needed(row, "id"),
        "kind": _text(row, "kind"),
        "subject": _text(row, "subject"),
        "code": _text(row, "code"),
        "name": _text(row, "name"),
        "field": _text(row, "field"),
    }


def _stand(row: Json) -> Stand:
    if not isinstance(row, Mapping):
        raise nonsense()
    return Stand(
        value=row.get("value"),
        author=_text(row, "author"),
        at=_text(row, "at"),
        device=_text(row, "device_name") or _text(row, "device"),
        change=_text(row, "change"),
    )


def _side(row: Json, name: str) -> Stand:
    """``base`` or ``central``: the value, and beside it who gave it and when."""
    return Stand(
        value=row.get(name),
        author=_text(row, f"{name}_author"),
        at=_text(row, f"{name}_at"),
        device=_text(row, f"{name}_device"),
    )


def _list(row: Json, name: str) -> Sequence[Any]:
    found = row.get(name) or []
    if not isinstance(found, list):
        raise nonsense()
    return found


def _is_pair(found: Any) -> bool:
    return isinstance(found, list) and len(found) == 2


def _needed(row: Json, name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found:
        raise nonsense()
    return found


def _text(row: Json, name: str) -> str:
    found = row.get(name)
    return found if isinstance(found, str) else ""


def _number(row: Json, name: str) -> int:
    found = row.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
