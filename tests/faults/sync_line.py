"""A line that cuts, delays, truncates, mixes up and repeats, at bytes of chance's choice."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.sync.proxy import Passage

KINDS = ("cut", "delay", "truncate", "reorder", "duplicate", "late")
#: Requests that are kept to be sent once more.
_KEPT = 40


@dataclass
class Line:
    """The fault of a ``Proxy``: whole until ``plan``, whole again once the fault has struck."""

    target: tuple[str, int]
    struck: Counter[str] = field(default_factory=Counter)
    _kind: str = ""
    _at: int = 0
    _up: bool = True
    _seen: int = 0
    _requests: dict[int, bytearray] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, chance: random.Random, kind: str) -> None:
        """The next fault: after so many bytes in one direction."""
        with self._guard:
            self._kind, self._seen = kind, 0
            self._up = kind == "reorder" or chance.random() < 0.6
            self._at = chance.randrange(1, chance.choice([300, 3_000, 30_000, 200_000]))

    def whole(self) -> None:
        """No fault any more."""
        with self._guard:
            self._kind = ""

    @property
    def planned(self) -> bool:
        """Whether a fault is still to come."""
        return bool(self._kind)

    def __call__(self, passage: Passage, data: bytes) -> bytes | None:
        """What passes of a piece, ``None`` to cut."""
        self._record(passage, data)
        with self._guard:
            if not self._kind or passage.up is not self._up:
                return data
            self._seen += len(data)
            if self._seen < self._at:
                return data
            kind, self._kind = self._kind, ""
            self.struck[kind] += 1
            keep = max(0, len(data) - (self._seen - self._at))
        return self._strike(kind, data, keep)

    def _strike(self, kind: str, data: bytes, keep: int) -> bytes | None:
        if kind == "cut":
            return None
        if kind == "delay":
            time.sleep(random.uniform(0.2, 1.5))
        elif kind == "truncate":
            # The last bytes are gone and nobody says so; the connection stays.
            return data[:keep]
        elif kind == "reorder":
            return data[keep:] + data[:keep]
        elif kind in ("duplicate", "late"):
            self._again(late=kind == "late")
        return data

    def _record(self, passage: Passage, data: bytes) -> None:
        if passage.up:
            with self._guard:
                self._requests.setdefault(passage.connection, bytearray()).extend(data)
                while len(self._requests) > _KEPT:
                    self._requests.pop(next(iter(self._requests)))

    def _again(self, *, late: bool) -> None:
        """What was sent goes to the centre once more: the newest, or old ones in any order."""
        with self._guard:
            kept = [bytes(one) for one in self._requests.values()]
        chosen = random.sample(kept, min(3, len(kept))) if late else kept[-1:]
        for one in chosen:
            with suppress(OSError), socket.create_connection(self.target, timeout=2) as again:
                again.sendall(one)
                again.shutdown(socket.SHUT_WR)
                again.settimeout(1)
                while again.recv(65536):
                    pass
