"""Where a receiver's bytes come from: a serial port, TCP, UDP, or a recorded file.

A source is named by one line of text, which is what the settings keep::

    serial:COM5     serial:COM5@9600     serial:/dev/rfcomm0
    tcp://192.168.1.20:9001     udp://0.0.0.0:10110
    replay:log.nmea     replay:log.nmea?speed=10
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import serial
from serial.tools import list_ports

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.gnss.sentences import Lines, checksum_holds, read_sentence

#: Seconds that a read waits at most: the time it takes to stop.
WAIT = 0.25
#: Speeds that receivers leave the factory with, the usual ones first.
SPEEDS = (9600, 4800, 115200, 38400, 57600, 19200, 230400, 460800)
#: Seconds given to one speed: receivers speak once a second.
_LISTEN = 1.3


class Source(Protocol):
    """A line to a receiver. Used by one thread."""

    def open(self) -> None:
        """Take the line; ``Unavailable`` with a sentence when it is not there."""

    def read(self) -> bytes:
        """What came within ``WAIT``; empty when nothing did. OSError: the line is gone."""

    def close(self) -> None:
        """Let it go."""


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port: ``device`` opens it, ``title`` is what the system calls it."""

    device: str
    title: str


def ports() -> list[Port]:
    """The serial ports of this machine (USB and Bluetooth ones too), by name."""
    found = [
        Port(port.device, _title(port.description) or port.device)
        for port in list_ports.comports()
        if port.device
    ]
    return sorted(found, key=lambda port: port.device)


def _title(description: str | None) -> str:
    """What the system calls a port; pyserial says ``n/a`` when it calls it nothing."""
    return "" if description in (None, "n/a") else str(description)


@dataclass
class SerialSource:
    """A serial port; ``speed`` None: found by listening."""

    device: str
    speed: int | None = None
    _line: serial.Serial | None = None

    def open(self) -> None:
        """Take the port."""
        speed = self.speed or find_speed(self.device)
        self._line = _open_port(self.device, speed)

    def read(self) -> bytes:
        """What came."""
        if self._line is None:
            return b""
        try:
            first: bytes = self._line.read(1)
            return first + self._line.read(self._line.in_waiting) if first else b""
        except (serial.SerialException, TypeError) as error:
            # pyserial raises TypeError when the device vanishes under a read.
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Let it go."""
        if self._line is not None:
            with suppress(OSError, serial.SerialException):
                self._line.close()
            self._line = None


def _open_port(device: str, speed: int) -> serial.Serial:
    try:
        return serial.Serial(device, speed, timeout=WAIT)
    except (serial.SerialException, OSError, ValueError) as error:
        message = _("The port {port} cannot be opened: {why}; is the receiver plugged in?")
        raise Unavailable(message.format(port=device, why=_short(error))) from error


def find_speed(device: str) -> int:
    """The speed at which the port speaks NMEA; ``Unavailable`` when at none."""
    for speed in SPEEDS:
        line = _open_port(device, speed)
        try:
            if _speaks(line):
                return speed
        finally:
            line.close()
    message = _("Nothing on the port {port} speaks NMEA; is the receiver switched on?")
    raise Unavailable(message.format(port=device))


def _speaks(line: serial.Serial) -> bool:
    until, lines = time.monotonic() + _LISTEN, Lines()
    while time.monotonic() < until:
        try:
            data: bytes = line.read(256)
        except (serial.SerialException, OSError):
            return False
        if any(checksum_holds(one) for one in lines.feed(data)):
            return True
    return False


@dataclass
class TcpSource:
    """A receiver, or a program that shares one, on the network."""

    host: str
    port: int
    _line: socket.socket | None = None

    def open(self) -> None:
        """Connect."""
        try:
            self._line = socket.create_connection((self.host, self.port), timeout=5)
        except OSError as error:
            message = _("No receiver answers at {host}:{port}: {why}.")
            raise Unavailable(
                message.format(host=self.host, port=self.port, why=_short(error))
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

    host: str
    port: int
    _line: socket.socket | None = None

    def open(self) -> None:
        """Listen."""
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._line.bind((self.host, self.port))
        except OSError as error:
            self.close()
            message = _("The port {port} cannot be listened to: {why}.")
            raise Unavailable(message.format(port=self.port, why=_short(error))) from error
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

    file: Path
    speed: float = 1.0
    _lines: list[bytes] = field(default_factory=list)
    _at: int = 0
    _moment: object = None
    _due: float = 0.0

    def open(self) -> None:
        """Read the log from its start."""
        try:
            self._lines = self.file.read_bytes().splitlines(keepends=True)
        except OSError as error:
            message = _("The log {file} cannot be read: {why}.")
            raise Unavailable(message.format(file=self.file.name, why=_short(error))) from error
        self._at, self._moment, self._due = 0, None, time.monotonic()

    def read(self) -> bytes:
        """The next sentence when it is due; at the end, silence."""
        if self._at >= len(self._lines):
            time.sleep(WAIT)
            return b""
        wait = self._due - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, WAIT))
            return b""
        line = self._lines[self._at]
        self._at += 1
        self._pace(line)
        return line

    def _pace(self, line: bytes) -> None:
        sentence = read_sentence(line)
        moment = getattr(sentence, "time", None)
        if sentence is None or not hasattr(moment, "hour") or moment == self._moment:
            return
        if self._moment is not None:
            seconds = (_seconds(moment) - _seconds(self._moment)) % 86_400
            self._due = time.monotonic() + min(seconds, 60) / self.speed
        self._moment = moment

    def close(self) -> None:
        """Nothing to let go."""
        self._lines = []


def _seconds(moment: object) -> float:
    hour, minute, second, micro = (
        getattr(moment, name) for name in ("hour", "minute", "second", "microsecond")
    )
    return float(hour * 3600 + minute * 60 + second + micro / 1e6)


def source_of(spec: str) -> Source:
    """The source that a line of the settings names; ``BadInput`` when it names none."""
    kind, colon, rest = spec.strip().partition(":")
    makers = {"serial": _serial, "tcp": _network, "udp": _network, "replay": _replay}
    if not colon or kind not in makers or not rest:
        message = _("«{spec}» names no receiver; write for example serial:COM5 or tcp://host:port.")
        raise BadInput(message.format(spec=spec))
    try:
        return makers[kind](spec.strip(), rest)
    except ValueError as error:
        message = _("«{spec}» names no receiver: {why}.")
        raise BadInput(message.format(spec=spec, why=_short(error))) from error


def _serial(_spec: str, rest: str) -> Source:
    device, at, speed = rest.rpartition("@")
    return SerialSource(device, int(speed)) if at else SerialSource(rest)


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


def _short(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error).splitlines()[0]
