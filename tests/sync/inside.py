"""A centre without sockets: the client's requests go straight into the application.

Client, link, routes, gate, database and store are the real ones; only the wire is missing, so a
history of many syncs takes milliseconds. ``cut`` breaks the wire at a request of one's choice,
before the centre saw it or after it did its work.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx
from fastapi import FastAPI

from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.sealing import identity_of_project

URL = "http://127.0.0.1:9"


@dataclass
class Cut:
    """Breaks the wire at the request with this number; ``after``: the centre has done its work."""

    at: int
    after: bool


class Wire(httpx.BaseTransport):
    """Runs requests through an ASGI application, one at a time."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cut: Cut | None = None
        self.broken = False
        self._loop = asyncio.new_event_loop()
        self._guard = threading.Lock()
        self._count = 0

    def begin(self, cut: Cut | None) -> None:
        """A new connection, whole until ``cut``."""
        self.cut, self.broken, self._count = cut, False, 0

    def stop(self) -> None:
        """End the loop and its threads."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def close(self) -> None:
        """A client goes; the wire stays."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, or ``httpx.ReadError`` where the wire is cut."""
        body = request.read()
        here = self.cut is not None and self._count == self.cut.at
        self._count += 1
        if self.broken or (here and not (self.cut and self.cut.after)):
            self.broken = True
            raise httpx.ReadError("cut", request=request)
        with self._guard:
            status, headers, answer = self._loop.run_until_complete(self._run(request, body))
        if here:
            self.broken = True
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(status, headers=headers, content=answer, request=request)

    async def _run(self, request: httpx.Request, body: bytes) -> tuple[int, Any, bytes]:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": unquote(request.url.raw_path.partition(b"?")[0].decode()),
            "raw_path": request.url.raw_path,
            "query_string": request.url.query,
            "headers": [(k.lower(), v) for k, v in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 9),
            "root_path": "",
        }
        given = False
        start: dict[str, Any] = {}
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        return start["status"], start["headers"], b"".join(parts)


def client_inside(project: Project, wire: Wire) -> CentralClient:
    """The project's client over a wire; the first break is the last word."""
    client = CentralClient(URL, identity_of_project(project).token, patience=0.0, first=0.0)
    client._link._http.close()
    client._link._http = httpx.Client(
        transport=wire,
        headers={"Authorization": f"Bearer {identity_of_project(project).token}"},
        trust_env=False,
    )
    return client
