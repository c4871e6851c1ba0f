"""Batches that come on a card or stick, and the answer that travels back the same way."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central import feed, published, receiving, snapshot
from jdz_field.central.accounts import device_caller
from jdz_field.central.blobs import Blobs
from jdz_field.central.database import Database, get_meta
from jdz_field.central.keys import CentreKeys
from jdz_field.central.scope import narrowed, tag
from jdz_field.central.tables import attachments, batch_files, batches
from jdz_field.central.writing import head
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.clock import Now, to_text
from jdz_field.core.feed import FAR, FeedEntry, Leave
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import public_key
from jdz_field.sync.batch_file import About, BatchFile, read_jdzb
from jdz_field.sync.batch_return import write_receipt
from jdz_field.sync.container import recipient_of
from jdz_field.sync.tally import tally

#: Files of forms up to so many bytes travel by stick; one with a larger one comes without files.
MAX_MEDIA = 8 << 20


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files are handed in: a centre's database, attachments and keys."""

    database: Database
    blobs: Blobs
    keys: CentreKeys
    now: Now

    def receive(self, path: Path, receipt: Path | None) -> dict[str, Any]:
        """Take a ``*.jdzb`` in: changes first, then attachments; the medium is only read."""
        answers: list[receiving.Received] = []
        with read_jdzb(path, self.keys.identity, workspace=self.blobs.uploads) as package:
            for batch in package:
                with self.database.write() as connection:
                    answers.append(receiving.receive(connection, self.now, batch, by_hand=True))
            names = {a.sha256: a.filename for m in package.manifests for a in m.attachments}
            kept = sum(self._keep(package, sha, names[sha]) for sha in package.files)
            about, manifests = package.about, package.manifests
        device = manifests[0].device if manifests else about and about.device
        # A file without batches still asks for what is new.
        if receipt is not None and device:
            self.answer(receipt, device, about)
        receipts: list[ChangeReceipt] = [r for a in answers for r in a.receipts]
        return {
            "batches": [a.batch for a in answers],
            "held": sum(a.state == receiving.HELD for a in answers),
            "repeated": sum(not a.new for a in answers),
            "pushed": len(receipts),
            "pulled": 0,
            **tally(receipts),
            "attachments": kept,
            "missing": sorted(self._missing(answers)),
            "bytes_sent": 0,
            "receipt": str(receipt) if receipt else None,
        }

    def _keep(self, package: BatchFile, sha: str, filename: str) -> bool:
        if self.blobs.holds(sha):
            return False
        draft = self.blobs.uploads / f"{new_id()}.part"
        package.extract(sha, draft)
        return self.blobs.keep(draft, sha, filename, "by hand")

    def _missing(self, answers: Sequence[receiving.Received]) -> set[str]:
        with self.database.read() as connection:
            return {s for a in answers for s in receiving.missing_files(connection, a.batch)}

    def answer(self, out: Path, device: str, about: About | None = None) -> None:
        """Write a device's answer: receipts, and the feed from where the device stands.

        A snapshot instead, when another part is in sight than it says, or when it lacks much.
        """
        with self.database.read() as connection:
            caller, _state = device_caller(connection, device)
            epoch, end = get_meta(connection, "epoch"), head(connection)
            about = about or About()
            caller = narrowed(caller, about.counties, about.kinds)
            scope = tag(caller)
            after = min(about.position, end) if about.epoch == epoch else 0
            whole = about.scope not in {None, scope} or end - after > FAR
            entries: Iterator[FeedEntry | Leave] = feed.all_entries(connection, after, caller)
            if whole:
                after, entries = 0, snapshot.all_entries(connection, caller)
            here = (
                select(batch_files.c.sha256)
                .join(batches, batches.c.id == batch_files.c.batch)
                .join(attachments, attachments.c.sha256 == batch_files.c.sha256)
                .where(batches.c.device == device)
                .distinct()
            )
            write_receipt(
                out,
                device=device,
                epoch=epoch,
                after=after,
                position=end,
                receipts=feed.all_receipts(connection, device),
                feed=entries,
                attachments=sorted(connection.execute(here).scalars()),
                created=to_text(self.now()),
                sign_key=self.keys.sign_key,
                recipient=recipient_of(public_key(caller.public_key)),
                forms=self._forms(connection),
                scope=scope,
                whole=whole,
            )

    def _forms(self, connection: Connection) -> Iterator[dict[str, Any]]:
        """The newest version of every published form, oldest first, with its small files."""
        newest: dict[str, dict[str, Any]] = {}
        for row in published.list_forms(connection):
            newest.setdefault(row["form_id"], row)
        for row in sorted(newest.values(), key=lambda one: (one["published"], one["form_id"])):
            xml = published.form_xml(connection, row["form_id"], row["version"])
            media = [one for one in row["media"] if one["size"] <= MAX_MEDIA]
            whole = len(media) == len(row["media"])
            yield {
                **{name: row[name] for name in ("form_id", "version", "title")},
                "xml": xml,
                "media": media if whole else [],
                "files": {one["sha256"]: self._text(one["sha256"]) for one in media if whole},
            }

    def _text(self, sha: str) -> str:
        return base64.b64encode(b"".join(self.blobs.read(sha))).decode()
