"""The envelope of batches and receipts on a card: one plain ZIP, encrypted in the age format.

The ZIP (PKWARE APPNOTE 6.3, entries stored, no ZIP64) is written in one fixed spelling, and
read only in that spelling: every header must be the one this module would have written.
So a flipped or cut byte is seen at once, and overlapping, hidden, compressed or endless
entries can't exist. Encryption streams both ways; a volume never sits in memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from jdz_field.core.errors import BadInput, JdzError, Unavailable
from jdz_field.core.i18n import _

#: No volume is larger: it must fit FAT32, and every card reader.
VOLUME_BYTES = 2_000_000_000
_BLOCK = 1 << 20
_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,99}/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_AGE = b"age-encryption.org/v1\n"
#: An age header holds a few lines; a longer one is an attack on our memory.
_AGE_HEADER = 16 << 10
_LOCAL = struct.Struct("<4s5H3L2H")
_DESCRIPTOR = struct.Struct("<4s3L")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
#: Version 2.0, sizes after the data, stored, 1980-01-01 00:00.
_FIXED = (20, 0x0008, 0, 0, 0x0021)


@dataclass(frozen=True, slots=True)
class Part:
    """One entry: its name, and bytes or the file that holds them (with its SHA-256, hex)."""

    name: str
    source: bytes | Path
    sha256: str | None = None

    def size(self) -> int:
        """Bytes."""
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size

    def blocks(self) -> Iterator[bytes]:
        """The bytes, in blocks of 1 MiB; ``BadInput`` when the file is not what its hash says."""
        if isinstance(self.source, bytes):
            yield self.source
            return
        digest = hashlib.sha256()
        with self.source.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                yield block
        if self.sha256 not in {None, digest.hexdigest()}:
            raise BadInput(
                _("{file} is no longer what was recorded; run check on the project.").format(
                    file=self.source
                )
            )


def entry_size(name: str, size: int) -> int:
    """Bytes that an entry of this name and size takes in a container."""
    return _LOCAL.size + _DESCRIPTOR.size + _CENTRAL.size + 2 * len(name) + size


def capacity(volume: int) -> int:
    """Bytes of entries that surely fit a volume of so many bytes, encryption included."""
    return (volume - 4096) * 4095 // 4096 - _END.size


def write_container(path: Path, parts: Sequence[Part], recipients: Sequence[str] = ()) -> None:
    """Write a container, replacing ``path`` only when complete and on the disk.

    ``recipients``: ``age1…`` or ``ssh-ed25519 …`` keys; none leaves it readable by all.
    ``BadInput`` for a key that is none, ``Unavailable`` when the disk is full or gone.
    """
    keys = [_recipient(text) for text in recipients]
    draft = path.with_name(path.name + ".part")
    source = _Source(_zip(parts))
    try:
        with draft.open("wb") as out:
            if keys:
                pyrage.encrypt_io(source, out, keys)
            else:
                while block := source.read(_BLOCK):
                    out.write(block)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except (OSError, pyrage.EncryptError) as error:
        raise _write_error(path, source.failure or error) from error
    finally:
        draft.unlink(missing_ok=True)


def _write_error(path: Path, error: BaseException) -> BaseException:
    if isinstance(error, JdzError):
        return error
    return Unavailable(
        _("{file} could not be written ({reason}); check the disk and its free space.").format(
            file=path, reason=getattr(error, "strerror", None) or str(error)
        )
    )


class _Source:
    """A readable stream over blocks; keeps the exception that age would turn into its own."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                block = next(self._blocks, None)
                if block is None:
                    return b""
                self._rest = memoryview(block)
        except (OSError, JdzError) as error:
            self.failure = error
            raise
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def _zip(parts: Sequence[Part]) -> Iterator[bytes]:
    offset, directory = 0, b""
    for part in parts:
        crc = size = 0
        yield _local(part.name)
        for block in part.blocks():
            crc, size = zlib.crc32(block, crc), size + len(block)
            yield block
        yield _DESCRIPTOR.pack(b"PK\7\x08", crc, size, size)
        directory += _central(part.name, crc, size, offset)
        offset += _LOCAL.size + len(part.name) + size + _DESCRIPTOR.size
    yield directory + _end(len(parts), len(directory), offset)


def _local(name: str) -> bytes:
    return _LOCAL.pack(b"PK\3\4", *_FIXED, 0, 0, 0, len(name), 0) + name.encode("ascii")


def _central(name: str, crc: int, size: int, offset: int) -> bytes:
    head = (b"PK\1\2", 20, *_FIXED, crc, size, size, len(name), 0, 0, 0, 0, 0, offset)
    return _CENTRAL.pack(*head) + name.encode("ascii")


def _end(count: int, size: int, offset: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, count, count, size, offset, 0)


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    size: int
    crc: int


