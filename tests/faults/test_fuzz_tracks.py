"""A share of the fuzzing of track files, the same files each time."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from tests.faults.fuzz_tracks import fuzz


def test_damaged_track_files_are_tracks_or_one_sentence(tmp_path: Path) -> None:
    told = fuzz(tmp_path, 400, 7)
    assert told["tracks"] > 50
    assert told["refused"] > 20


def test_memory_does_not_grow(tmp_path: Path) -> None:
    fuzz(tmp_path, 60, 1)
    tracemalloc.start()
    try:
        fuzz(tmp_path, 60, 1)
        first = tracemalloc.get_traced_memory()[0]
        fuzz(tmp_path, 60, 1)
        assert tracemalloc.get_traced_memory()[0] - first < 200_000
    finally:
        tracemalloc.stop()
