"""One track while it grows: filter, file and what a window shows of it. No window, no clock."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime
from pathlib import Path

from jdz_field.core.catalogue import table
from jdz_field.core.clock import BEIJING, to_text
from jdz_field.core.ids import new_id
from jdz_field.geo.tracks import Segment, distance_m
from jdz_field.gnss.fix import Fix
from jdz_field.operations import tracks_log as files
from jdz_field.operations.tracks_filter import (
    KEPT,
    PAUSE,
    RESTART,
    SLEEP,
    SOON,
    START,
    STILL,
    Filter,
    Plan,
)
from jdz_field.operations.tracks_log import Head, Log, Point
from jdz_field.operations.tracks_writer import TrackWriter

#: Positions left out between two notes of how many.
_NOTE_EVERY = 200


class Recording:
    """A track of one person on one day.

    Attributes:
        person, title: whose, and what it is called.
        head: what its file begins with; ``None`` before the first point.
        segments: the points by stretches, ``reasons`` why each begins.
        length: metres without the gaps.
        left_out: positions that were left out, by why.
        paused: whether the person paused it.
        writer: brings it to the disk; ``None`` before the first point.
    """

    def __init__(self, folder: Path, person: str, plan: Plan, *, broken: str = START) -> None:
        """``folder``: the project's."""
        self.folder = folder / files.FOLDER
        self.person = person
        self.title = ""
        self.head: Head | None = None
        self.segments: list[Segment] = []
        self.reasons: list[str] = []
        self.length = 0.0
        self.left_out: Counter[str] = Counter()
        self.paused = False
        self.writer: TrackWriter | None = None
        self._noted = 0
        self._newest: Fix | None = None
        self._filter = Filter(plan, broken)

    @classmethod
    def go_on(cls, log: Log, plan: Plan) -> Recording:
        """Go on in the file of a program that was killed; what follows is a new stretch."""
        made = cls(log.path.parent.parent, log.head.person, plan, broken=RESTART)
        made.head, made.title = log.head, log.head.title
        made.left_out.update(log.left_out)
        for stretch in log.stretches:
            made._begin(stretch.reason)
            for point in stretch.points:
                made._append(point)
        made.writer = _writer(log.path, log.good, log.points)
        made.writer.add(files.stretch_line(RESTART, log.stretches[-1].points[-1].time))
        return made

    # ---- what comes
    def feed(self, fix: Fix) -> str:
        """Take a fix in; what became of it. Nothing is taken while it is paused."""
        if self.paused:
            return PAUSE
        verdict = self._filter.feed(fix)
        if verdict.why == KEPT:
            if verdict.gap:
                self._finish_stretch()
            self._newest = None
            self._keep(fix, verdict.gap)
            return KEPT
        if verdict.why in (SOON, STILL):
            self._newest = fix
        self.left_out[verdict.why] += 1
        self._note_left_out()
        return verdict.why

    def pause(self) -> None:
        """Keep nothing until ``resume``."""
        self._finish_stretch()
        self.paused = True
        self._filter.break_off(PAUSE)

    def resume(self) -> None:
        """Go on: a new stretch."""
        self.paused = False

    def slept(self) -> None:
        """The machine slept: what lies between was not recorded."""
        self._filter.break_off(SLEEP)

    def thin(self, plan: Plan) -> None:
        """Keep points by another plan from now on."""
        self._filter.plan = plan

    def call(self, title: str) -> None:
        """Give it another title."""
        self.title = title
        if self.writer is not None:
            self.writer.add(files.title_line(title))

    def end(self, moment: datetime) -> None:
        """Nothing more comes; ``settled`` says when everything is on the disk."""
        self._finish_stretch()
        if self.writer is not None:
            self.writer.add(files.counts_line(self.left_out))
            self.writer.add(files.end_line(moment.timestamp()))

    def close(self) -> bool:
        """Let the file go; whether everything is on the disk."""
        return self.writer is None or self.writer.close()

    # ---- what is known
    @property
    def path(self) -> Path | None:
        """Its file, once there is one."""
        return self.writer.path if self.writer is not None else None

    @property
    def points(self) -> int:
        """How many points it has."""
        return sum(len(one.times) for one in self.segments)

    @property
    def kept(self) -> int:
        """How many of them are on the disk."""
        return self.writer.kept if self.writer is not None else 0

    @property
    def problem(self) -> str:
        """Why points cannot be brought to the disk, empty when they can."""
        return self.writer.problem if self.writer is not None else ""

    def begun(self) -> float | None:
        """Unix seconds of the first point."""
        return self.segments[0].times[0] if self.segments else None

    def last(self) -> float | None:
        """Unix seconds of the newest point."""
        return self.segments[-1].times[-1] if self.segments else None

    # ---- inside
    def _finish_stretch(self) -> None:
        """A stretch ends where the person was last, even if that point added little."""
        fix, self._newest = self._newest, None
        if fix is not None and self.segments:
            self._keep(fix, "")

    def _keep(self, fix: Fix, gap: str) -> None:
        point = _point(fix)
        if self.writer is None:
            self._open(fix.moment)
        if gap or not self.segments:
            self._begin(gap or START)
            self._write(files.stretch_line(gap or START, point.time))
        self._append(point)
        self._write(files.point_line(point), 1)

    def _begin(self, reason: str) -> None:
        self.reasons.append(reason)
        self.segments.append(Segment())

    def _append(self, point: Point) -> None:
        segment = self.segments[-1]
        if segment.times:
            place = segment.lons[-1], segment.lats[-1]
            self.length += distance_m(*place, point.lon, point.lat)
        segment.add(point.time, point.lon, point.lat, point.height)

    def _open(self, moment: datetime) -> None:
        self.head = Head(new_id(), self.person, day_of(moment), to_text(moment), self.title)
        self.writer = _writer(self.folder / f"{self.head.id}{files.SUFFIX}")
        self._write(files.head_line(self.head))

    def _note_left_out(self) -> None:
        total = self.left_out.total()
        if self.writer is not None and total - self._noted >= _NOTE_EVERY:
            self._noted = total
            self._write(files.counts_line(self.left_out))

    def _write(self, line: bytes, points: int = 0) -> None:
        if self.writer is not None:
            self.writer.add(line, points)


def _writer(path: Path, good: int = 0, kept: int = 0) -> TrackWriter:
    every = float(table("tracks")["limits"]["keep_s"])
    return TrackWriter(path, every=every, good=good, kept=kept)


def _point(fix: Fix) -> Point:
    return Point(
        round(fix.moment.timestamp(), 3),
        round(fix.lon, 7),
        round(fix.lat, 7),
        math.nan if fix.altitude is None else round(fix.altitude, 2),
        math.nan if fix.accuracy is None else round(fix.accuracy, 2),
        fix.satellites_used,
        fix.quality,
    )


def day_of(moment: datetime) -> str:
    """The Beijing day of a moment, ``2026-11-23``."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d}"
