"""Track files with bytes changed, cut, doubled and mixed: a track or one sentence, quickly.

``python -m tests.faults.fuzz_tracks --count 10000 --seed 1``
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
import tracemalloc
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.geo.tracks import read_track
from tests.photos.track_files import kml, kml_places, kml_track, kmz, nmea
from tests.photos.tracks import gpx, walk

SEEDS = [
    gpx(walk(900), walk(300)).encode(),
    gpx(walk(300), encoding="GBK").encode("gbk"),
    kml(kml_track(walk(900)), kml_track(walk(200), mixed=True)).encode(),
    kml(kml_places(walk(300))).encode(),
    kmz(kml(kml_track(walk(900)))),
    nmea(walk(900)).encode(),
]
#: No single file may take longer, seconds; a busy machine needs some room.
LONGEST = 2.0


def changed(source: random.Random) -> bytes:
    """One of the seeds, damaged in one to six ways."""
    data = bytearray(source.choice(SEEDS))
    for _way in range(source.randint(1, 6)):
        at = source.randrange(len(data) + 1)
        way = source.randrange(6)
        if way == 0 and at < len(data):
            data[at] = source.randrange(256)
        elif way == 1:
            del data[at:]
        elif way == 2:
            data[at:at] = data[at : at + source.randrange(400)] * source.randint(1, 9)
        elif way == 3:
            del data[at : at + source.randrange(300)]
        elif way == 4:
            other = source.choice(SEEDS)
            start = source.randrange(len(other))
            data[at:at] = other[start : start + 500]
        else:
            data[at:at] = source.choice(
                [b"<", b'"', b"\0", b"&x;", b"<!--", b"]]>", b"$GPRMC,", b"9" * 400]
            )
    return bytes(data)


def fuzz(folder: Path, count: int, seed: int) -> dict[str, float]:
    """Read ``count`` damaged files; how many were tracks, and the longest time."""
    source = random.Random(seed)
    path = folder / "t.gpx"
    told = {"tracks": 0.0, "refused": 0.0, "longest": 0.0}
    for number in range(count):
        data = changed(source)
        path.write_bytes(data)
        began = time.perf_counter()
        try:
            told["tracks"] += read_track(path).points > 0
        except BadInput as error:
            told["refused"] += "\n" not in str(error)
        took = time.perf_counter() - began
        told["longest"] = max(told["longest"], took)
        assert took < LONGEST, (seed, number, took)
    return told


def main() -> None:
    """As many files as asked for; memory at the end beside that at the start."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jdz-fuzz-") as name:
        fuzz(Path(name), 200, chosen.seed + 1)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        told = fuzz(Path(name), chosen.count, chosen.seed)
        tracemalloc.start()
        fuzz(Path(name), 200, chosen.seed + 2)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    print(f"{chosen.count} track files: {told}, memory grown by {grown / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
