"""Batches coming in: checked, merged at once, in one transaction, once."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from jdz_field.central import direct
from jdz_field.central.accounts import (
    ACTIVE,
    Caller,
    device_caller,
    touch_device,
)
from jdz_field.central.audit import note
from jdz_field.central.scope import guests
from jdz_field.central.tables import attachments, batch_files, batches, devices, dumps, users
from jdz_field.central.worlds import Loader
from jdz_field.central.writing import Delivery, write_merged
from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.clock import MAX_SKEW, Now, to_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import _
from jdz_field.sync.batch import Batch, Manifest, open_batch, public_key, verify
from jdz_field.sync.merge import merge
from jdz_field.sync.merge_decide import MovedOn
from jdz_field.sync.merge_types import Merged

MERGED, HELD = "merged", "held"
_BEFORE = direct.Statement("SELECT sha, device, receipts, state FROM batches WHERE id = ?")
_TWIN = direct.Statement(
    "SELECT id FROM batches WHERE device = ? AND device_epoch = ? AND sequence = ? LIMIT 1"
)
_NEW_BATCH, _NEW_FILES = direct.insert(batches), direct.insert(batch_files)


class Forged(JdzError):
    """The signature is not the device's; the server says 403."""


class OtherContent(JdzError):
    """A batch under a known id has other content; the server says 409."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch: receipts in the order of its changes, attachments still missing.

    ``new`` is no when the batch was here before; ``state`` is ``merged`` or ``held``.
    """

    batch: str
    receipts: tuple[ChangeReceipt, ...]
    missing: tuple[str, ...]
    state: str
    new: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """A batch whose device and signature are known; ``before``: its answer of an earlier time."""

    batch: Batch
    caller: Caller
    state: str
    before: Received | None = None


def receive(connection: Connection, now: Now, batch: Batch, *, by_hand: bool = False) -> Received:
    """Take a batch in; a repeated one gives its first answer. Errors: ``admit``, ``enter``."""
    return enter(connection, now, admit(connection, batch), by_hand=by_hand)


def admit(connection: Connection, batch: Batch) -> Admitted:
    """Check a batch; nothing is written.

    ``BadInput``: unknown device; ``Forged``: not its signature; ``OtherContent``: the id came
    with other content.
    """
    manifest = batch.manifest
    caller, state = device_caller(connection, manifest.device)
    found = direct.rows(connection, _BEFORE, manifest.batch)
    if found:
        sha, device, receipts, become = found[0]
        if sha != manifest.sha or device != manifest.device:
            raise OtherContent(
                _("Batch {batch} came before with other content; seal a new batch.").format(
                    batch=manifest.batch
                )
            )
        before = _repeated(connection, manifest.batch, receipts, become)
        return Admitted(batch, caller, state, before)
    try:
        verify(batch, public_key(caller.public_key))
    except BadInput as error:
        raise Forged(str(error)) from error
    return Admitted(batch, caller, state)


def enter(
    connection: Connection, now: Now, admitted: Admitted, *, by_hand: bool = False
) -> Received:
    """Merge and keep a batch that was admitted in this transaction.

    The batch of a revoked device is kept and held, never merged. ``BadInput``: nested too deeply.
    """
    if admitted.before is not None:
        return admitted.before
    batch, caller, active = admitted.batch, admitted.caller, admitted.state == ACTIVE
    manifest = batch.manifest
    _alarm(connection, now, batch)
    receipts: tuple[ChangeReceipt, ...] = ()
    if active:
        receipts = _merge(connection, now, batch, caller).receipts
        # A stick may come late, from an epoch that the device has left.
        touch_device(connection, now, caller.device, None if by_hand else manifest.device_epoch)
    state = MERGED if active else HELD
    _keep(connection, now, batch, receipts, state)
    note(
        connection,
        now,
        caller.user,
        "batch receive" if active else "batch hold",
        batch=manifest.batch,
        device=manifest.device,
        sequence=manifest.sequence,
        changes=manifest.changes,
        by_hand=by_hand,
    )
    missing = missing_files(connection, manifest.batch) if manifest.attachments else ()
    return Received(manifest.batch, receipts, missing, state, new=True)


def _merge(connection: Connection, now: Now, batch: Batch, caller: Caller) -> Merged:
    lines = batch.changes_jsonl.decode().split("\n")
    delivery = Delivery(
        to_text(now()),
        batch.manifest.batch,
        caller.device,
        caller.user,
        {change.id: line for change, line in zip(batch.changes, lines, strict=False)},
    )
    try:
        with _uncollected():
            world = Loader(connection).push(batch.changes)
            strangers = guests(connection, caller, batch.changes)
            merged = merge(world, batch.changes, role=caller.role, guests=strangers)
            write_merged(connection, merged, delivery)
    except RecursionError as error:
        raise BadInput(
            _("Batch {batch} holds answers nested too deeply; correct the form.").format(
                batch=batch.manifest.batch
            )
        ) from error
    return merged


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic garbage collector: a merge makes many objects and no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def preview(connection: Connection, changes: Batch, role: str) -> Merged:
    """What a batch would do, by the same function; nothing is written."""
    return merge(Loader(connection).push(changes.changes), changes.changes, role=role)


