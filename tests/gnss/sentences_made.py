"""Sentences made for tests, with right checksums."""

from __future__ import annotations


def sentence(body: str) -> bytes:
    """``$body*hh`` with its checksum and line end."""
    total = 0
    for byte in body.encode("ascii"):
        total ^= byte
    return f"${body}*{total:02X}\r\n".encode("ascii")


def _angle(degrees: float, width: int) -> str:
    whole = int(abs(degrees))
    return f"{whole:0{width}d}{(abs(degrees) - whole) * 60:08.5f}"


def gga(
    at: str,
    lon: float,
    lat: float,
    *,
    quality: int = 1,
    hdop: str = "0.9",
    used: int = 12,
    talker: str = "GN",
    age: str = "",
) -> bytes:
    """Position, quality and height."""
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    place = f"{_angle(lat, 2)},{north},{_angle(lon, 3)},{east}"
    return sentence(f"{talker}GGA,{at},{place},{quality},{used:02d},{hdop},61.5,M,3.2,M,{age},")


def rmc(at: str, lon: float, lat: float, *, day: str = "221126", status: str = "A") -> bytes:
    """Position, speed and date."""
    place = f"{_angle(lat, 2)},N,{_angle(lon, 3)},E"
    return sentence(f"GNRMC,{at},{status},{place},1.94384,90.0,{day},,,A")


def gst(at: str, north: str = "0.6", east: str = "0.8") -> bytes:
    """Errors in metres."""
    return sentence(f"GNGST,{at},1.0,,,,{north},{east},1.5")


def gsa(*used: int, pdop: str = "1.6", system: int = 1) -> bytes:
    """Dilution of precision and satellites used."""
    ids = ",".join(f"{one:02d}" for one in used) + "," * (12 - len(used))
    return sentence(f"GNGSA,A,3,{ids},{pdop},0.9,1.3,{system}")


def gsv(talker: str, count: int) -> bytes:
    """Satellites in view."""
    return sentence(f"{talker}GSV,1,1,{count:02d},01,40,083,46")


def second(number: int, lon: float = 117.21, lat: float = 29.29, **how: object) -> bytes:
    """Everything a receiver says of one second."""
    at = f"02{number // 60 % 60:02d}{number % 60:02d}.00"
    return gga(at, lon, lat, **how) + rmc(at, lon, lat) + gsa(1, 2, 3)  # type: ignore[arg-type]
