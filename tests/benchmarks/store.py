"""The store: a large ledger beside ogr2ogr's bare copy, and what a person waits for afterwards.

``--rows N`` sets the number of rows (100,000). The import is a process of its own, as is
ogr2ogr; both are timed by the clock and by the processor, and its peak memory is its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jdz_field.operations.ledger import import_ledger
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.benchmarks.ledger import make_table, theirs

#: What a person types, sign by sign.
TYPED = ("示例点1", "示例镇", "sld", "3602", "示例员00", "1390000")
SAVES = 50


def taken(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def imported(table: Path, folder: Path) -> None:
    """Import a ledger in this process and print how it went."""
    with Project.create(folder, name="bench", author="bench") as project:
        cpu = time.process_time()
        wall = taken(lambda: print(import_ledger(project, table, "geohazard").imported))
        print(wall, time.process_time() - cpu, _peak())


def _peak() -> float:
    """Megabytes that this process had at most; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor(work: Callable[[], float]) -> tuple[float, float]:
    """Seconds of a program by the clock and by the processor."""
    before = os.times()
    wall = work()
    after = os.times()
    return wall, sum(after[2:4]) - sum(before[2:4])


def importing(table: Path, folder: Path, count: int) -> None:
    """Both ways of the same file, and their ratio."""
    wall, cpu = processor(lambda: theirs(table, folder / "copy.gpkg"))
    command = [sys.executable, "-m", "tests.benchmarks.store", str(table), str(folder / "p")]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    made, (our_wall, our_cpu, peak) = int(told[0]), map(float, told[1:])
    assert made == count, f"{made} of {count} rows came in"
    for name, ours, other in (("clock", our_wall, wall), ("processor", our_cpu, cpu)):
        print(
            f"import of {count} rows, {name}: ogr2ogr {other:.1f} s ({other / count * 1e6:.0f} µs"
            f" a row), jdz-field {ours:.1f} s ({ours / count * 1e6:.0f}), ratio {ours / other:.2f}"
        )
    print(f"import of {count} rows: {peak:.0f} MB at most (400)")


def waiting(folder: Path, count: int) -> None:
    """Opening, searching, saving."""
    begin = time.perf_counter()
    with Project.open(folder) as project:
        project.search(SiteQuery(), limit=50)
        print(f"opening {count} sites: {time.perf_counter() - begin:.2f} s (2)")
        slowest = 0.0
        for text in TYPED:
            for end in range(1, len(text) + 1):
                query = SiteQuery(text=text[:end])
                wait = min(taken(lambda q=query: project.search(q, limit=50)) for _turn in "123")
                slowest = max(slowest, wait)
        print(f"search as you type over {count} sites: {slowest * 1000:.0f} ms at most (50)")
        site = project.search(SiteQuery(text=TYPED[0]), limit=1)[0]
        waits = sorted(
            taken(lambda n=n: project.edit(site.kind, site.id, {"remarks": f"{n}"}))
            for n in range(SAVES)
        )
        print(
            f"saving an edit: {waits[SAVES // 2] * 1000:.1f} ms, slowest of"
            f" {SAVES} {waits[-1] * 1000:.0f} ms (20)"
        )
        print(f"check: {taken(project.check):.1f} s, {len(project.check())} faults")


def main() -> None:
    """Print every figure with its limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks store")
    parser.add_argument("--rows", type=int, default=100_000)
    count = parser.parse_args(sys.argv[2:]).rows
    with tempfile.TemporaryDirectory(prefix="jdz-store-") as name:
        folder = Path(name)
        table = folder / "ledger.csv"
        make_table(table, count)
        importing(table, folder, count)
        waiting(folder / "p", count)


if __name__ == "__main__":
    imported(Path(sys.argv[1]), Path(sys.argv[2]))
