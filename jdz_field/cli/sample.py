"""``sample``: a project with the invented city in it, as large as is asked for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import emit, json_option, progress_to_terminal
from jdz_field.core.i18n import _
from jdz_field.operations.projects import create_project
from jdz_field.operations.sample import make_sample
from jdz_field.operations.sample_work import SMALL, WHOLE, Size, make_work

NAME = "虚构示例"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=1, show_default=True, help="Equal seeds, equal sample.")
@click.option("--visits", type=click.IntRange(0), help="How many visits (default: a small share).")
@click.option("--whole", is_flag=True, help="Three flood seasons of the whole city; minutes.")
@json_option
def sample(folder: Path, seed: int, visits: int | None, whole: bool, as_json: bool) -> None:
    """Make a project FOLDER of invented sites, visits, photos and tracks."""
    size = WHOLE if whole else SMALL
    if visits is not None:
        size = Size(visits, size.pixels, min(visits // 10, WHOLE.tracks))
    started = time.monotonic()
    with create_project(folder, name=NAME, author=NAME, sample=True) as project:
        sites = make_sample(project, seed, progress_to_terminal())
        done = make_work(project, size, seed, progress_to_terminal())
    data: dict[str, Any] = {
        "project": str(folder),
        "sites": sites,
        "records": done.records,
        "photos": done.photos,
        "tracks": done.tracks,
        "seed": seed,
        "seconds": round(time.monotonic() - started, 1),
    }
    words = _("{sites} sites, {records} records, {photos} photos, {tracks} tracks ({seconds} s)")
    emit(data, as_json=as_json, text=lambda: words.format(**data))
