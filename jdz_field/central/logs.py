"""What the server did, one JSON object a line: who asked for what, with what outcome, how long.

A line names ids, the route's template and figures, never what was sent or answered: no token, no
body, no name of a person or place, no coordinates. A file holds one day of one process (several
processes never write to one file) and is deleted when it is older than the days to keep.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jdz_field.central.log_trouble import Trouble
from jdz_field.central.metrics import Answer, Meters
from jdz_field.core.clock import Now, to_text, utc_now
from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id

#: Days that logs are kept: at least six months (Cybersecurity Law of the PRC, article 21).
KEPT_DAYS, LEAST_DAYS = 200, 184
#: Most bytes of one file; the day goes on in another.
FILE_BYTES = 64 << 20
LOGGER = logging.getLogger("jdz_field.central.log")
#: What speaks HTTP says of itself goes into the same files.
_SERVER = logging.getLogger("uvicorn.error")
_NAME = re.compile(r"central-(\d{4}-\d{2}-\d{2})-\d+(-\d+)?\.jsonl")
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def _line(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a record of ours says; of another's the words before its values are put in."""
    known = vars(record).get("facts")
    if known is not None:
        return dict(known)
    fault = record.exc_info[1] if record.exc_info else None
    said = str(record.msg).strip().partition("\n")[0][:200]
    told = {"event": "server", "logger": record.name, "said": said}
    return told | ({"fault": places(fault)} if fault else {})


