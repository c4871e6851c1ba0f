"""Geotagging killed at any instant: each file is whole, old or new, and can be taken back.

``python -m tests.faults.test_geotag_kills 100`` does a hundred rounds instead of the few of CI.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jdz_field.geo.tracks import read_track
from jdz_field.photos.geotag import Geotagging, geotag
from jdz_field.photos.journal import NAME
from jdz_field.photos.taking_back import CHANGED, take_back
from jdz_field.photos.writer import Position, stage
from tests.photos.containers import ALL
from tests.photos.tracks import walk, write_gpx

#: Writes each file once, by batches as ``photos geotag`` does, or takes it all back.
GO = """
import sys
from pathlib import Path
from jdz_field.photos.journal import note
from jdz_field.photos.spares import Spares
from jdz_field.photos.taking_back import take_back
from jdz_field.photos.writer import Position, stage
files = sorted(p for p in Path(sys.argv[1]).iterdir() if not p.name.startswith("."))
print("begin", flush=True)
if sys.argv[2] == "back":
    take_back(files)
spares = Spares()
for start in range(0, len(files) if sys.argv[2] == "on" else 0, 4):
    batch = files[start : start + 4]
    made = [stage(file, Position(117.25, 29.35, 88.0), spares=spares) for file in batch]
    note(files[0].parent, made)
    for one in made:
        one.take_name(spares)
    spares.names_are_kept([files[0].parent])
"""
ROUNDS = 8


def fill(folder: Path) -> dict[str, bytes]:
    """Every kind of picture, some of them large."""
    contents = {}
    for number, (suffix, data) in enumerate(ALL.values()):
        more = b"\0" * 2_000_000 if suffix == ".jpg" and number % 2 else b""
        contents[f"{number:02d}{suffix}"] = data + more
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return contents


def news(folder: Path, old: dict[str, bytes]) -> dict[str, bytes]:
    """What each file is when it was written."""
    made = {}
    for name, data in old.items():
        source = folder / name
        source.write_bytes(data)
        staged = stage(source, Position(117.25, 29.35, 88.0))
        made[name] = staged.part.read_bytes()
        staged.drop()
    return made


def killed(folder: Path, direction: str, after: float) -> None:
    """Begin, and kill it with no chance to clean up."""
    command = [sys.executable, "-c", GO, str(folder), direction]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()


def rounds(folder: Path, count: int, seed: int) -> tuple[int, int]:
    """How many files were found old and new, over all rounds."""
    source = random.Random(seed)
    old = fill(folder)
    new = news(folder, old)
    found = [0, 0]
    for number in range(count):
        for direction in ("on", "back") if number % 2 else ("on",):
            killed(folder, direction, source.uniform(0, 0.12))
            for name, data in old.items():
                now = (folder / name).read_bytes()
                assert now in (data, new[name]), name
                found[now == new[name]] += 1
        files = [folder / name for name in old]
        assert CHANGED not in {one.status for one in take_back(files)}
        for name, data in old.items():
            assert (folder / name).read_bytes() == data, name
        (folder / NAME).unlink(missing_ok=True)
    return found[0], found[1]


def test_killed_at_any_instant_each_file_is_old_or_new_and_comes_back(tmp_path: Path) -> None:
    old, new = rounds(tmp_path, ROUNDS, 5)
    assert old
    assert new


def test_killed_geotagging_goes_on_where_it_stopped(tmp_path: Path) -> None:
    track = write_gpx(tmp_path / "t.gpx", walk())
    folder = tmp_path / "photos"
    folder.mkdir()
    contents = {n: d for n, d in fill(folder).items() if n.endswith(".jpg")}
    killed(folder, "on", 0.05)
    files = [folder / name for name in contents]
    geotag(files, [read_track(track)], Geotagging(in_place=True))
    again = geotag(files, [read_track(track)], Geotagging(in_place=True))
    assert again.tagged == 0
    take_back(files)
    assert {file.name: file.read_bytes() for file in files} == contents


def main() -> None:
    """As many rounds as the first argument says."""
    with tempfile.TemporaryDirectory(prefix="jdz-kills-") as name:
        found = rounds(Path(name), int(sys.argv[1]), int(time.time()))
    print(f"{sys.argv[1]} rounds: {found[0]} files found old, {found[1]} new, none broken")


if __name__ == "__main__":
    main()
