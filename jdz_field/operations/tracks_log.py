"""The file that a track grows in while it is recorded.

One line for each thing, with its checksum: ``<letter><what> <crc32>``. A line that was half
written when the machine stopped does not fit its checksum and is dropped; what came before stands.
``H`` head (JSON), ``S`` a stretch begins (reason, time), ``P`` a point, ``C`` how many positions
were left out so far (JSON), ``T`` another title (JSON), ``E`` the end.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _

#: Folder of a project, and how its files end.
FOLDER, SUFFIX = "tracks", ".track"
_FORMAT = "jdz-track 1"
_NONE = "-"
#: Fixed point: 1e-7 degrees are a centimetre.
_DEGREES = 7


class Point(NamedTuple):
    """Unix seconds (UTC), degrees (EPSG:4490), metres above the sea (NaN: unknown), metres of
    error (NaN: unknown), satellites used, and how it was found: ``single dgps float rtk``.
    """

    time: float
    lon: float
    lat: float
    height: float
    accuracy: float
    satellites: int
    quality: str


@dataclass(frozen=True, slots=True)
class Head:
    """Whose track it is; ``day`` is the Beijing day, ``begun`` a moment as ``to_text`` writes."""

    id: str
    person: str
    day: str
    begun: str
    title: str = ""


@dataclass(slots=True)
class Stretch:
    """Points without a gap; ``reason`` is why it begins, ``time`` when that was noticed."""

    reason: str
    time: float
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    """What a file holds.

    Attributes:
        path: the file.
        head: whose it is.
        stretches: the points, without empty stretches.
        left_out: positions that were left out, by why.
        ended: whether the person ended it.
        damaged: lines that did not fit their checksum.
        good: bytes up to the end of the last whole line.
    """

    path: Path
    head: Head
    stretches: list[Stretch]
    left_out: dict[str, int]
    ended: bool = False
    damaged: int = 0
    good: int = 0

    @property
    def points(self) -> int:
        """How many points it holds."""
        return sum(len(one.points) for one in self.stretches)

    def last(self) -> Point | None:
        """The newest point."""
        return next((one.points[-1] for one in reversed(self.stretches) if one.points), None)


# ---- writing


def line(letter: str, what: str) -> bytes:
    """A whole line with its checksum."""
    body = (letter + what).encode()
    return b"%s %08x\n" % (body, zlib.crc32(body))


def head_line(head: Head) -> bytes:
    """The first line of a file."""
    told = {"format": _FORMAT, "id": head.id, "person": head.person, "day": head.day}
    told |= {"begun": head.begun, "title": head.title}
    return line("H", json.dumps(told, ensure_ascii=False))


def stretch_line(reason: str, time: float) -> bytes:
    """A new stretch begins."""
    return line("S", f"{reason} {time:.3f}")


def point_line(point: Point) -> bytes:
    """A point; at most about 90 bytes."""
    height, accuracy = (_NONE if math.isnan(n) else f"{n:.2f}" for n in point[3:5])
    place = f"{point.lon:.{_DEGREES}f} {point.lat:.{_DEGREES}f}"
    rest = f"{height} {accuracy} {point.satellites} {point.quality or _NONE}"
    return line("P", f"{point.time:.3f} {place} {rest}")


def counts_line(left_out: Mapping[str, int]) -> bytes:
    """How many positions were left out until now."""
    return line("C", json.dumps(dict(left_out)))


def title_line(title: str) -> bytes:
    """Another title."""
    return line("T", json.dumps(title, ensure_ascii=False))


def end_line(time: float) -> bytes:
    """The person ended it."""
    return line("E", f"{time:.3f}")


# ---- reading


def logs_in(project: Path) -> list[Path]:
    """The files of tracks that are not sealed, oldest first."""
    return sorted((project / FOLDER).glob(f"*{SUFFIX}"))


def read_log(path: Path) -> Log:
    """What a file holds, as far as its lines are whole.

    ``Unavailable`` when it cannot be read.
    """
    found = _Reading(Log(path, Head(path.stem, "", "", ""), [], {}))
    try:
        with path.open("rb") as file:
            for raw in file:
                found.take(raw)
    except OSError as error:
        text = _("The track {file} cannot be read ({what}); check the disk and try again.")
        raise Unavailable(text.format(file=path, what=error.strerror or error)) from error
    log = found.log
    log.stretches = [one for one in log.stretches if one.points]
    return log


class _Reading:
    """Line by line."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._at = 0

    def take(self, raw: bytes) -> None:
        self._at += len(raw)
        body = _whole(raw)
        if body is None or not self._knows(body):
            self.log.damaged += 1
        else:
            self.log.good = self._at

    def _knows(self, body: str) -> bool:
        try:
            self._know(body[0], body[1:])
        except (ValueError, TypeError, KeyError, IndexError):
            return False
        return True

    def _know(self, letter: str, what: str) -> None:
        log = self.log
        if letter == "P":
            self._stretch().points.append(_point(what))
        elif letter == "S":
            reason, time = what.split()
            log.stretches.append(Stretch(reason, float(time)))
        elif letter == "C":
            log.left_out = {str(k): int(v) for k, v in json.loads(what).items()}
        elif letter == "E":
            log.ended = True
        else:
            self._about(letter, json.loads(what))

    def _about(self, letter: str, told: Any) -> None:
        log = self.log
        if letter == "H":
            log.head = Head(*(str(told[k]) for k in ("id", "person", "day", "begun", "title")))
        elif letter == "T":
            head = log.head
            log.head = Head(head.id, head.person, head.day, head.begun, str(told))

    def _stretch(self) -> Stretch:
        if not self.log.stretches:
            self.log.stretches.append(Stretch("start", 0.0))
        return self.log.stretches[-1]


def _whole(raw: bytes) -> str | None:
    """The body of a line whose checksum fits."""
    body, _space, check = raw.rpartition(b" ")
    if len(body) < 1 or check != b"%08x\n" % zlib.crc32(body):
        return None
    return body.decode()


def _point(what: str) -> Point:
    time, lon, lat, height, accuracy, satellites, quality = what.split()
    quality = "" if quality == _NONE else quality
    place = float(time), float(lon), float(lat)
    return Point(*place, _number(height), _number(accuracy), int(satellites), quality)


def _number(text: str) -> float:
    return math.nan if text == _NONE else float(text)


def each_point(log: Log) -> Iterator[Point]:
    """Every point in order."""
    for one in log.stretches:
        yield from one.points
