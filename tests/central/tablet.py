"""A device as the centre sees it: it seals batches of changes and knows its keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.central.accounts import NewDevice
from jdz_field.central.office import Office
from jdz_field.core.changes import Change
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import AttachmentRef, Batch, public_key_text, seal
from jdz_field.sync.enrolment import Enrolment


@dataclass
class Tablet:
    """An enrolled device; ``changes`` and ``batch`` make what it sends."""

    enrolment: Enrolment
    key: Ed25519PrivateKey
    epoch: str = "e1"
    sequence: int = 0
    previous: str | None = None
    sent: list[Batch] = field(default_factory=list)

    @classmethod
    def enrol(cls, office: Office, user: str = "Li", role: str = "office") -> Tablet:
        if user not in {u["name"] for u in office.users()}:
            office.add_user(user, role)
        key = Ed25519PrivateKey.generate()
        wanted = NewDevice(new_id(), f"{user}'s", public_key_text(key.public_key()), "e1")
        return cls(office.enrol(office.device_code(user), wanted), key)

    def change(self, subject: str, kind: str = "geohazard", **more: Any) -> Change:
        base_version = more.pop("base_version", 0)
        parent = more.pop("parent", None)
        return Change(
            id=new_id(),
            device=self.enrolment.device,
            author=self.enrolment.user,
            hlc="2026-11-22T01:02:03.004Z-000000-x",
            kind=kind,
            subject=subject,
            fields={n: (None, v) for n, v in more.items()},
            base_version=base_version,
            parent=parent,
        )

    def batch(self, *changes: Change, files: tuple[bytes, ...] = (), **more: Any) -> Batch:
        self.sequence += 1
        attachments = [
            AttachmentRef(hashlib.sha256(f).hexdigest(), len(f), f"photo{n}.jpg")
            for n, f in enumerate(files)
        ]
        given = {
            "batch_id": new_id(),
            "device": self.enrolment.device,
            "device_epoch": self.epoch,
            "author": self.enrolment.user,
            "sequence": self.sequence,
            "previous": self.previous,
            "attachments": attachments,
            "created": "2026-11-22T01:02:03.004Z",
            "sign_key": self.key,
        }
        made = seal(changes, **(given | more))
        self.previous = made.manifest.sha
        self.sent.append(made)
        return made


def open_office(folder: Path) -> Office:
    return Office(None, folder / "files")
