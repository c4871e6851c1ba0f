"""Pictures that are flipped, cut and spliced: ``python -m tests.faults.fuzz_files --count 10000``.

Each is asked for its format, read and made a small picture of, in several sizes. ``BadInput`` is
the one right answer beside a picture: no disk was at fault. No crash, no picture that takes more
than 2 s, no growth of the memory that the system counts. ``--seed`` repeats a run.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.photos.exif import read_photo
from jdz_field.photos.kinds import image_format
from jdz_field.photos.thumbnail import thumbnail
from tests.faults.memory import resident
from tests.photos.containers import ALL, dng_with_preview
from tests.photos.pictures import jpeg

#: Seconds that one picture may take; bytes that memory may grow by in a whole run.
LONGEST, GROWTH = 2.0, 24_000_000
#: Longer sides of the small pictures: of a list, of a wall, on a screen, sent first.
EDGES = (96, 320, 1024, 2560, 4096)
_WARM = 200
SEEDS = {
    **ALL,
    "dng with previews": (".dng", dng_with_preview("<", jpeg(800, 600), jpeg(160, 120))),
    "large": (".jpg", jpeg(2400, 1800)),
}


def spoiled(whole: bytes, other: bytes, dice: random.Random) -> bytes:
    """A picture with a few faults; the start is hit more often, for structure is there."""
    data = bytearray(whole)
    for _fault in range(dice.randint(1, 8)):
        at = dice.randrange(min(len(data), dice.choice((64, 1024, len(data)))))
        way = dice.randrange(5)
        if way == 0:
            data[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            data[at : at + 4] = dice.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
        elif way == 2:
            start = dice.randrange(len(other))
            data[at:at] = other[start : start + dice.randrange(200)]
        elif way == 3:
            del data[at : at + dice.randrange(1, 64)]
        elif dice.random() < 0.3:
            del data[at + 1 :]
        data = data or bytearray(b"\xff")
    return bytes(data)


def look_at(file: Path, edge: int) -> None:
    """All that is done with a picture when it is taken in."""
    image_format(file)
    read_photo(file).to_json()
    with suppress(BadInput):
        thumbnail(file, edge)


def run(count: int, seed: int) -> dict[str, Any]:
    """Look at ``count`` spoiled pictures; what it took, ``AssertionError`` when too much."""
    dice = random.Random(seed)
    names = sorted(SEEDS)
    longest, slowest, before = 0.0, "", 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture"
        for number in range(count + _WARM):
            if number == _WARM:
                before = resident()
            name, edge = dice.choice(names), dice.choice(EDGES)
            file.write_bytes(spoiled(SEEDS[name][1], SEEDS[dice.choice(names)][1], dice))
            began = time.perf_counter()
            try:
                look_at(file, edge)
            except Exception as error:
                raise AssertionError(f"picture {number} of seed {seed} ({name})") from error
            took = time.perf_counter() - began
            if took > longest:
                longest, slowest = took, f"picture {number} of seed {seed} ({name}, edge {edge})"
    grown = resident() - before
    if longest > LONGEST or grown > GROWTH:
        raise AssertionError(f"{slowest}: {longest:.2f} s; memory grew by {grown} bytes")
    return {
        "pictures": count,
        "longest_s": round(longest, 3),
        "slowest": slowest,
        "grown_bytes": grown,
    }


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(run(asked.count, asked.seed))


if __name__ == "__main__":
    main()
