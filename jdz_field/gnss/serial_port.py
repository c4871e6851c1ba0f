"""Serial receivers: the ports of this machine by name, the speed found, the port found again.

A port is named ``COM5`` or ``/dev/ttyUSB0``, and after sleep or in another socket the same
receiver may be another one: it is known again by what USB says of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

import serial
from serial.tools import list_ports

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.gnss.bluetooth import device_name
from jdz_field.gnss.sentences import Lines, checksum_holds

#: Seconds that a read waits at most: the time it takes to stop.
WAIT = 0.25
#: Speeds that receivers leave the factory with, the usual ones first.
SPEEDS = (9600, 115200, 38400, 4800, 57600, 19200, 460800, 230400)
USB, BLUETOOTH, BUILT_IN = "usb", "bluetooth", "built-in"
#: Seconds of noise after which the next speed is tried: receivers speak once a second.
_LISTEN = 1.3
#: Seconds after the last noise for which a speed is still being looked for.
_NOISY = 3.0
#: Windows names the far end of a Bluetooth port in its hardware id; zeros: nobody, it waits
#: to be called (an incoming port), and no receiver ever speaks there.
_FAR_END = re.compile(r"&([0-9A-F]{12})_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port.

    Attributes:
        device: what opens it.
        title: what the system, or the Bluetooth device itself, calls it.
        kind: ``usb bluetooth built-in``.
        usb: ``vendor:product[:serial number]`` in hexadecimal, by which it is known again.
        incoming: a Bluetooth port that only waits to be called.
    """

    device: str
    title: str
    kind: str = BUILT_IN
    usb: str = ""
    incoming: bool = False

    @property
    def spec(self) -> str:
        """How the settings name it."""
        return f"serial:{self.device}" + (f"?usb={self.usb}" if self.usb else "")


def ports() -> list[Port]:
    """The serial ports of this machine (USB and Bluetooth ones too), the likeliest first."""
    return ports_of(list_ports.comports())


def ports_of(listed: Iterable[Any]) -> list[Port]:
    """As ``ports``, of what pyserial listed."""
    found = [_port(one) for one in listed if one.device]
    order = {USB: 0, BLUETOOTH: 1, BUILT_IN: 2}
    return sorted(found, key=lambda p: (p.incoming, order[p.kind], p.device))


def _port(listed: Any) -> Port:
    hardware = str(listed.hwid or "")
    device, title = str(listed.device), _title(listed)
    if hardware.upper().startswith("BTHENUM") or "rfcomm" in device:
        far = _FAR_END.search(hardware)
        address = far.group(1).upper() if far else ""
        incoming = bool(address) and not int(address, 16)
        name = "" if incoming else device_name(address)
        return Port(device, name or title or device, BLUETOOTH, incoming=incoming)
    if listed.vid is None:
        return Port(device, title or device)
    return Port(device, title or device, USB, usb_identity(listed))


def usb_identity(listed: Any) -> str:
    """``1546:01A8`` or ``1546:01A8:SERIAL`` of what pyserial listed; empty when it is not USB."""
    if listed.vid is None or listed.pid is None:
        return ""
    number = re.sub(r"[^0-9A-Za-z._-]", "", str(listed.serial_number or ""))
    return f"{listed.vid:04X}:{listed.pid:04X}" + (f":{number}" if number else "")


def _title(listed: Any) -> str:
    """What the system calls a port; pyserial says ``n/a`` when it calls it nothing."""
    described = str(listed.description or "")
    return "" if described == "n/a" else described


@dataclass
class SerialSource:
    """A serial port.

    ``speed`` None: found by listening. ``usb``: the receiver's identity; it is looked for under
    another name when the port is gone, and learnt at the first opening when not given.
    """

    live: ClassVar[bool] = True

    device: str
    speed: int | None = None
    usb: str = ""
    _line: serial.Serial | None = field(default=None, compare=False, repr=False)
    _found: int | None = field(default=None, compare=False, repr=False)
    _sure: bool = field(default=False, compare=False, repr=False)
    _noise_since: float | None = field(default=None, compare=False, repr=False)
    _noise_at: float = field(default=float("-inf"), compare=False, repr=False)
    _lines: Lines = field(default_factory=Lines, compare=False, repr=False)

    def open(self) -> None:
        """Take the port, under the name it has now."""
        device = self._where()
        self._line = _open_port(device, self.speed or self._found or SPEEDS[0])
        self.device = device
        self._sure, self._noise_since, self._lines = self.speed is not None, None, Lines()
        if not self.usb:
            self.usb = next((p.usb for p in ports() if p.device == device), "")

    def _where(self) -> str:
        if not self.usb:
            return self.device
        same = [port.device for port in ports() if port.usb == self.usb]
        return self.device if self.device in same or not same else same[0]

    def read(self) -> bytes:
        """What came."""
        line = self._line
        if line is None:
            return b""
        try:
            data: bytes = line.read(1)
            if data:
                data += line.read(line.in_waiting)
                if not self._sure:
                    self._listen(line, data)
        except (serial.SerialException, TypeError) as error:
            # pyserial raises TypeError when the device vanishes under a read.
            raise OSError(str(error)) from error
        return data

    def _listen(self, line: serial.Serial, data: bytes) -> None:
        """Go on to the next speed when nothing but noise comes at this one."""
        if any(checksum_holds(one) for one in self._lines.feed(data)):
            self._sure, self._found = True, int(line.baudrate)
            return
        now = self._noise_at = time.monotonic()
        if self._noise_since is None:
            self._noise_since = now
        elif now - self._noise_since > _LISTEN:
            at = SPEEDS.index(line.baudrate) if line.baudrate in SPEEDS else -1
            line.baudrate = SPEEDS[(at + 1) % len(SPEEDS)]
            line.reset_input_buffer()
            self._noise_since, self._lines = None, Lines()

    @property
    def searching(self) -> bool:
        """Whether the speed is being looked for."""
        return not self._sure and time.monotonic() - self._noise_at < _NOISY

    @property
    def name(self) -> str:
        """The port, and the speed when it is known."""
        speed = self.speed or self._found
        return f"{self.device} · {speed} Bd" if speed else self.device

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
        if isinstance(error.__context__, PermissionError) or "PermissionError" in str(error):
            message = _("The port {port} is taken: close the other program that uses it.")
            raise Unavailable(message.format(port=device)) from error
        message = _("The port {port} cannot be opened: {why}; is the receiver plugged in?")
        raise Unavailable(message.format(port=device, why=short(error))) from error


def short(error: Exception) -> str:
    """What the system says of an error, in one line."""
    lines = str(error).splitlines()
    return getattr(error, "strerror", None) or (lines[0] if lines else type(error).__name__)
