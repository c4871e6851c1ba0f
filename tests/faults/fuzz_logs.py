"""Logs that are cut, turned over and mixed: ``python -m tests.faults.fuzz_logs --count 10000``.

Each reader of logs is one of ``TARGETS``: a function of bytes that may refuse them as ``BadInput``
and must do nothing else. No crash, no log that takes more than 2 s, no growth of the memory that
the system counts. ``--seed`` repeats a run, ``--target`` takes one reader alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.gnss.epochs import Joiner
from jdz_field.gnss.sentences import Lines
from jdz_field.gnss.watch import STATES, TROUBLES, Watch
from tests.faults.memory import resident
from tests.gnss.logs_made import KINDS, RTCM, UBX, log
from tests.gnss.sentences_made import sentence

#: Seconds that one log may take; bytes that memory may grow by in a whole run.
LONGEST, GROWTH = 2.0, 16_000_000
_TOKENS = (
    *(b"$", b"*", b",", b"\r\n", b"\n", b"\x00", b"\xff", b"$GNGGA,", b"*00", b"nan", b"inf"),
    *(b"-", b"1e308", b"99999999999999999999", b"240000", b"995959", UBX, RTCM),
)


def receiver(data: bytes) -> None:
    """The whole way of a receiver's bytes, cut at random places, with a clock that goes."""
    steady = [0.0]
    joiner = Joiner(now=lambda: datetime(2026, 11, 22, tzinfo=UTC), monotonic=lambda: steady[0])
    watch, lines, at = Watch(lambda: steady[0]), Lines(), 0
    watch.opened()
    while at < len(data):
        step = 1 + data[at] * 7
        for line in lines.feed(data[at : at + step]):
            is_sentence, fix = joiner.feed(line)
            if is_sentence:
                watch.heard(joiner.stands_for())
            if fix is not None:
                watch.accept(fix, joiner.sky_changed_at)
        at, steady[0] = at + step, steady[0] + 0.2
        if watch.state() not in STATES or watch.trouble() not in ("", *TROUBLES):
            raise AssertionError(watch.state())
    joiner.flush()
    sky = joiner.sky()
    if sky.used > max(sky.seen, len(sky.satellites)):
        raise AssertionError(sky.counts)


#: The readers of logs by name.
TARGETS: dict[str, Callable[[bytes], None]] = {"receiver": receiver}


def seeds() -> list[bytes]:
    """Whole logs of every kind of receiver."""
    return [log(kind, 4) for kind in KINDS]


def spoiled(whole: bytes, dice: random.Random) -> bytes:
    """A log with a few faults in it; some keep their checksums right."""
    data = bytearray(whole)
    for _fault in range(dice.randint(1, 8)):
        at = dice.randrange(len(data) + 1)
        added = _added(bytes(data), at, dice)
        if added:
            data[at:at] = added
        elif dice.random() < 0.4:
            del data[at:]
        else:
            del data[at : at + dice.randrange(200)]
        data = data or bytearray(b"$")
    return bytes(data)


def _added(data: bytes, at: int, dice: random.Random) -> bytes:
    """What a fault puts in at a place; empty: it takes something away."""
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: dice.choice(_TOKENS) * dice.choice((1, 1, 3, 200)),
        lambda: dice.randbytes(dice.randrange(300)),
        lambda: data[at : at + dice.randrange(500)],
        lambda: _resealed(data, dice),
        lambda: b"",
    )
    return dice.choice(makers)()


def _resealed(data: bytes, dice: random.Random) -> bytes:
    """A sentence of the log with fields that lie, its checksum right."""
    lines = [line for line in data.split(b"\r\n") if line.startswith(b"$") and line.isascii()]
    if not lines:
        return b""
    cells = dice.choice(lines)[1:].decode().split("*")[0].split(",")
    for _cell in range(dice.randint(1, 4)):
        token = dice.choice(_TOKENS).decode("latin-1").strip("$*,\r\n\x00\xff")
        cells[dice.randrange(len(cells))] = "".join(c for c in token if " " <= c <= "~")[:40]
    if dice.random() < 0.2:
        cells = cells[: dice.randint(1, len(cells))]
    return sentence(",".join(cells))


def run(count: int, seed: int, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Feed ``count`` logs to each reader; the longest time, s, and the growth, bytes."""
    dice, whole = random.Random(seed), seeds()
    longest, slowest, warm, before = 0.0, "", max(count // 10, 1), 0
    for number in range(count):
        data = spoiled(dice.choice(whole), dice)
        for name in names or tuple(TARGETS):
            began = time.monotonic()
            try:
                TARGETS[name](data)
            except BadInput:
                pass
            except Exception as error:
                raise AssertionError(f"reader {name}, log {number} of seed {seed}") from error
            took = time.monotonic() - began
            if took > longest:
                longest, slowest = took, f"log {number} of seed {seed}, reader {name}"
        if number == warm:
            before = resident()
    growth = resident() - before
    if longest > LONGEST or growth > GROWTH:
        raise AssertionError(f"{slowest}: {longest:.2f} s; memory grew by {growth} bytes")
    return {
        "logs": count,
        "slowest_s": round(longest, 3),
        "slowest": slowest,
        "growth_bytes": growth,
    }


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fuzz_logs")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), default=[])
    asked = parser.parse_args(arguments)
    print(run(asked.count, asked.seed, tuple(asked.target)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
