"""Where attachments lie: a folder, or any S3 through obstore; named by SHA-256, never changed.

A file is there whole or not at all. Nothing here deletes but ``delete``, which a person asks for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _

#: How an address in object storage begins.
S3 = "s3://"
_PIECE = 1 << 20


class FileStore(Protocol):
    """What the centre asks of a store of files.

    Every method raises ``Unavailable`` (``OSError`` on a disk) when the store does not answer.
    """

    @property
    def shown(self) -> str:
        """Where it is, for persons."""

    def put(self, sha: str, draft: Path) -> None:
        """Take a whole, verified file in, which is moved; it lasts when this returns."""

    def size(self, sha: str) -> int | None:
        """Bytes of a file; ``None`` when it is not here."""

    def read(self, sha: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from ``start`` up to ``end`` (not included), in pieces."""

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file: SHA-256 and bytes, in order."""

    def delete(self, sha: str) -> None:
        """Take a file away for good."""


class DiskStore:
    """A folder: ``ab/abcd…``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def shown(self) -> str:
        """The folder."""
        return str(self.folder)

    def path(self, sha: str) -> Path:
        """Where a file lies."""
        return self.folder / sha[:2] / sha

    def put(self, sha: str, draft: Path) -> None:
        """Move a file in; it and its folder are on the disk when this returns."""
        target = self.path(sha)
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        _sync_folder(target.parent)

    def size(self, sha: str) -> int | None:
        """Bytes of a file; ``None`` when it is not here."""
        try:
            return self.path(sha).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, sha: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from ``start`` up to ``end``, in pieces of 1 MB."""
        with self.path(sha).open("rb") as file:
            file.seek(start)
            left = -1 if end is None else end - start
            while left and (piece := file.read(_PIECE if left < 0 else min(_PIECE, left))):
                left -= len(piece) if left > 0 else 0
                yield piece

    def files(self) -> Iterator[tuple[str, int]]:
        """Every file, in order."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            yield path.name, path.stat().st_size

    def delete(self, sha: str) -> None:
        """Take a file away."""
        self.path(sha).unlink(missing_ok=True)


class ObjectStore:
    """Object storage: ``<prefix>/ab/abcd…``; an object appears when all of it has arrived."""

    def __init__(self, store: Any, shown: str) -> None:
        """``store``: any store of obstore, with the prefix in it."""
        self._store = store
        self._shown = shown

    @property
    def shown(self) -> str:
        """The address, without keys."""
        return self._shown

    @contextmanager
    def _answering(self) -> Iterator[None]:
        from obstore.exceptions import BaseError  # noqa: PLC0415

        try:
            yield
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise Unavailable(
                _("The store {place} does not answer ({reason}); try again later.").format(
                    place=self._shown, reason=str(error).strip().splitlines()[0][:200]
                )
            ) from error

    def put(self, sha: str, draft: Path) -> None:
        """Send a file; large ones in parts. Its size is checked before the draft goes."""
        import obstore  # noqa: PLC0415

        size = draft.stat().st_size
        with self._answering():
            obstore.put(self._store, _key(sha), draft)
        if self.size(sha) != size:
            raise Unavailable(
                _("The store {place} did not keep the whole file; try again later.").format(
                    place=self._shown
                )
            )
        draft.unlink()

    def size(self, sha: str) -> int | None:
        """Bytes of an object; ``None`` when it is not here."""
        import obstore  # noqa: PLC0415

        try:
            with self._answering():
                return int(obstore.head(self._store, _key(sha))["size"])
        except FileNotFoundError:
            return None

    def read(self, sha: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from ``start`` up to ``end``, asked for 8 MB at a time."""
        import obstore  # noqa: PLC0415

        stop = self.size(sha) if end is None else end
        if stop is None:
            raise FileNotFoundError(_key(sha))
        while start < stop:
            until = min(start + 8 * _PIECE, stop)
            with self._answering():
                piece = bytes(obstore.get_range(self._store, _key(sha), start=start, end=until))
            if not piece:
                return
            start += len(piece)
            yield piece

    def files(self) -> Iterator[tuple[str, int]]:
        """Every object, in order."""
        import obstore  # noqa: PLC0415

        with self._answering():
            found = [
                (str(one["path"]).rpartition("/")[2], int(one["size"]))
                for chunk in obstore.list(self._store)
                for one in chunk
            ]
        yield from sorted(one for one in found if len(one[0]) == 64)

    def delete(self, sha: str) -> None:
        """Take an object away."""
        import obstore  # noqa: PLC0415

        with self._answering():
            if self.size(sha) is not None:
                obstore.delete(self._store, _key(sha))


def _key(sha: str) -> str:
    return f"{sha[:2]}/{sha}"


def open_store(place: str | Path, folder: Path) -> FileStore:
    """The store at ``s3://bucket/prefix``, or in ``folder``.

    Endpoint, region and keys come from the environment (``AWS_ENDPOINT_URL``, ``AWS_REGION``,
    ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``). ``BadUsage``: the address is none.
    """
    if not is_object_store(place):
        return DiskStore(folder)
    address = _address(place)
    from obstore.exceptions import BaseError  # noqa: PLC0415
    from obstore.store import S3Store  # noqa: PLC0415

    bucket, _slash, prefix = address.removeprefix(S3).partition("/")
    wrong = BadUsage(
        _("{place} is no address of object storage; it looks like s3://bucket/folder.").format(
            place=address
        )
    )
    if not bucket:
        raise wrong
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    try:
        store = S3Store(
            bucket,
            prefix=prefix.strip("/") or None,
            client_options={"timeout": "120s", "connect_timeout": "5s", "allow_http": plain},
            retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
        )
    except (BaseError, ValueError, TypeError) as error:
        raise wrong from error
    return ObjectStore(store, address)


def is_object_store(place: str | Path) -> bool:
    """Whether attachments lie in object storage; a ``Path`` swallows one of the slashes."""
    return str(place).replace("\\", "/").startswith((S3, "s3:/"))


def _address(place: str | Path) -> str:
    return S3 + str(place).replace("\\", "/").removeprefix("s3:").lstrip("/")


def local_folder(place: str | Path) -> Path:
    """The folder of unfinished uploads; the keys lie beside it.

    For object storage: ``JDZ_CENTRAL_LOCAL``, else ``central/files`` in the working folder.
    """
    if is_object_store(place):
        return Path(os.environ.get("JDZ_CENTRAL_LOCAL", "") or Path("central") / "files").absolute()
    return Path(place).absolute()


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only when its folder is on the disk too."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
