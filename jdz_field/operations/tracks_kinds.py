"""What kind of file a track is, told by its content and not its name."""

from __future__ import annotations

from pathlib import Path

_MIMES = {
    ".gpx": "application/gpx+xml",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".kmz": "application/vnd.google-earth.kmz",
    ".nmea": "application/x-nmea0183",
}
_LOOK = 4096


def suffix_of(path: Path) -> str:
    """The suffix that a readable track gets in ``files/``; ``OSError`` is the caller's."""
    with path.open("rb") as file:
        head = file.read(_LOOK)
    if head.startswith(b"PK"):
        return ".kmz"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")
    if b"<" not in head:
        return ".nmea"
    return ".kml" if b"<kml" in head else ".gpx"


def mime_of(suffix: str) -> str:
    """The media type of a track file with this suffix."""
    return _MIMES[suffix]
