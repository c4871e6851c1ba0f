"""Runs the server: for ``central serve`` in the foreground, for the demo and tests in a thread."""

from __future__ import annotations

import logging
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from fastapi import FastAPI
from uvicorn.server import HANDLED_SIGNALS

from jdz_field.central.filestore import local_folder
from jdz_field.central.limits import HEAD_BYTES
from jdz_field.central.line import Line
from jdz_field.central.logs import KEPT_DAYS, LoggedTo, say
from jdz_field.central.server import create_app
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import _

#: Seconds that requests in progress get when the server stops.
_GRACE = 10
#: A certificate that ends within so many days is warned of.
_SOON, _DAY = 30, 86_400


class _Server(uvicorn.Server):
    """Says when it listens; ends well when it is told to end.

    SIGTERM, SIGINT and, on Windows, CTRL_BREAK: it takes no new connection, requests in progress
    get their answers, and the process leaves with 0. uvicorn would raise the signal once more.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals that end it, while it runs."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What runs gets its answer; what takes longer than the time of grace is cut off."""
        if threading.current_thread() is threading.main_thread():
            say(logging.INFO, "stopping", running=len(self.server_state.tasks), seconds=_GRACE)
        await super().shutdown(sockets)


def serve(
    database_url: str | None,
    files: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8443,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    logs: Logs | None = None,
    announce: Callable[[str], None],
) -> None:
    """Serve a centre until interrupted; ``announce`` gets the address once it listens.

    ``Unavailable``: the port is taken, the logs cannot be written; ``BadInput``: certificate;
    ``port`` 0 takes a free one.
    """
    tls = _tls(tls_cert, tls_key)
    kept = logs or Logs()
    listener = _listen(host, port)
    with listener:
        url = _url(listener, host, secure=bool(tls))
        app = create_app(database_url, files)
        if tls_cert is not None:
            app.state.meters.certificate_expires = expiry(tls_cert)
        with LoggedTo(kept.folder or logs_folder(local_folder(files)), kept.days):
            _warn_of_expiry(app.state.meters.certificate_expires)
            _Server(_config(app, **tls), lambda: _started(url, announce)).run(sockets=[listener])
            say(logging.INFO, "stopped")


@dataclass(frozen=True, slots=True)
class Logs:
    """Where logs go (``None``: beside the files) and for how many days they are kept."""

    folder: Path | None = None
    days: int = KEPT_DAYS


def logs_folder(files: Path) -> Path:
    """Where the logs of the centre with these files lie."""
    return files.with_name(files.name + "-logs")


def _started(url: str, announce: Callable[[str], None]) -> None:
    say(logging.INFO, "started", url=url, version=version("jdz-field"))
    announce(url)


def _config(app: FastAPI, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Line,
        h11_max_incomplete_event_size=HEAD_BYTES,
        # uvicorn's own set-up would close every handler there is, ours included.
        log_config=None,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        **more,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        raise Unavailable(
            _("{host}:{port} cannot be listened on ({reason}); choose another --port.").format(
                host=host, port=port, reason=getattr(error, "strerror", None) or error
            )
        ) from error


def _url(listener: socket.socket, host: str, *, secure: bool) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    shown = f"[{shown}]" if ":" in shown and "[" not in shown else shown
    return f"{'https' if secure else 'http'}://{shown}:{listener.getsockname()[1]}"


def _tls(cert: Path | None, key: Path | None) -> dict[str, Any]:
    if cert is None and key is None:
        return {}
    if cert is None or key is None:
        raise BadUsage(_("TLS needs both --tls-cert and --tls-key."))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise BadInput(
            _("The certificate {cert} or its key cannot be used ({reason}).").format(
                cert=cert, reason=getattr(error, "strerror", None) or error
            )
        ) from error
    return {"ssl_certfile": str(cert), "ssl_keyfile": str(key)}


def expiry(cert: Path) -> float | None:
    """When a certificate (PEM) ends, in seconds since 1970; ``None``: it does not say."""
    try:
        found = x509.load_pem_x509_certificate(cert.read_bytes())
    except (OSError, ValueError):
        return None
    return found.not_valid_after_utc.timestamp()


def _warn_of_expiry(at: float | None) -> None:
    if at is None:
        return
    days = int((at - time.time()) // _DAY)
    if days < _SOON:
        say(logging.WARNING, "certificate ends", days=days)


@dataclass
class RunningServer:
    """A server in a thread of this process; a context manager."""

    url: str
    _server: uvicorn.Server
    _thread: threading.Thread

    def __enter__(self) -> RunningServer:
        """The server itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop it."""
        self.stop()

    def stop(self) -> None:
        """Finish what is in progress and stop listening."""
        self._server.should_exit = True
        self._thread.join(_GRACE + 5)


def start_in_thread(app: FastAPI, *, host: str = "127.0.0.1", port: int = 0) -> RunningServer:
    """Serve an application on loopback; returns once it listens. ``Unavailable``: it does not."""
    listener = _listen(host, port)
    ready = threading.Event()
    server = _Server(_config(app), ready.set)
    thread = threading.Thread(
        target=_run_in_thread, args=(server, listener), name="jdz-centre", daemon=True
    )
    thread.start()
    end = time.monotonic() + 30
    while not ready.wait(0.05):
        if not thread.is_alive() or time.monotonic() > end:
            raise Unavailable(_("The central server did not start; try again."))
    return RunningServer(_url(listener, host, secure=False), server, thread)


def _run_in_thread(server: uvicorn.Server, listener: socket.socket) -> None:
    with listener:
        server.run(sockets=[listener])
