"""Photos taken in beside a plain copy with SHA-256, and a wall of thumbnails that is scrolled.

Ingest: durable and verified on our side, neither on the other; three rounds each, one after the
other, the best of each counts. The wall: real photos of the project, scrolled from top to bottom as
a finger does; the time of every frame, before any thumbnail is there and when all are.
``JDZ_BENCH_INGEST`` sets the number of photos (500), ``JDZ_BENCH_WALL`` that of the wall (2000).
"""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment
from jdz_field.operations.photos import add_photos
from jdz_field.store.project import Project
from tests.photos.pictures import camera, jpeg

NUMBER = int(os.environ.get("JDZ_BENCH_INGEST", "500"))
WALL = int(os.environ.get("JDZ_BENCH_WALL", "2000"))
ROUNDS = 3


def make(folder: Path, pixels: bytes, number: int) -> None:
    """So many photos, no two alike."""
    folder.mkdir()
    head = camera(pixels=pixels, thumbnail=jpeg(160, 120))
    for count in range(number):
        # A comment before the picture's own segments makes each another file.
        comment = f"{count:08d}".encode()
        data = head[:2] + b"\xff\xfe\x00\x0a" + comment + head[2:]
        (folder / f"IMG_{count:04d}.jpg").write_bytes(data)


def plain(source: Path, target: Path) -> None:
    """What ingest is held against: a copy, and the SHA-256 of each."""
    shutil.copytree(source, target)
    for file in target.iterdir():
        with file.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")


def settle() -> None:
    """Nothing of the last round is still on its way to the disk."""
    if hasattr(os, "sync"):
        os.sync()


def ingest(root: Path, source: Path, number: int) -> None:
    copied = kept = again = float("inf")
    for turn in range(ROUNDS):
        settle()
        began = time.perf_counter()
        plain(source, root / "plain")
        copied = min(copied, time.perf_counter() - began)
        shutil.rmtree(root / "plain")
        settle()
        with Project.create(root / f"project{turn}", name="b", author="b") as project:
            began = time.perf_counter()
            report = add_photos(project, [source])
            kept = min(kept, time.perf_counter() - began)
            began = time.perf_counter()
            second = add_photos(project, [source])
            again = min(again, time.perf_counter() - began)
        assert report.count("added") == number
        assert second.count("already") == number
        shutil.rmtree(root / f"project{turn}")
    print(f"ingest {number} photos  copy + SHA-256{copied:6.2f} s")
    print(f"ingest {number} photos  jdz-field    {kept:7.2f} s  {kept / copied:.2f} x the time")
    print(f"ingest {number} photos  once more    {again:7.2f} s  {again / copied:.2f} x the time")


def wall(root: Path, source: Path, number: int) -> None:
    """Scroll a wall of ``number`` photos; each thumbnail is decoded from its own stored file."""
    from PySide6.QtWidgets import QApplication

    from jdz_field.core.i18n import set_language
    from jdz_field.ui import theme
    from jdz_field.ui.jobs import Jobs
    from jdz_field.ui.photos.wall import Wall

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    set_language("zh")
    theme.apply(application, "light")
    path = root / "wall"
    photos = _entries(path, source, number)
    jobs = Jobs(lambda: Project.open(path))
    shown = Wall(jobs, path)
    shown.resize(1280, 720)
    began = time.perf_counter()
    shown.put(photos)
    shown.show()
    application.processEvents()
    opened = time.perf_counter() - began
    for name in ("no thumbnail made yet", "thumbnails kept on disk"):
        frames, own = _scroll(application, shown)
        _say(name, frames, own, shown.thumbs.count())
    # The first round asked for what it passed; let the rest be made, then once more.
    print(f"wall {number} photos  opened in {opened * 1000:.0f} ms")
    shown.close()
    jobs.close()
    shown.deleteLater()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"wall {number} photos  most memory of the process {peak:.0f} MiB")


def _entries(path: Path, source: Path, number: int) -> list[Attachment]:
    files = sorted(source.iterdir())
    with Project.create(path, name="w", author="w") as project:
        hashes = [
            one.attachment.sha256 for one in add_photos(project, files).files if one.attachment
        ]
    photos = []
    for count in range(number):
        # Every photo a file of its own: hard links cost no disk and no time.
        sha256 = hashlib.sha256(str(count).encode()).hexdigest()
        target = path / "files" / sha256[:2] / f"{sha256}.jpg"
        target.parent.mkdir(exist_ok=True)
        stored = hashes[count % len(hashes)]
        os.link(path / "files" / stored[:2] / f"{stored}.jpg", target)
        photos.append(Attachment(new_id(), sha256, f"{count}.jpg", 1, "image/jpeg"))
    return photos


def _scroll(application: object, shown: object) -> tuple[list[float], list[float]]:
    """A hundred pixels a frame at sixty frames a second, to the end and back.

    Seconds a frame by the clock, and those that the window's own thread worked: on a machine
    with other work the first say more of that.
    """
    from PySide6.QtWidgets import QApplication

    from jdz_field.ui.photos.wall import Wall

    assert isinstance(application, QApplication)
    assert isinstance(shown, Wall)
    bar, frames, own = shown.verticalScrollBar(), [], []
    last = bar.maximum()
    places = [*range(0, last, 100), *range(last, 0, -100)]
    for place in places:
        began, worked = time.perf_counter(), time.thread_time()
        bar.setValue(place)
        application.processEvents()
        took = time.perf_counter() - began
        frames.append(took)
        own.append(time.thread_time() - worked)
        time.sleep(max(0.0, 1 / 60 - took))
    return frames, own


def _say(name: str, frames: list[float], own: list[float], kept: int) -> None:
    cuts, work = statistics.quantiles(frames, n=100), statistics.quantiles(own, n=100)
    print(
        f"wall scrolled, {name}: {len(frames)} frames, p50 {cuts[49] * 1000:.1f} ms,"
        f" p95 {cuts[94] * 1000:.1f} ms, worst {max(frames) * 1000:.0f} ms; of that the"
        f" window's work p50 {work[49] * 1000:.1f} ms, p95 {work[94] * 1000:.1f} ms;"
        f" {kept} thumbnails in memory"
    )


def main(pixels: bytes | None = None) -> None:
    """Ingest, then the wall; alone it makes its own picture."""
    with tempfile.TemporaryDirectory(prefix="jdz-ingest-") as name:
        root = Path(name)
        if pixels is None:
            from tests.benchmarks.photos import picture

            pixels = picture()
        make(root / "source", pixels, NUMBER)
        print(f"{NUMBER} photos of {len(pixels) / 1e6:.1f} MB")
        ingest(root, root / "source", NUMBER)
        few = root / "few"
        few.mkdir()
        for file in sorted((root / "source").iterdir())[:24]:
            shutil.copy2(file, few)
        shutil.rmtree(root / "source")
        wall(root, few, WALL)
