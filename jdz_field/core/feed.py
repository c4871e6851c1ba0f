"""The feed: what the centre tells every device, one entry for each new version of a subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jdz_field.core.changes import Value

#: From so many places of the feed on a snapshot is shorter.
FAR = 20_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One new central version of one subject.

    Attributes:
        position: place in the feed, rising; given last in the centre's transaction.
        kind: a site kind, ``record`` or ``attachment``.
        subject: id of the subject.
        version: the subject's central version that this entry makes.
        fields: the fields that this version sets, and their values.
        change: id of the change that was applied, if one was.
        decision: id of the office's decision, if it was one.
        device: device of the change or of the office.
        author: name of the person.
        hlc: stamp of the change; sorts what is shown.
        at: when the centre wrote it, as ``core.clock.to_text``.
    """

    position: int
    kind: str
    subject: str
    version: int
    fields: Mapping[str, Value]
    change: str | None
    decision: str | None
    device: str
    author: str
    hlc: str
    at: str

    def to_json(self) -> dict[str, Any]:
        """The entry as the feed sends it."""
        return {
            "position": self.position,
            "kind": self.kind,
            "subject": self.subject,
            "version": self.version,
            "fields": dict(self.fields),
            "change": self.change,
            "decision": self.decision,
            "device": self.device,
            "author": self.author,
            "hlc": self.hlc,
            "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FeedEntry:
        """The entry that ``to_json`` wrote; ``KeyError``, ``TypeError``, ``ValueError`` if not."""
        return cls(
            position=int(data["position"]),
            kind=str(data["kind"]),
            subject=str(data["subject"]),
            version=int(data["version"]),
            fields={str(name): value for name, value in dict(data["fields"]).items()},
            change=_text(data.get("change")),
            decision=_text(data.get("decision")),
            device=str(data["device"]),
            author=str(data["author"]),
            hlc=str(data["hlc"]),
            at=str(data["at"]),
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Leave:
    """A subject that this device sees no more: what it has of it stays, and can only be read.

    ``position``: place in the feed; ``kind`` and ``subject``: which one.
    """

    position: int
    kind: str
    subject: str

    def to_json(self) -> dict[str, Any]:
        """The entry as the feed sends it."""
        return {
            "position": self.position,
            "kind": self.kind,
            "subject": self.subject,
            "leave": True,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Leave:
        """The entry that ``to_json`` wrote; ``KeyError``, ``TypeError``, ``ValueError`` if not."""
        return cls(int(data["position"]), str(data["kind"]), str(data["subject"]))


def told_of(data: Mapping[str, Any]) -> FeedEntry | Leave:
    """The entry of either sort; errors as theirs."""
    return Leave.from_json(data) if data.get("leave") is True else FeedEntry.from_json(data)
