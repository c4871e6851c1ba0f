"""Killed while a track is recorded or sealed: what was told kept is kept, each track once.

``python -m tests.faults.track_kills --count 200 [--seed N]``; CI runs a few.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from jdz_field.operations import tracks
from jdz_field.store.project import Project
from tests.operations.tracks_made import MORNING
from tests.store.tools import quick_project

#: Longest life of a child after it is ready, seconds.
LONGEST = 0.6


@dataclass
class Found:
    """What came of the kills."""

    kills: int = 0
    reports: int = 0
    sealed: int = 0
    growing: int = 0
    lost: list[str] = field(default_factory=list)


def run(count: int, seed: int, folder: Path) -> Found:
    """Kill so many children on one project, and look after each."""
    found, rng = Found(), random.Random(seed)
    path = folder / "p"
    quick_project(path).close()
    kept: dict[str, int] = {}
    for number in range(count):
        _one(path, seed * 1000 + number, rng.uniform(0, LONGEST), kept, found)
        found.kills += 1
        _look(path, kept, found)
    return found


def _one(path: Path, seed: int, life: float, kept: dict[str, int], found: Found) -> None:
    command = [sys.executable, "-m", "tests.faults.track_worker", str(path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(life)
        child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        for line in child.stdout:
            what, id_, points = [*line.split(), "", ""][:3]
            # The last line may be half.
            if line.endswith("\n") and points:
                kept[id_] = max(kept.get(id_, 0), int(points))
                found.reports += what == "kept"
                found.sealed += what == "sealed"


def _look(path: Path, kept: dict[str, int], found: Found) -> None:
    with Project.open(path) as project:
        found.growing += tracks.has_recordings(path)
        recovered = tracks.recover(project, None, MORNING)
        found.lost += recovered.problems
        every = {one.id: one for one in project.tracks()}
        for id_, points in kept.items():
            there = tracks.read_entry(project, every[id_]).points if id_ in every else 0
            if there < points:
                found.lost.append(f"{id_}: {points} told, {there} there")
        found.lost += project.check()
        if tracks.has_recordings(path) or len(every) != len(project.tracks(deleted=True)):
            found.lost.append("left behind")


def main() -> int:
    """Run as many as one likes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(given.count, given.seed, Path(folder))
    print(found)
    return bool(found.lost)


if __name__ == "__main__":
    sys.exit(main())
