"""Tracks: what a day costs, and warnings: ``python -m tests.benchmarks tracks``.

Twelve hours at one position a second, every one kept (a drive): file, memory, time in the
window's thread, sealing, painting. And warnings among 3,037 and 100,000 dangerous sites.
"""

from __future__ import annotations

import math
import os
import random
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from jdz_field.gnss.fix import Fix
from jdz_field.operations import tracks
from jdz_field.operations.nearness import Index, Watch, rule
from jdz_field.operations.tracks_filter import plan_named
from jdz_field.operations.tracks_recording import Recording
from jdz_field.store.danger import Danger
from jdz_field.store.project import Project
from tests.operations.tracks_made import MORNING
from tests.store.tools import quick_project

HOURS = 12


def drive(seconds: int, rng: random.Random) -> Iterator[Fix]:
    """A winding drive of 6 m/s."""
    lon, lat, way = 117.21, 29.29, 0.3
    for n in range(seconds):
        way += rng.gauss(0, 0.1)
        lon += 6 * math.cos(way) / 97_000
        lat += 6 * math.sin(way) / 111_195
        moment = MORNING + timedelta(seconds=n)
        yield Fix(lon, lat, 60.0, 3.2, 1.7, 14, 22, "single", moment, float(n), 0.9)


def _record(folder: Path, fixes: list[Fix]) -> Recording:
    tracemalloc.start()
    recording = Recording(folder, "余小敏", plan_named("usual"))
    before = time.process_time()
    for one in fixes:
        recording.feed(one)
    spent = time.process_time() - before
    recording.end(MORNING)
    recording.close()
    held, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert recording.path is not None
    size = recording.path.stat().st_size
    each = spent / len(fixes) * 1e6
    print(f"points kept {recording.points:,} of {len(fixes):,}; {each:.0f} µs a position (traced)")
    print(f"file {size / 1e6:.2f} MB, {size / recording.points:.0f} bytes a point")
    print(f"memory {held / 1e6:.2f} MB, {held / recording.points:.0f} bytes a point")
    return recording


def _seal(project: Project, path: Path) -> None:
    begin = time.perf_counter()
    entry = tracks.seal(project, path)
    assert entry is not None
    print(f"sealed in {time.perf_counter() - begin:.2f} s: GPX {entry.size / 1e6:.2f} MB,", end=" ")
    print(f"line {len(entry.geometry or '') / 1e3:.0f} kB")


def _paint(recording: Recording) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtWidgets import QApplication

    from jdz_field.ui.map.track_layer import Line, TailLayer, TrackLayer
    from jdz_field.ui.map.view import View

    application = QApplication.instance() or QApplication([])
    whole, tail = TrackLayer(), TailLayer()
    tail.line = whole.lines["x"] = Line.of(recording.segments, "余小敏", own=True)
    image = QImage(1280, 800, QImage.Format.Format_ARGB32_Premultiplied)
    bounds = tail.line.bounds()
    assert bounds is not None
    view = View(0.825, 0.416, 9, 1280, 800).fitted(bounds)
    last = tail.line.stretches[-1][-1].xy[-1]
    for name, layer, at in (
        ("picture, the whole in sight", whole, view),
        ("every frame, the tail", tail, View(float(last[0]), float(last[1]), 15, 1280, 800)),
    ):
        times = []
        for _turn in range(12):
            painter = QPainter(image)
            begin = time.process_time()
            layer.paint(painter, at)
            times.append(time.process_time() - begin)
            painter.end()
        print(f"painted ({name}): {sorted(times)[6] * 1e3:.2f} ms")
    del application


def _near(count: int, rng: random.Random) -> None:
    sites = [
        Danger(str(n), "geohazard", "", rng.choice("AB"), lon, lat)
        for n in range(count)
        for lon, lat in [(rng.uniform(116.95, 117.72), rng.uniform(28.7, 29.97))]
    ]
    begin = time.process_time()
    watch = Watch(Index(sites, rule()))
    made = time.process_time() - begin
    fixes = [*drive(5000, rng)]
    times = []
    for one in fixes:
        begin = time.process_time()
        watch.feed(one, 0.0)
        times.append(time.process_time() - begin)
    times.sort()
    print(
        f"{count:,} sites: index {made * 1e3:.0f} ms, a position {times[2500] * 1e3:.3f} ms, "
        f"p99 {times[4950] * 1e3:.3f} ms (asked: 1)"
    )


def main() -> None:
    """Print the figures."""
    rng = random.Random(3)
    fixes = [*drive(HOURS * 3600, rng)]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "p"
        quick_project(folder).close()
        recording = _record(folder, fixes)
        with Project.open(folder) as project:
            assert recording.path is not None
            _seal(project, recording.path)
    _paint(recording)
    for count in (3037, 100_000):
        _near(count, rng)
