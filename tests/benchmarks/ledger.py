"""A ledger of a million rows into a project, checked and logged, against ogr2ogr's bare copy.

``JDZ_BENCH_ROWS`` sets another number of rows.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from jdz_field.core.catalogue import code_list
from jdz_field.geo.counties import counties, counties_at
from jdz_field.operations.ledger import import_ledger
from jdz_field.store.project import Project

ROWS = int(os.environ.get("JDZ_BENCH_ROWS", "1000000"))
HEAD = (
    *("统一编号", "名称", "县(市、区)", "乡镇", "灾害类型", "经度", "纬度"),
    *("威胁户数(户)", "威胁人口(人)", "稳定性", "监测责任人", "联系电话"),
)


def make_table(path: Path, count: int) -> None:
    """A sound table of invented points inside the city.

    A unified number has four digits for the point: when a county's numbers of a kind are used up,
    rows have none.
    """
    draw = np.random.default_rng(1)
    lon, lat = draw.uniform(116.96, 117.7, count * 3), draw.uniform(28.74, 29.92, count * 3)
    code = counties_at(lon, lat)
    inside = np.flatnonzero(code != None)[:count]  # noqa: E711 - element by element
    names = {county.code: county.name for county in counties()}
    kinds = [(one.value, one.labels["zh"]) for one in code_list("geohazard_kind").codes]
    used: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for number, i in enumerate(inside.tolist()):
            people = number % 500
            kind, label = kinds[number % len(kinds)]
            used[code[i] + kind] += 1
            serial = used[code[i] + kind]
            writer.writerow(
                (
                    *(f"{code[i]}{kind}{serial:04d}" if serial < 10_000 else "", f"示例点{number}"),
                    *(names[code[i]], "示例镇", label, f"{lon[i]:.6f}", f"{lat[i]:.6f}"),
                    *(people // 4, people, ("好", "较差", "差")[number % 3]),
                    *(f"示例员{number % 400:03d}", f"1390000{number % 10000:04d}"),
                )
            )


def theirs(table: Path, out: Path) -> float:
    """Seconds of ogr2ogr's copy to a GeoPackage: nothing checked, nothing logged."""
    begin = time.perf_counter()
    subprocess.run(
        [
            *(str(shutil.which("ogr2ogr")), "-f", "GPKG", str(out), str(table)),
            *("-oo", "X_POSSIBLE_NAMES=经度", "-oo", "Y_POSSIBLE_NAMES=纬度"),
            *("-a_srs", "EPSG:4490", "-nln", "geohazard"),
        ],
        check=True,
    )
    return time.perf_counter() - begin


def ours(table: Path, folder: Path) -> float:
    """Seconds of our import."""
    with Project.create(folder, name="bench", author="bench") as project:
        begin = time.perf_counter()
        report = import_ledger(project, table, "geohazard")
        taken = time.perf_counter() - begin
    assert report.imported == ROWS, report.to_json()["refused"]
    return taken


def main() -> None:
    """Print both figures and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "ledger.csv"
        make_table(table, ROWS)
        them = theirs(table, Path(folder) / "copy.gpkg")
        us = ours(table, Path(folder) / "project")
    print(f"{ROWS} rows: ogr2ogr {them:.1f} s, import {us:.1f} s, ratio {us / them:.2f}")
