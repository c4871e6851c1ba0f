"""Where a receiver's bytes come from: a serial port, TCP, UDP, or a recorded file.

A source is named by one line of text, which is what the settings keep::

    serial:COM5     serial:COM5@9600     serial:COM5?usb=1546:01A8     serial:/dev/rfcomm0
    tcp://192.168.1.20:9001     udp://0.0.0.0:10110
    replay:log.nmea     replay:log.nmea?speed=10
    location:windows
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol
from urllib.parse import parse_qs, urlsplit

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.gnss.location import LocationSource
from jdz_field.gnss.sentences import LONGEST, read_sentence
from jdz_field.gnss.serial_port import WAIT, Port, SerialSource, ports, short

__all__ = [
    "WAIT",
    "Port",
    "ReplaySource",
    "SerialSource",
    "Source",
    "TcpSource",
    "UdpSource",
    "ports",
    "source_of",
]

#: Seconds that a receiver on the network is given to answer.
_CONNECT = 3.0
_USB = re.compile(r"[0-9A-F]{4}:[0-9A-F]{4}(:[0-9A-Za-z._-]+)?")


class Source(Protocol):
    """A line to a receiver. Used by one thread.

    ``live`` is ``False`` for a recording.
    """

    live: ClassVar[bool]

    @property
    def searching(self) -> bool:
        """Whether it is still being found out at which speed the line is to be read."""

    @property
    def name(self) -> str:
        """The line as a person calls it."""

    def open(self) -> None:
        """Take the line; ``Unavailable`` with a sentence when it is not there."""

    def read(self) -> bytes:
        """What came within ``WAIT``; empty when nothing did. OSError: the line is gone."""

    def close(self) -> None:
        """Let it go."""


@dataclass
class TcpSource:
    """A receiver, or a program that shares one, on the network."""

    live: ClassVar[bool] = True
    searching: ClassVar[bool] = False

    host: str
    port: int
    _line: socket.socket | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its address."""
        return f"tcp://{self.host}:{self.port}"

    def open(self) -> None:
        """Connect."""
        try:
            self._line = socket.create_connection((self.host, self.port), timeout=_CONNECT)
        except OSError as error:
            message = _("No receiver answers at {host}:{port}: {why}.")
            raise Unavailable(
                message.format(host=self.host, port=self.port, why=short(error))
            ) from error
        self._line.settimeout(WAIT)

    def read(self) -> bytes:
        """What came."""
        if self._line is None:
            return b""
        try:
            data = self._line.recv(4096)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionResetError(_("The receiver closed the connection."))
        return data

    def close(self) -> None:
        """Disconnect."""
        if self._line is not None:
            self._line.close()
            self._line = None


@dataclass
class UdpSource:
    """Datagrams with sentences, to a port of this machine."""

    live: ClassVar[bool] = True
    searching: ClassVar[bool] = False

    host: str
    port: int
    _line: socket.socket | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its address."""
        return f"udp://{self.host}:{self.port}"

    def open(self) -> None:
        """Listen."""
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._line.bind((self.host, self.port))
        except OSError as error:
            self.close()
            message = _("The port {port} cannot be listened to: {why}.")
            raise Unavailable(message.format(port=self.port, why=short(error))) from error
        self._line.settimeout(WAIT)

    def read(self) -> bytes:
        """What came; a datagram ends its last sentence."""
        if self._line is None:
            return b""
        try:
            return self._line.recv(65536) + b"\n"
        except TimeoutError:
            return b""

    def close(self) -> None:
        """Stop listening."""
        if self._line is not None:
            self._line.close()
            self._line = None


@dataclass
class ReplaySource:
    """A recorded log, at the pace at which it was recorded, ``speed`` times as fast."""

    live: ClassVar[bool] = False
    searching: ClassVar[bool] = False

    file: Path
    speed: float = 1.0
    ended: bool = field(default=False, compare=False)
    _log: BinaryIO | None = field(default=None, compare=False, repr=False)
    _moment: int | None = field(default=None, compare=False, repr=False)
    _due: float = field(default=0.0, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.file.name

    def open(self) -> None:
        """Begin the log at its start."""
        try:
            self._log = self.file.open("rb")
        except OSError as error:
            message = _("The log {file} cannot be read: {why}.")
            raise Unavailable(message.format(file=self.file.name, why=short(error))) from error
        self.ended, self._moment, self._due = False, None, time.monotonic()

    def read(self) -> bytes:
        """The next line when it is due; at the end, silence."""
        wait = self._due - time.monotonic()
        if wait > 0 or self.ended or self._log is None:
            time.sleep(min(wait, WAIT) if wait > 0 else WAIT)
            return b""
        line = self._log.readline(8 * LONGEST)
        self.ended = not line
        self._pace(line)
        return line

    def _pace(self, line: bytes) -> None:
        sentence = read_sentence(line[line.rfind(b"$") :].strip())
        if sentence is None or sentence.kind not in ("GGA", "RMC", "GNS"):
            return
        moment = sentence.time(0)
        if moment is None or moment == self._moment:
            return
        if self._moment is not None:
            seconds = (moment - self._moment) % 86_400_000 / 1000
            self._due = time.monotonic() + min(seconds, 60) / self.speed
        self._moment = moment

    def close(self) -> None:
        """Let the file go."""
        if self._log is not None:
            self._log.close()
            self._log = None


def source_of(spec: str) -> Source | LocationSource:
    """The source that a line of the settings names; ``BadInput`` when it names none."""
    kind, colon, rest = spec.strip().partition(":")
    makers: dict[str, Callable[[str, str], Source | LocationSource]] = {
        "serial": _serial,
        "tcp": _network,
        "udp": _network,
        "replay": _replay,
        "location": _location,
    }
    if not colon or kind not in makers or not rest:
        message = _("«{spec}» names no receiver; write for example serial:COM5 or tcp://host:port.")
        raise BadInput(message.format(spec=spec))
    try:
        return makers[kind](spec.strip(), rest)
    except ValueError as error:
        message = _("«{spec}» names no receiver: {why}.")
        raise BadInput(message.format(spec=spec, why=short(error))) from error


def _serial(_spec: str, rest: str) -> Source:
    rest, mark, query = rest.partition("?")
    usb = query.removeprefix("usb=").upper() if mark else ""
    if usb and not _USB.fullmatch(usb):
        raise ValueError(_("behind the question mark belongs usb=vendor:product"))
    usb = query.removeprefix("usb=")
    device, at, speed = rest.rpartition("@")
    if not at:
        return SerialSource(rest, None, usb)
    if not device or not 300 <= int(speed) <= 4_000_000:
        raise ValueError(_("no receiver speaks at this speed"))
    return SerialSource(device, int(speed), usb)


def _network(spec: str, _rest: str) -> Source:
    parts = urlsplit(spec)
    if not parts.hostname or not parts.port:
        raise ValueError(_("it needs a host and a port"))
    made = TcpSource if parts.scheme == "tcp" else UdpSource
    return made(parts.hostname, parts.port)


def _replay(_spec: str, rest: str) -> Source:
    name, _mark, query = rest.partition("?")
    speed = float(parse_qs(query).get("speed", ["1"])[0])
    if not 0 < speed <= 1000:
        raise ValueError(_("the speed must lie between 0 and 1000"))
    return ReplaySource(Path(name), speed)


def _location(_spec: str, rest: str) -> LocationSource:
    if rest != "windows":
        raise ValueError(_("the only location service is location:windows"))
    return LocationSource()