class LogFiles(logging.Handler):
    """Writes each record's ``facts`` as a line; a new file every day, old ones deleted."""

    def __init__(self, folder: Path, days: int = KEPT_DAYS, *, now: Now = utc_now) -> None:
        """``Unavailable``: the folder cannot be made or written to."""
        super().__init__()
        self.folder = folder
        self._days = days
        self._now = now
        self._file: BinaryIO | None = None
        self._day: date | None = None
        self._part = 0
        self._torn = False
        self.trouble = Trouble(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._turn(now().date())
        except OSError as error:
            raise Unavailable(
                _("The logs cannot be written to {folder} ({reason}); name another folder.").format(
                    folder=folder, reason=error.strerror or error
                )
            ) from error

    def emit(self, record: logging.LogRecord) -> None:
        """One line; a disk that is full never stops the server."""
        now = self._now()
        facts = {"at": to_text(now), "level": record.levelname.lower(), "pid": os.getpid()}
        line = _line(facts | _facts(record))
        try:
            if self._file is None or now.date() != self._day or self._file.tell() > FILE_BYTES:
                self._turn(now.date())
            if self.trouble.now:
                # What is missing is said where it is missing.
                gap = {"event": "lines lost", "lost": self.trouble.gap}
                line = _line(facts | {"level": "error"} | gap) + line
            self._write(line)
        except OSError as error:
            self.trouble.lose(error)
            return
        if self.trouble.now:
            self.trouble.over()

    def _write(self, line: bytes) -> None:
        if self._file is None:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        end = self._file.tell()
        whole = b"\n" + line if self._torn else line
        if (self._file.write(whole) or 0) == len(whole):
            self._torn = False
            return
        # A part of it stands there; where it stays the next line begins a line of its own.
        before, self._torn = self._torn, True
        with suppress(OSError):
            self._file.truncate(end)
            self._file.seek(end)
            self._torn = before
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Close the file."""
        with self.lock or threading.Lock():
            if self._file is not None:
                self._file.close()
                self._file = None
        super().close()

    def _turn(self, day: date) -> None:
        old, self._file = self._file, None
        if old is not None:
            old.close()
        if day != self._day:
            self._part = 0
        elif old is not None:
            self._part += 1
        self._day = day
        part = f"-{self._part}" if self._part else ""
        path = self.folder / f"central-{day.isoformat()}-{os.getpid()}{part}.jsonl"
        # Unbuffered: what was answered is in the file, also when the process is killed.
        self._file = path.open("ab", buffering=0)
        self._forget(day)

    def _forget(self, day: date) -> None:
        before = day - timedelta(days=self._days)
        for path in self.folder.iterdir():
            found = _NAME.fullmatch(path.name)
            if found and found[1] < before.isoformat():
                # Another process may have been quicker.
                with suppress(OSError):
                    path.unlink()


def say(level: int, event: str, **facts: Any) -> None:
    """Log something that is no request; never with a name, a token or what was sent."""
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, event, extra={"facts": {"event": event, **facts}})


def troubles() -> tuple[int, bool]:
    """Lines of this process's log that were lost, and whether the last one was."""
    found = [one.trouble for one in LOGGER.handlers if isinstance(one, LogFiles)]
    return sum(one.lost for one in found), any(one.now for one in found)


class LoggedTo:
    """While entered, the log goes to the files of a folder."""

    def __init__(self, folder: Path, days: int = KEPT_DAYS) -> None:
        """``Unavailable``: the folder cannot be written to."""
        self._handler = LogFiles(folder, days)
        self._before = LOGGER.level

    def __enter__(self) -> LogFiles:
        """The handler."""
        LOGGER.addHandler(self._handler)
        _SERVER.addHandler(self._handler)
        LOGGER.setLevel(logging.INFO)
        LOGGER.propagate = False
        return self._handler

    def __exit__(self, *_exception: object) -> None:
        """Give the files back."""
        LOGGER.removeHandler(self._handler)
        _SERVER.removeHandler(self._handler)
        LOGGER.setLevel(self._before)
        LOGGER.propagate = True
        self._handler.close()


class Observer:
    """The outermost ring: gives each request an id, measures it, and logs what became of it.

    A fault of ours is logged with the place in the code (never with its values) and answered
    with 500 and the request's id, so that a person can name it to the office.
    """

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(scope, receive, send)
        with self._meters.running():
            try:
                await self._app(scope, watched.taking, watched.giving)
            except Exception as error:  # noqa: BLE001 - the last one that can say anything
                watched.fault = error
                await watched.say_so()
            finally:
                self._note(scope, watched)

    def _note(self, scope: Scope, watched: _Watched) -> None:
        answer = watched.answer()
        self._meters.answered(answer)
        level = logging.ERROR if watched.fault else logging.INFO
        if LOGGER.handlers:
            LOGGER.log(level, "request", extra={"facts": watched.facts(answer, scope)})
        elif watched.fault:
            where = json.dumps(places(watched.fault))
            sys.stderr.write(f"{watched.request} {where}\n")
        self._meters.lost(troubles()[0])


class _Watched:
    """One request and what is measured of it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self._status = 0
        self._in = self._out = 0
        self.fault: Exception | None = None
        given = next((v for n, v in scope["headers"] if n == b"x-request-id"), b"")
        self.request = given.decode() if _ID.fullmatch(given) else new_id()
        scope.setdefault("state", {})["request_id"] = self.request

    async def taking(self) -> Message:
        message = await self._receive()
        self._in += len(message.get("body", b""))
        return message

    async def giving(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            mark = (b"x-request-id", self.request.encode())
            message = {**message, "headers": [*message.get("headers", ()), mark]}
        self._out += len(message.get("body", b""))
        await self._send(message)

    async def say_so(self) -> None:
        """The answer to a fault, when there is none yet."""
        if self._status:
            return
        detail = _("The centre has a fault of its own; tell the office this number: {id}.")
        answer = JSONResponse({"detail": detail.format(id=self.request)}, 500)
        await answer(self._scope, self._receive, self.giving)

    def answer(self) -> Answer:
        """The measured facts."""
        route = self._scope.get("route")
        return Answer(
            self._scope["method"] if self._scope["method"] in _METHODS else "OTHER",
            str(getattr(route, "path", "")) or "(none)",
            self._status,
            time.perf_counter() - self._began,
            self._in,
            self._out,
        )

    def facts(self, answer: Answer, scope: Scope) -> Mapping[str, Any]:
        """The line."""
        caller = scope["state"].get("caller")
        facts: dict[str, Any] = {
            "event": "request",
            "request": self.request,
            "method": answer.method,
            "route": answer.route,
            "status": answer.status,
            "ms": round(answer.seconds * 1000, 1),
            "in": answer.taken,
            "out": answer.given,
            "user": getattr(caller, "user_id", None),
            "device": getattr(caller, "device", None),
        }
        return facts | ({"fault": places(self.fault)} if self.fault else {})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def places(error: BaseException) -> list[str]:
    """The kinds of a fault and its causes with the last places in the code; none of its words."""
    found: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(found) < 4:
        frames = traceback.extract_tb(seen.__traceback__)[-5:]
        where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
        found.append(f"{type(seen).__name__} at {where}")
        seen = seen.__cause__ or seen.__context__
    return found
