"""Saves: a form's draft, a finished record, a field of a site; small project and after an import.

``--sites N`` sets how many sites the project has (100,000). What the disk itself takes to make
a page durable (write and fsync, as a commit does) stands beside: no save can be faster. Limit:
20 ms for a save.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jdz_field.core.ids import new_id
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from tests.store.tools import draft, geohazard, record

TIMES = 60
LIMIT_MS = 20.0
ANSWERS = {"text": "坡脚裂缝" * 200, "trees": [{"height": n / 10} for n in range(60)]}


def measured(work: Callable[[int], object]) -> list[float]:
    """Milliseconds of each of ``TIMES`` goes, in order."""
    taken = []
    for number in range(TIMES):
        begin = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def durable(folder: Path) -> list[float]:
    """What the disk takes for 16 KiB and an fsync."""
    with (folder / "plain").open("wb", buffering=0) as file:

        def go(_number: int) -> None:
            file.write(b"x" * 16_384)
            os.fsync(file.fileno())

        return measured(go)


def saves(project: Project, site: str) -> dict[str, list[float]]:
    """Every kind of save that a person waits for."""
    ids = [new_id() for _number in range(TIMES)]
    fields = [{"town": f"镇{n}", "threatened_people": n} for n in range(TIMES)]
    return {
        "a field of a site": measured(lambda n: project.edit("geohazard", site, fields[n])),
        "a form's draft": measured(
            lambda n: project.save_draft(draft(id=ids[0], answers=ANSWERS | {"n": n}))
        ),
        "a finished record": measured(
            lambda n: project.finalize(
                record(id=ids[n], answers=ANSWERS, site=site, site_kind="geohazard"),
                draft=None,
                site_fields={"stability": "123"[n % 3]},
            )
        ),
    }


def said(name: str, taken: list[float]) -> str:
    """First, median and worst of the rest."""
    first, *rest = taken
    worst = sorted(rest)[int(len(rest) * 0.95)]
    middle = statistics.median(taken)
    verdict = "" if middle <= LIMIT_MS else f"  OVER {LIMIT_MS:.0f} ms"
    return (
        f"  {name:22} first {first:7.1f} ms, median {middle:6.1f} ms, 95 % {worst:6.1f} ms{verdict}"
    )


def measure(folder: Path, sites: int) -> list[str]:
    """Lines with the figures, for a project of so many sites and right after their import."""
    lines = [
        f"saves (limit {LIMIT_MS:.0f} ms); the disk itself:",
        said("16 KiB, fsync", durable(folder)),
    ]
    with Project.create(folder / "p", name="bench", author="bench") as project:
        site = new_id()
        project.edit("geohazard", site, geohazard(1))
        lines.append("an empty project:")
        lines += [said(*one) for one in saves(project, site).items()]
        edits = [Edit("geohazard", new_id(), geohazard(n)) for n in range(sites)]
        project.edit_many(edits, origin="import:bench")
        lines.append(f"right after the import of {sites:,} sites:")
        lines += [said(*one) for one in saves(project, site).items()]
    with Project.open(folder / "p") as project:
        lines.append("the next day:")
        lines += [said(*one) for one in saves(project, site).items()]
    return lines


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sites", type=int, default=100_000)
    chosen = parser.parse_args(sys.argv[2:])
    with tempfile.TemporaryDirectory(prefix="jdz-saves-") as folder:
        print("\n".join(measure(Path(folder), chosen.sites)))
