"""Receivers made of a socket or a pair of terminals: real lines, no real satellites."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jdz_field.gnss.fix import Fix
from jdz_field.gnss.reader import Reader, Status
from jdz_field.gnss.sources import Source


@dataclass
class TcpReceiver:
    """Shares one receiver over TCP on loopback."""

    server: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=2)
    )
    client: socket.socket | None = None

    @property
    def spec(self) -> str:
        """How the settings name it."""
        return f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def accept(self) -> None:
        """Wait for the program."""
        self.hang_up()
        self.server.settimeout(10)
        self.client, _address = self.server.accept()

    def say(self, data: bytes) -> None:
        """Send sentences."""
        assert self.client is not None
        self.client.sendall(data)

    def hang_up(self) -> None:
        """The cable is pulled."""
        if self.client is not None:
            self.client.close()
            self.client = None

    def close(self) -> None:
        """Gone for good."""
        self.hang_up()
        self.server.close()


@dataclass
class Heard:
    """What a reader told."""

    fixes: list[Fix] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    changed: threading.Event = field(default_factory=threading.Event)

    def fix(self, fix: Fix) -> None:
        self.fixes.append(fix)
        self.changed.set()

    def status(self, status: Status) -> None:
        self.statuses.append(status)
        self.changed.set()

    def until(self, holds: Callable[[], bool], seconds: float = 15) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.statuses
            self.changed.wait(0.2)
            self.changed.clear()

    @property
    def states(self) -> list[str]:
        """The states in turn, without repetition."""
        found: list[str] = []
        for status in self.statuses:
            if not found or found[-1] != status.state:
                found.append(status.state)
        return found


@contextmanager
def listening(
    source: Source, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Reader, Heard]]:
    """A running reader and what it tells."""
    heard = Heard()
    reader = Reader(source, heard.fix, heard.status, monotonic=monotonic)
    reader.start()
    try:
        yield reader, heard
    finally:
        reader.stop()
