"""Sync and centre: merge, sixty devices at once, photos, a long feed.

``python -m tests.benchmarks sync [merge load photos feed] [--sites N] [--photos N] [--entries N]
[--database postgresql://…]``. Processor time stands beside wall time; on a busy machine only the
former says something. The database of ``--database`` must be empty.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import sync_files, sync_load, sync_merge

PARTS = ("merge", "load", "photos", "feed")


def _lines(part: str, folder: Path, chosen: argparse.Namespace) -> Iterator[str]:
    match part:
        case "merge":
            yield from sync_merge.measure(folder, chosen.sites)
        case "load":
            yield f"sixty devices at once, records of {sync_load.QUESTIONS} questions:"
            yield from sync_load.measure(folder / "lite", None, "SQLite")
            if chosen.database:
                yield from sync_load.measure(folder / "post", chosen.database, "PostgreSQL")
        case "photos":
            yield from sync_files.photos_beside_put(folder, chosen.photos)
        case "feed":
            yield from sync_files.long_feed(folder, chosen.entries)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--entries", type=int, default=sync_files.ENTRIES)
    parser.add_argument("--database")
    chosen = parser.parse_args(sys.argv[2:])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for part in chosen.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix=f"jdz-{part}-") as folder:
            for line in _lines(part, Path(folder), chosen):
                print(line, flush=True)
