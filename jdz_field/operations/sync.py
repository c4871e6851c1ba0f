"""Enrolling a device, syncing it, and doing the same by hand with files."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.changes import ChangeReceipt
from jdz_field.core.errors import BadInput, BadUsage, JdzError
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.i18n import _
from jdz_field.operations.photo_policy import make_previews
from jdz_field.operations.sync_forms import pull_forms, take_forms
from jdz_field.store.project import Project
from jdz_field.sync.again import (
    answered,
    batches_again,
    files_again,
    files_arrived,
    is_past,
    meet,
)
from jdz_field.sync.area import standing
from jdz_field.sync.batch import Batch, public_key, public_key_text, read_manifest, verify
from jdz_field.sync.batch_file import read_jdzb, write_jdzb
from jdz_field.sync.batch_return import read_receipt
from jdz_field.sync.client import CentralClient
from jdz_field.sync.container import VOLUME_BYTES, identity_of, recipient_of
from jdz_field.sync.engine import Progress, SyncReport, sync
from jdz_field.sync.enrolment import Enrolment, read_enrolment
from jdz_field.sync.keys import DeviceSecret, load_secret, private_key, save_secret
from jdz_field.sync.link import PATIENCE
from jdz_field.sync.pulling import take_file
from jdz_field.sync.sealing import (
    Identity,
    files_of,
    identity_of_project,
    seal_unsent,
    stored_batch,
)
from jdz_field.sync.sending import missing

#: Seconds for a look whether a centre answers.
_GLANCE = 3.0


def enrol(project: Project, url: str, code: str, *, certificate: str = "") -> Enrolment:
    """Take this project's device in at a centre with a one-time code; the token comes this once.

    ``certificate``: PEM of a server that no authority signed. ``BadUsage``: no address;
    ``Refused``: code wrong, used or expired; ``Unavailable``: no server there.
    """
    secret = load_secret(project.device) or DeviceSecret(Ed25519PrivateKey.generate())
    # Kept before it is registered: killed in between, the next try registers the same key.
    save_secret(project.device, secret)
    name = f"{project.author} {platform.node()}".strip() or project.device
    with CentralClient(url, certificate=certificate) as client:
        place = client.enrol(
            code.strip(),
            name,
            project.device,
            public_key_text(secret.sign_key.public_key()),
            project.device_epoch,
        )
        server = client.url
    _settle(project, place, secret.sign_key, server, certificate)
    return place


def enrol_from_file(project: Project, file: Path) -> Enrolment:
    """Take this project's device in with a file that the office issued.

    ``BadInput``: no enrolment file, or one without a key.
    """
    place = read_enrolment(file)
    try:
        key = private_key(place.sign_key)
    except ValueError as error:
        raise BadInput(
            _("{file} is no enrolment file; ask the office for one.").format(file=file)
        ) from error
    _settle(project, place, key, place.url, place.certificate)
    return place


def _settle(
    project: Project, place: Enrolment, key: Ed25519PrivateKey, server: str, certificate: str
) -> None:
    public_key(place.centre_sign_key)
    save_secret(project.device, DeviceSecret(key, place.token))
    kept = place.to_json() | {"token": "", "sign_key": "", "certificate": certificate}
    project.set_setting("enrolment", kept)
    if server:
        project.set_setting("server", server)


def connect(
    project: Project, server: str | None = None, *, patience: float = PATIENCE
) -> CentralClient:
    """A client of the centre this device is enrolled at (``server``: at another address).

    ``patience``: seconds without progress until it gives up. ``BadUsage``: not enrolled, or no
    address known.
    """
    identity = identity_of_project(project)
    address = server or project.server
    if not address:
        raise BadUsage(
            _("This device has no address of its centre; name it with --server, or use files.")
        )
    return CentralClient(
        address, identity.token, certificate=identity.certificate, patience=patience
    )


def reach(project: Project) -> Callable[[], bool]:
    """A quiet question for another thread: whether a centre answers at this project's address."""
    place, address = project.get_setting("enrolment") or {}, project.server
    certificate = str(place.get("certificate") or "")

    def asked() -> bool:
        if not address:
            return False
        try:
            with CentralClient(address, certificate=certificate, patience=_GLANCE) as client:
                return client.healthy()
        except JdzError:
            return False

    return asked


