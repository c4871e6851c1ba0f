"""A child that records a track and is killed: ``python -m tests.faults.track_worker DIR SEED``.

It feeds a walk through ``Recording`` as fast as it can, tells on stdout how many points are on
the disk (``kept N``), now and then ends and seals a track (``sealed ID``), and begins anew.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from pathlib import Path

from jdz_field.operations import tracks, tracks_recording
from jdz_field.operations.tracks_filter import plan_named
from jdz_field.operations.tracks_recording import Recording
from jdz_field.operations.tracks_writer import TrackWriter
from jdz_field.store.project import Project
from tests.operations.tracks_made import MORNING, fix


def _quick(path: Path, good: int = 0, kept: int = 0) -> TrackWriter:
    return TrackWriter(path, every=0.002, good=good, kept=kept)


def tell(*words: object) -> None:
    """A line for who watches."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    """Work until killed."""
    tracks_recording._writer = _quick
    rng = random.Random(seed)
    second = seed * 100_000
    with Project.open(folder) as project:
        tell("ready")
        while True:
            recording = Recording(folder, "余小敏", plan_named("dense"))
            length = rng.randrange(20, 2000)
            for n in range(length):
                second += 1
                recording.feed(fix(second % 50_000, n * 2.5, start=MORNING + _days(second)))
                if n % 7 == 0 and recording.head is not None:
                    tell("kept", recording.head.id, recording.kept)
                if rng.random() < 0.01:
                    recording.pause()
                    recording.resume()
            recording.end(MORNING)
            path, points = recording.path, recording.points
            if not recording.close() or path is None:
                raise SystemExit("the disk refused")
            assert recording.head is not None
            tell("kept", recording.head.id, points)
            entry = tracks.seal(project, path)
            assert entry is not None
            tell("sealed", entry.id, points)


def _days(second: int) -> timedelta:
    return timedelta(days=second // 50_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
