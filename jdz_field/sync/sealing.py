"""Turning what is unsent into batches, and stored batches back into what is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from jdz_field.core.changes import ATTACHMENT, Change
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.sync.batch import (
    MAX_CHANGES,
    AttachmentRef,
    Batch,
    changes_bytes,
    open_batch,
    public_key,
    read_manifest,
    seal,
    sign_manifest,
)
from jdz_field.sync.enrolment import Enrolment
from jdz_field.sync.keys import load_secret

#: A batch is sealed when it reaches so many bytes: over a thin line, or at a busy centre, each
#: one is acknowledged soon, and what is acknowledged need not go again.
BATCH_BYTES = 512 << 10


@dataclass(frozen=True, slots=True)
class Identity:
    """This device as its centre knows it, with its key and what it needs of the centre."""

    device: str
    sign_key: Ed25519PrivateKey
    token: str
    centre_key: str
    centre_sign_key: Ed25519PublicKey
    certificate: str = ""


def identity_of_project(project: Project) -> Identity:
    """Who this project's device is at its centre; ``BadUsage`` before it is enrolled."""
    place, secret = project.get_setting("enrolment"), load_secret(project.device)
    if not place or secret is None:
        raise BadUsage(_("This device is not enrolled at a centre yet; run enrol first."))
    known = Enrolment.from_json({**place, "token": secret.token})
    return Identity(
        device=known.device,
        sign_key=secret.sign_key,
        token=secret.token,
        centre_key=known.centre_key,
        centre_sign_key=public_key(known.centre_sign_key),
        certificate=known.certificate,
    )


def seal_unsent(project: Project, identity: Identity) -> int:
    """Seal everything that is in no batch yet; how many batches that made."""
    made = 0
    while changes := project.unsent_changes(MAX_CHANGES):
        for portion in _portions(changes):
            _seal_one(project, identity, portion)
            made += 1
    return made


def _seal_one(project: Project, identity: Identity, portion: Sequence[Change]) -> None:
    last = project.last_batch()
    batch = seal(
        portion,
        batch_id=new_id(),
        device=identity.device,
        device_epoch=project.device_epoch,
        author=project.author,
        sequence=last.seq + 1 if last else 1,
        previous=last.sha if last else None,
        attachments=_attachments(portion),
        created=to_text(project.now()),
        sign_key=identity.sign_key,
    )
    project.seal(
        batch.manifest.batch,
        batch.manifest.sequence,
        batch.manifest.previous,
        batch.manifest.sha,
        batch.manifest.canonical().decode(),
        batch.changes_jsonl,
        [change.id for change in portion],
    )


def _portions(changes: Sequence[Change]) -> Iterator[list[Change]]:
    portion: list[Change] = []
    size = 0
    for change in changes:
        more = len(changes_bytes([change]))
        if portion and size + more > BATCH_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(change)
        size += more
    yield portion


def _attachments(changes: Sequence[Change]) -> list[AttachmentRef]:
    refs: dict[str, AttachmentRef] = {}
    for change in changes:
        sha = change.fields.get("sha256", (None, None))[1]
        if change.kind == ATTACHMENT and sha:
            size = change.fields.get("size", (None, 0))[1]
            name = change.fields.get("filename", (None, ""))[1]
            refs[sha] = AttachmentRef.of(sha, int(size or 0), str(name or sha))
    return list(refs.values())


def stored_batch(manifest: str, changes_jsonl: bytes, identity: Identity) -> Batch:
    """A sealed batch from its stored bytes, signed with the present key; checked on the way."""
    parsed = read_manifest(manifest.encode())
    return open_batch(parsed, changes_jsonl, sign_manifest(parsed, identity.sign_key))


def files_of(project: Project, hashes: Iterator[str] | Sequence[str]) -> dict[str, Path]:
    """Where attachments lie in the project, by SHA-256; those that are gone are left out."""
    found = {}
    for sha in hashes:
        path = file_of(project.path, sha)
        if path is not None:
            found[sha] = path
    return found