def run_sync(
    project: Project,
    server: str | None = None,
    *,
    pull_only: bool = False,
    originals: bool = False,
    light: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SyncReport:
    """Push, pull, fetch forms, send attachments (``engine.sync``); errors as there."""
    with connect(project, server) as client:
        if not pull_only:
            make_previews(project, cancelled)
        return sync(
            project,
            client,
            pull_only=pull_only,
            originals=originals,
            light=light,
            beside=lambda client, report: pull_forms(project, client, report),
            progress=progress,
            cancelled=cancelled,
        )


@dataclass
class ExportReport:
    """What ``batch export`` wrote; ``refused`` lists attachments that could not come along."""

    files: list[str] = field(default_factory=list)
    batches: int = 0
    changes: int = 0
    attachments: int = 0
    bytes: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The report as ``batch export --json`` prints it."""
        return asdict(self)


def export_batches(
    project: Project, out: Path, *, volume_bytes: int = VOLUME_BYTES
) -> ExportReport:
    """Seal what is open and pack every batch without a receipt, with its unsent attachments.

    An existing file is replaced only when this device packed it. ``BadUsage``: not enrolled,
    or the file is somebody else's; ``Unavailable``: disk; ``BadInput``: a damaged attachment.
    """
    identity = identity_of_project(project)
    _refuse_strangers(out, identity)
    with project.lock_sync():
        seal_unsent(project, identity)
        batches = _to_pack(project, identity)
    refs = {a.sha256: a for batch in batches for a in batch.manifest.attachments}
    unsent = _unsent_files(project)
    files = files_of(project, [sha for sha in refs if sha in unsent])
    written = write_jdzb(
        out,
        batches,
        files,
        identity.centre_key,
        also=[recipient_of(identity.sign_key.public_key())],
        about=replace(standing(project), device=identity.device),
        volume_bytes=volume_bytes,
    )
    report = ExportReport(
        files=[str(path) for path in written],
        batches=len(batches),
        changes=sum(len(batch.changes) for batch in batches),
        attachments=len(files),
        bytes=sum(path.stat().st_size for path in written),
    )
    report.refused = [
        {"file": ref.filename, "message": str(missing(ref.filename))}
        for sha, ref in refs.items()
        if sha in unsent and sha not in files
    ]
    return report


def _unsent_files(project: Project) -> set[str]:
    return {a.sha256 for a in project.pending_attachments()} | files_again(project).keys()


def _to_pack(project: Project, identity: Identity) -> list[Batch]:
    """Batches without a receipt, and those whose attachments the centre has not confirmed."""
    unsent, again = _unsent_files(project), set(batches_again(project))
    chosen = []
    for row in reversed(project.batches()):
        wanted = row.received is None or row.id in again
        stored = project.batch(row.id) if unsent or wanted else None
        if stored is None:
            continue
        named = {a.sha256 for a in read_manifest(stored.manifest.encode()).attachments}
        if wanted or unsent & named:
            chosen.append(stored_batch(stored.manifest, stored.changes, identity))
    return chosen


def _refuse_strangers(out: Path, identity: Identity) -> None:
    if not out.exists():
        return
    try:
        with read_jdzb(out, identity_of(identity.sign_key)) as package:
            if package.about.device == identity.device:
                return
    except BadInput:
        pass
    raise BadUsage(
        _("{file} exists and is not from this device; choose another name.").format(file=out)
    )


def show_batch(project: Project | None, file: Path, identity: str | None = None) -> dict[str, Any]:
    """What a batch file holds; ``valid`` says whether this device signed it (``None``: unknown).

    ``BadInput``: damaged, or encrypted to others.
    """
    own = identity_of_project(project) if project else None
    key = identity or (identity_of(own.sign_key) if own else None)
    with read_jdzb(file, key) as package:
        batches = [_described(batch, own) for batch in package]
        return {
            "device": package.about.device,
            "volume": package.about.volume,
            "volumes": package.about.volumes,
            "batches": batches,
            "changes": sum(batch["changes"] for batch in batches),
            "attachments": len(package.files),
        }


def _described(batch: Batch, own: Identity | None) -> dict[str, Any]:
    manifest = batch.manifest
    valid: bool | None = None
    if own is not None and manifest.device == own.device:
        try:
            verify(batch, own.sign_key.public_key())
            valid = True
        except BadInput:
            valid = False
    return {
        "batch": manifest.batch,
        "device": manifest.device,
        "author": manifest.author,
        "sequence": manifest.sequence,
        "created": manifest.created,
        "changes": manifest.changes,
        "attachments": len(manifest.attachments),
        "valid": valid,
    }


def apply_receipt_file(project: Project, file: Path) -> SyncReport:
    """Take in what the centre sent back by hand; doing it twice is harmless.

    ``BadInput``: damaged, not from our centre, for another device, or one that starts later in
    the feed than this device has read (its receipts are taken nevertheless).
    """
    identity = identity_of_project(project)
    report = SyncReport()
    own = {identity.device, project.device}

    def arrived(entries: Iterable[FeedEntry | Leave]) -> None:
        report.pulled += sum(isinstance(e, FeedEntry) and e.device not in own for e in entries)

    with (
        project.lock_sync(),
        read_receipt(file, identity_of(identity.sign_key), identity.centre_sign_key) as answer,
    ):
        if answer.manifest.device != identity.device:
            raise BadInput(
                _("{file} is for another device; give it to the right one.").format(file=file)
            )
        # Everything is parsed before anything is taken, so that damage changes nothing.
        receipts = list(answer.receipts())
        for _entry in answer.feed():
            pass
        _meet(project, answer.manifest.epoch, file)
        _take_receipts(project, receipts, report)
        held = set(answer.manifest.attachments) & _unsent_files(project)
        for sha in held:
            project.mark_attachment_sent(sha)
        files_arrived(project, held)
        report.attachments = len(held)
        take_forms(project, answer.forms(), report)
        take_file(project, answer, arrived, file)
    return report


def _meet(project: Project, epoch: str, file: Path) -> None:
    if is_past(project, epoch):
        raise BadInput(
            _("{file} is from before the centre was restored; ask the office for another.").format(
                file=file
            )
        )
    meet(project, epoch, 0)


def _take_receipts(
    project: Project, receipts: Sequence[tuple[str | None, ChangeReceipt]], report: SyncReport
) -> None:
    by_batch: dict[str | None, list[ChangeReceipt]] = {}
    for batch, receipt in receipts:
        by_batch.setdefault(batch, []).append(receipt)
    for batch, told in by_batch.items():
        if batch is None:
            project.apply_receipts(None, told)
        else:
            answered(project, batch, told)
        report.take(told)