class Container:
    """An opened container; every byte of it has been checked against its spelling and CRC-32."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.path = path
        self._file = file
        self._entries = self._directory()
        for name, entry in self._entries.items():
            self._check(name, entry)

    @property
    def sizes(self) -> dict[str, int]:
        """Name and size in bytes of every entry, in their order."""
        return {name: entry.size for name, entry in self._entries.items()}

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry in blocks of 1 MiB; ``KeyError`` when there is none."""
        entry = self._entries[name]
        done = 0
        while done < entry.size:
            block = self._at(entry.start + done, min(_BLOCK, entry.size - done))
            done += len(block)
            yield block

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a small entry; ``BadInput`` when missing or over ``limit`` bytes."""
        if name not in self._entries or self._entries[name].size > limit:
            raise self.damaged()
        return b"".join(self.blocks(name))

    def damaged(self) -> BadInput:
        """The one sentence for everything that is not as it was written."""
        return BadInput(
            _("{file} is damaged or no package of this program; copy or export it again.").format(
                file=self.path
            )
        )

    def _directory(self) -> dict[str, _Entry]:
        total = self._file.seek(0, io.SEEK_END)
        tail = self._at(total - _END.size, _END.size)
        _magic, _disk, _start, count, _all, size, offset, _comment = _END.unpack(tail)
        if tail != _end(count, size, offset) or offset + size + _END.size != total:
            raise self.damaged()
        if size > count * (_CENTRAL.size + 404):
            raise self.damaged()
        return self._parse(self._at(offset, size), count, offset)

    def _parse(self, data: bytes, count: int, end: int) -> dict[str, _Entry]:
        entries: dict[str, _Entry] = {}
        at = offset = 0
        for _number in range(count):
            if at + _CENTRAL.size > len(data):
                raise self.damaged()
            head = _CENTRAL.unpack_from(data, at)
            crc, size, length = head[7], head[8], head[10]
            raw = data[at + _CENTRAL.size : at + _CENTRAL.size + length]
            name = raw.decode("ascii", "replace")
            if not _NAME.fullmatch(name) or name in entries:
                raise self.damaged()
            if data[at : at + _CENTRAL.size + length] != _central(name, crc, size, offset):
                raise self.damaged()
            entries[name] = _Entry(offset + _LOCAL.size + length, size, crc)
            at += _CENTRAL.size + length
            offset += _LOCAL.size + length + size + _DESCRIPTOR.size
        if at != len(data) or offset != end:
            raise self.damaged()
        return entries

    def _check(self, name: str, entry: _Entry) -> None:
        local = _local(name)
        crc = 0
        for block in self.blocks(name):
            crc = zlib.crc32(block, crc)
        descriptor = _DESCRIPTOR.pack(b"PK\7\x08", crc, entry.size, entry.size)
        if (
            crc != entry.crc
            or self._at(entry.start - len(local), len(local)) != local
            or self._at(entry.start + entry.size, len(descriptor)) != descriptor
        ):
            raise self.damaged()

    def _at(self, offset: int, size: int) -> bytes:
        if offset < 0:
            raise self.damaged()
        try:
            self._file.seek(offset)
            data = self._file.read(size)
        except OSError as error:
            raise _read_error(self.path, error) from error
        if len(data) != size:
            raise self.damaged()
        return data


@contextmanager
def open_container(
    path: Path, identities: Sequence[str] = (), workspace: Path | None = None
) -> Iterator[Container]:
    """A container, decrypted into a nameless file in ``workspace`` (default: the system's).

    ``path`` is only read. ``BadInput``: not ours, damaged, or encrypted to others;
    ``Unavailable``: the medium can't be read or there is no room to decrypt.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            container = Container(_plain(file, path, identities, workspace, stack), path)
        except OSError as error:
            raise _read_error(path, error) from error
        yield container


def _plain(
    file: BinaryIO,
    path: Path,
    identities: Sequence[str],
    workspace: Path | None,
    stack: ExitStack,
) -> BinaryIO:
    if file.seek(0, io.SEEK_END) > VOLUME_BYTES:
        raise BadInput(
            _("{file} is larger than 2 GB, so it is no batch of ours.").format(file=path)
        )
    file.seek(0)
    if file.read(len(_AGE)) != _AGE:
        return file
    temporary = tempfile.TemporaryFile(dir=workspace)  # noqa: SIM115 - the stack closes it
    plain = stack.enter_context(temporary)
    _decrypt(file, plain, identities, path)
    return plain


def _read_error(path: Path, error: OSError) -> JdzError:
    reason = error.strerror or str(error)
    if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
        return BadInput(
            _("{file} can't be opened ({reason}); check the name.").format(file=path, reason=reason)
        )
    return Unavailable(
        _("{file} can't be read or unpacked ({reason}); check the card and the free space.").format(
            file=path, reason=reason
        )
    )


def _decrypt(file: BinaryIO, plain: BinaryIO, identities: Sequence[str], path: Path) -> None:
    file.seek(0)
    if b"\n--- " not in file.read(_AGE_HEADER):
        raise _unreadable(path)
    file.seek(0)
    try:
        pyrage.decrypt_io(file, plain, [_identity(text) for text in identities])
    except pyrage.DecryptError as error:
        raise _unreadable(path) from error
    except OSError as error:
        # Damage found inside age is an OSError too, but without a number.
        if error.errno is None:
            raise _unreadable(path) from error
        raise


def _unreadable(path: Path) -> BadInput:
    return BadInput(
        _(
            "{file} is damaged or encrypted to somebody else; only the centre and the device "
            "it is meant for can open it."
        ).format(file=path)
    )


def recipient_of(key: Ed25519PublicKey) -> str:
    """What to encrypt to so that the holder of this signing key can read it (age's SSH keys)."""
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def identity_of(key: Ed25519PrivateKey) -> str:
    """What opens a file that was encrypted to ``recipient_of`` this key."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def _recipient(text: str) -> pyrage.x25519.Recipient | pyrage.ssh.Recipient:
    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BadInput(_("The key to encrypt to is damaged; enrol this device again.")) from error


def _identity(text: str) -> pyrage.x25519.Identity | pyrage.ssh.Identity:
    try:
        if text.startswith("-----BEGIN"):
            return pyrage.ssh.Identity.from_buffer(text.encode())
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as error:
        raise BadInput(_("The key to decrypt with is damaged; restore it.")) from error
