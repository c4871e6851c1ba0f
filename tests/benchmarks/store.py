"""The store: a large ledger beside ogr2ogr's bare copy, and what a person waits for afterwards.

``--rows N`` sets the number of rows (100,000), ``--times N`` how often both are measured (once),
``--only`` leaves out what comes after the first import. The import is a process of its own, as
is ogr2ogr; both are timed by the clock and by the processor, with all that they start.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jdz_field.operations.ledger import import_ledger
from jdz_field.operations.ledger_run import ImportReport
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.benchmarks import searching
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
    """Import a ledger in this process, into a project that is there or a new one."""
    there = folder.exists()
    with Project.open(folder) if there else _made(folder) as project:
        report: list[ImportReport] = []
        wall = taken(lambda: report.append(import_ledger(project, table, "geohazard")))
        print(report[0].imported, report[0].unchanged, wall)


def _made(folder: Path) -> Project:
    return Project.create(folder, name="bench", author="bench")


def processor(work: Callable[[], float]) -> tuple[float, float]:
    """Seconds of a program and all it started, by the clock and by the processor."""
    before = os.times()
    wall = work()
    after = os.times()
    return wall, sum(after[2:4]) - sum(before[2:4])


def megabytes(process: int) -> float:
    """Memory of a process and of those it started; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
        children = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    except OSError:
        return 0.0
    own = next((line for line in status.splitlines() if line.startswith("VmRSS")), "0 0")
    return int(own.split()[1]) / 1024 + sum(megabytes(int(one)) for one in children.split())


def watched(command: list[str]) -> tuple[list[str], float]:
    """What a program prints, and the most memory that it and those it starts had together."""
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, megabytes(process.pid))
            time.sleep(0.05)
        assert process.stdout is not None
        told = process.stdout.read().split()
    assert process.returncode == 0, told
    return told, most


def one_import(table: Path, folder: Path) -> tuple[int, int, float, float, float]:
    """Rows that came in and rows unchanged; seconds by clock and processor; megabytes."""
    told: list[str] = []
    peak = 0.0

    def work() -> float:
        nonlocal told, peak
        told, peak = watched(
            [sys.executable, "-m", "tests.benchmarks.store", str(table), str(folder)]
        )
        return float(told[2])

    wall, cpu = processor(work)
    return int(told[0]), int(told[1]), wall, cpu, peak


def importing(table: Path, folder: Path, count: int) -> None:
    """Both ways of the same file, and their ratio."""
    copy = folder / "copy.gpkg"
    copy.unlink(missing_ok=True)
    wall, cpu = processor(lambda: theirs(table, copy))
    made, _same, our_wall, our_cpu, peak = one_import(table, folder / "p")
    assert made == count, f"{made} of {count} rows came in"
    for name, ours, other in (("clock", our_wall, wall), ("processor", our_cpu, cpu)):
        print(
            f"import of {count} rows, {name}: ogr2ogr {other:.1f} s ({other / count * 1e6:.0f} µs"
            f" a row), jdz-field {ours:.1f} s ({ours / count * 1e6:.0f}), ratio {ours / other:.2f}"
        )
    ours, other = ((f / name).stat().st_size / 1e6 for f, name in _files(folder))
    print(
        f"import of {count} rows: {peak:.0f} MB of memory at most, all processes together;"
        f" file {ours:.0f} MB, ogr2ogr's {other:.0f} MB",
        flush=True,
    )


def _files(folder: Path) -> tuple[tuple[Path, str], tuple[Path, str]]:
    return (folder / "p", "field.gpkg"), (folder, "copy.gpkg")


def again(table: Path, other: Path, folder: Path, count: int) -> None:
    """The same file once more, and as many other rows beside those that are there."""
    made, same, wall, cpu, peak = one_import(table, folder / "p")
    assert (made, same) == (0, count)
    print(f"the same file again: {wall:.1f} s, processor {cpu:.1f} s, {peak:.0f} MB")
    made, same, wall, cpu, peak = one_import(other, folder / "p")
    assert (made, same) == (count, 0)
    print(f"as many other rows: {wall:.1f} s, processor {cpu:.1f} s, {peak:.0f} MB", flush=True)


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
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--only", action="store_true")
    chosen = parser.parse_args(sys.argv[2:])
    count: int = chosen.rows
    with tempfile.TemporaryDirectory(prefix="jdz-store-") as name:
        folder = Path(name)
        table, other = folder / "ledger.csv", folder / "other.csv"
        make_table(table, count)
        for _turn in range(chosen.times):
            shutil.rmtree(folder / "p", ignore_errors=True)
            importing(table, folder, count)
        if not chosen.only:
            other.write_text(_others(table.read_text("utf-8")), "utf-8")
            waiting(folder / "p", count)
            searching.searching(folder / "p")
            searching.windows(folder / "p")
            again(table, other, folder, count)


def _others(text: str) -> str:
    """Rows with other names and no numbers."""
    head, *lines = text.splitlines()
    others = (line[line.index(",") :].replace("示例点", "示例处", 1) for line in lines)
    return "\n".join([head, *others]) + "\n"


if __name__ == "__main__":
    imported(Path(sys.argv[1]), Path(sys.argv[2]))
