"""The centre as a device, or the office's window, sees it over the network."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jdz_field.core.changes import ChangeReceipt, Value
from jdz_field.core.errors import Unavailable
from jdz_field.core.feed import FeedEntry, Leave, told_of
from jdz_field.core.hashing import canonical_json
from jdz_field.sync.batch import Batch
from jdz_field.sync.clocks import centre_time
from jdz_field.sync.enrolment import Enrolment
from jdz_field.sync.lanes import LANES, Lanes
from jdz_field.sync.link import FIRST, PATIENCE, Answer, Link, nonsense
from jdz_field.sync.transfer import Progress, download, holds, upload

_GZIP_FROM = 1 << 10

#: What reading an answer raises that is not of the form.
_NO_ANSWER = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Hello:
    """How each sync starts: the centre's name and epoch, the head of its feed, the highest
    sequence number it has of this device (in the device's present epoch), its word for what
    the person sees, and its time.
    """

    centre: str
    epoch: str
    head: int
    last_sequence: int
    scope: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What became of a batch: its receipts, the centre's signature, attachments still missing."""

    batch: str
    receipts: tuple[ChangeReceipt, ...]
    missing: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of the feed: receipts whose outcome is another now, entries, the position reached."""

    receipts: tuple[ChangeReceipt, ...]
    entries: tuple[FeedEntry | Leave, ...]
    position: int
    more: bool


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """A page of a snapshot; ``last``: the subject after which the next one starts; ``position``:
    where the feed was when the page was read.
    """

    receipts: tuple[ChangeReceipt, ...]
    entries: tuple[FeedEntry, ...]
    position: int
    last: str
    more: bool


class CentralClient:
    """Every endpoint of the centre. Belongs to one thread; a context manager.

    Errors: ``Unavailable`` (no server, connection lost for 30 s, fault there), ``link.Refused``
    (a ``BadInput`` with the centre's own sentence and ``status``), ``link.Cancelled``.
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        certificate: str = "",
        patience: float = PATIENCE,
        first: float = FIRST,
    ) -> None:
        self._link = Link(url, token, certificate=certificate, patience=patience, first=first)
        self._patience = patience

    def __enter__(self) -> CentralClient:
        """The client itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._link.close()

    @property
    def url(self) -> str:
        """The centre's address, with a slash at its end."""
        return self._link.url

    @property
    def bytes_sent(self) -> int:
        """Bytes of bodies sent so far, repetitions included."""
        return self._link.sent

    def cancel_when(self, cancelled: Callable[[], bool] | None) -> None:
        """Ask ``cancelled`` between requests and while waiting; true raises ``Cancelled``."""
        self._link.cancelled = cancelled

    # ---- a device

    def enrol(self, code: str, name: str, device: str, public_key: str, epoch: str) -> Enrolment:
        """Take this device in with a one-time code; the answer holds its token, this once."""
        body = {
            "code": code,
            "name": name,
            "device": device,
            "public_key": public_key,
            "epoch": epoch,
        }
        return Enrolment.from_json(self.post("devices/enrol", body))

    def hello(self, device_epoch: str = "", area: str = "") -> Hello:
        """Who answers, and how far both are; numbers count within the device epoch."""
        answer = self._link.call("GET", f"v1/hello?epoch={_word(device_epoch)}{area}")
        data = answer.json()
        try:
            numbers = int(data["head"]), int(data["last_sequence"])
            more = str(data.get("scope", "")), centre_time(answer.headers)
            return Hello(str(data["centre"]), str(data["epoch"]), *numbers, *more)
        except _NO_ANSWER as error:
            raise nonsense() from error

    def put_batch(self, batch: Batch) -> PushAnswer:
        """Send a batch; sending it again is harmless and gives the same answer."""
        body = canonical_json(batch.to_json()).encode()
        headers = {"Content-Type": "application/json"}
        if len(body) >= _GZIP_FROM:
            body, headers["Content-Encoding"] = gzip.compress(body, 5, mtime=0), "gzip"
        path = f"v1/batches/{_word(batch.manifest.batch)}"
        data = self._link.call("PUT", path, body=body, headers=headers).json()
        try:
            return PushAnswer(
                str(data["batch"]),
                tuple(ChangeReceipt.from_json(r) for r in data["receipts"]),
                tuple(str(sha) for sha in data["missing"]),
                str(data["signature"]),
            )
        except _NO_ANSWER as error:
            raise nonsense() from error

    def changes(
        self, after: int, limit: int = 1000, area: str = "", scope: str | None = None
    ) -> FeedPage:
        """The feed after a position, one page; ``area`` as ``sync.area.asked`` gives it.

        ``Refused`` with status 409 when ``scope`` is not what the person sees any more.
        """
        where = f"v1/changes?after={after:d}&limit={limit:d}{area}{_scope(scope)}"
        answer = self._link.call("GET", where)
        try:
            return _page(answer, after)
        except _NO_ANSWER as error:
            raise nonsense() from error

    def snapshot(
        self, start: str, since: int, limit: int = 1000, area: str = "", scope: str | None = None
    ) -> SnapshotPage:
        """What stands, after the subject ``start``, one page; ``since``: the feed's position here.

        ``Refused`` with status 409 as ``changes``.
        """
        where = f"v1/snapshot?start={_word(start)}&since={since:d}&limit={limit:d}"
        answer = self._link.call("GET", f"{where}{area}{_scope(scope)}")
        try:
            return _snapshot(answer)
        except _NO_ANSWER as error:
            raise nonsense() from error

    def upload(
        self,
        path: Path,
        sha: str,
        filename: str,
        *,
        addresses: MutableMapping[str, str],
        progress: Progress | None = None,
    ) -> bool:
        """Bring an attachment to the centre (``transfer.upload``)."""
        return upload(
            self._link, path, sha, filename,
            addresses=addresses, progress=progress, patience=self._patience,
        )  # fmt: skip

    def lanes(self, count: int = LANES) -> Lanes:
        """Connections side by side to this centre, for files that go in one request."""
        return Lanes(self._link, count)

    def holds(self, sha: str) -> bool:
        """Whether the centre holds an attachment, hash verified."""
        return holds(self._link, sha)

    def download(
        self, sha: str, target: Path, *, progress: Progress | None = None, size: int = 0
    ) -> None:
        """Fetch an attachment (``transfer.download``)."""
        download(self._link, sha, target, progress=progress, size=size)

    # ---- the office

    def get(self, path: str) -> Any:
        """The JSON at ``/v1/<path>``."""
        return self._link.call("GET", f"v1/{path}").json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What the centre answers to JSON at ``/v1/<path>``; never sent twice."""
        headers = {"Content-Type": "application/json"}
        raw = canonical_json(body).encode()
        answer = self._link.call("POST", f"v1/{path}", body=raw, headers=headers, again=False)
        return answer.json() if answer.body else None

    def conflicts(self) -> Any:
        """The open conflicts."""
        return self.get("conflicts")

    def decide(
        self,
        conflict: str,
        *,
        take: str,
        why: str,
        seen_version: int,
        value: Value = None,
        change: str | None = None,
    ) -> int:
        """Settle a conflict; the new version. ``change`` names the rival that is meant.

        ``Refused`` with status 409 when the conflict has moved on since ``seen_version``.
        """
        body = {
            "take": take,
            "value": value,
            "why": why,
            "seen_version": seen_version,
            "change": change,
        }
        data = self.post(f"conflicts/{_word(conflict)}/decision", body)
        try:
            return int(data["version"])
        except (KeyError, TypeError, ValueError) as error:
            raise nonsense() from error

    def batches(self) -> Any:
        """The batches that came in, newest first."""
        return self.get("batches")

    def proposals(self) -> Any:
        """Changes of controlled fields that wait for the office."""
        return self.get("proposals")

    def waiting(self) -> Any:
        """Changes whose parent has not come."""
        return self.get("waiting")

    def quarantine(self) -> Any:
        """Values that broke a rule."""
        return self.get("quarantine")

    def settle(self, room: str, item: str, verb: str, why: str) -> Any:
        """``approve``, ``reject`` or ``release`` one of ``proposals``, ``waiting``, …"""
        return self.post(f"{room}/{_word(item)}/{verb}", {"why": why})

    def records(self, review: str = "") -> Any:
        """Records, all or those in one state of review."""
        return self.get(f"records?review={_word(review)}" if review else "records")

    def review(self, record: str, state: str, comment: str) -> Any:
        """Approve, return or reject a record."""
        return self.post(f"records/{_word(record)}/review", {"state": state, "comment": comment})

    def forms(self) -> Any:
        """The forms that the centre publishes."""
        return self.get("forms")

    def form_xml(self, form: str, version: str) -> str:
        """The XForm of one version."""
        answer = self._link.call("GET", f"v1/forms/{_word(form)}/{_word(version)}.xml")
        return answer.body.decode("utf-8", "replace")

    def info(self) -> Any:
        """Counts of what the centre holds."""
        return self.get("info")

    def healthy(self) -> bool:
        """Whether a centre answers at all; within seconds."""
        try:
            return self._link.call("GET", "healthz", again=False).status == 200
        except Unavailable:
            return False


def _word(text: str) -> str:
    return quote(text, safe="")


def _scope(scope: str | None) -> str:
    return "" if scope is None else f"&scope={_word(scope)}"


def _page(answer: Answer, after: int) -> FeedPage:
    receipts, entries, end = _lines(answer)
    position = int(end["position"])
    places = [after, *(e.position for e in entries), position]
    if places != sorted(places):
        raise ValueError("positions")
    return FeedPage(tuple(receipts), tuple(entries), position, bool(end["more"]))


def _snapshot(answer: Answer) -> SnapshotPage:
    receipts, told, end = _lines(answer)
    entries = tuple(one for one in told if isinstance(one, FeedEntry))
    more, last = bool(end["more"]), str(end["last"])
    if len(entries) != len(told) or any(one.subject > last for one in entries):
        raise ValueError("subjects")
    return SnapshotPage(tuple(receipts), entries, int(end["position"]), last, more)


def _lines(
    answer: Answer,
) -> tuple[list[ChangeReceipt], list[FeedEntry | Leave], Mapping[str, Any]]:
    receipts: list[ChangeReceipt] = []
    entries: list[FeedEntry | Leave] = []
    end: Mapping[str, Any] | None = None
    for line in answer.body.splitlines():
        data = json.loads(line)
        if end is not None:
            raise ValueError("lines after the end")
        if data["type"] == "receipt":
            receipts.append(ChangeReceipt.from_json(data))
        elif data["type"] in ("change", "leave"):
            entries.append(told_of(data))
        elif data["type"] == "end":
            end = data
    if end is None:
        raise ValueError("no end")
    return receipts, entries, end
