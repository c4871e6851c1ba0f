"""What the office does over the network: look through batches, decide, approve, review, number.

One façade for the office window. Every call goes to the centre and waits for its answer, so
call it beside the window's thread. Errors: ``Unavailable`` (no server), ``BadInput`` (refused,
with the centre's sentence).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jdz_field.core.changes import Value
from jdz_field.core.hashing import sha256_file
from jdz_field.core.tasks import Task
from jdz_field.operations.office_items import (
    BatchRow,
    Conflict,
    Held,
    NewPoint,
    Photo,
    Proposal,
    Review,
    Stand,
    batch_of,
    conflict_of,
    held_of,
    new_point_of,
    proposal_of,
    review_of,
)
from jdz_field.operations.office_people import PeopleDesk
from jdz_field.operations.office_plan import PlanDesk
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import nonsense

#: States of review that an office gives.
VERDICTS = ("approved", "returned", "rejected")


class Desk:
    """The office's desk over one connection. Belongs to the thread that made it."""

    def __init__(self, client: CentralClient) -> None:
        self._client = client

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    @property
    def client(self) -> CentralClient:
        """The connection, for what works on the protocol itself."""
        return self._client

    @property
    def url(self) -> str:
        """The centre's address."""
        return self._client.url

    def people_desk(self) -> PeopleDesk:
        """People and devices."""
        return PeopleDesk(self._client)

    def plan(self) -> PlanDesk:
        """The restoration plan's part of the desk."""
        return PlanDesk(self._client)

    def info(self) -> Mapping[str, Any]:
        """Counts of what the centre holds."""
        data = self._client.info()
        if not isinstance(data, Mapping):
            raise nonsense()
        return data

    def batches(self) -> list[BatchRow]:
        """What came in, the newest first."""
        return [batch_of(row) for row in _rows(self._client.batches())]

    def conflicts(self) -> list[Conflict]:
        """What is open, the oldest first."""
        return [conflict_of(row) for row in _rows(self._client.conflicts())]

    def decide(self, conflict: Conflict, take: str, value: Value, why: str) -> int:
        """Settle a conflict; the new version.

        ``take`` is central, incoming, base or value. ``Refused`` (409) when it has moved on
        since it was shown.
        """
        return self._client.decide(
            conflict.id, take=take, value=value, why=why, seen_version=conflict.seen_version
        )

    def proposals(self) -> list[Proposal]:
        """Changes of controlled fields that wait, the oldest first."""
        return [proposal_of(row) for row in _rows(self._client.proposals())]

    def settle_proposal(self, proposal: str, *, approve: bool, why: str) -> None:
        """Let a proposal take effect, or not."""
        self._client.settle("proposals", proposal, "approve" if approve else "reject", why)

    def held(self) -> list[Held]:
        """What waits for its parent, and what broke a rule."""
        rooms = (("waiting", self._client.waiting()), ("quarantine", self._client.quarantine()))
        return [held_of(room, row) for room, rows in rooms for row in _rows(rows)]

    def settle_held(self, held: Held, *, release: bool, why: str) -> None:
        """Release what is held, or reject it; either with a reason."""
        self._client.settle(held.room, held.id, "release" if release else "reject", why)

    def reviews(self, state: str = "received") -> list[Review]:
        """Records in one state of review, the oldest first."""
        return [review_of(row) for row in _rows(self._client.records(state))]

    def form_xml(self, form: str, version: str) -> str:
        """The XForm that a record was filled with; ``Refused`` when it is not published there."""
        return self._client.form_xml(form, version)

    def fetch_photo(self, photo: Photo, folder: Path) -> Path:
        """Bring a photo here, or its smaller copy while it has not arrived; where it lies.

        What is there already is not fetched again.
        """
        target = folder / f"{photo.shown}.jpg"
        if not target.exists():
            self._client.download(photo.shown, target)
        return target

    def new_points(self) -> list[NewPoint]:
        """Sites found in the field that have no final number."""
        return [new_point_of(row) for row in _rows(self._client.get("sites?provisional=true"))]

    def give_number(self, site: str, code: str) -> bool:
        """Give a site its final number; true when another site has it (a conflict opens)."""
        answer = self._client.post(f"sites/{quote(site)}/number", {"code": code, "why": ""})
        return isinstance(answer, Mapping) and answer.get("duplicate") is True

    def receive_stick(
        self, file: Path, out: Path, progress: Callable[[int, int], None] | None = None
    ) -> Mapping[str, Any]:
        """Bring a ``*.jdzb`` to the centre and write its answer to ``out``; what became of it.

        The medium of ``file`` is only read. ``BadInput``: damaged, not for this centre.
        """
        sha = sha256_file(file)
        self._client.upload(file, sha, file.name, addresses={}, progress=progress)
        done = self._client.post("by-hand", {"sha256": sha})
        if not isinstance(done, Mapping):
            raise nonsense()
        if done.get("answer"):
            self._client.download(str(done["answer"]), out)
        return done

    def write_answer(self, device: str, out: Path) -> None:
        """Write an answer for a device that sent nothing: every receipt, and all that is new."""
        done = self._client.post("by-hand/answer", {"device": device})
        if not isinstance(done, Mapping):
            raise nonsense()
        self._client.download(str(done.get("answer", "")), out)

    def tasks(self) -> Sequence[Mapping[str, Any]]:
        """Open tasks, the most urgent first; ``record`` names what answered one."""
        return _rows(self._client.get("tasks"))

    def give_task(self, task: Task) -> None:
        """Ask for a form at a site until a day."""
        names = ("site", "form", "due", "note", "assignee")
        self._client.post("tasks", {name: getattr(task, name) for name in names})

    def withdraw_task(self, task: str) -> None:
        """Take a task back."""
        self._client.post(f"tasks/{quote(task, safe='')}/withdraw", {"why": ""})

    def draws(self) -> Sequence[Mapping[str, Any]]:
        """The draws so far, the newest first."""
        return _rows(self._client.get("draws"))

    def draw(self, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        """Draw records or sites by lot (names as ``central draw``); what was drawn."""
        told = self._client.post("draws", dict(wanted))
        if not isinstance(told, Mapping):
            raise nonsense()
        return told

    def sites(self) -> Sequence[Mapping[str, Any]]:
        """Living sites by number, every field by name."""
        return _rows(self._client.get("sites"))

    def forms(self) -> Sequence[Mapping[str, Any]]:
        """The published forms, the newest version of each first."""
        return _rows(self._client.forms())

    def people(self) -> list[str]:
        """Names of the users."""
        return [str(row.get("name", "")) for row in _rows(self._client.get("users"))]

    def origin(self, conflict: Conflict) -> Stand:
        """Who gave the value that stood before both sides changed it, and when, if it is known."""
        found = Stand(conflict.base.value)
        for entry in _rows(self._client.get(f"sites/{quote(conflict.subject)}/history")):
            fields = entry.get("fields")
            if not isinstance(fields, Mapping) or conflict.field not in fields:
                continue
            if fields[conflict.field] == conflict.base.value:
                found = Stand(
                    conflict.base.value,
                    str(entry.get("author", "")),
                    str(entry.get("hlc", ""))[:24],
                )
        return found

    def review(self, record: str, verdict: str, comment: str) -> None:
        """Give a verdict on a record: approved, returned (with a comment) or rejected."""
        self._client.review(record, verdict, comment)


def _rows(data: Any) -> Sequence[Mapping[str, Any]]:
    """A list of objects; what is none comes from no centre of ours."""
    if not isinstance(data, list) or not all(isinstance(row, Mapping) for row in data):
        raise nonsense()
    return data
