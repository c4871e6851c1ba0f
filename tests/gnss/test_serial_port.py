"""Serial ports: their names, the speed found, the receiver found again under another name."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from jdz_field.gnss.bluetooth import device_name, name_in
from jdz_field.gnss.serial_port import BLUETOOTH, BUILT_IN, USB, Port, SerialSource, ports_of
from jdz_field.gnss.watch import CLOSED, FIXED, LOST, SPEED
from tests.gnss.sentences_made import second
from tests.gnss.simulated import listening


def listed(device: str, description: str = "n/a", **other: object) -> SimpleNamespace:
    values = {"hwid": "n/a", "vid": None, "pid": None, "serial_number": None}
    return SimpleNamespace(device=device, description=description, **{**values, **other})


def test_ports_are_named_and_the_likeliest_come_first() -> None:
    found = ports_of(
        [
            listed("COM1", "通信端口 (COM1)", hwid="ACPI\\PNP0501\\0"),
            listed(
                "COM6",
                "蓝牙链接上的标准串行 (COM6)",
                hwid=r"BTHENUM\{00001101-0000-1000-8000-00805F9B34FB}_LOCALMFG&0000"
                r"\7&2B8F1C3&0&000000000000_00000000",
            ),
            listed(
                "COM5",
                "蓝牙链接上的标准串行 (COM5)",
                hwid=r"BTHENUM\{00001101-0000-1000-8000-00805F9B34FB}_LOCALMFG&0002"
                r"\7&2B8F1C3&0&98D331F5A2C7_C00000000",
            ),
            listed("COM7", "u-blox GNSS receiver (COM7)", vid=0x1546, pid=0x01A8),
            listed("", "nothing"),
        ]
    )
    assert [port.device for port in found] == ["COM7", "COM5", "COM1", "COM6"]
    assert [port.kind for port in found] == [USB, BLUETOOTH, BUILT_IN, BLUETOOTH]
    assert [port.incoming for port in found] == [False, False, False, True]
    assert found[0].spec == "serial:COM7?usb=1546:01A8"
    assert found[1].spec == "serial:COM5"


def test_a_port_without_a_name_is_called_by_its_device() -> None:
    (port,) = ports_of([listed("/dev/rfcomm0")])
    assert port == Port("/dev/rfcomm0", "/dev/rfcomm0", BLUETOOTH)
    (port,) = ports_of([listed("/dev/ttyACM0", vid=1, pid=2, serial_number="A 1/2")])
    assert port.usb == "0001:0002:A12"


class _Registry:
    """The calls of ``winreg`` that are used."""

    HKEY_LOCAL_MACHINE = 1

    def __init__(self, names: dict[str, object]) -> None:
        self._names = names

    def OpenKey(self, _root: int, path: str):  # noqa: N802 - its name in winreg
        name = path.rpartition("\\")[2]
        if name not in self._names:
            raise FileNotFoundError(path)
        return _Key(self._names[name])

    def QueryValueEx(self, key, _name: str) -> tuple[object, int]:  # noqa: N802
        return key.value, 3


class _Key:
    def __init__(self, value: object) -> None:
        self.value = value

    def __enter__(self):
        return self

    def __exit__(self, *_error: object) -> None:
        return None


def test_a_paired_device_has_its_own_name() -> None:
    registry = _Registry({"98d331f5a2c7": "千寻 RTK\0".encode(), "1": "plain"})
    assert name_in(registry, "98D331F5A2C7") == "千寻 RTK"
    assert name_in(registry, "1") == "plain"
    assert name_in(registry, "AABBCCDDEEFF") == ""
    assert device_name("") == ""


needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="no pairs of terminals")


class Terminal:
    """A receiver on a pair of terminals that is understood at one speed alone."""

    def __init__(self, speed: int) -> None:
        import pty
        import termios
        import tty

        self.master, self.slave = pty.openpty()
        tty.setraw(self.master)
        tty.setraw(self.slave)
        self.name = os.ttyname(self.slave)
        self._code = getattr(termios, f"B{speed}")
        self._asked = lambda: termios.tcgetattr(self.master)[5]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()

    def _talk(self) -> None:
        number = 0
        while not self._stop.wait(0.1):
            number += 1
            heard_at = self._asked()
            said = second(number)
            garbled = bytes(byte ^ 0x55 for byte in said)
            os.write(self.master, said if heard_at == self._code else garbled)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self.slave)
        os.close(self.master)


@contextmanager
def terminal(speed: int) -> Iterator[Terminal]:
    made = Terminal(speed)
    try:
        yield made
    finally:
        made.close()


@needs_terminals
def test_the_speed_is_found_and_remembered() -> None:
    with terminal(38400) as made:
        source = SerialSource(made.name)
        with listening(source) as (reader, heard):
            heard.until(lambda: len(heard.fixes) >= 2)
            heard.until(lambda: "38400" in reader.heard.name)
        source.open()
        assert source._line is not None
        assert source._line.baudrate == 38400
        source.close()


@needs_terminals
def test_a_speed_that_was_told_is_not_changed() -> None:
    with terminal(38400) as made, listening(SerialSource(made.name, 9600)) as (_reader, heard):
        heard.until(lambda: heard.states == [] or heard.states[-1] == LOST, 8)
        assert heard.fixes == []
        assert all(status.trouble != SPEED for status in heard.statuses)


@needs_terminals
def test_a_receiver_that_comes_back_under_another_name_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from jdz_field.gnss import serial_port

    plugged = tmp_path / "ttyACM0"
    now: list[Port] = []
    monkeypatch.setattr(serial_port, "ports", lambda: list(now))
    with terminal(9600) as first, terminal(9600) as other:
        plugged.symlink_to(first.name)
        now[:] = [Port(str(plugged), "u-blox", USB, "1546:01A8")]
        with listening(SerialSource(str(plugged))) as (reader, heard):
            heard.until(lambda: len(heard.fixes) >= 1)
            plugged.unlink()
            now[:] = [Port(other.name, "u-blox", USB, "1546:01A8")]
            reader._source._line.close()
            heard.until(lambda: any(s.trouble == CLOSED for s in heard.statuses), 10)
            before = len(heard.fixes)
            heard.until(lambda: len(heard.fixes) > before and heard.states[-1] == FIXED, 10)
            heard.until(lambda: other.name in reader.heard.name)
