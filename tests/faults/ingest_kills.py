"""Taking photos in, killed at random instants: every file whole, nothing reported is lost.

A child process takes a card into a project and tells of every photo that is in it; it is killed
(SIGKILL) at a random instant, everything is looked at, and the next child goes on.

``python -m tests.faults.ingest_kills --count 200 [--seed N]`` runs as many as one likes.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jdz_field.core.hashing import sha256, sha256_file
from jdz_field.operations import photo_pile
from jdz_field.operations.photo_pile import Choice, Pile
from jdz_field.operations.photos import ADDED, ALREADY, add_photos
from jdz_field.photos.files import PART_PREFIX
from jdz_field.store.project import Project
from tests.photos.pictures import camera

#: Photos of one card: enough that a run outlives most kills.
PHOTOS = 120
#: Longest life of a child after it began, seconds.
LONGEST = 0.6

CHILD = """
import sys
from pathlib import Path
from jdz_field.operations import photo_pile
from jdz_field.operations.photo_adding import AddedPhoto
from jdz_field.operations.photos import add_photos
from jdz_field.store.project import Project
with Project.open(Path(sys.argv[1])) as project:
    card = Path(sys.argv[2])
    files = sorted(card.iterdir())
    print("begin", flush=True)
    photo_pile.remember(
        project.path, photo_pile.Pile(tuple(photo_pile.Choice(str(file)) for file in files))
    )
    add_photos(project, files, progress=lambda done, _of: print(files[done - 1].name, flush=True))
"""


@dataclass
class Run:
    """What many kills found."""

    kills: int = 0
    reported: int = 0
    finished: int = 0
    parts: int = 0
    wrong: list[str] = field(default_factory=list)


def make_card(folder: Path, photos: int, rng: random.Random) -> dict[str, str]:
    """Photos of all sizes, some of one content; the hash of each by name."""
    folder.mkdir(parents=True)
    told: dict[str, str] = {}
    for number in range(photos):
        seed = number - 1 if number % 10 == 9 else number
        body = random.Random(seed).randbytes(rng.randrange(1, 4) * 60_000 + seed)
        data = camera() + (body if number % 10 != 9 else b"")
        if number % 10 == 9:
            data = (folder / f"{number - 1:04d}.jpg").read_bytes()
        (folder / f"{number:04d}.jpg").write_bytes(data)
        told[f"{number:04d}.jpg"] = sha256(data)
    return told


class Life:
    """A card, a project, and what was reported of it."""

    def __init__(self, folder: Path, rng: random.Random, run: Run, photos: int = PHOTOS) -> None:
        self.card, self.path = folder / "card", folder / "project"
        self.rng, self.run = rng, run
        self.hashes = make_card(self.card, photos, rng)
        self.reported: set[str] = set()
        self.stamps: dict[Path, int] = {}
        Project.create(self.path, name="k", author="k").close()

    def one(self, longest: float = LONGEST) -> bool:
        """Start a child, kill it, look; whether it had come to its end."""
        command = [sys.executable, "-c", CHILD, str(self.path), str(self.card)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begin\n"
            time.sleep(self.rng.random() * longest)
            process.kill()
            told = process.stdout.read().split("\n")
        # A line that was cut off by the kill tells nothing.
        whole = [name for name in told[:-1] if name]
        self.reported.update(whole)
        self.run.kills += 1
        self.run.reported += len(whole)
        self.look()
        done = len(self.reported) == len(self.hashes)
        self.run.finished += done
        return done

    def look(self) -> None:
        """Every file whole, everything reported there, nothing copied twice."""
        for file in (self.path / "files").rglob("*"):
            if file.is_file():
                self._look_at(file)
        told = tuple(Choice(str(self.card / name)) for name in self.hashes)
        # Before the first child remembered it, there is none.
        if self.reported and photo_pile.recall(self.path) != Pile(told):
            self.run.wrong.append("the pile is not remembered")
        self._compare()

    def _look_at(self, file: Path) -> None:
        stamp = file.stat().st_mtime_ns
        if file.name.startswith(PART_PREFIX):
            self.run.parts += 1
        elif sha256_file(file) != file.stem:
            self.run.wrong.append(f"{file.name} is not its content")
        elif self.stamps.setdefault(file, stamp) != stamp:
            self.run.wrong.append(f"{file.name} was written again")

    def _compare(self) -> None:
        wrong = self.run.wrong
        for name, expected in self.hashes.items():
            if sha256_file(self.card / name) != expected:
                wrong.append(f"the original {name} was changed")
        with Project.open(self.path) as project:
            wrong += [f"check: {problem}" for problem in project.check()]
            entered = {one.sha256 for one in project.attachments()}
        wrong += [f"{n} was lost" for n in self.reported if self.hashes[n] not in entered]

    def finish(self) -> None:
        """Go on to the end: each content is there once."""
        with Project.open(self.path) as project:
            before = len(project.attachments())
            report = add_photos(project, [self.card])
            entered = [one.sha256 for one in project.attachments()]
        self.look()
        if sorted(entered) != sorted(set(self.hashes.values())):
            self.run.wrong.append("not every content is there once")
        if report.count(ADDED) != len(entered) - before:
            self.run.wrong.append("more was told as added than was")
        if report.count(ADDED) + report.count(ALREADY) != len(self.hashes):
            self.run.wrong.append("not every file was told")


def run(count: int, seed: int, folder: Path, photos: int = PHOTOS) -> Iterator[Run]:
    """Kill so many children; the findings so far after every one."""
    rng, found = random.Random(seed), Run()
    life: Life | None = None
    for number in range(count):
        if life is None:
            life = Life(folder / f"k{number}", rng, found, photos)
        if life.one() or number == count - 1:
            life.finish()
            life = None
        yield found


def main() -> int:
    """Run and say what was found; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun, found = time.monotonic(), Run()
    with tempfile.TemporaryDirectory(prefix="jdz-ingest-") as folder:
        for found in run(chosen.count, chosen.seed, Path(folder)):
            if found.wrong:
                break
    sys.stdout.write(
        f"{found.kills} kills in {time.monotonic() - begun:.0f} s: {found.reported} photos"
        f" reported, {found.parts} unnamed parts seen, {found.finished} cards came to their end;"
        f" wrong {len(found.wrong)}\n"
    )
    for one in found.wrong[:20]:
        sys.stdout.write(f"WRONG {one}{os.linesep}")
    return bool(found.wrong)


if __name__ == "__main__":
    sys.exit(main())
