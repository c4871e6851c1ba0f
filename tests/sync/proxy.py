"""A TCP proxy that does to a connection what a bad network does, at a byte of one's choice."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: What happens to a piece on its way: the pieces to pass on, or ``None`` to cut the connection.
Fault = Callable[["Passage", bytes], bytes | None]


@dataclass
class Passage:
    """One direction of one connection: ``up`` (to the server) or ``down``; bytes so far."""

    up: bool
    connection: int
    passed: int = 0


@dataclass
class Proxy:
    """Listens on ``port``; ``fault`` may be changed at any time. Counts bytes both ways."""

    target: tuple[str, int]
    fault: Fault | None = None
    port: int = 0
    up: int = 0
    down: int = 0
    connections: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _closing: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._run(self._accept)

    def stop(self) -> None:
        """Close everything; connections in progress are cut."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()
        for thread in self._threads:
            thread.join(5)

    def cut_all(self) -> None:
        """Cut the connections that are open now."""
        for one in list(self._open):
            _cut(one)

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(self.target, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._open += [near, far]
            number = self.connections
            self._run(lambda n=near, f=far, k=number: self._pump(n, f, Passage(True, k)))
            self._run(lambda n=near, f=far, k=number: self._pump(f, n, Passage(False, k)))

    def _pump(self, source: socket.socket, sink: socket.socket, passage: Passage) -> None:
        try:
            while data := source.recv(65536):
                passed = data if self.fault is None else self.fault(passage, data)
                passage.passed += len(data)
                if passage.up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                if passed is None:
                    break
                sink.sendall(passed)
        except OSError:
            pass
        finally:
            _cut(source)
            _cut(sink)

    def until(self, limit: int, *, up: bool) -> None:
        """From now on every connection is cut after so many bytes in one direction, once each."""
        self.fault = lambda p, data: (
            data if p.up is not up or p.passed + len(data) <= limit else None
        )


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def proxied(host: str, port: int, fault: Fault | None = None) -> Iterator[Proxy]:
    """A proxy before a server."""
    proxy = Proxy((host, port), fault)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
