"""Photos: geotagging beside exiftool and gpscorrelate, ingest beside a plain copy.

Every program works on its own fresh copy of the same files, one after the other, three rounds;
the best round of each counts. Ours is timed as a person starts it, its start and durable writes
included; processor times stand beside, as the machine may be busy. ``JDZ_BENCH_PHOTOS`` sets the
number of photos (200).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PIL import Image

from jdz_field.geo.tracks import Track, read_track
from jdz_field.photos.match import Matcher
from tests.benchmarks import ingest
from tests.photos.pictures import camera, exiftool, image_data, jpeg
from tests.photos.track_files import kml, kml_track, nmea
from tests.photos.tracks import gpx, moment, walk, write_gpx

NUMBER = int(os.environ.get("JDZ_BENCH_PHOTOS", "200"))
ROUNDS = 3
GAP = 37


def picture() -> bytes:
    """Twelve megapixels with as much detail as a hillside: some four megabytes."""
    noise = Image.effect_noise((4000, 3000), 60)
    image = Image.merge("RGB", (noise, noise.rotate(90).resize((4000, 3000)), noise.rotate(180)))
    path = Path(tempfile.mkdtemp()) / "a.jpg"
    image.save(path, quality=72)
    data = path.read_bytes()
    shutil.rmtree(path.parent)
    return data


def fresh(source: Path, work: Path) -> Path:
    """A new copy of the photos, on the disk before anything is timed."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work)
    if hasattr(os, "sync"):
        os.sync()
    return work


def run(*command: object) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run([str(part) for part in command], check=True, stdout=quiet, stderr=quiet)


def commands(track: Path) -> dict[str, Callable[[Path], None]]:
    """Each program, if it is there, with what it is told to do in a folder."""
    ours = [sys.executable, "-m", "jdz_field", "photos", "geotag"]
    zone = "-geotime<${DateTimeOriginal}+08:00"
    known: dict[str, Callable[[Path], None]] = {
        "jdz-field": lambda folder: run(*ours, folder, "--track", track, "--in-place"),
        "exiftool": lambda folder: run(
            "exiftool", "-q", "-overwrite_original", "-geotag", track, zone, folder
        ),
        "gpscorrelate": lambda folder: run(
            "gpscorrelate", "-g", track, "-z", "8", *sorted(folder.iterdir())
        ),
    }
    return {name: go for name, go in known.items() if name == "jdz-field" or shutil.which(name)}


def check(folders: dict[str, Path], source: Path) -> None:
    """The same positions as exiftool's, and the image data untouched; before any figure counts."""
    ours, theirs = (sorted(folders[name].glob("*.jpg")) for name in ("jdz-field", "exiftool"))
    told = [
        exiftool("exiftool", files, "-GPSLatitude", "-GPSLongitude") for files in (ours, theirs)
    ]
    for mine, other in zip(*told, strict=True):
        for name in ("Composite:GPSLatitude", "Composite:GPSLongitude"):
            assert abs(mine[name] - other[name]) < 1e-6, (mine, other)
    for file in ours:
        assert image_data(file.read_bytes()) == image_data((source / file.name).read_bytes())


def geotagging(root: Path, source: Path) -> None:
    track = write_gpx(root / "t.gpx", walk(NUMBER * GAP + 60, 1))
    programs = commands(track)
    best = dict.fromkeys(programs, (float("inf"), 0.0))
    folders = {name: root / name for name in programs}
    for _round in range(ROUNDS):
        for name, go in programs.items():
            folder = fresh(source, folders[name])
            began, worked = time.perf_counter(), processor()
            go(folder)
            took = time.perf_counter() - began
            best[name] = min(best[name], (took, processor() - worked))
    if "exiftool" in programs:
        check(folders, source)
    for folder in folders.values():
        shutil.rmtree(folder)
    for name, (seconds, worked) in best.items():
        ratio = seconds / best["jdz-field"][0]
        told = f"  we are {ratio:.2f} x as fast" if name != "jdz-field" else ""
        print(
            f"geotag {NUMBER} photos  {name:<13}{seconds:7.2f} s, "
            f"{worked:6.2f} s of the processor{told}"
        )


def processor() -> float:
    """Seconds that the programs started so far have used of the processor (0 on Windows)."""
    times = os.times()
    return times.children_user + times.children_system


def loading(root: Path) -> Track:
    """A track of a million points, a point a second, from each kind of file."""
    points = [(i, 117 + i / 1e6, 29 + i / 1e6, 100.0 + i % 50) for i in range(1_000_000)]
    texts: dict[str, Callable[[], str]] = {
        "gpx": lambda: gpx(points),
        "kml": lambda: kml(kml_track(points)),
        "nmea": lambda: nmea(points),
    }
    for kind, make in texts.items():
        path = root / f"million.{kind}"
        path.write_text(make(), encoding="utf-8")
        began, worked = time.perf_counter(), time.process_time()
        track = read_track(path)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        assert track.points == len(points)
        size = path.stat().st_size / 1e6
        path.unlink()
        print(
            f"load 1,000,000 points of {kind:<4} ({size:.0f} MB)  {took:.2f} s, "
            f"{worked:.2f} s of the processor"
        )
    return track


def matching(track: Track) -> None:
    matcher = Matcher([track])
    start = time.perf_counter()
    for number in range(1000):
        assert matcher.match(moment(number * 999.7))
    print(f"match 1000 photos on 1,000,000 points  {time.perf_counter() - start:.3f} s")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jdz-photos-") as name:
        root = Path(name)
        source = root / "source"
        source.mkdir()
        pixels, thumbnail = picture(), jpeg(160, 120)
        for number in range(NUMBER):
            taken = f"{moment(number * GAP) + timedelta(hours=8):%Y:%m:%d %H:%M:%S}"
            data = camera(taken=taken, pixels=pixels, thumbnail=thumbnail)
            (source / f"IMG_{number:04d}.jpg").write_bytes(data)
        print(f"{NUMBER} photos of {len(pixels) / 1e6:.1f} MB")
        geotagging(root, source)
        matching(loading(root))
    ingest.main(pixels)
