"""What receivers of several kinds say, made up by us: invented, 虚构示例. Nobody stood there.

Each kind is a function ``(number, ...) -> bytes``: everything said of the moment ``number``
tenths of a second after ``BEGAN``. Positions wander about LON, LAT.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from tests.gnss.sentences_made import gga, gsa, gst, rmc, sentence

BEGAN = datetime(2026, 11, 22, 23, 59, 50, tzinfo=UTC)
LON, LAT = 117.21345, 29.29123
#: Beginning of a binary message and its length, as u-blox and RTCM 3 write them.
UBX = b"\xb5\x62\x01\x07\x5c\x00" + bytes(range(92)) + b"$\n"
RTCM = b"\xd3\x00\x13" + b"$*\r\n>" * 4


def moment(number: int) -> datetime:
    """When ``number`` is."""
    return BEGAN + timedelta(seconds=number / 10)


def clock(number: int) -> str:
    """``hhmmss.ss`` of ``number``."""
    at = moment(number)
    return f"{at:%H%M%S}.{at.microsecond // 10_000:02d}"


def place(number: int) -> tuple[float, float]:
    """A slow walk, 1.2 m/s northward with a small wobble."""
    along = number * 0.12 / 111_200
    return LON + math.sin(number / 7) * 2e-6, LAT + along


def _satellite(one: int, number: int) -> str:
    strength = 28 + (one * 5 + number) % 22
    return f",{one:02d},{10 + one * 7 % 75:02d},{one * 37 % 360:03d},{strength}"


def satellites(talker: str, numbers: range, number: int, signal: str = "") -> bytes:
    """GSV sentences with strengths that change from moment to moment."""
    ids, out = list(numbers), b""
    parts = [ids[at : at + 4] for at in range(0, len(ids), 4)]
    for at, part in enumerate(parts, start=1):
        cells = "".join(_satellite(one, number) for one in part)
        tail = f",{signal}" if signal else ""
        out += sentence(f"{talker}GSV,{len(parts)},{at},{len(ids):02d}{cells}{tail}")
    return out


def modern(number: int, *, quality: int = 1) -> bytes:
    """Five systems, NMEA 4.11: system ids in GSA, signal ids in GSV, GST, binary between."""
    at, (lon, lat), when = clock(number), place(number), moment(number)
    age = "1.2" if quality in (2, 4, 5) else ""
    error = {1: ("1.1", "1.3"), 2: ("0.5", "0.6"), 4: ("0.011", "0.012"), 5: ("0.21", "0.25")}
    return (
        UBX
        + gga(at, lon, lat, quality=quality, used=26, hdop="0.6", age=age)
        + RTCM
        + sentence(f"GNZDA,{at},{when:%d,%m,%Y},00,00")
        + gst(at, *error[quality])
        + gsa(*range(2, 10), pdop="1.1", system=1)
        + gsa(*range(19, 28), pdop="1.1", system=4)
        + gsa(*range(66, 71), pdop="1.1", system=2)
        + gsa(*range(7, 11), pdop="1.1", system=3)
        + satellites("GP", range(2, 12), number, "1")
        + satellites("GP", range(2, 8), number + 3, "8")
        + satellites("GB", range(19, 33), number, "1")
        + satellites("GL", range(66, 73), number, "1")
        + satellites("GA", range(7, 13), number, "7")
        + satellites("GQ", range(2, 4), number, "1")
    )


def common(number: int) -> bytes:
    """A cheap module at one a second: GP and GL and BD talkers, no GST, no ids (NMEA 3.01)."""
    at, (lon, lat) = clock(number), place(number)
    return (
        rmc(at, lon, lat, day=f"{moment(number):%d%m%y}")
        + sentence("GNVTG,90.0,T,,M,2.333,N,4.321,K,A")
        + gga(at, lon, lat, used=12, hdop="0.9")
        + sentence("GNGSA,A,3,02,05,06,07,09,12,,,,,,,1.6,0.9,1.3")
        + sentence("BDGSA,A,3,201,206,207,209,,,,,,,,,1.6,0.9,1.3")
        + satellites("GP", range(2, 11), number)
        + satellites("GL", range(65, 71), number)
        + satellites("BD", range(201, 212), number)
    )


def old(number: int) -> bytes:
    """A device of the year 2006: GPS alone, its date 1024 weeks behind, RMC last."""
    at, (lon, lat) = clock(number), place(number)
    behind = moment(number) - timedelta(weeks=1024)
    return (
        gga(at, lon, lat, used=7, hdop="1.8", talker="GP")
        + sentence("GPGSA,A,3,02,05,06,07,09,12,14,,,,,,3.1,1.8,2.5")
        + satellites("GP", range(2, 12), number)
        + rmc(at, lon, lat, day=f"{behind:%d%m%y}")
    )


def handheld(number: int) -> bytes:
    """RMC and GLL alone, with a maker's own sentence between."""
    at, (lon, lat) = clock(number), place(number)
    bare = gga(at, lon, lat).decode().split(",")
    return (
        sentence("PGRME,15.0,M,45.0,M,25.0,M")
        + rmc(at, lon, lat, day=f"{moment(number):%d%m%y}")
        + sentence(f"GPGLL,{','.join(bare[2:6])},{at},A,A")
    )


def surveying(number: int) -> bytes:
    """GNS instead of GGA, its sentences in another order, carrier phase fixed."""
    at, (lon, lat) = clock(number), place(number)
    cells = gga(at, lon, lat).decode().split(",")
    return (
        satellites("GB", range(19, 33), number, "5")
        + gst(at, "0.009", "0.010")
        + gsa(*range(19, 31), pdop="0.9", system=4)
        + gsa(31, 32, pdop="0.9", system=4)
        + sentence(f"GNGNS,{','.join(cells[1:6])},RRAN,22,0.5,61.521,3.2,0.8,0001,V")
        + sentence(f"GNZDA,{at},{moment(number):%d,%m,%Y},00,00")
    )


#: The kinds, and how many tenths of a second lie between two of their moments.
KINDS = {
    "modern": (modern, 2),
    "common": (common, 10),
    "old": (old, 10),
    "handheld": (handheld, 10),
    "surveying": (surveying, 1),
}


def log(kind: str, seconds: int = 30) -> bytes:
    """A whole log of one kind."""
    made, step = KINDS[kind]
    return b"".join(made(number) for number in range(0, seconds * 10, step))
