"""Backups that leave the folder: copies elsewhere, and ones encrypted in the age format."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pyrage

from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.store.project import Project

#: The suffix of an encrypted file, after its own.
SUFFIX = ".age"
#: A passphrase encrypts in memory: larger files want a key.
LARGEST = 1 << 30
#: Fewer characters are guessed by a machine within days.
LEAST = 8

_Work = Callable[[BinaryIO, BinaryIO], None]


def save_copy(source: Path, target: Path) -> Path:
    """Copy a backup to another place; it appears there only when whole. ``Unavailable``."""

    def work(plain: BinaryIO, out: BinaryIO) -> None:
        shutil.copyfileobj(plain, out, 1 << 20)

    return _through(source, target, work)


def encrypt(
    source: Path, target: Path, *, passphrase: str = "", recipients: Sequence[str] = ()
) -> Path:
    """Write ``source`` encrypted as ``target``, by a passphrase or for ``age1…`` keys.

    Any age program opens it.

    Raises:
        BadUsage: neither or both were given, the passphrase is short, or a key is none.
        BadInput: too large for a passphrase.
        Unavailable: the disk refuses.
    """
    keys = require_way(passphrase, recipients)
    if keys:
        return _through(source, target, lambda plain, out: pyrage.encrypt_io(plain, out, keys))
    _require_small(source)

    def work(plain: BinaryIO, out: BinaryIO) -> None:
        out.write(pyrage.passphrase.encrypt(plain.read(), passphrase))

    return _through(source, target, work)


def encrypted_backup(
    project: Project, *, passphrase: str = "", recipients: Sequence[str] = ()
) -> Path:
    """A backup in ``backups/`` that only the passphrase or key opens; errors as ``encrypt``.

    The plain copy it is made from lies there for a moment: on a disk that is not encrypted itself
    its blocks may be found until they are used again.
    """
    require_way(passphrase, recipients)
    plain = project.backup("encrypted")
    try:
        sealed = plain.with_name(plain.name + SUFFIX)
        return encrypt(plain, sealed, passphrase=passphrase, recipients=recipients)
    finally:
        with suppress(OSError):
            plain.unlink(missing_ok=True)


@contextmanager
def opened(file: Path, *, passphrase: str = "", identity: str = "") -> Iterator[Path]:
    """A readable copy of an encrypted backup beside nothing else, gone afterwards; a plain one
    is given as it is.

    Raises:
        BadUsage: encrypted, and neither passphrase nor key was given.
        BadInput: the passphrase or key is wrong, or the file is damaged.
        Unavailable: the disk refuses.
    """
    if file.suffix != SUFFIX:
        yield file
        return
    if not passphrase and not identity:
        raise BadUsage(_("{file} is encrypted; give its passphrase or key.").format(file=file.name))
    with _place() as folder:
        yield decrypt(file, folder / file.stem, passphrase=passphrase, identity=identity)


def decrypt(file: Path, target: Path, *, passphrase: str = "", identity: str = "") -> Path:
    """Decrypt a file to ``target``; errors as ``opened``."""

    def work(sealed: BinaryIO, out: BinaryIO) -> None:
        if identity:
            pyrage.decrypt_io(sealed, out, [_identity(identity)])
        else:
            out.write(pyrage.passphrase.decrypt(sealed.read(), passphrase))

    if not identity:
        _require_small(file)
    try:
        return _through(file, target, work)
    except pyrage.DecryptError as error:
        raise BadInput(
            _("{file} does not open with this passphrase or key, or is damaged.").format(
                file=file.name
            )
        ) from error


def require_way(passphrase: str, recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """The keys to encrypt for, none with a good passphrase; ``BadUsage`` otherwise."""
    if bool(passphrase) == bool(recipients):
        raise BadUsage(_("Give either a passphrase or keys to encrypt for."))
    if passphrase and len(passphrase) < LEAST:
        raise BadUsage(
            _("A passphrase needs at least {n} characters; take several words.").format(n=LEAST)
        )
    return [_recipient(text) for text in recipients]


def _through(source: Path, target: Path, work: _Work) -> Path:
    """``work(source, target)`` with the target whole or not there."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with source.open("rb") as plain, part.open("xb") as out:
            work(plain, out)
        replace(part, target)
    except FileNotFoundError as error:
        raise BadInput(_("There is no file {path}.").format(path=error.filename)) from error
    except OSError as error:
        raise Unavailable(
            _("The backup {path} cannot be written: {why}.").format(
                path=target, why=error.strerror or error
            )
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _require_small(file: Path) -> None:
    if file.is_file() and file.stat().st_size > LARGEST:
        raise BadInput(
            _("{file} is larger than 1 GB; encrypt it for a key instead of a passphrase.").format(
                file=file.name
            )
        )


@contextmanager
def _place() -> Iterator[Path]:
    """A folder of the person's own, 0700 where the system knows that."""
    with TemporaryDirectory(prefix="jdz-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise BadUsage(
            _("«{key}» is no key to encrypt for; it begins with age1.").format(key=text[:70])
        ) from error


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise BadUsage(_("The key begins with AGE-SECRET-KEY-1; this is none.")) from error
