"""A device's secrets: its signing key and its token.

They live in the system's keyring where that answers without asking anybody anything, else in
a file that only the person can read, outside every project: a copied project folder must not
carry them. ``JDZ_FIELD_CONFIG`` names another folder, ``JDZ_FIELD_KEYRING=off`` says file.
Secrets are kept by project device id, so several projects on one machine never share one.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import keyring
import platformdirs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.sync.batch import decode, encode

_SERVICE = "jdz-field"
#: Keyrings that answer at once: they open with the person's session. (Others may pop up a
#: window and wait, also in a run without anybody to click on it.)
_QUIET = ("keyring.backends.Windows", "keyring.backends.macOS", "keyring.backends.SecretService")
#: Seconds after which a keyring that does not answer counts as absent.
_PATIENCE = 3.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeviceSecret:
    """The signing key (Ed25519) and the bearer token, empty before enrolment."""

    sign_key: Ed25519PrivateKey
    token: str = ""

    def to_text(self) -> str:
        """JSON, as it is kept."""
        return json.dumps(
            {"sign_key": encode(self.sign_key.private_bytes_raw()), "token": self.token}
        )

    @classmethod
    def from_text(cls, text: str) -> DeviceSecret:
        """The secret that ``to_text`` wrote; ``BadInput`` if it is none."""
        try:
            data = json.loads(text)
            return cls(private_key(data["sign_key"]), str(data["token"]))
        except (ValueError, TypeError, KeyError) as error:
            raise BadInput(
                _("The key of this device is damaged; enrol the device again.")
            ) from error


def private_key(seed: str) -> Ed25519PrivateKey:
    """The signing key of a base64 seed (32 bytes); ``BadInput`` or ``ValueError`` if it is none."""
    return Ed25519PrivateKey.from_private_bytes(decode(seed, "sign_key"))


def load_secret(device: str) -> DeviceSecret | None:
    """The secret of a project's device, ``None`` before the first; ``BadInput`` when damaged."""
    path = _file(device)
    try:
        return DeviceSecret.from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            _("The key of this device in {file} can't be read; check the folder.").format(file=path)
        ) from error
    backend = _backend()
    text = _quickly(lambda: backend.get_password(_SERVICE, device)) if backend else None
    return DeviceSecret.from_text(text) if text else None


def save_secret(device: str, secret: DeviceSecret) -> None:
    """Keep a secret, in the keyring if that gives it back, else in the file; ``Unavailable``."""
    text, backend = secret.to_text(), _backend()

    def keep() -> bool:
        assert backend is not None
        backend.set_password(_SERVICE, device, text)
        return backend.get_password(_SERVICE, device) == text

    if backend and _quickly(keep):
        _file(device).unlink(missing_ok=True)
    else:
        _write_private(_file(device), text)


def config_dir() -> Path:
    """The person's own folder for what belongs to no project."""
    named = os.environ.get("JDZ_FIELD_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_dir("jdz-field", False))


def _file(device: str) -> Path:
    if not device or Path(device).name != device:
        raise ValueError("device id")
    return config_dir() / "devices" / f"{device}.json"


def _write_private(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkstemp makes the file 0600 from its first instant on.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise Unavailable(
            _("The key of this device can't be kept in {folder} ({reason}); free it.").format(
                folder=path.parent, reason=error.strerror or error
            )
        ) from error


def _backend() -> KeyringBackend | None:
    if os.environ.get("JDZ_FIELD_KEYRING", "").lower() in {"off", "0", "no"}:
        return None
    found = _quickly(keyring.get_keyring)
    return found if found is not None and _quiet(found) else None


def _quiet(backend: KeyringBackend) -> bool:
    module = type(backend).__module__
    if module.endswith("SecretService"):
        return bool(_quickly(_session_is_unlocked))
    return module in _QUIET


def _session_is_unlocked() -> bool:
    try:
        import secretstorage  # noqa: PLC0415 - exists on Linux only
    except ImportError:
        return False
    try:
        connection = secretstorage.dbus_init()
        return not secretstorage.get_default_collection(connection).is_locked()
    except secretstorage.SecretStorageException:
        return False


def _quickly(ask: Callable[[], T]) -> T | None:
    """What ``ask`` returns, or ``None`` when it fails or takes longer than three seconds."""
    answer: list[T] = []

    def run() -> None:
        try:
            answer.append(ask())
        except (KeyringError, OSError, RuntimeError):
            return

    thread = threading.Thread(target=run, daemon=True, name="keyring")
    thread.start()
    thread.join(_PATIENCE)
    return answer[0] if answer else None
