"""The keys of the centre: one that batch files are encrypted to, one that signs receipts.

They lie beside the folder of files, readable by their owner alone where the system knows such a
thing. Whoever loses them cannot open batch files that are still on the way: ``backup`` takes
them along.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.sync.batch import decode, encode, public_key_text

AGE_FILE, SIGN_FILE = "centre.age", "centre.ed25519"


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """``identity``: ``AGE-SECRET-KEY-1…``; ``recipient``: ``age1…``; ``sign_key``: Ed25519."""

    identity: str
    recipient: str
    sign_key: Ed25519PrivateKey

    @property
    def sign_public(self) -> str:
        """The signing key's public half, base64."""
        return public_key_text(self.sign_key.public_key())


def keys_folder(files: Path) -> Path:
    """Where the keys of the centre with these files lie."""
    return files.with_name(files.name + "-keys")


def load_keys(files: Path) -> CentreKeys:
    """The keys, drawn at the first call. ``BadInput``: damaged; ``Unavailable``: disk."""
    folder = keys_folder(files)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = _kept(folder / AGE_FILE, lambda: str(pyrage.x25519.Identity.generate()))
        seed = _kept(
            folder / SIGN_FILE, lambda: encode(Ed25519PrivateKey.generate().private_bytes_raw())
        )
    except OSError as error:
        raise Unavailable(
            _("The keys of the centre in {folder} cannot be read or made ({reason}).").format(
                folder=folder, reason=error.strerror or error
            )
        ) from error
    try:
        recipient = str(pyrage.x25519.Identity.from_str(identity).to_public())
        sign_key = Ed25519PrivateKey.from_private_bytes(decode(seed, "seed"))
    except (BadInput, ValueError, pyrage.IdentityError) as error:
        raise BadInput(
            _("The keys of the centre in {folder} are damaged; restore a backup.").format(
                folder=folder
            )
        ) from error
    return CentreKeys(identity, recipient, sign_key)


def _kept(path: Path, draw: Callable[[], str]) -> str:
    if not path.exists():
        _write_private(path, draw())
    return path.read_text(encoding="ascii").strip()


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        # Two processes that start at once must end with one key: the first one's.
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
