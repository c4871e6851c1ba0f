"""Pictures that are flipped, cut and spliced: ``python -m tests.faults.fuzz_files --count 10000``.

Each is asked for its format, read and made a thumbnail of. Errors for a person are right answers;
no crash, no picture that takes more than 2 s, no growth of memory. ``--seed`` repeats a run.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

from jdz_field.core.errors import JdzError
from jdz_field.photos.exif import read_photo
from jdz_field.photos.kinds import image_format
from jdz_field.photos.thumbnail import thumbnail
from tests.photos.containers import ALL

#: Seconds that one picture may take; bytes that memory may grow by in a whole run.
LONGEST, GROWTH = 2.0, 2_000_000
_WARM = 50


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


def look_at(file: Path) -> None:
    """All that is done with a picture when it is taken in."""
    image_format(file)
    read_photo(file).to_json()
    with suppress(JdzError):
        thumbnail(file)


def run(count: int, seed: int) -> dict[str, float]:
    """Look at ``count`` spoiled pictures; what it took, ``AssertionError`` when too much."""
    dice = random.Random(seed)
    names = sorted(ALL)
    longest, before = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture"
        for number in range(count + _WARM):
            if number == _WARM:
                gc.collect()
                tracemalloc.start()
                before = tracemalloc.get_traced_memory()[0]
            file.write_bytes(spoiled(ALL[dice.choice(names)][1], ALL[dice.choice(names)][1], dice))
            began = time.perf_counter()
            look_at(file)
            longest = max(longest, time.perf_counter() - began)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    if longest > LONGEST or grown > GROWTH:
        raise AssertionError(f"longest {longest:.2f} s, memory grew by {grown} bytes")
    return {"pictures": count, "longest_s": round(longest, 3), "grown_bytes": grown}


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(run(asked.count, asked.seed))


if __name__ == "__main__":
    main()