def _alarm(connection: Connection, now: Now, batch: Batch) -> None:
    """Note what someone should look at; nothing is refused for it.

    Two batches under one number: a device was restored and did not notice. A clock that runs
    ahead: what it stamps sorts too high wherever it is shown.
    """
    manifest = batch.manifest
    latest = max((c.hlc[:24] for c in batch.changes), default="")
    if latest > to_text(now() + MAX_SKEW):
        what = {"device": manifest.device, "batch": manifest.batch, "stamp": latest}
        note(connection, now, manifest.author, "alarm clock", **what)
    number = (manifest.device, manifest.device_epoch, manifest.sequence)
    for (twin,) in direct.rows(connection, _TWIN, *number):
        note(
            connection,
            now,
            manifest.author,
            "alarm fork",
            device=manifest.device,
            sequence=manifest.sequence,
            batches=[twin, manifest.batch],
        )


def _keep(
    connection: Connection,
    now: Now,
    batch: Batch,
    receipts: Sequence[ChangeReceipt],
    state: str,
) -> None:
    manifest = batch.manifest
    canonical = manifest.canonical()
    row = {
        "id": manifest.batch,
        "device": manifest.device,
        "device_epoch": manifest.device_epoch,
        "author": manifest.author,
        "sequence": manifest.sequence,
        "sha": sha256(canonical),
        "manifest": canonical.decode(),
        "changes": batch.changes_jsonl,
        "signature": batch.signature,
        "received": to_text(now()),
        "state": state,
        "receipts": dumps([r.to_json() for r in receipts]),
    }
    direct.put(connection, _NEW_BATCH, [row])
    direct.put(
        connection,
        _NEW_FILES,
        (
            {"batch": manifest.batch, "sha256": a.sha256, "size": a.size, "filename": a.filename}
            for a in manifest.attachments
        ),
    )


def _repeated(connection: Connection, batch: str, receipts: str, state: str) -> Received:
    """The answer that a batch got when it came first; what is missing, as of now."""
    told = tuple(ChangeReceipt.from_json(r) for r in json.loads(receipts))
    return Received(batch, told, missing_files(connection, batch), state, new=False)


def missing_files(connection: Connection, batch: str) -> tuple[str, ...]:
    """SHA-256 of the batch's attachments that are not here yet."""
    query = (
        select(batch_files.c.sha256)
        .outerjoin(attachments, attachments.c.sha256 == batch_files.c.sha256)
        .where(batch_files.c.batch == batch, attachments.c.sha256.is_(None))
        .order_by(batch_files.c.sha256)
    )
    return tuple(connection.execute(query).scalars())


def last_sequence(connection: Connection, device: str, epoch: str) -> int:
    """The last batch number of a device epoch up to which none is missing."""
    query = (
        select(batches.c.sequence)
        .where(batches.c.device == device, batches.c.device_epoch == epoch)
        .order_by(batches.c.sequence)
        .distinct()
    )
    last = 0
    for number in connection.execute(query).scalars():
        if number != last + 1:
            break
        last = number
    return last


def list_batches(connection: Connection, limit: int = 500) -> list[dict[str, Any]]:
    """The batches that came in, newest first."""
    waiting = (
        select(batch_files.c.batch, func.count().label("n"))
        .outerjoin(attachments, attachments.c.sha256 == batch_files.c.sha256)
        .where(attachments.c.sha256.is_(None))
        .group_by(batch_files.c.batch)
        .subquery()
    )
    query = (
        select(batches, waiting.c.n, devices.c.name.label("device_name"), users.c.role)
        .outerjoin(waiting, waiting.c.batch == batches.c.id)
        .outerjoin(devices, devices.c.id == batches.c.device)
        .outerjoin(users, users.c.name == devices.c.user_name)
        .order_by(batches.c.received.desc(), batches.c.id.desc())
        .limit(limit)
    )
    return [_batch_json(row) for row in connection.execute(query)]


def _batch_json(row: Row[Any]) -> dict[str, Any]:
    manifest = json.loads(row.manifest)
    counts: dict[str, int] = {}
    for receipt in json.loads(row.receipts):
        word = ChangeReceipt.from_json(receipt).summary
        counts[word] = counts.get(word, 0) + 1
    return {
        "id": row.id,
        "device": row.device,
        "device_name": row.device_name or "",
        "author": row.author,
        "role": row.role or "",
        "sequence": row.sequence,
        "created": manifest["created"],
        "received": row.received,
        "state": row.state,
        "changes": manifest["changes"],
        "attachments": len(manifest["attachments"]),
        "missing": row.n or 0,
        "outcomes": counts,
    }


def merge_held(connection: Connection, now: Now, who: str, batch_id: str) -> Received:
    """Merge a batch that was held, when the office finds that it may."""
    row = connection.execute(
        select(batches).where(batches.c.id == batch_id, batches.c.state == HELD)
    ).first()
    if row is None:
        raise MovedOn(_("Batch {batch} is not held.").format(batch=batch_id))
    manifest = Manifest.from_json(json.loads(row.manifest))
    batch = open_batch(manifest, row.changes, row.signature)
    caller, _state = device_caller(connection, manifest.device)
    receipts = _merge(connection, now, batch, caller).receipts
    connection.execute(
        batches.update()
        .where(batches.c.id == batch_id)
        .values(state=MERGED, receipts=dumps([r.to_json() for r in receipts]))
    )
    note(connection, now, who, "batch release", batch=batch_id)
    missing = missing_files(connection, batch_id)
    return Received(batch_id, receipts, missing, MERGED, new=True)
