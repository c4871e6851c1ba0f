"""What the settings may name as a receiver."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.gnss.location import LocationSource
from jdz_field.gnss.sources import (
    ReplaySource,
    SerialSource,
    TcpSource,
    UdpSource,
    ports,
    source_of,
)


def test_sources_by_name() -> None:
    assert source_of("serial:COM5") == SerialSource("COM5")
    assert source_of("serial:COM5@9600") == SerialSource("COM5", 9600)
    assert source_of("serial:COM5?usb=1546:01A8") == SerialSource("COM5", None, "1546:01A8")
    assert source_of("serial:COM5@4800?usb=1546:01A8:9") == SerialSource(
        "COM5", 4800, "1546:01A8:9"
    )
    assert source_of("location:windows") == LocationSource()
    assert source_of(" serial:/dev/rfcomm0 ") == SerialSource("/dev/rfcomm0")
    assert source_of("tcp://192.168.1.20:9001") == TcpSource("192.168.1.20", 9001)
    assert source_of("udp://0.0.0.0:10110") == UdpSource("0.0.0.0", 10110)
    assert source_of("replay:way.nmea?speed=10") == ReplaySource(Path("way.nmea"), 10.0)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "COM5",
        "serial:",
        "serial:COM5@fast",
        "serial:COM5@7",
        "serial:@9600",
        "serial:COM5?usb=../x",
        "location:mars",
        "tcp://host",
        "tcp://:9001",
        "udp://host:99999999",
        "replay:a?speed=0",
        "replay:a?speed=nan",
        "bluetooth:x",
    ],
)
def test_what_names_none_is_refused_with_a_sentence(spec: str) -> None:
    with pytest.raises(BadInput) as caught:
        source_of(spec)
    assert spec in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_port_that_is_not_there() -> None:
    with pytest.raises(Unavailable, match="no-such-port"):
        SerialSource("/dev/no-such-port").open()
    with pytest.raises(Unavailable, match="no-such-port"):
        SerialSource("/dev/no-such-port", 9600).open()


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"nothing\.nmea"):
        ReplaySource(tmp_path / "nothing.nmea").open()


def test_ports_have_names() -> None:
    assert all(port.device and port.title for port in ports())
