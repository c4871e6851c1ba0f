"""Walks that nobody made: fixes and recordings for the tests of tracks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jdz_field.core.catalogue import table
from jdz_field.gnss.fix import Fix
from jdz_field.operations.tracks_filter import Plan, plan_named
from jdz_field.operations.tracks_recording import Recording

#: Nine in the morning in Beijing.
MORNING = datetime(2026, 11, 23, 1, 0, 0, tzinfo=UTC)
DEGREE = 111_195.0
LAT = 29.29


def fix(
    seconds: float,
    east: float = 0.0,
    north: float = 0.0,
    *,
    accuracy: float | None = 3.0,
    start: datetime = MORNING,
    quality: str = "single",
) -> Fix:
    """A fix ``seconds`` after the start, metres east and north of one place."""
    lon = 117.21 + east / (DEGREE * math.cos(math.radians(LAT)))
    moment = start + timedelta(seconds=seconds)
    return Fix(
        lon, LAT + north / DEGREE, 45.5, accuracy, 1.8, 12, 17, quality, moment, seconds, 0.9
    )


def walk(seconds: int, speed: float = 1.2, **other: object) -> Iterator[Fix]:
    """Once a second straight to the east."""
    for n in range(seconds):
        yield fix(n, n * speed, **other)  # type: ignore[arg-type]


def recorded(
    project: Path, seconds: int = 120, person: str = "余小敏", plan: Plan | None = None
) -> Path:
    """A finished recording that nobody has sealed yet; its file."""
    made = Recording(project, person, plan or plan_named("usual"))
    for one in walk(seconds):
        made.feed(one)
    made.end(MORNING + timedelta(seconds=seconds))
    assert made.close()
    assert made.path is not None
    return made.path


def limits() -> dict[str, float]:
    """The limits of the catalogue."""
    return dict(table("tracks")["limits"])
