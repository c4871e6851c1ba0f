"""Where a picture belongs: its own position, or the one that a track gives for its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from jdz_field.core.clock import BEIJING
from jdz_field.core.i18n import _
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.faults import NO_CLOCK, sentence
from jdz_field.photos.match import DEFAULT_MAX_GAP, Match, Matcher

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Waiting for the disk is most of the work; more than this gains nothing on tablets.
WORKERS = 4
_SUFFIXES = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".heic", ".heif", ".hif", ".avif"),
        *(".png", ".tif", ".tiff", ".webp", ".dng"),
    }
)


@dataclass(frozen=True, slots=True)
class Timing:
    """How camera times become true times.

    Attributes:
        zone: of cameras that name no offset.
        clock_offset: seconds added to the camera's time to get the true time.
        max_gap: seconds over which a track's silence is bridged.
    """

    zone: tzinfo = BEIJING
    clock_offset: float = 0.0
    max_gap: float = DEFAULT_MAX_GAP


@dataclass(frozen=True, slots=True)
class Placed:
    """What a track says about a picture: the match, or why there is none.

    ``gap_s`` are the seconds to the nearest point even when that is too far.
    """

    moment: datetime | None = None
    match: Match | None = None
    gap_s: float | None = None
    problem: str | None = None


def place(info: PhotoInfo, matcher: Matcher, timing: Timing) -> Placed:
    """Find a picture on the tracks by its time."""
    moment = info.moment(timing.zone, timing.clock_offset)
    if moment is None:
        told = [sentence(fault) for fault in info.faults if fault in NO_CLOCK]
        return Placed(
            problem=" ".join(told) or _("The picture has no time, so no track can place it.")
        )
    match = matcher.match(moment)
    if match is not None:
        return Placed(moment, match, match.gap_s)
    gap = matcher.gap(moment)
    text = _(
        "The nearest point of the track is {gap} away, the limit is {limit}; "
        "check the time zone and the clock offset."
    )
    problem = text.format(gap=_span(gap or 0.0), limit=_span(timing.max_gap))
    return Placed(moment, None, gap, problem)


def _span(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3.5 h`` or ``20 d``."""
    if seconds < 600:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86_400:.0f} d"


def photo_files(paths: Sequence[Path]) -> list[Path]:
    """Files as they are, and every picture in and below folders, by name; each one once.

    Hidden files are left out: cameras, telephones and other systems keep thumbnails, trash and
    fragments under such names.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = (p for p in path.rglob("*") if p.suffix.lower() in _SUFFIXES)
            for file in sorted(p for p in below if not p.name.startswith(".")):
                found.setdefault(file)
        else:
            found.setdefault(path)
    return list(found)


def in_parallel(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    *,
    stopped: Callable[[], bool],
) -> Iterator[Result]:
    """The results of ``work`` in the order of ``items``, made by several threads.

    After ``stopped()`` became true no further item is begun and the results end with those
    that were. What ``work`` raises is raised here, after the items at work are done.
    """
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="photos") as pool:
        waiting = []
        ahead = iter(items)
        try:
            for item in ahead:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= 2 * WORKERS:
                    yield waiting.pop(0).result()
                if stopped():
                    break
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()
