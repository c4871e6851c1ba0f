"""How the office's window gets to its centre: a one-time code once, then what was kept.

The token lies where device secrets lie (``sync.keys``); the address and the name beside it in
``office.json``, outside every project.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.operations.office import Desk
from jdz_field.sync.batch import encode
from jdz_field.sync.client import CentralClient
from jdz_field.sync.keys import DeviceSecret, config_dir, load_secret, save_secret


@dataclass(frozen=True, slots=True)
class Login:
    """Where the centre is and who sits here; the token is kept apart."""

    url: str
    device: str
    user: str = ""
    role: str = ""
    certificate: str = ""


def remembered() -> Login | None:
    """The last login on this machine; ``None`` before the first, or when it is damaged."""
    try:
        data = json.loads((config_dir() / "office.json").read_text(encoding="utf-8"))
        return Login(**{f.name: str(data[f.name]) for f in fields(Login)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sign_in(url: str, code: str, name: str) -> Login:
    """Take this machine in with a one-time code and keep what the centre gives.

    ``Unavailable`` when no centre answers, ``BadInput`` when it refuses the code.
    """
    device, key = new_id(), Ed25519PrivateKey.generate()
    public = encode(key.public_key().public_bytes_raw())
    with CentralClient(url) as client:
        taken = client.enrol(code.strip(), name, device, public, new_id())
    login = Login(url, taken.device or device, taken.user, taken.role, taken.certificate)
    save_secret(login.device, DeviceSecret(key, taken.token))
    _remember(login)
    return login


def open_desk(login: Login) -> Desk:
    """The desk of a login; ``Unavailable`` when its token is gone."""
    secret = load_secret(login.device)
    if secret is None or not secret.token:
        raise Unavailable(
            _("The access to {url} is not on this machine any more; sign in again.").format(
                url=login.url
            )
        )
    return Desk(CentralClient(login.url, secret.token, certificate=login.certificate))


def _remember(login: Login) -> None:
    folder = config_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / "office.json.new"
        beside.write_text(json.dumps(asdict(login)), encoding="utf-8")
        beside.replace(folder / "office.json")
    except OSError as error:
        raise Unavailable(
            _("The login cannot be kept in {folder}; free the folder.").format(folder=folder)
        ) from error
