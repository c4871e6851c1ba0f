"""Files side by side over a line that proved good; each goes whole, in one request.

While the centre writes one file to its disk and hashes it, the next one is on its way. Over any
other line nothing goes side by side: there it would only halve what each file gets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local
from types import TracebackType

from jdz_field.sync.link import Link
from jdz_field.sync.transfer import upload_whole

#: Connections at once: one file is sent while the others are hashed and written to the disk.
LANES = 3
#: A line is good when pieces of so many bytes went quickly; smaller files gain nothing.
_GOOD, _WORTH = 1 << 20, 128 << 10


@dataclass(frozen=True, slots=True)
class Load:
    """A file and what it is called; ``path``: none when it cannot go this way."""

    path: Path | None
    size: int
    sha: str
    filename: str


class Lanes:
    """Takes files in order and says of each, in order, whether it is at the centre now.

    A context manager; belongs to the thread of its ``link``, which learns how good the line is
    and counts the bytes. At the end no request is under way.
    """

    def __init__(self, link: Link, count: int = LANES) -> None:
        self._link = link
        self._count = count
        self._own = local()
        self._twins: list[Link] = []
        self._counted = 0
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="lane")

    def __enter__(self) -> Lanes:
        """The lanes."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(cancel_futures=True)
        self._count_bytes()

    def went(self, loads: Iterable[Load]) -> Iterator[bool]:
        """For each file whether it is at the centre; no: it must go the patient way.

        The next files are under way while the caller deals with one. ``Cancelled``.
        """
        ahead = deque[Future[bool]]()
        for load in loads:
            # Asked once: the line may turn out worse meanwhile, and each answer is for its load.
            path = self._fitting(load)
            # What goes the patient way goes before all that comes after it.
            while ahead and (path is None or len(ahead) > self._count):
                yield self._said(ahead.popleft())
            if path is not None:
                ahead.append(self._pool.submit(self._bring, path, load))
            else:
                yield False
        while ahead:
            yield self._said(ahead.popleft())

    def _fitting(self, load: Load) -> Path | None:
        """The path of a file that goes this way."""
        fits = load.size >= _WORTH and self._link.piece >= max(_GOOD, load.size)
        return load.path if fits else None

    def _bring(self, path: Path, load: Load) -> bool:
        twin: Link | None = getattr(self._own, "link", None)
        if twin is None:
            twin = self._own.link = self._link.twin()
            self._twins.append(twin)
        twin.piece = self._link.piece
        went = upload_whole(twin, path, load.sha, load.filename)
        self._link.piece = min(self._link.piece, twin.piece)
        return went

    def _said(self, sent: Future[bool]) -> bool:
        went = sent.result()
        self._count_bytes()
        if went:
            self._link.mark()
        return went

    def _count_bytes(self) -> None:
        total = sum(twin.sent for twin in self._twins)
        self._link.sent += total - self._counted
        self._counted = total
