"""What a device gets when the centre takes it in: its name there, its token, the centre's keys.

By network it is the answer of ``POST /v1/devices/enrol``; by hand it is a file that
``central device issue`` writes and ``enrol FILE`` reads. The file is a secret: it holds the
token and the signing key that the office drew for the device.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

FORMAT = 1
_KIND = "enrolment"
_LIMIT = 256 << 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A device's place at a centre.

    Attributes:
        device: id under which the centre knows the device.
        user: whose device it is.
        role: field, forestry, office or admin.
        token: the bearer token of its requests; secret.
        centre_key: ``age1…``, to encrypt batch files to.
        centre_sign_key: base64 Ed25519, which signs receipts.
        url: where the centre listens; empty when the device never has a network.
        sign_key: base64 seed of the device's signing key, only in a file; secret.
        certificate: PEM to trust for ``url``; empty: the system's authorities.
    """

    device: str
    user: str
    role: str
    token: str
    centre_key: str
    centre_sign_key: str
    url: str = ""
    sign_key: str = ""
    certificate: str = ""

    def to_json(self) -> dict[str, Any]:
        """Every attribute by its name."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Enrolment:
        """The enrolment that ``to_json`` wrote; ``BadInput`` when entries lack or are no text."""
        if not isinstance(data, Mapping):
            raise BadInput(_("The centre's answer to the enrolment makes no sense; update both."))
        known = {f.name: data[f.name] for f in fields(cls) if data.get(f.name) is not None}
        needed = {"device", "user", "role", "token", "centre_key", "centre_sign_key"}
        if needed - set(known) or not all(isinstance(v, str) for v in known.values()):
            raise BadInput(_("The centre's answer to the enrolment makes no sense; update both."))
        return cls(**known)


def write_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Write the file for ``enrol FILE``, readable by its owner alone where the disk allows it."""
    text = json.dumps({"format": FORMAT, "kind": _KIND, **enrolment.to_json()}, indent=1)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def read_enrolment(path: Path) -> Enrolment:
    """The enrolment in a file that ``write_enrolment`` wrote; ``BadInput`` when it is none."""
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_LIMIT))
    except OSError as error:
        raise BadInput(
            _("{file} can't be opened ({reason}); check the name.").format(
                file=path, reason=error.strerror or error
            )
        ) from error
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or (data.get("format"), data.get("kind")) != (FORMAT, _KIND):
        raise BadInput(_("{file} is no enrolment file; ask the office for one.").format(file=path))
    return Enrolment.from_json(data)
