"""One connection: its head must come in time, and it ends when nobody listens any more.

uvicorn waits without end for the rest of a head, and for the rest of a body whose request was
answered; whoever sends one byte a minute would keep a place for ever.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from jdz_field.central.headers import PLAIN
from jdz_field.core.i18n import _

#: Most connections at once.
CONNECTIONS = 1_000
#: Most bytes that are read at once; a photo takes 40 % of the time it takes with asyncio's own.
READ_BYTES = 64 << 10
#: Seconds for the head of a request.
HEAD_SECONDS = 20.0
#: Seconds in which what still comes after an answer is read and thrown away.
LINGER_SECONDS = 10.0


def _read_little(transport: asyncio.Transport) -> None:
    """Read 64 KiB at a time: asyncio's 256 KiB come as fresh pages each time, which costs more.

    Where the event loop reads otherwise (Windows) nothing changes.
    """
    if hasattr(transport, "max_size"):
        transport.max_size = READ_BYTES


def _send_at_once(transport: asyncio.Transport) -> None:
    """Send small pieces at once (TCP_NODELAY).

    asyncio does so for sockets that name their protocol, which a listening one of the standard
    library's ``create_server`` does not: each body then waited 40 ms for the other side's word.
    """
    held = transport.get_extra_info("socket")
    if held is not None and held.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # The other side may be gone already.
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Line(H11Protocol):
    """One connection: its head must come in time, and it ends when nobody listens any more."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._waits_for: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection; closed at once when there are too many."""
        super().connection_made(transport)
        _send_at_once(transport)
        _read_little(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """An answer is out."""
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets its sentence, and the headers that every answer bears."""
        del msg
        body = json.dumps({"detail": _("This is no HTTP request that the centre reads.")}).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close"), *PLAIN]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Let the time run while a head is coming, or a body that nobody will read."""
        heading = self.conn.their_state is h11.IDLE
        lingering = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
        waits_for = "head" if heading else "end" if lingering else None
        if waits_for == self._waits_for:
            return
        self._stop()
        self._waits_for = waits_for
        if waits_for:
            seconds = HEAD_SECONDS if heading else LINGER_SECONDS
            self._patience = self.loop.call_later(seconds, self._hang_up)

    def _stop(self) -> None:
        self._waits_for = None
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _hang_up(self) -> None:
        self._patience = None
        if not self.transport.is_closing():
            self.transport.abort()
