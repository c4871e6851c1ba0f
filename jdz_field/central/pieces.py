"""An upload's state, and the bytes of one request on their way into it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _


class WrongHash(JdzError):
    """The bytes came and are not what the hash says; the server says 460."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload: how many bytes are here, of how many; ``expires``: UTC, none when done."""

    id: str
    sha256: str
    filename: str
    length: int
    offset: int
    done: bool
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece should hash to (tus checksum extension)."""

    algorithm: str
    digest: bytes


class Piece:
    """Writes the bytes of one request behind what is there; ``upload``: as it was before."""

    def __init__(self, file: IO[bytes], upload: Upload, checksum: Checksum | None) -> None:
        self.upload = upload
        #: Whether the disk refused some of it; what follows must not be written behind the gap.
        self.broken = False
        #: Whether nothing is wanted: the file is here already.
        self.idle = False
        #: Whether the line broke before its end.
        self.cut = False
        self._file = file
        self._end = upload.offset
        self._wanted = checksum
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        # Of a file that comes in one request no byte need be read again.
        self._whole = hashlib.sha256() if upload.offset == 0 else None

    @property
    def room(self) -> int:
        """How many bytes are missing."""
        return self.upload.length - self._end

    @property
    def state(self) -> Upload:
        """The upload with what was written by now."""
        return replace(self.upload, offset=self._end)

    @property
    def whole(self) -> str:
        """SHA-256 of the file, when all of it came with this request."""
        return self._whole.hexdigest() if self._whole is not None and not self.room else ""

    def write(self, data: bytes | bytearray) -> None:
        """Some bytes more, all of them or, when the disk says no, none: ``OSError``."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self.broken = True
            self._file.truncate(self._end)
            raise
        self._end += len(data)
        for digest in (self._hash, self._whole):
            if digest is not None:
                digest.update(data)

    def verify(self) -> None:
        """``WrongHash`` when the piece is not what its checksum says."""
        if self._wanted and self._hash and self._hash.digest() != self._wanted.digest:
            raise WrongHash(_("The piece arrived damaged; send it again."))
